"""The door: what is known without a key, the right passphrase, and the wrong ones."""

from __future__ import annotations

import fcntl
import os
import struct
import unicodedata
from pathlib import Path

import pytest

from core.acts import trail
from core.create import new_vault
from core.keys import passphrase as passphrases
from core.session import Door, NoteDraft, RefusedUnlock
from core.session.door import find_member
from core.session.failures import FailureCounter, seconds_to_wait
from tests.core.practice import COST, NOW, PASSPHRASES, Clock, Practice, damage, unsigned
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


def test_a_miss_is_recorded_and_the_next_try_waits(practice: Practice) -> None:
    door = practice.door()
    door.wait()
    count = door.opened.ledger.count
    error = refused(door)
    assert f"record {count:,}" in error.safe
    assert error.retry_after == 1
    facts = door.facts()
    assert facts is not None
    assert facts.failed_unlocks == [NOW]

    # within the wait nothing is tried, not even the right one
    early = refused(door, PASSPHRASES["owner"])
    assert early.retry_after == 1
    assert "Nothing was tried." in str(early)
    assert door.opened.ledger.count == count + 1

    practice.clock.later(1)
    assert refused(door).retry_after == 2
    practice.clock.later(2)
    session = door.unlock("owner", PASSPHRASES["owner"])
    session.lock()
    verdict = practice.verdict()
    assert verdict.intact
    assert verdict.unattested == 2


@pytest.mark.slow
def test_what_a_colleague_signs_does_not_shorten_the_wait(practice: Practice) -> None:
    door = practice.door()
    for wait in (1, 2, 4):
        assert refused(door).retry_after == wait
        practice.clock.later(wait)
    colleague = practice.unlock("clinician")
    colleague.save_note(NoteDraft(practice.clients["OTTER"], "ordinary work"))
    colleague.lock()
    assert refused(door).retry_after == 8
    practice.clock.later(1)
    early = refused(door, PASSPHRASES["owner"])
    assert (early.retry_after, early.safe) == (7, "Nothing was tried.")
    practice.clock.later(7)

    # the member's own unlock ends it
    door.unlock("owner", PASSPHRASES["owner"]).lock()
    assert refused(practice.door()).retry_after == 1
    assert practice.verdict().intact


def test_another_session_of_the_member_does_not_shorten_the_wait(practice: Practice) -> None:
    session = practice.unlock()
    door = practice.door()
    for wait in (1, 2):
        assert refused(door).retry_after == wait
        practice.clock.later(wait)
    session.save_note(NoteDraft(practice.clients["OTTER"], "typed elsewhere"))
    assert refused(door).retry_after == 4
    session.lock()


def test_who_tries_one_name_after_another_waits_too(practice: Practice) -> None:
    door = practice.door()
    door.wait()
    for wait, name in ((1, "owner"), (2, "clinician"), (4, "supervisor")):
        with pytest.raises(RefusedUnlock) as caught:
            door.unlock(name, "not this one")
        assert caught.value.retry_after == wait
        practice.clock.later(wait)


def test_a_colleagues_unlock_leaves_what_is_counted_here(practice: Practice) -> None:
    practice.clock.later(5)
    unsigned(practice, [trail.unlock_failed(1)] * bounds.UNLOCK_FAILURES)
    practice.clock.later(61)
    assert "Counted on this machine" in refused(practice.door()).safe
    practice.clock.later(61)
    practice.unlock("clinician").lock()
    assert last_unlock(practice).failed == 0
    practice.unlock().lock()
    assert last_unlock(practice).failed == 1


def test_the_wait_doubles_to_a_minute() -> None:
    assert [seconds_to_wait(count, NOW, NOW) for count in range(9)] == [0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert seconds_to_wait(3, NOW, NOW + 3_999) == 1
    assert seconds_to_wait(3, NOW, NOW + 4_000) == 0


def test_a_last_failure_from_the_far_future_locks_nobody_out(practice: Practice) -> None:
    unsigned(practice, [trail.unlock_failed(1)], [bounds.MAX_TIME])
    session = practice.unlock()
    session.lock()


def test_failures_past_the_cap_are_counted_here_and_told_by_the_next_unlock(practice: Practice) -> None:
    practice.clock.later(5)
    unsigned(practice, [trail.unlock_failed(1)] * bounds.UNLOCK_FAILURES)
    door = practice.door()
    practice.clock.later(61)
    first = practice.clock.now
    count = len(practice.actions())
    error = refused(door)
    assert "Counted on this machine" in error.safe
    assert error.retry_after == 60
    practice.clock.later(61)
    last = practice.clock.now
    refused(door)
    assert len(practice.actions()) == count
    door.close()

    # the count outlives the process
    practice.clock.later(1)
    again = practice.door()
    assert refused(again, PASSPHRASES["owner"]).retry_after == 59
    practice.clock.later(60)
    again.unlock("owner", PASSPHRASES["owner"]).lock()
    said = last_unlock(practice)
    assert (said.failed, said.first, said.last) == (2, first, last)

    practice.unlock().lock()
    assert last_unlock(practice).failed == 0
    assert practice.verdict().intact


def test_an_hour_makes_room_for_one_more(practice: Practice) -> None:
    unsigned(practice, [trail.unlock_failed(1)] * bounds.UNLOCK_FAILURES)
    practice.clock.later(3_600)
    assert "Recorded as record" in refused(practice.door()).safe


@pytest.mark.parametrize("stored", [b"", b"x" * 20, b"x" * 200, struct.pack("<IQQ", 3, 2**60, 2**61)])
def test_a_spoilt_counter_counts_as_none(practice: Practice, stored: bytes) -> None:
    door = practice.door()
    door.wait()
    state = door.opened.ledger.state
    counter = practice.folder / "failures" / f"{state.vault_id.hex()[:32]}-{state.members[1].enrolment:016x}"
    door.close()
    counter.parent.mkdir(parents=True)
    counter.write_bytes(stored)
    practice.unlock().lock()
    assert last_unlock(practice).failed == 0
    assert practice.verdict().intact


def test_the_counter_follows_no_link(practice: Practice, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"keep me")
    counter = FailureCounter(b"\1" * 32, 7, str(practice.folder))
    place = practice.folder / "failures" / f"{'01' * 16}-{7:016x}"
    place.parent.mkdir(parents=True)
    place.symlink_to(target)
    counter.add(NOW)
    assert target.read_bytes() == b"keep me"
    assert counter.count == 1


def test_a_flood_of_forged_failures_is_set_aside_and_the_vault_stays_usable(practice: Practice) -> None:
    practice.clock.later(600)
    unsigned(practice, [trail.unlock_failed(1)] * 2_000)
    practice.clock.later(120)
    door = practice.door()
    door.wait()
    facts = door.facts()
    assert facts is not None
    assert [notice.kind for notice in facts.notices] == ["flood"]
    assert not facts.findings
    session = door.unlock("owner", PASSPHRASES["owner"])
    session.open_rest()
    # what is read and written behind the flood stands at its right number
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], "behind the flood"))
    assert session.read_note(saved.note).text == "behind the flood"
    assert session.vault.columns.shape(saved.sequence).action == Action.SAVE
    assert len(session.vault.columns) == session.vault.ledger.count
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    session.lock()
    verdict = practice.verdict()
    assert verdict.intact
    assert verdict.unattested == bounds.UNLOCK_FAILURES


def test_a_flood_that_was_seen_from_the_door_is_no_cut_later(practice: Practice) -> None:
    door = practice.door()
    door.wait()
    unsigned(practice, [trail.unlock_failed(1)] * 500)
    practice.clock.later(120)
    refused(door)
    door.close()
    practice.clock.later(120)
    practice.unlock().lock()
    assert practice.verdict().intact


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
