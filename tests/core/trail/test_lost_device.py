"""The statement about a lost device says what stood in the vault then, how it was sealed, and whether it was locked."""

from __future__ import annotations

import json

import pytest

from core.acts.trail import unlock_failed
from core.reports.lost_device import statement
from core.reports.lost_page import as_json, as_markdown
from core.upkeep.keys.passphrase import change
from tests.core.practice import COST, NOW, PASSPHRASES, Practice, damage, unsigned
from vault_format.codes import Action
from vault_format.errors import UsageError

HOUR_MS = 3_600_000


def test_a_locked_vault_is_said_to_be_locked_and_what_was_in_it(practice: Practice) -> None:
    practice.clock.now += HOUR_MS
    found = statement(str(practice.path), None, practice.clock)
    assert found.intact
    assert (found.chart_notes, found.process_notes, found.clients) == (7, 2, 3)
    assert found.records == practice.verdict().records
    assert found.head == practice.verdict().head.hex()
    assert {slot.member for slot in found.slots} == {"owner", "clinician", "supervisor", "auditor"}
    assert {(slot.memory, slot.passes) for slot in found.slots} == {(COST.memory, COST.passes)}
    assert found.open_sessions == ()
    assert practice.actions()[found.last_lock_record] == Action.LOCK
    page = as_markdown(found)
    assert "7 chart notes, 2 process notes, 3 clients" in page
    assert "Every session on the record was locked" in page
    assert "XChaCha20-Poly1305" in page
    assert "64 MiB and 3 passes" in page
    for word in ("OTTER", "signed text", "name of"):
        assert word not in page + as_json(found)
    assert json.loads(as_json(found))["head"] == found.head


def test_a_session_that_was_open_then_is_named(practice: Practice) -> None:
    practice.clock.now += HOUR_MS
    session = practice.unlock("clinician")
    unlocked = len(practice.actions()) - 2
    practice.clock.now += HOUR_MS
    lost = practice.clock.now
    practice.clock.now += HOUR_MS
    session.lock()
    unsigned(practice, [unlock_failed(2)] * 3)
    now = statement(str(practice.path), None, practice.clock)
    assert now.open_sessions == ()
    found = statement(str(practice.path), lost, practice.clock)
    (open_one,) = found.open_sessions
    assert (open_one.member, open_one.record, open_one.unlocked) == ("clinician", unlocked, NOW + HOUR_MS)
    assert (found.later, found.later_failures) == (4, 3)
    page = as_markdown(found)
    assert "**No lock is on the record at that time for:**" in page
    assert "clinician, unlocked" in page
    assert "4 records after that time, 3 of them failed" in page


def test_a_passphrase_that_was_changed_after_the_loss_is_not_taken_for_the_one_before(practice: Practice) -> None:
    found = statement(str(practice.path), NOW + 1, practice.clock)
    assert all(slot.since <= found.lost for slot in found.slots)
    practice.clock.now += HOUR_MS
    lost = practice.clock.now
    practice.clock.now += HOUR_MS
    owner = practice.unlock()
    change(owner, PASSPHRASES["owner"], "herons fly at dawn over nine grey ponds", cost=COST)
    owner.lock()
    assert "after the loss: the lost copy has the one before" in as_markdown(
        statement(str(practice.path), lost, practice.clock)
    )


def test_a_damaged_copy_and_a_time_before_it_say_so(practice: Practice) -> None:
    session = practice.unlock()
    sequence, position = session.catalog.entry(practice.notes["plan"]).live
    session.lock()
    with pytest.raises(UsageError, match="made after"):
        statement(str(practice.path), NOW - HOUR_MS, practice.clock)
    damage(practice, sequence, position + 1)
    assert "does not verify" in as_markdown(statement(str(practice.path), None, practice.clock))
