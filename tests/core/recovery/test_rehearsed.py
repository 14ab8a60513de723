"""Whether the kit was rehearsed is asked of the present kit, and answered by drills where both halves matched."""

from __future__ import annotations

import msgspec
import pytest

from core.acts import trail
from core.alerts import Alert, Engine, Rule
from core.alerts.alert import DAY_MS
from core.recovery import run_drill
from core.recovery.kit.printed import lines_of
from core.recovery.status import recovery_status
from core.session import Session
from core.today import VAULT, Due
from tests.core.practice import Practice
from tests.core.recovery.test_recovery_kit import Kit, oath, quiet
from vault_format.view import View

DAYS = 30


def short(session: Session) -> None:
    policy = msgspec.structs.replace(session.policy, drill_days=DAYS)
    session.append(lambda acting: [trail.policy(acting, policy)])


def drill(practice: Practice, session: Session, kit: Kit, *, right: bool = True) -> None:
    quiet(practice)
    practice.clock.later(60)
    lines = kit.lines if right else lines_of(bytes(20))
    run_drill(session, lines, oath(kit.secret, practice.clock.now))


def overdue(practice: Practice) -> list[Alert]:
    """Return what an engine that has seen the whole file says at this time of drills."""
    engine, view = Engine(), View(str(practice.path), practice.clock)
    for batch in view.batches():
        engine.take(batch, view.state)
    told = [alert for alert in engine.tick(practice.clock.now, view.state) if alert.rule == Rule.DRILL_OVERDUE]
    view.close()
    return told


def today(session: Session) -> Due | None:
    return next((row for row in session.due() if row.kind == VAULT and row.type == "drill"), None)


def test_a_drill_that_failed_puts_nothing_off(practice: Practice) -> None:
    owner = practice.unlock()
    short(owner)
    kit = Kit(practice, owner)
    drill(practice, owner, kit)
    assert (today(owner), overdue(practice)) == (None, [])
    practice.clock.later((DAYS - 1) * 86_400)
    drill(practice, owner, kit, right=False)
    assert (today(owner), overdue(practice)) == (None, [])
    practice.clock.later(2 * 86_400)
    row, [alert] = today(owner), overdue(practice)
    assert row is not None
    assert (row.urgent, row.what) == (True, "Recovery drill 31 days old, the policy says 30")
    assert alert.member == 1
    status = recovery_status(owner).kit
    assert status is not None
    assert (status.matched, status.drill_due < practice.clock.now) == (False, True)
    drill(practice, owner, kit)
    assert (today(owner), overdue(practice)) == (None, [])


@pytest.mark.slow
def test_a_drill_of_the_kit_before_says_nothing_of_this_one(practice: Practice) -> None:
    owner = practice.unlock()
    short(owner)
    first = Kit(practice, owner)
    drill(practice, owner, first)
    practice.clock.later((DAYS - 1) * 86_400)
    Kit(practice, owner)
    row = today(owner)
    assert row is not None
    assert (row.urgent, "never rehearsed" in row.what) == (False, True)
    # the time begins anew with the kit, and what was never rehearsed for so long is urgent
    practice.clock.later(2 * 86_400)
    assert overdue(practice) == []
    practice.clock.later(DAYS * 86_400)
    row, [alert] = today(owner), overdue(practice)
    assert row is not None
    assert (row.urgent, "never rehearsed" in row.what) == (True, True)
    assert alert.time == practice.clock.now
    assert practice.clock.now > DAYS * DAY_MS
