"""Alerts against simulated months: attacks hidden in ordinary life are found, and ordinary life is quiet.

Records here are only what a verifier hands on (tuples of header fields and public parts); nothing is signed.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import msgspec
import pytest

from core.alerts import Alert, Engine, Rule, Severity
from core.alerts.alert import DAY_MS, HOUR_MS, MINUTE_MS
from core.create import default_policy
from tests.core.practice import COST
from vault_format import bounds
from vault_format.authority.state import EpochState, KitState, Member, State
from vault_format.codes import Action, ClientStatus, Flag, Kind, NoteClass, Reason, Role
from vault_format.encoding import encode
from vault_format.frames import layout
from vault_format.frames.scan import Batch, Item, Parts
from vault_format.public import Shape
from vault_format.public.entities import ClientSet, Disclose
from vault_format.public.members import AlertPolicy, Keys, Rollover
from vault_format.public.trail import Alert as AlertShape
from vault_format.public.trail import Counted, Reasoned, Unlock

MONDAY = 1_795_392_000_000
"""2026-11-23 00:00 UTC, a Monday."""
NAMES = ("owner", "clinician", "supervisor", "auditor")


def a_state(alerts: AlertPolicy | None = None) -> State:
    policy = default_policy(COST)
    state = State(policy=msgspec.structs.replace(policy, alerts=alerts or policy.alerts))
    for number, name in enumerate(NAMES, 1):
        state.members[number] = Member(
            number, name, Role(number), number, 0, 0, bytes(32), bytes(32), bytes(32), registered_epoch=1
        )
    state.epochs.append(EpochState(1, bytes(32), bytes(32), bytes(32), 0, MONDAY))
    return state


@dataclass
class Life:
    """Feeds an engine with records, one by one."""

    engine: Engine = field(default_factory=Engine)
    state: State = field(default_factory=a_state)
    time: int = MONDAY
    seq: int = 0
    session: int = 0
    alerts: list[Alert] = field(default_factory=list)

    def act(
        self, action: Action, member: int, said: Shape | None = None, *, flags: int = 0, client: int = 0,
        kind: Kind = Kind.NONE, after: int = 1_000, outcome: int = 0,
    ) -> None:  # fmt: skip
        self.time += after
        generation = 0 if action in (Action.UNLOCK_FAILED, Action.RECOVERY_FAILED, Action.RECOVERY_BEGUN) else 1
        note_class = NoteClass.CHART if kind else NoteClass.NONE
        session = self.session if generation else 0
        key = layout.HEADER.pack(
            layout.MAGIC, 0, outcome, action, 1, member, generation, kind, note_class, flags, 0, 1 if said else 0,
            self.seq, self.time, session, client, client, 1, 208, 0, bytes(32), bytes(32),
        )[4:24]  # fmt: skip
        raw = encode(said) if said is not None else b""
        parts = Parts(b"", [(1, 0, 0, 0, 0, 0, len(raw), 0, b"")], [0], len(raw)) if said is not None else None
        fields = (layout.MAGIC, key, self.seq, self.time, session, client, client, 1, 208, 0, bytes(32), bytes(32))
        item: Item = (0, bytes(208), fields, parts)
        self.alerts += self.engine.take(Batch(raw, 0, [item]), self.state)
        self.seq += 1

    def unlock(self, member: int, origin: int = 0, *, after: int = 1_000) -> None:
        self.session += 1
        self.act(
            Action.UNLOCK, member, Unlock(origin=bytes([member, origin]) * 4, failed=0, first=0, last=0), after=after
        )

    def read(self, member: int, times: int = 1, *, after: int = 90_000, flags: int = 0, client: int = 7) -> None:
        for _ in range(times):
            self.act(Action.READ, member, flags=flags, client=client, kind=Kind.NOTE, after=after)

    def export(self, member: int, notes: int, *, client: int = 7, after: int = 90_000) -> None:
        said = Disclose(form=1, basis=1, purpose=1, entries=notes, process=False)
        self.act(Action.DISCLOSE, member, said, client=client, kind=Kind.CLIENT, after=after)

    def told(self) -> Counter[Rule]:
        return Counter(alert.rule for alert in self.alerts)


def working_day(life: Life, day: int, chance: random.Random) -> None:
    """Play a day of a practice: two counselors, who mistype now and then, come early, stay late, forget to lock."""
    for member in (1, 2):
        if chance.random() < 0.05:
            continue
        begins = MONDAY + day * DAY_MS + 8 * HOUR_MS + int(chance.gauss(0, 20) * MINUTE_MS)
        life.time = max(life.time, begins)
        if chance.random() < 0.15:
            life.act(Action.UNLOCK_FAILED, member, after=4_000)
        life.unlock(member, 0, after=6_000)
        for _ in range(chance.randrange(5, 9)):
            life.read(member, chance.randrange(1, 4), after=chance.randrange(20_000, 300_000))
            life.act(Action.SAVE, member, client=7, kind=Kind.NOTE, after=chance.randrange(5, 50) * MINUTE_MS)
        life.act(Action.LOCK, member)


def months(count: int, seed: int = 1, alerts: AlertPolicy | None = None) -> Life:
    life, chance = Life(state=a_state(alerts)), random.Random(seed)
    for day in range(count * 30):
        if day % 7 < 5:
            working_day(life, day, chance)
        # both members' days overlap in one chain: the time is that of the last record
        life.time = min(life.time, MONDAY + day * DAY_MS + 21 * HOUR_MS)
    return life


def test_three_months_of_ordinary_life_are_quiet() -> None:
    life = months(3)
    loud = [alert for alert in life.alerts if alert.severity >= Severity.HIGH]
    assert loud == []
    assert len(life.alerts) <= 3


@pytest.mark.parametrize("seed", range(5))
def test_every_attack_in_ordinary_life_is_found(seed: int) -> None:
    life = months(3, seed)
    before = len(life.alerts)
    night = MONDAY + 95 * DAY_MS + 2 * HOUR_MS
    life.time = night
    for _ in range(6):
        life.act(Action.UNLOCK_FAILED, 2, after=20_000)
    life.unlock(2, 9)
    life.read(2, 120, after=1_500)
    found = {alert.rule for alert in life.alerts[before:]}
    assert found >= {
        Rule.FAILURES, Rule.SUCCESS_AFTER_FAILURES, Rule.NEW_HOST, Rule.OUTSIDE_HOURS, Rule.UNUSUAL_TIME,
        Rule.TOO_FAST, Rule.BULK_READING,
    }  # fmt: skip


def test_five_failures_in_ten_minutes_are_told_and_four_are_not() -> None:
    life = Life()
    for _ in range(4):
        life.act(Action.UNLOCK_FAILED, 1, after=MINUTE_MS)
    assert life.alerts == []
    life.act(Action.UNLOCK_FAILED, 1, after=11 * MINUTE_MS)
    assert life.alerts == []
    for _ in range(4):
        life.act(Action.UNLOCK_FAILED, 1, after=MINUTE_MS)
    assert [alert.rule for alert in life.alerts] == [Rule.FAILURES]
    assert len(life.alerts[0].records) == 5


def test_five_notes_that_do_not_open_are_told_and_four_or_two_members_are_not() -> None:
    life = Life()
    life.time = MONDAY + 9 * HOUR_MS
    for _ in range(4):
        life.act(Action.ACT_FAILED, 2, after=MINUTE_MS)
        life.act(Action.ACT_FAILED, 1, after=MINUTE_MS)
    assert life.alerts == []
    life.act(Action.ACT_FAILED, 2, after=MINUTE_MS)
    assert life.told() == {Rule.NOT_OPENED: 1}
    assert life.alerts[0].severity is Severity.HIGH
    assert life.alerts[0].member == 2
    assert len(life.alerts[0].records) == 5


def test_an_alert_does_not_repeat_itself_into_noise() -> None:
    life = Life()
    life.unlock(1)
    life.read(1, 500, after=400)
    assert life.told()[Rule.TOO_FAST] == 1
    assert life.told()[Rule.BULK_READING] == 1


def test_an_export_counts_with_every_note_that_it_lets_out() -> None:
    life = Life()
    life.time = MONDAY + 9 * HOUR_MS
    life.unlock(2)
    life.read(2, 10)
    life.export(2, 30)
    assert life.told() == {Rule.EXPORT: 1}
    life.export(2, 500, client=8)
    assert life.told()[Rule.BULK_READING] == 1
    told = next(alert for alert in life.alerts if alert.rule is Rule.BULK_READING)
    assert (told.severity, told.records) == (Severity.HIGH, (life.seq - 1,))


def test_looking_inside_many_notes_is_one_record_and_no_bulk_reading() -> None:
    life = Life(time=MONDAY + 9 * HOUR_MS)
    life.unlock(2)
    for _ in range(30):
        life.act(Action.SEARCH, 2, Counted(chart=500, process=20))
    assert life.alerts == []


def test_a_second_burst_a_second_client_and_a_second_machine_that_day_are_told() -> None:
    life = Life()
    life.time = MONDAY + 9 * HOUR_MS
    life.unlock(2)
    for client in (7, 8, 8):
        life.read(2, flags=Flag.OUTSIDE_CASELOAD, client=client)
    assert life.told() == {Rule.OUTSIDE_CASELOAD: 2}
    for origin in (3, 4, 3):
        life.unlock(2, origin)
    assert life.told()[Rule.NEW_HOST] == 2
    for pause in (MINUTE_MS, 6 * HOUR_MS):
        life.time += pause
        for _ in range(9):
            life.act(Action.UNLOCK_FAILED, 2, after=MINUTE_MS)
    assert life.told()[Rule.FAILURES] == 2


def test_a_foreign_and_a_closed_clients_notes_are_told() -> None:
    life = Life()
    life.unlock(2)
    life.read(2, flags=Flag.OUTSIDE_CASELOAD)
    life.act(
        Action.CLIENT_SET, 1, ClientSet(status=ClientStatus.CLOSED, hold=None, members=None, reason=0), client=8,
        kind=Kind.CLIENT,
    )  # fmt: skip
    life.read(2, client=8)
    assert life.told() == {Rule.OUTSIDE_CASELOAD: 1, Rule.CLOSED_CLIENT: 1, Rule.OUTSIDE_HOURS: 1}


def test_a_filled_cap_does_not_hide_what_follows() -> None:
    life = Life()
    life.time = MONDAY + 9 * HOUR_MS
    life.unlock(1)
    for _ in range(bounds.UNLOCK_FAILURES):
        life.act(Action.UNLOCK_FAILED, 1, after=50)
    life.unlock(1)
    assert life.told()[Rule.CAP_REACHED] == 1
    assert life.told()[Rule.SUCCESS_AFTER_FAILURES] == 1


def test_words_that_a_person_said_differ_are_told_as_they_stand() -> None:
    life = Life()
    life.time = MONDAY + 9 * HOUR_MS
    life.unlock(1)
    life.act(Action.ALERT, 1, AlertShape(rule=Rule.WORDS_DIFFER, severity=Severity.HIGH, records=[3]))
    life.act(Action.ALERT, 1, AlertShape(rule=Rule.TOO_FAST, severity=Severity.HIGH, records=[3]))
    assert [(each.rule, each.severity, each.records) for each in life.alerts] == [
        (Rule.WORDS_DIFFER, Severity.HIGH, (3,))]  # fmt: skip


def test_recoveries_refused_keys_and_findings_are_critical() -> None:
    life = Life()
    life.act(Action.RECOVERY_BEGUN, 1)
    life.act(Action.MEMBER_REKEY, 5)
    life.act(Action.GRANT_REFUSED, 2)
    alerts = life.alerts + life.engine.finding(17, life.time)
    by_rule = {alert.rule: alert.severity for alert in alerts}
    assert by_rule[Rule.RECOVERY_FAILED] is Severity.HIGH
    assert by_rule[Rule.RECOVERY] is by_rule[Rule.KEYS_REFUSED] is by_rule[Rule.FINDING] is Severity.CRITICAL


def test_a_clock_that_steps_back_and_a_member_who_was_away() -> None:
    life = Life()
    life.time = MONDAY + 9 * HOUR_MS
    life.unlock(1)
    life.act(Action.LOCK, 1, after=-2 * MINUTE_MS)
    life.unlock(1, after=50 * DAY_MS)
    assert life.told() == {Rule.CLOCK: 2, Rule.DORMANT: 1}


@pytest.mark.parametrize(
    ("after", "told"), [(-MINUTE_MS, 0), (-MINUTE_MS - 1, 1), (40 * DAY_MS, 0), (40 * DAY_MS + 1, 1)]
)
def test_a_clock_may_go_so_far_and_no_further(after: int, told: int) -> None:
    life = Life()
    life.time = MONDAY + 9 * HOUR_MS
    life.unlock(1)
    life.act(Action.LOCK, 1, after=after)
    assert life.told()[Rule.CLOCK] == told


def test_what_is_overdue_is_told_once_a_week() -> None:
    life = Life()
    life.unlock(1)
    later = MONDAY + 91 * DAY_MS
    rules = {alert.rule for alert in life.engine.tick(later, life.state)}
    assert rules == {Rule.ROTATION_OVERDUE, Rule.REVIEW_OVERDUE}
    assert life.engine.tick(later + HOUR_MS, life.state) == []
    assert life.engine.tick(later + 7 * DAY_MS - HOUR_MS, life.state) == []
    assert {alert.rule for alert in life.engine.tick(later + 7 * DAY_MS, life.state)} == rules


def test_keys_that_somebody_asked_for_are_told_beside_those_that_are_due() -> None:
    life = Life()

    def late(hours: float) -> list[tuple[Severity, int, tuple[int, ...]]]:
        told = life.engine.tick(MONDAY + int(hours * HOUR_MS), life.state)
        return [(each.severity, each.member, each.records) for each in told if each.rule is Rule.ROTATION_OVERDUE]

    life.unlock(2)
    life.act(Action.ROTATION_DUE, 2, Reasoned(reason=Reason.COMPROMISE))
    assert late(0.9) == []
    assert late(1.1) == [(Severity.HIGH, 2, (0, 1))]
    assert late(25) == []
    # another request is another matter; what was told of it a week ago is told again
    life.act(Action.ROTATION_DUE, 2, Reasoned(reason=Reason.KIT_RECOVERY), after=25 * HOUR_MS)
    assert late(27) == [(Severity.HIGH, 2, (0, 2))]
    assert late(8 * 24) == []
    assert late(8 * 24 + 4) == [(Severity.HIGH, 2, (0, 2))]
    # the policy's date is told besides, in its own words
    assert late(91 * 24) == [(Severity.HIGH, 2, (0, 2)), (Severity.LOW, 0, (0,))]
    life.state.epochs.append(EpochState(2, bytes(32), bytes(32), bytes(32), 3, MONDAY + 91 * DAY_MS))
    life.act(Action.EPOCH_OPEN, 1, after=90 * DAY_MS)
    assert late(92 * 24) == []
    assert late(100 * 24) == []


@pytest.mark.parametrize(("reason", "asks"), [(Reason.COMPROMISE, True), (Reason.BY_DATE, False)])
def test_a_rollover_asks_for_new_keys_where_somebody_might_know_the_old(reason: Reason, asks: bool) -> None:
    life = Life()
    life.unlock(2)
    keys = Keys(sign=bytes(32), box=bytes(32), proof=bytes(64))
    life.act(Action.MEMBER_ROLLOVER, 2, Rollover(keys=keys, master=bytes(32), slot=None, kit=None, reason=reason))
    told = life.engine.tick(life.time + 2 * HOUR_MS, life.state)
    assert [each.rule for each in told] == [Rule.ROTATION_OVERDUE] * asks


def test_a_rehearsal_is_due_from_the_kit_or_the_last_drill_that_worked() -> None:
    life = Life()

    def due(days: int) -> list[tuple[int, tuple[int, ...]]]:
        told = life.engine.tick(MONDAY + days * DAY_MS, life.state)
        return [(alert.member, alert.records) for alert in told if alert.rule is Rule.DRILL_OVERDUE]

    policy = life.state.policy
    assert policy is not None
    assert policy.drill_days == 180
    for member in (1, 2):
        life.act(Action.KIT_SET, member)
        life.state.members[member].kit = KitState(bytes(16), 1, [])
    assert due(180) == []
    assert due(181) == [(1, (0,)), (2, (1,))]
    assert due(181) == []
    life.time = MONDAY + 182 * DAY_MS
    life.act(Action.DRILL, 1, outcome=1)
    assert due(188) == [(1, (0,)), (2, (1,))]
    life.act(Action.DRILL, 1)
    assert due(195) == [(2, (1,))]
    life.state.members[2].kit = None
    assert due(202) == []
    assert due(182 + 181) == [(1, (3,))]
