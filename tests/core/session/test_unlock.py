"""The door: what is known without a key, the right passphrase, and the wrong ones."""

from __future__ import annotations

import fcntl
import os
import unicodedata
from pathlib import Path

import pytest

from core.create import new_vault
from core.keys import passphrase as passphrases
from core.session import Door, RefusedUnlock
from core.session.entrance.door import find_member
from tests.core.practice import COST, PASSPHRASES, Clock, Practice, damage
from tests.harness import faults
from vault_format import bounds, public
from vault_format.codes import Action
from vault_format.errors import Busy, NoSpace, NotAVault, NotWhole, ReadOnly, UsageError, VaultBroken
from vault_format.ledger import Ledger
from vault_format.public.trail import Unlock
from vault_format.store import LocalStore

WRONG = "not this one"


def refused(door: Door, words: str = WRONG, member: str = "owner") -> RefusedUnlock:
    """Try a wrong passphrase and return how it was refused."""
    with pytest.raises(RefusedUnlock) as caught:
        door.unlock(member, words)
    return caught.value


def last_unlock(practice: Practice) -> Unlock:
    """Return what the newest unlock record says."""
    ledger = Ledger(str(practice.path), practice.clock)
    try:
        for seq in range(ledger.count - 1, 0, -1):
            record = ledger.record(seq)
            if record.header.action == Action.UNLOCK:
                said = public.read(Action.UNLOCK, record.parts[0] or b"")
                assert isinstance(said, Unlock)
                return said
    finally:
        ledger.close()
    raise AssertionError("no unlock")


def test_the_door_tells_what_needs_no_key(practice: Practice) -> None:
    door = practice.door()
    assert door.facts() is None
    assert door.wait()
    facts = door.facts()
    assert facts is not None
    assert facts.practice == "river practice"
    assert facts.members == ["owner", "clinician", "supervisor", "auditor"]
    assert (facts.known_here, facts.seen_here, facts.new_here) == (False, 0, facts.records)
    assert facts.last_use is not None
    assert (facts.last_use.member, facts.last_use.locked) == ("clinician", True)
    assert not facts.findings
    assert not facts.broken
    assert facts.writable == ""
    progress = door.progress()
    assert progress.finished
    assert progress.done == progress.all == practice.path.stat().st_size
    door.close()


def test_an_unlock_is_recorded_with_the_list_before_anything_is_shown(practice: Practice) -> None:
    before = len(practice.actions())
    session = practice.unlock()
    assert practice.actions()[before:] == [Action.UNLOCK, Action.LIST]
    session.lock()
    assert practice.actions()[before:] == [Action.UNLOCK, Action.LIST, Action.LOCK]
    assert practice.verdict().intact


def test_an_auditor_is_shown_no_list(practice: Practice) -> None:
    before = len(practice.actions())
    session = practice.unlock("auditor")
    assert practice.actions()[before:] == [Action.UNLOCK]
    assert session.catalog.clients() == []
    assert all(not row.title for row in session.catalog.notes())
    session.lock()


def test_a_wrong_name_tries_nothing(practice: Practice) -> None:
    door = practice.door()
    before = len(practice.actions())
    with pytest.raises(UsageError, match="No member of this vault is called weasel"):
        door.unlock("weasel", WRONG)
    with pytest.raises(UsageError, match="several members"):
        door.unlock(None, WRONG)
    assert len(practice.actions()) == before
    door.unlock(" OWNER ", PASSPHRASES["owner"]).lock()


def test_names_that_differ_in_case_only_are_told_apart_by_their_spelling(practice: Practice) -> None:
    door = practice.door()
    door.wait()
    state = door.opened.ledger.state
    state.members[2].name, state.members[3].name = "ÉVA", "Éva"
    assert find_member(state, "ÉVA").number == 2
    assert find_member(state, "Éva").number == 3
    with pytest.raises(UsageError, match="Several members"):
        find_member(state, "éva")
    door.close()


@pytest.mark.parametrize("words", ["", "x" * 1_025, "é" * 513, "\ud800"], ids=["empty", "long", "wide", "no text"])
def test_a_passphrase_out_of_bounds_tries_nothing(practice: Practice, words: str) -> None:
    door = practice.door()
    before = len(practice.actions())
    with pytest.raises(UsageError):
        door.unlock("owner", words)
    assert len(practice.actions()) == before
    door.close()


@pytest.mark.parametrize(
    "words", ["Zöe", "ﬁne Ⅷ", "が", "x" * 1_024, "é" * 512], ids=["accent", "ligature", "kana", "long", "wide"]
)
def test_composed_and_decomposed_passphrases_are_one(tmp_path: Path, words: str) -> None:
    path, clock = str(tmp_path / "v.tacenda"), Clock()
    new_vault(path, "practice", "owner", unicodedata.normalize("NFC", words), clock=clock, cost=COST)
    door = Door(path, clock=clock, folder=str(tmp_path))
    door.unlock(None, unicodedata.normalize("NFD", words)).lock()
    assert len(passphrases.normalise(words)) <= bounds.MAX_PASSPHRASE


def test_a_damaged_slot_is_no_wrong_passphrase(practice: Practice) -> None:
    damage(practice, 0, 1)
    door = practice.door()
    with pytest.raises(NotWhole, match="slot was altered"):
        door.unlock("owner", PASSPHRASES["owner"])
    facts = door.facts()
    assert facts is not None
    assert facts.failed_unlocks == []
    assert not facts.broken
    door.close()
    # and it closes nobody else out
    practice.unlock("clinician").lock()


def test_a_broken_vault_is_not_unlocked(practice: Practice) -> None:
    raw = bytearray(practice.path.read_bytes())
    raw[16 + 33] ^= 1
    practice.path.write_bytes(raw)
    door = practice.door()
    door.wait()
    facts = door.facts()
    assert facts is not None
    assert facts.broken
    assert facts.findings
    with pytest.raises(VaultBroken):
        door.unlock("owner", PASSPHRASES["owner"])
    assert practice.path.read_bytes() == bytes(raw)
    door.close()


def test_what_is_no_vault_is_said_when_somebody_waits(tmp_path: Path) -> None:
    door = Door(str(tmp_path / "nothing"), folder=str(tmp_path))
    door.start()
    with pytest.raises(NotAVault):
        door.wait()
    with pytest.raises(NotAVault):
        door.facts()
    door.close()


def test_a_read_only_file_is_checked_but_not_opened() -> None:
    with faults.tmpfs(1 << 20) as disk:
        path, clock = disk / "v.tacenda", Clock()
        new_vault(str(path), "practice", "owner", WRONG, clock=clock, cost=COST)
        before = path.read_bytes()
        with faults.read_only(disk):
            door = Door(str(path), clock=clock, folder=str(disk / "state"))
            door.wait()
            facts = door.facts()
            assert facts is not None
            assert facts.writable
            assert not facts.findings
            with pytest.raises(ReadOnly):
                door.unlock(None, WRONG)
            door.close()
        assert path.read_bytes() == before


def test_on_a_full_disk_a_miss_is_counted_and_the_right_passphrase_opens_nothing() -> None:
    with faults.tmpfs(1 << 20) as disk, faults.tmpfs(1 << 20) as elsewhere:
        path, clock = disk / "v.tacenda", Clock()
        new_vault(str(path), "practice", "owner", "right", clock=clock, cost=COST)
        ballast = faults.fill(disk)
        size = path.stat().st_size
        door = Door(str(path), clock=clock, folder=str(elsewhere))
        # the last page of the file has room for some
        misses = 0
        while "Counted" not in refused(door).safe:
            misses += 1
            clock.later(61)
        clock.later(61)
        with pytest.raises(NoSpace):
            door.unlock(None, "right")
        assert path.stat().st_size == size + misses * 208
        ballast.unlink()
        session = door.unlock(None, "right")
        session.lock()
        door.close()
        ledger = Ledger(str(path), clock)
        said = public.read(Action.UNLOCK, ledger.record(1 + misses).parts[0] or b"")
        ledger.close()
        assert isinstance(said, Unlock)
        assert said.failed == 1


def test_while_somebody_else_writes_the_door_is_not_called_read_only(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalStore.__init__, "__defaults__", (0.05,))
    lock = os.open(str(practice.path) + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        door = practice.door()
        door.wait()
        facts = door.facts()
        assert facts is not None
        assert facts.writable == ""
        with pytest.raises(Busy):
            door.unlock("owner", PASSPHRASES["owner"])
        door.close()
    finally:
        os.close(lock)


def test_an_unlock_that_is_cut_short_is_locked_again(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    door = practice.door()
    with monkeypatch.context() as patch:
        patch.setattr("core.keyring.open_sealed", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            door.unlock("owner", PASSPHRASES["owner"])
    assert practice.actions()[-3:] == [Action.UNLOCK, Action.LIST, Action.LOCK]
    session = door.unlock("owner", PASSPHRASES["owner"])
    session.open_rest()
    assert {row.code for row in session.catalog.clients()} == {"OTTER", "MAPLE", "HERON"}
    session.lock()
    assert practice.verdict().intact


def _interrupted(key: bytes, stored: bytes, associated: bytes) -> bytes:
    raise KeyboardInterrupt
