"""What the policy says of alerts is what the rules go by, from the next record on; and what no policy changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import msgspec
import msgspec.inspect
import pytest

from core.acts.trail import unlock_failed
from core.alerts import Alert, Rule, Severity
from core.alerts.alert import DAY_MS, HOUR_MS, MINUTE_MS, WORDS
from core.alerts.feed import Feed
from core.alerts.thresholds import loosened
from core.create import default_policy
from core.moments import moment
from core.reports.report import report
from core.session import Session
from core.upkeep.policy import RULES, change_policy, with_values
from core.watching import Watcher
from tests.core.alerts.test_alerts import MONDAY, Life, a_state
from tests.core.practice import COST, Practice, unsigned
from vault_format.codes import Action
from vault_format.public.members import AlertPolicy, Policy

USUAL = default_policy(COST)
NINE = MONDAY + 9 * HOUR_MS
NEITHER = (Rule.REVIEW_OVERDUE, Rule.NEW_HOST)
"""What the day that is judged sets off besides."""


def put_in_force(life: Life, **values: int) -> None:
    """Let the owner change the policy's alerts, by a record."""
    policy = life.state.current_policy()
    life.state.policy = with_values(policy, {f"alerts.{field}": value for field, value in values.items()})
    life.act(Action.POLICY, 1, life.state.policy)


def failures(life: Life, count: int, after: int = MINUTE_MS) -> None:
    for _ in range(count):
        life.act(Action.UNLOCK_FAILED, 2, after=after)


def unlocks(life: Life, count: int) -> None:
    """A member unlocks at nine each day, then once at noon."""
    for day in range(count):
        life.time = NINE + day * DAY_MS
        life.unlock(2)
    life.unlock(2, after=4 * HOUR_MS)


def returned(life: Life, days: int) -> None:
    life.unlock(2)
    life.unlock(2, after=days * DAY_MS + HOUR_MS)


def busy_days(life: Life) -> None:
    """A member opens 20 notes on one day, and 45 on the next."""
    for day, notes in enumerate((20, 45)):
        life.time = NINE + day * DAY_MS
        life.read(2, notes)


MOVED: list[tuple[str, int, Rule, Callable[[Life], None], bool]] = [
    ("failures", 3, Rule.FAILURES, lambda life: failures(life, 3), True),
    ("failures", 8, Rule.FAILURES, lambda life: failures(life, 7), False),
    ("failure_minutes", 240, Rule.FAILURES, lambda life: failures(life, 5, 40 * MINUTE_MS), True),
    ("bulk_notes", 10, Rule.BULK_READING, lambda life: life.read(2, 11), True),
    ("bulk_notes", 100, Rule.BULK_READING, lambda life: life.read(2, 100), False),
    ("bulk_times", 3, Rule.BULK_READING, busy_days, False),
    ("fast_notes", 10, Rule.TOO_FAST, lambda life: life.read(2, 10, after=2_900), True),
    ("fast_notes", 30, Rule.TOO_FAST, lambda life: life.read(2, 29, after=1_000), False),
    ("fast_seconds", 120, Rule.TOO_FAST, lambda life: life.read(2, 20, after=6_000), True),
    ("dormant_days", 14, Rule.DORMANT, lambda life: returned(life, 14), True),
    ("dormant_days", 90, Rule.DORMANT, lambda life: returned(life, 89), False),
    ("clock_minutes", 15, Rule.CLOCK, lambda life: life.act(Action.LOCK, 1, after=-15 * MINUTE_MS), False),
    ("clock_days", 7, Rule.CLOCK, lambda life: life.act(Action.LOCK, 1, after=8 * DAY_MS), True),
    ("clock_days", 90, Rule.CLOCK, lambda life: life.act(Action.LOCK, 1, after=90 * DAY_MS), False),
    ("habit_unlocks", 20, Rule.UNUSUAL_TIME, lambda life: unlocks(life, 20), True),
    ("habit_unlocks", 100, Rule.UNUSUAL_TIME, lambda life: unlocks(life, 99), False),
]


@pytest.mark.parametrize(("field", "value", "rule", "play", "speaks"), MOVED)
def test_each_threshold_of_the_policy_moves_its_rule(
    field: str, value: int, rule: Rule, play: Callable[[Life], None], speaks: bool
) -> None:
    told = []
    for values in ({}, {field: value}):
        life = Life(time=NINE)
        life.unlock(1)
        put_in_force(life, **values)
        play(life)
        told.append(bool(life.told()[rule]))
    assert told == [not speaks, speaks]


def test_every_threshold_of_the_policy_is_tried() -> None:
    assert {field for field, *_ in MOVED} == set(AlertPolicy.__struct_fields__)


def test_a_record_is_judged_by_the_policy_of_its_time_whatever_it_became(practice: Practice, tmp_path: Path) -> None:
    """Whoever follows and whoever comes later are told the same, in the app, by watch and in the report."""
    watcher = Watcher([str(practice.path)], str(tmp_path / "watching"), practice.clock)
    followed = Feed()

    def look(session: Session) -> None:
        live.extend(followed.refresh(session.vault))
        watched.extend(each.alert for each in watcher.step(0))

    live: list[Alert] = []
    watched = [each.alert for each in watcher.begin()]
    practice.clock.now = (practice.clock.now // DAY_MS + 1) * DAY_MS + 23 * HOUR_MS
    owner = practice.unlock()
    look(owner)
    change_policy(owner, {"alerts.failures": 3})
    unsigned(practice, [unlock_failed(2)] * 3)
    look(owner)
    practice.clock.later(3_600)
    # the burst of three, and the unlock at night, stay what they were
    change_policy(owner, {"alerts.failures": 8, "hours_from": 0, "hours_to": 1_440})
    unsigned(practice, [unlock_failed(2)] * 7)
    practice.clock.later(61)
    practice.unlock("clinician").lock()
    change_policy(owner, {"alerts.failures": 3})
    look(owner)
    owner.lock()
    later = Feed().refresh(practice.unlock("auditor").vault)
    for found in (live, watched, later):
        told = [(alert.rule, alert.severity) for alert in found if alert.rule not in NEITHER]
        assert told == [
            (Rule.OUTSIDE_HOURS, Severity.NOTE), (Rule.FAILURES, Severity.HIGH), (Rule.LOOSENED, Severity.NOTE),
            (Rule.SUCCESS_AFTER_FAILURES, Severity.CRITICAL),
        ]  # fmt: skip
    day = moment(practice.clock.now, UTC).date()
    lines = " / ".join(report(str(practice.path), day - timedelta(days=1), practice.clock, until=day).alerts)
    assert [lines.count(WORDS[rule]) for rule in (Rule.OUTSIDE_HOURS, Rule.FAILURES, Rule.LOOSENED)] == [1, 1, 1]


def test_a_burst_within_a_day_is_one_alert_where_a_day_is_what_is_counted() -> None:
    life = Life(time=NINE, state=a_state(msgspec.structs.replace(USUAL.alerts, failure_minutes=1_440)))
    failures(life, 20, HOUR_MS)
    assert life.told()[Rule.FAILURES] == 1


def test_what_is_critical_and_what_is_damage_is_left_to_no_policy() -> None:
    life = Life(time=NINE, state=a_state(msgspec.structs.replace(USUAL.alerts, failures=8)))
    failures(life, 5)
    life.unlock(2)
    assert [(alert.rule, alert.severity) for alert in life.alerts] == [
        (Rule.SUCCESS_AFTER_FAILURES, Severity.CRITICAL)]  # fmt: skip
    for _ in range(5):
        life.act(Action.ACT_FAILED, 2, after=MINUTE_MS)
    assert life.told()[Rule.NOT_OPENED] == 1


def test_a_looser_policy_is_told_each_time_and_a_stricter_one_is_not() -> None:
    life = Life(time=NINE)
    life.unlock(1)
    for value in (6, 7, 3):
        put_in_force(life, failures=value)
    told = [alert for alert in life.alerts if alert.rule is Rule.LOOSENED]
    assert [(alert.severity, alert.member, alert.records) for alert in told] == [
        (Severity.NOTE, 1, (1,)), (Severity.NOTE, 1, (2,))]  # fmt: skip


@pytest.mark.parametrize(("values", "later"), [
    *(({f"alerts.{field}": getattr(USUAL.alerts, field) + 1}, field not in {"failure_minutes", "fast_seconds"})
      for field in AlertPolicy.__struct_fields__),
    ({"alerts.failures": 4, "alerts.dormant_days": 30}, False), ({"alerts.failures": 4, "alerts.bulk_notes": 41}, True),
    ({"rotation_days": 91}, True), ({"drill_days": 181}, True), ({"review_days": 2}, True), ({"drill_days": 20}, False),
    ({"hours_from": 5 * 60}, True), ({"hours_to": 23 * 60}, True), ({"hours_from": 7 * 60, "hours_to": 1_200}, False),
    ({"hours_from": 22 * 60, "hours_to": 6 * 60}, True), ({"hours_from": 600, "hours_to": 600}, False),
    ({"zone": "Asia/Tokyo"}, True), ({"idle_minutes": 60, "retention_years": 9, "export": 1}, False),
])  # fmt: skip
def test_what_makes_a_policy_looser(values: dict[str, Any], later: bool) -> None:
    assert loosened(USUAL, with_values(USUAL, values)) is later


@pytest.mark.parametrize("field", ["alerts.failure_minutes", "alerts.fast_seconds"])
def test_less_time_to_count_in_is_looser(field: str) -> None:
    longer = with_values(USUAL, {field: 60})
    assert loosened(longer, with_values(longer, {field: 59}))


def test_what_an_owner_may_say_is_what_the_format_allows() -> None:
    def bounds(shape: type[msgspec.Struct], before: str = "") -> dict[str, tuple[int | None, int | None]]:
        found = {}
        for field in msgspec.structs.fields(shape):
            kind = msgspec.inspect.type_info(field.type)
            if isinstance(kind, msgspec.inspect.IntType):
                found[before + field.name] = (kind.ge, kind.le)
        return found

    allowed = {**bounds(Policy), **bounds(AlertPolicy, "alerts.")}
    offered = {rule.field: (rule.least, rule.most) for rule in RULES if rule.field in allowed}
    for cost in ("memory", "passes"):  # a rule of replay bounds these, as FORMAT.md has it
        del allowed[cost], offered[cost]
    assert offered == allowed
