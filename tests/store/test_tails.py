from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

import pytest

from tests.harness.vaults import NOW, Counting, Owner, Started, forge_failures
from vault_format.codes import Action, TailCase
from vault_format.errors import VaultBroken
from vault_format.frames import layout
from vault_format.frames.record import Draft
from vault_format.public.trail import TailRepaired
from vault_format.store import Moved
from vault_format.verification.verify import Pinned, verify

LATER = NOW + 60_000


def _aside(vault: Path) -> list[Path]:
    return sorted(path for path in vault.parent.iterdir() if path.name.startswith("vault.aside-"))


def _repairs(owner: Owner) -> list[TailRepaired]:
    from vault_format import public

    found = []
    for seq in range(owner.ledger.count):
        record = owner.ledger.record(seq)
        if record.header.action == Action.TAIL_REPAIRED:
            said = public.read(Action.TAIL_REPAIRED, record.parts[0] or b"")
            assert isinstance(said, TailRepaired)
            found.append(said)
    return found


def _reopened(vault: Path, started: Started, pin: Pinned | None = None) -> Owner:
    return Owner(vault, started, clock=Counting(LATER), pin=pin)


def _append(vault: Path, tail: bytes) -> None:
    with vault.open("ab") as file:
        file.write(tail)


def _set_aside(vault: Path, started: Started, tail: bytes, case: TailCase) -> None:
    """Put TAIL behind the vault and check that it is noticed, set aside, kept, and accounted for."""
    whole = vault.read_bytes()
    _append(vault, tail)
    verdict = verify(str(vault), LATER)
    assert verdict.intact
    assert [notice.kind for notice in verdict.notices] == ["torn"]
    assert (verdict.set_aside, verdict.end) == (len(tail), len(whole))
    owner = _reopened(vault, started)
    assert owner.ledger.torn == len(tail)
    assert [notice.kind for notice in owner.ledger.notices] == ["torn"]
    (written,) = owner.append(owner.note_draft("after it"))
    assert written.sequence == verdict.records + 1
    assert owner.ledger.torn == 0
    digest = hashlib.sha256(tail).digest()
    head = tail[: layout.BARE_SIZE] if case == TailCase.CUT else b""
    assert _repairs(owner) == [TailRepaired(case=case, length=len(tail), digest=digest, head=head)]
    owner.note("and again")
    assert len(_repairs(owner)) == 1
    owner.close()
    (side,) = _aside(vault)
    assert side.read_bytes() == tail
    assert side.stat().st_mode & 0o777 == 0o600
    assert vault.read_bytes()[: len(whole)] == whole
    after = verify(str(vault), LATER)
    assert after.intact
    assert after.notices == ()


def _frame(owner: Owner, text: str = "x") -> bytes:
    return owner.frame_of(owner.note_draft(text), time=LATER)


def _cut_points(raw: bytes) -> list[int]:
    """Return where to cut a frame: at each edge of what it consists of, one byte beside it, and between."""
    header = layout.unpack_header(raw)
    table_at = layout.BARE_SIZE + layout.bitmap_size(header.parts)
    at = table_at + header.parts * layout.ROW_SIZE
    edges = [0, layout.HEADER_SIZE, layout.BARE_SIZE, table_at, at]
    for row in layout.unpack_rows(raw[table_at:at]):
        at += row.length
        edges.append(at)
    near = {edge + beside for edge in edges for beside in (-1, 0, 1)} | set(range(60, len(raw), 211))
    return sorted(cut for cut in near if 0 < cut < len(raw))


def test_a_record_cut_anywhere_is_set_aside_and_accounted_for(vault: Path, started: Started, owner: Owner) -> None:
    raw, whole = _frame(owner), vault.read_bytes()
    cuts = _cut_points(raw)
    assert len(cuts) > 20
    for cut in cuts:
        vault.write_bytes(whole)
        for side in _aside(vault):
            side.unlink()
        _set_aside(vault, started, raw[:cut], TailCase.SHORT if cut < layout.BARE_SIZE else TailCase.CUT)


def test_the_second_of_two_records_may_be_cut(vault: Path, started: Started, owner: Owner) -> None:
    both = owner.frame_of(owner.note_draft("one"), owner.note_draft("two"), time=LATER)
    _append(vault, both[: layout.unpack_header(both).total])
    _set_aside(vault, started, both[layout.unpack_header(both).total : -1], TailCase.CUT)


@pytest.mark.parametrize("length", [1, 207])
def test_a_few_bytes_are_a_torn_tail_whatever_they_are(vault: Path, started: Started, length: int) -> None:
    _set_aside(vault, started, b"\x5a" * length, TailCase.SHORT)


@pytest.mark.parametrize("length", [208, 5_000, 3 * 1024 * 1024])
def test_zeros_are_a_torn_tail(vault: Path, started: Started, length: int) -> None:
    _set_aside(vault, started, bytes(length), TailCase.ZEROS)


def test_part_of_an_unsigned_record_is_a_torn_tail(vault: Path, started: Started, owner: Owner) -> None:
    before = vault.stat().st_size
    owner.fail()
    unsigned = vault.read_bytes()[before:]
    os.truncate(vault, before)
    _set_aside(vault, started, unsigned[:-1], TailCase.SHORT)


def _flip(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("random bytes", lambda raw: bytes(range(1, 256)) + raw),
        ("another sequence", lambda raw: _flip(raw, 24)),
        ("another record before it", lambda raw: _flip(raw, 112)),
        ("another total", lambda raw: raw[:68] + struct.pack("<I", layout.unpack_header(raw).total + 9) + raw[72:]),
        ("an action that is none", lambda raw: _flip(raw, 7)),
        ("a signature that is none", lambda raw: _flip(raw, 150)),
        ("a byte of the table", lambda raw: _flip(raw, 215)),
        ("a byte of the first part", lambda raw: _flip(raw, 208 + 1 + 3 * 56 + 2)),
        ("zeros with one that is none", lambda raw: bytes(400) + raw[:1]),
        ("zeros in a part that is all there", lambda raw: raw[:430] + bytes(len(raw) - 440)),
    ],
)
def test_what_is_no_torn_tail_is_damage_and_stays(
    vault: Path, started: Started, owner: Owner, name: str, spoil: object
) -> None:
    assert callable(spoil)
    raw = owner.frame_of(owner.note_draft("a text that fills a part" * 40), time=LATER)
    _append(vault, spoil(raw[:-1]))
    assert [(finding.seq, finding.kind) for finding in verify(str(vault), LATER).findings] == [(3, "format")], name
    _check_refused(vault, started, owner)


def _check_refused(vault: Path, started: Started, owner: Owner) -> None:
    """Check that neither who had the vault open nor who opens it now writes to it or takes anything away."""
    before = vault.read_bytes()
    late = _reopened(vault, started)
    for one in (owner, late):
        with pytest.raises(VaultBroken):
            one.note()
    assert vault.read_bytes() == before
    assert _aside(vault) == []
    late.close()
    owner.close()


def test_a_presence_bit_cleared_in_a_cut_record_is_damage(vault: Path, started: Started, owner: Owner) -> None:
    raw = owner.frame_of(owner.note_draft("a text that fills a part" * 40), time=LATER)
    _append(vault, _flip(raw[:-1], layout.BARE_SIZE))
    assert (3, "payload") in [(finding.seq, finding.kind) for finding in verify(str(vault), LATER).findings]
    with pytest.raises((VaultBroken, Moved)):
        owner.note()
    _check_refused(vault, started, _reopened(vault, started))


def test_a_raised_length_in_the_middle_does_not_make_the_rest_a_torn_tail(
    vault: Path, started: Started, owner: Owner
) -> None:
    first = vault.stat().st_size
    for _ in range(5):
        owner.note()
    raw = bytearray(vault.read_bytes())
    struct.pack_into("<I", raw, first + 68, 30_000_000)
    vault.write_bytes(raw)
    verdict = verify(str(vault), LATER)
    assert [(finding.seq, finding.kind) for finding in verdict.findings] == [(3, "format")]
    late = _reopened(vault, started)
    with pytest.raises(VaultBroken):
        late.note()
    assert vault.read_bytes() == raw
    assert _aside(vault) == []
    late.close()


def test_an_unsigned_record_leaves_the_account_to_the_next_signed_one(
    vault: Path, started: Started, owner: Owner
) -> None:
    raw = _frame(owner)
    _append(vault, raw[:-5])
    late = _reopened(vault, started)
    late.fail()
    assert _repairs(late) == []
    (side,) = _aside(vault)
    assert side.read_bytes() == raw[:-5]
    late.close()
    # Another program writes the signed record, and it had the vault open all the time.
    assert owner.note().sequence == 5
    assert [repair.length for repair in _repairs(owner)] == [len(raw) - 5]
    assert verify(str(vault), LATER).intact


def test_what_was_set_aside_before_somebody_thought_better_of_it_is_accounted_for(
    vault: Path, started: Started, owner: Owner
) -> None:
    _append(vault, b"torn")
    late = _reopened(vault, started)

    def build() -> list[Draft]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        late.ledger.append(build, late.ring.signer)
    assert [side.read_bytes() for side in _aside(vault)] == [b"torn"]
    late.note()
    assert [repair.length for repair in _repairs(late)] == [4]
    late.close()


def test_many_side_files_are_accounted_for_a_few_at_a_time(vault: Path, started: Started) -> None:
    for number in range(11):
        _append(vault, b"torn %d" % number)
        late = _reopened(vault, started)
        late.fail()
        late.close()
    late = _reopened(vault, started)
    written = late.note()
    assert written.sequence == late.ledger.count - 1
    assert len(_repairs(late)) == 8
    late.note()
    assert sorted(repair.digest for repair in _repairs(late)) == sorted(
        hashlib.sha256(b"torn %d" % number).digest() for number in range(11)
    )
    late.close()


def test_a_stranger_s_side_files_are_neither_believed_nor_in_the_way(vault: Path, started: Started) -> None:
    digest = hashlib.sha256(b"abc").hexdigest()
    folder = vault.parent
    (folder / f"vault.aside-9-3-{digest}").write_bytes(b"abc")
    (folder / f"vault.aside-1-4-{digest}").write_bytes(b"abc")
    (folder / f"vault.aside-1-3-{digest[::-1]}").write_bytes(b"abc")
    (folder / f"vault.aside-2-3-{digest}").write_bytes(b"abc")  # no header and signature in three bytes
    (folder / f"vault.aside-1-{2**64}-{digest}").write_bytes(b"abc")
    (folder / "vault.aside-").write_bytes(b"abc")
    (folder / "vault.aside-1-x-y").write_bytes(b"abc")
    os.mkfifo(folder / f"vault.aside-1-5-{'0' * 64}")
    (folder / f"vault.aside-1-6-{'1' * 64}").mkdir()
    (folder / f"vault.aside-1-7-{'2' * 64}").symlink_to("/dev/zero")
    late = _reopened(vault, started)
    late.note()
    assert _repairs(late) == []
    late.close()


def test_a_side_file_is_never_written_through_what_a_stranger_put_there(vault: Path, started: Started) -> None:
    precious = vault.parent / "precious"
    precious.write_bytes(b"keep me")
    (vault.parent / "vault.aside-unfinished").symlink_to(precious)
    name = f"vault.aside-1-4-{hashlib.sha256(b'torn').hexdigest()}"
    os.link(precious, vault.parent / name)
    _append(vault, b"torn")
    late = _reopened(vault, started)
    late.note()
    assert precious.read_bytes() == b"keep me"
    assert (vault.parent / name).read_bytes() == b"torn"
    late.close()


def test_a_flood_is_set_aside_and_the_vault_stays_usable(vault: Path, started: Started, owner: Owner) -> None:
    owner.note()
    whole = vault.stat().st_size
    forge_failures(vault, 100_000, at=LATER)
    verdict = verify(str(vault), LATER)
    assert verdict.intact
    assert [(notice.kind, notice.seq) for notice in verdict.notices] == [("flood", 4 + 64)]
    assert verdict.records == 4 + 64
    late = _reopened(vault, started, owner.ledger.pin())
    assert [(notice.kind, notice.seq) for notice in late.ledger.notices] == [("flood", 4 + 64)]
    with pytest.raises(Moved):
        late.note()
    late.close()
    assert vault.stat().st_size == whole + 64 * layout.BARE_SIZE
    late = _reopened(vault, started, owner.ledger.pin())
    late.note()
    (repair,) = _repairs(late)
    assert (repair.case, repair.length) == (TailCase.FLOOD, (100_000 - 64) * layout.BARE_SIZE)
    late.close()
    after = verify(str(vault), LATER)
    assert (after.intact, after.notices, after.unattested) == (True, (), 64)
    (side,) = _aside(vault)
    assert side.stat().st_size == repair.length


def test_a_flood_with_a_torn_tail_behind_it_goes_as_one(vault: Path, started: Started) -> None:
    whole = vault.stat().st_size
    forge_failures(vault, 70, at=LATER)
    _append(vault, b"torn")
    late = _reopened(vault, started)
    with pytest.raises(Moved):
        late.note()
    late.close()
    assert vault.stat().st_size == whole + 64 * layout.BARE_SIZE
    late = _reopened(vault, started)
    late.note()
    assert [(repair.case, repair.length) for repair in _repairs(late)] == [(TailCase.FLOOD, 6 * 208 + 4)]
    late.close()


def test_nothing_at_or_below_a_pin_is_set_aside(vault: Path, started: Started, owner: Owner) -> None:
    owner.note()
    owner.note()
    pin = owner.ledger.pin()
    os.truncate(vault, vault.stat().st_size - 7)  # the record that was pinned is a torn tail now
    before = vault.read_bytes()
    without = verify(str(vault), LATER)
    assert without.intact
    with_pin = verify(str(vault), LATER, pin=pin)
    assert [(finding.seq, finding.kind) for finding in with_pin.findings] == [(4, "pin")]
    late = _reopened(vault, started, pin)
    with pytest.raises(VaultBroken, match="pin"):
        late.note()
    assert vault.read_bytes() == before
    assert _aside(vault) == []
    late.close()


def test_a_session_that_is_open_refuses_to_lose_what_it_has_seen(vault: Path, started: Started, owner: Owner) -> None:
    owner.note()
    os.truncate(vault, vault.stat().st_size - 7)
    before = vault.read_bytes()
    with pytest.raises(Moved):
        owner.note()
    assert vault.read_bytes() == before


def test_unsigned_records_that_were_pinned_are_not_set_aside_by_a_clock_that_went_back(
    vault: Path, started: Started, owner: Owner
) -> None:
    owner.note()
    signed_at = owner.ledger.record(3).header.time
    forge_failures(vault, 66, at=signed_at)
    clock = Counting(signed_at + 2 * 3_600_000)
    late = Owner(vault, started, clock=clock)
    pin = late.ledger.pin()
    assert pin.sequence == 3 + 66
    late.close()
    late = Owner(vault, started, clock=clock, pin=pin)
    assert late.ledger.findings == []
    before = vault.read_bytes()
    clock.now = signed_at  # under an open session
    with pytest.raises(VaultBroken, match="has seen"):
        late.note()
    late.close()
    back = Owner(vault, started, clock=clock, pin=pin)  # and before it is opened
    assert [(finding.seq, finding.kind) for finding in back.ledger.findings] == [(3 + 65, "pin")]
    with pytest.raises(VaultBroken):
        back.note()
    back.close()
    assert [finding.kind for finding in verify(str(vault), signed_at, pin=pin).findings] == ["pin"]
    assert vault.read_bytes() == before
    clock.now = signed_at + 2 * 3_600_000
    right = Owner(vault, started, clock=clock, pin=pin)
    right.note()
    right.close()
