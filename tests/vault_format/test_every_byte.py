"""Every byte of a small vault changed, the vault cut at every offset, and whatever else chance can think of."""

from __future__ import annotations

import hashlib
import os
import random
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.acts import trail
from tests.corpus.mend import Vault
from tests.vectors.generate import HERE, NAMES
from tests.vectors.records import read_records
from vault_format.errors import NotAVault
from vault_format.frames import layout
from vault_format.verification.findings import Verdict
from vault_format.verification.verify import Pinned, verify

SMALL = (HERE / "small.tacenda").read_bytes()
RECORDS = 6
STEADY = [name for name in NAMES if name not in {"notices", "torn", "newer"}]
"""Vectors that end in a signed record and have nothing behind it."""

Judge = Callable[..., Verdict | None]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Verify bytes as a file; None if they are no vault. The file must be as it was afterwards."""
    path = tmp_path_factory.mktemp("bytes") / "vault.tacenda"

    def verified(data: bytes, now: int = 2**50, pin: Pinned | None = None) -> Verdict | None:
        path.write_bytes(data)
        before = path.stat()
        try:
            return verify(str(path), now, pin=pin)
        except NotAVault:
            return None
        finally:
            after = path.stat()
            assert (after.st_mtime_ns, after.st_size, after.st_mode) == (
                before.st_mtime_ns, before.st_size, before.st_mode
            )  # fmt: skip
            assert list(path.parent.iterdir()) == [path]

    return verified


def _boundaries(data: bytes, count: int) -> list[int]:
    """Return the offsets at which records end, the preamble's first."""
    return [16, *(record.offset + len(record.raw) for record in read_records(data, count))]


KINDS = {
    "preamble": {"format"},
    "header": {"format", "chain", "authority", "signature", "payload"},  # payload: the digest of the table
    "signature": {"signature"},
    "bitmap": {"format", "payload"},
    "table": {"format", "payload"},
    "parts": {"payload"},
}
"""What the first finding may be, at the record itself, where a byte of such a region is wrong."""


def _regions() -> Iterator[tuple[int, str]]:
    """Yield for each byte of SMALL the sequence of its record, and its region."""
    yield from [(0, "preamble")] * layout.PREAMBLE_SIZE
    for seq, record in enumerate(read_records(SMALL, RECORDS)):
        sizes = {"header": 144, "signature": 64}
        if record.rows:
            sizes |= {"bitmap": layout.bitmap_size(len(record.rows)), "table": layout.ROW_SIZE * len(record.rows)}
        sizes["parts"] = len(record.raw) - sum(sizes.values())
        for region, size in sizes.items():
            yield from [(seq, region)] * size


def test_every_byte_flipped_is_found_for_what_it_is(judge: Judge) -> None:
    regions = list(_regions())
    assert len(regions) == len(SMALL)
    for at, (seq, region) in enumerate(regions):
        changed = bytearray(SMALL)
        changed[at] ^= 1 << at % 8
        verdict = judge(bytes(changed))
        assert verdict is not None, at
        assert verdict.exit_code == 1, at
        first, *more = verdict.findings
        # a part that is taken for dropped leaves its bytes where the next record should begin
        where = (seq, seq + 1) if region == "bitmap" else (seq,)
        assert (first.seq in where, first.kind in KINDS[region]) == (True, True), (at, region, first)
        if region == "signature":
            assert [(one.kind, one.seq) for one in more] == [("chain", seq + 1)] * (seq + 1 < RECORDS), at


@pytest.mark.slow
def test_every_bit_flipped_is_found(judge: Judge) -> None:
    for at in range(8 * len(SMALL)):
        changed = bytearray(SMALL)
        changed[at // 8] ^= 1 << at % 8
        verdict = judge(bytes(changed))
        assert verdict is not None, at
        assert verdict.exit_code == 1, at


@pytest.mark.slow
def test_every_byte_replaced_by_zero_and_by_all_ones_is_found(judge: Judge) -> None:
    for value in (0, 255):
        for at in range(len(SMALL)):
            if SMALL[at] != value:
                verdict = judge(SMALL[:at] + bytes([value]) + SMALL[at + 1 :])
                assert verdict is not None, at
                assert verdict.exit_code == 1, at


def test_cut_at_every_offset(judge: Judge) -> None:
    ends = _boundaries(SMALL, RECORDS)
    for length in range(len(SMALL)):
        verdict = judge(SMALL[:length])
        if length < 16:
            assert verdict is None
            continue
        assert verdict is not None
        whole = sum(end <= length for end in ends) - 1
        assert verdict.records == whole, length
        if whole == 0:
            assert [(found.seq, found.kind) for found in verdict.findings] == [(0, "format")], length
            continue
        noted = [(notice.seq, notice.kind) for notice in verdict.notices]
        assert (verdict.exit_code, noted) == (0, [] if length in ends else [(whole, "torn")]), length
        assert (verdict.end, verdict.set_aside) == (ends[whole], length - ends[whole])


def test_cut_at_every_offset_is_an_alarm_where_the_end_was_seen(judge: Judge) -> None:
    pin = Vault("small").pin(RECORDS - 1)
    ends = _boundaries(SMALL, RECORDS)
    for length in sorted({*range(16, len(SMALL), 11), *ends[:-1]}):
        verdict = judge(SMALL[:length], pin=pin)
        assert verdict is not None
        assert verdict.exit_code == 1, length
    verdict = judge(SMALL, pin=pin)
    assert verdict is not None
    assert verdict.exit_code == 0


def test_what_nobody_signed_is_nobodys_word(judge: Judge) -> None:
    vault = Vault("small")
    vault.add_unsigned(trail.unlock_failed(1))
    data, start = vault.data(), len(SMALL)
    silent = set()
    for bit in range(8 * 208):
        changed = bytearray(data)
        changed[start + bit // 8] ^= 1 << bit % 8
        verdict = judge(bytes(changed))
        assert verdict is not None
        if verdict.exit_code == 0:
            silent.add(bit // 8)
    action, member, time = {6}, set(range(12, 16)), set(range(32, 40))
    assert silent <= action | member | time
    assert {12, 32} <= silent


def test_records_in_any_other_order_are_found(judge: Judge) -> None:
    vault = Vault("solo")
    frames = [frame.raw() for frame in vault.frames]
    chance = random.Random(3)
    for _ in range(60):
        order = list(range(len(frames)))
        one, two = chance.sample(order, 2)
        order[one], order[two] = order[two], order[one]
        verdict = judge(vault.preamble + b"".join(frames[at] for at in order))
        assert verdict is not None
        assert verdict.exit_code == 1


@st.composite
def _edited(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Return a vector, and the same after one to four edits of bytes."""
    data = original = (HERE / f"{draw(st.sampled_from(STEADY))}.tacenda").read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 600))
        kind = draw(st.sampled_from(("cut", "put", "write", "double", "end", "move")))
        if kind == "cut":
            data = data[:at] + data[at + length :]
        elif kind == "put":
            data = data[:at] + draw(st.binary(min_size=1, max_size=64)) + data[at:]
        elif kind == "write":
            new = draw(st.binary(min_size=1, max_size=64))
            data = data[:at] + new + data[at + len(new) :]
        elif kind == "double":
            data = data[: at + length] + data[at:]
        elif kind == "end":
            data = data[:at]
        else:
            to = draw(st.integers(0, len(data)))
            data = data[:to] + data[at : at + length] + data[to + length :]
    return original, data


@given(edited=_edited())
def test_nothing_but_what_was_written_is_called_whole(judge: Judge, edited: tuple[bytes, bytes]) -> None:
    original, data = edited
    verdict = judge(data)
    if verdict is not None and verdict.exit_code == 0:
        assert data[: verdict.end] == original[: verdict.end]
        assert {notice.kind for notice in verdict.notices} <= {"torn"}


HEADER = layout.Header._fields[1:20]


@settings(max_examples=150)
@given(
    name=st.sampled_from(("small", "solo", "staff", "recovery")), place=st.floats(0, 1, exclude_max=True),
    changes=st.dictionaries(st.sampled_from(HEADER), st.integers(0, 2**64 - 1), min_size=1, max_size=3),
    small=st.booleans(),
)  # fmt: skip
def test_any_header_that_a_member_signs_is_judged(
    judge: Judge, name: str, place: float, changes: dict[str, int], small: bool
) -> None:
    vault = Vault(name)
    seq = int(place * len(vault))
    vault.cut(seq + 1)
    sizes = (4, 1, 1, 2, 4, 4, 2, 1, 1, 1, 1, 2, 8, 8, 8, 8, 8, 4, 4, 8, 32, 32)
    widths = dict(zip(layout.Header._fields, sizes, strict=True))
    for field, value in changes.items():
        vault.change(seq, **{field: value % (5 if small else 256 ** widths[field])})
    header = vault.frames[seq].header
    if (header.member, header.generation) in vault.secrets:
        vault.sign(seq)
    verdict = judge(vault.data(), vault.now)
    assert verdict is not None
    assert verdict.exit_code in {0, 1}


@settings(max_examples=150)
@given(
    name=st.sampled_from(("small", "solo", "staff", "recovery")), place=st.floats(0, 1, exclude_max=True),
    cut=st.floats(0, 1), new=st.binary(max_size=24), keep=st.integers(0, 24),
)  # fmt: skip
def test_any_public_part_that_a_member_signs_is_judged(
    judge: Judge, name: str, place: float, cut: float, new: bytes, keep: int
) -> None:
    vault = Vault(name)
    seq = int(place * len(vault))
    vault.cut(seq + 1)
    if not vault.frames[seq].rows:
        return
    old = vault.frames[seq].parts[0] or b""
    at = int(cut * len(old))
    vault.put(seq, 0, (old[:at] + new + old[at + keep :]) or b"\0")
    verdict = judge(vault.data(), vault.now)
    assert verdict is not None
    assert verdict.exit_code in {0, 1}


def test_a_flood_of_100_000_failures_is_set_aside(judge: Judge) -> None:
    vault = Vault("small")
    count, head = len(vault), vault.frames[-1].hash
    vault.add_unsigned(trail.unlock_failed(1))
    first = vault.frames.pop().header
    frames = []
    for seq in range(count, count + 100_000):
        raw = first._replace(sequence=seq, prev=head).pack() + layout.UNSIGNED
        head = layout.record_hash(raw)
        frames.append(raw)
    verdict = judge(SMALL + b"".join(frames), vault.now)
    assert verdict is not None
    assert (verdict.exit_code, verdict.records) == (0, count + 64)
    assert [(notice.seq, notice.kind) for notice in verdict.notices] == [(count + 64, "flood")]


def test_what_is_no_file_is_no_vault(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    for name in ("fifo", "folder", "dangling", "nothing"):
        with pytest.raises(NotAVault):
            verify(str(tmp_path / name), 0)
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


def test_a_vault_behind_a_link_is_verified(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(HERE / "small.tacenda")
    assert verify(str(tmp_path / "link"), 2**50).exit_code == 0
    assert hashlib.sha256((HERE / "small.tacenda").read_bytes()).digest() == hashlib.sha256(SMALL).digest()
