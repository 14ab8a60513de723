"""Whoever reads the trail without a key reads how a recovery went: where it failed, by what it was done, and when."""

from __future__ import annotations

import pytest

from core.audit.page import record_page
from core.audit.recovery_words import done_words, failed_words
from core.audit.trail import Trail
from core.recovery import Recovery
from core.recovery.kit.printed import lines_of
from core.recovery.kit.recovering import Factor
from tests.core.practice import Practice
from tests.core.recovery.test_recovery_kit import COST, NEW, Kit, moment
from vault_format.codes import Action
from vault_format.errors import Refused
from vault_format.ledger import Ledger
from vault_format.public.members import RecoveryDone


def test_every_step_has_its_words() -> None:
    assert [failed_words(step) for step in Factor] == [
        "recovery failed, at the printed code", "recovery failed, at the phone codes", "recovery failed, at the shares",
        "recovery failed, given up",
    ]  # fmt: skip
    assert failed_words(9) == "recovery failed, at step 9"
    said = RecoveryDone(factors=1 << 3, steps=[(3, 0), (3, 61_000)])
    assert done_words(said) == "by shares; shares 1970-01-01 00:00:00, shares 1970-01-01 00:01:01 UTC"
    assert done_words(RecoveryDone(factors=0, steps=[])) == "by factors 0"


def test_the_trail_tells_failures_factors_and_steps_without_a_key(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    with pytest.raises(Refused):
        recovery.enter_code(lines_of(bytes(20)))
    recovery.give_up()
    practice.clock.later(3)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    recovery.finish(NEW)
    door = practice.door()
    door.wait()
    trail = Trail(door.opened.columns, lambda _: "")
    told = [row.what for row in map(trail.row, range(len(trail))) if "recovery" in row.what][1:]
    assert told == [
        "recovery begun", "recovery failed, at the printed code", "recovery failed, given up", "recovery begun",
        "recovery done",
    ]  # fmt: skip
    ledger = Ledger(str(practice.path), practice.clock)
    seq = next(seq for seq in range(ledger.count) if ledger.record(seq).header.action == Action.RECOVERY_DONE)
    said = record_page(ledger, seq).said
    ledger.close()
    assert said.startswith("by printed code and phone codes; printed code 20")
    assert said.count(":") == 4
