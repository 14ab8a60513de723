"""One wrong byte is found, and repaired only where a hash proves it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.create import new_vault
from core.keys.passphrase import FLOOR
from core.session import Door, NoteDraft
from vault_format.errors import UsageError
from vault_format.frames import layout, resync
from vault_format.upkeep import repair
from vault_format.verification.findings import Finding
from vault_format.verification.verify import open_for_reading, verify

NOW = 1_795_000_000_000


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("repair")
    path = str(folder / "v.tacenda")

    def clock() -> int:
        return NOW

    new_vault(path, "practice", "owner", "a passphrase", clock=clock, cost=FLOOR)
    session = Door(path, clock=clock, folder=str(folder)).unlock(None, "a passphrase")
    client = session.add_client("OTTER")
    saved = session.save_note(NoteDraft(client, "some text", title="a title"))
    session.read_note(saved.note)
    session.sign_note(saved.note, 1)
    session.lock()
    return Path(path).read_bytes()


def _damaged(vault: bytes, tmp_path: Path, at: int, bit: int) -> Path:
    changed = bytearray(vault)
    changed[at] ^= 1 << bit
    path = tmp_path / "damaged.tacenda"
    path.write_bytes(changed)
    return path


def test_a_changed_byte_is_found_and_what_is_proposed_is_what_stood_there(vault: bytes, tmp_path: Path) -> None:
    chance = random.Random(7)
    last = len(vault) - 208
    mended = 0
    for _ in range(60):
        at, bit = chance.randrange(16, last), chance.randrange(8)
        path = _damaged(vault, tmp_path, at, bit)
        verdict = verify(str(path), NOW)
        assert verdict.findings, at
        found = repair.propose(str(path), verdict.findings[0])
        if found is not None:
            assert vault[found.offset : found.offset + len(found.becomes)] == found.becomes
            assert found.offset <= at < found.offset + len(found.becomes)
            mended += 1
    assert mended >= 57


def test_the_repaired_copy_is_whole_and_the_damaged_file_untouched(vault: bytes, tmp_path: Path) -> None:
    path = _damaged(vault, tmp_path, 2_000, 3)
    before = path.read_bytes()
    found = repair.propose(str(path), verify(str(path), NOW).findings[0])
    assert found is not None
    target = tmp_path / "mended.tacenda"
    assert repair.repaired_copy(str(path), str(target), found, NOW)
    assert target.read_bytes() == vault
    assert target.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == before
    with pytest.raises(UsageError):
        repair.repaired_copy(str(path), str(target), found, NOW)


def test_two_wrong_bytes_in_one_record_are_not_guessed(vault: bytes, tmp_path: Path) -> None:
    changed = bytearray(vault)
    end = changed.rindex(b"\xa7TCD", 0, len(vault) - 208)
    changed[end + 33] ^= 1
    changed[end + 34] ^= 1
    path = tmp_path / "damaged.tacenda"
    path.write_bytes(changed)
    finding = verify(str(path), NOW).findings[0]
    assert repair.propose(str(path), finding) is None


def _with_forged(vault: bytes, tmp_path: Path, parts: int, length: int, *, table_holds: bool) -> tuple[Path, Finding]:
    """Append a frame of PARTS parts that links, made without a key; its table or its parts do not hash."""
    bodies = bytes(length)
    table = b"".join(layout.Row(1, 0, 0, 0, 0, 0, length, 0, bytes([n % 256]) * 32).pack() for n in range(parts))
    seq, prev = vault.count(layout.MAGIC), layout.record_hash(vault[vault.rindex(layout.MAGIC) :])
    header = layout.Header(
        layout.MAGIC, 0, 0, 0x60, 1, 1, 1, 0, 0, 0, 0, parts, seq, NOW, 1, 0, 0, 0,
        layout.total_of([length] * parts), 0, layout.table_digest(table) if table_holds else b"x" * 32, prev,
    )  # fmt: skip
    path = tmp_path / "forged.tacenda"
    frame = header.pack() + layout.UNSIGNED + layout.full_bitmap(parts) + table + bodies * parts
    path.write_bytes(vault + frame + layout.MAGIC)
    finding = next(each for each in verify(str(path), NOW).findings if each.seq == seq)
    return path, finding


def _tried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that will have the size of each thing that is tried byte by byte."""
    sizes: list[int] = []
    real = repair.single_changes

    def counted(data: bytes) -> Iterator[tuple[int, bytes]]:
        sizes.append(len(data))
        return real(data)

    monkeypatch.setattr(repair, "single_changes", counted)
    return sizes


def test_a_long_table_that_somebody_appended_is_not_tried_byte_by_byte(
    vault: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, finding = _with_forged(vault, tmp_path, 1_024, 1, table_holds=False)
    sizes = _tried(monkeypatch)
    assert repair.propose(str(path), finding) is None
    assert max(sizes, default=0) <= 4_096


def test_of_many_damaged_parts_only_a_few_are_tried(
    vault: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, finding = _with_forged(vault, tmp_path, 1_024, 9, table_holds=True)
    sizes = _tried(monkeypatch)
    assert repair.propose(str(path), finding) is None
    assert 1 <= sizes.count(9) <= 4


def test_whoever_does_not_wait_any_more_ends_it(vault: bytes, tmp_path: Path) -> None:
    path, finding = _with_forged(vault, tmp_path, 70, 1, table_holds=False)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    assert repair.propose(str(path), finding, cancelled) is None
    assert asked == 21


def test_headers_are_found_across_windows_and_inside_each_other(tmp_path: Path) -> None:
    def header(seq: int) -> bytes:
        return layout.MAGIC + bytes(20) + seq.to_bytes(8, "little") + bytes(112)

    raw = bytearray(3 * 1024 * 1024)
    places = {40: 254, 1024 * 1024 - 9: 255, 1024 * 1024 + 30: 256, 2 * 1024 * 1024 + 1: 257, 2_500_000: 318}
    for at, seq in places.items():
        raw[at : at + 144] = header(seq)
    raw[80 : 80 + 32] = header(255)[:32]
    path = tmp_path / "file"
    path.write_bytes(raw)
    descriptor = open_for_reading(str(path))
    found = [(at, raw[24]) for at, raw in resync.headers(descriptor, 0, 254, 64, len(raw))]
    assert found == [(at, seq % 256) for at, seq in sorted({**places, 80: 255}.items()) if seq != 318]
    assert resync.next_header(descriptor, 81, 255) == (1024 * 1024 - 9, header(255)[:39] + header(256)[:105])
    assert resync.next_header(descriptor, 0, 300) is None
    os.close(descriptor)


def test_nothing_is_proposed_for_what_a_pin_found(vault: bytes, tmp_path: Path) -> None:
    path = tmp_path / "whole.tacenda"
    path.write_bytes(vault)
    assert repair.propose(str(path), Finding(1, "pin", "")) is None
