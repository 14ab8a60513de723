"""One wrong byte is found, and repaired only where a hash proves it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from core.create import new_vault
from core.keys.passphrase import FLOOR
from core.session import Door, NoteDraft
from vault_format import repair
from vault_format.errors import UsageError
from vault_format.findings import Finding
from vault_format.verify import verify

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


def test_nothing_is_proposed_for_what_a_pin_found(vault: bytes, tmp_path: Path) -> None:
    path = tmp_path / "whole.tacenda"
    path.write_bytes(vault)
    assert repair.propose(str(path), Finding(1, "pin", "")) is None
