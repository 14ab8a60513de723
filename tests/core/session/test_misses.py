"""Wrong passphrases: recorded, slowed, counted; and floods of made-up ones."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from core.acts import trail
from core.session import NoteDraft, RefusedUnlock
from core.session.entrance.failures import FailureCounter, seconds_to_wait
from tests.core.practice import NOW, PASSPHRASES, Practice, unsigned
from tests.core.session.test_unlock import last_unlock, refused
from vault_format import bounds
from vault_format.codes import Action


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
    assert session.member == "owner"
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
