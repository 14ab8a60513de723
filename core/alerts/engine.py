"""The engine: records in, alerts out. It sees what a verifier sees, and decides nothing but whom to tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from core.alerts.alert import DAY_MS, Alert, Rule, Severity
from core.alerts.event import Event, Events
from core.alerts.habits import Habits, hour_of_week
from core.alerts.late_keys import LateKeys
from core.alerts.reviewing import Waiting, days_for
from core.alerts.thresholds import GUESSED, GUESSED_WITHIN, PAUSE, QUIET, REMINDER, Thresholds, in_hours, loosened
from core.moments import moment, zone_of
from vault_format import bounds
from vault_format.authority.state import State
from vault_format.codes import Action, ClientStatus, Flag, Kind, Role
from vault_format.frames.scan import Batch
from vault_format.public.entities import ClientSet, Disclose
from vault_format.public.members import Genesis, Policy, Rollover
from vault_format.public.trail import Alert as AlertShape
from vault_format.public.trail import Reviewed, Unlock

_MOST_RECORDS = 100
_FAILED = {Action.UNLOCK_FAILED, Action.RECOVERY_FAILED}
_BURSTS = {Rule.FAILURES, Rule.TOO_FAST, Rule.NOT_OPENED, Rule.RECOVERY_FAILED}
_OVERDUE = {Rule.ROTATION_OVERDUE, Rule.DRILL_OVERDUE, Rule.REVIEW_OVERDUE}
_BY_CLIENT = {Rule.OUTSIDE_CASELOAD, Rule.CLOSED_CLIENT}


@dataclass(frozen=True, slots=True)
class _InForce:
    """A policy, with its thresholds and its zone."""

    policy: Policy
    limits: Thresholds
    zone: tzinfo


class Engine:
    """Follows one vault. Give it every accepted batch with `take`, and `tick` from time to time.

    Each record is judged by the policy that was in force there, as the records before it say: the same records always
    give the same alerts, whenever they are judged, and whatever the policy became.
    """

    def __init__(self) -> None:
        self._in_force: _InForce | None = None
        self._events = Events()
        self._habits: dict[int, Habits] = {}
        self._failures: list[tuple[int, int]] = []
        self._unsigned = 0
        self._statuses: dict[int, int] = {}
        self._last_time = 0
        self._last_seq = -1
        self._rehearsed: dict[int, Event] = {}
        self._late_keys = LateKeys()
        self._waiting = Waiting()
        self._told: dict[tuple[int, int, int], tuple[int, int]] = {}

    def take(self, batch: Batch, state: State) -> list[Alert]:
        """Take records that were accepted; STATE is the vault's as it is behind them. Returns what is to be told.

        Where the first record cannot be read, there is no policy to judge by: a finding is told, and nothing else.
        """
        found: list[Alert] = []
        for item in batch.items:
            event = self._events.of(batch, item)
            self._last_seq = event.seq
            present = self._policy_at(event, state)
            if present is None:
                continue
            if isinstance(event.said, Reviewed):
                member = state.members.get(event.shape.member)
                self._waiting.reviewed(event.said, event.session, member.role if member is not None else Role.CLINICIAN)
            else:
                self._waiting.take(event.shape.action, event.seq, event.time, event.session, present.zone)
            found += [alert for alert in self._rules(event, present) if self._is_new(alert)]
            if isinstance(event.said, Policy):
                self._put_in_force(event.said)
        return found

    def _policy_at(self, event: Event, state: State) -> _InForce | None:
        """Return what EVENT is judged by: the policy that the records before it put in force, the first one its own.

        Who begins in the middle of a history begins with the policy of STATE.
        """
        if isinstance(event.said, Genesis):
            self._put_in_force(event.said.policy)
        elif self._in_force is None and state.policy is not None:
            self._put_in_force(state.policy)
        return self._in_force

    def _put_in_force(self, policy: Policy) -> None:
        self._in_force = _InForce(policy, Thresholds.of(policy.alerts), zone_of(policy.zone))

    def tick(self, now: int, state: State) -> list[Alert]:
        """Return what is overdue at NOW (UTC ms): rules that no record sets off."""
        policy = state.policy
        if policy is None or not state.epochs:
            return []
        found = list(self._late_keys.overdue(now, state))
        for member in state.active_members():
            last = self._rehearsed.get(member.number)
            if member.kit is not None and last is not None and now > last.time + policy.drill_days * DAY_MS:
                found.append(Alert(Rule.DRILL_OVERDUE, Severity.NOTE, now, member.number, (last.seq,)))
        days = days_for(policy.review_days, alone=len(list(state.active_members())) == 1)
        waiting = self._waiting.overdue(now, zone_of(policy.zone), days)
        if waiting:
            found.append(Alert(Rule.REVIEW_OVERDUE, Severity.NOTE, now, 0, waiting))
        return [alert for alert in found if self._is_new(alert)]

    def finding(self, seq: int, now: int) -> list[Alert]:
        """Return the alert that a finding at SEQ is."""
        alert = Alert(Rule.FINDING, Severity.CRITICAL, now, 0, (seq,))
        return [alert] if self._is_new(alert) else []

    def is_later(self, alert: Alert) -> bool:
        """Whether ALERT rests on records that this engine never saw."""
        return bool(alert.records) and alert.records[-1] > self._last_seq

    def take_over(self, before: Engine) -> None:
        """Go on for an engine that judged the same vault BEFORE: what it told a moment ago is not told again."""
        for key, told in before._told.items():
            self._told[key] = max(told, self._told.get(key, (0, 0)))

    def _is_new(self, alert: Alert) -> bool:
        """Whether this was not told within the quiet time; what is critical is always told."""
        key = (alert.rule, alert.member, alert.about)
        told, seen = self._told.get(key, (None, alert.time))
        # an earlier one that claims to be later is a clock that was set, or a record made up to silence what follows
        quiet = told is not None and 0 <= alert.time - told < (REMINDER if alert.rule in _OVERDUE else QUIET)
        # a burst that goes on is one; behind a pause it is another
        if alert.rule in _BURSTS and not 0 <= alert.time - seen <= self._pause(alert.rule):
            quiet = False
        if told is not None and alert.severity < Severity.CRITICAL and quiet:
            self._told[key] = (told, alert.time)
            return False
        self._told[key] = (alert.time, alert.time)
        return True

    def _pause(self, rule: Rule) -> int:
        """Return how long a pause (ms) ends a burst: the window in which failed unlocks are counted may be longer."""
        return self._in_force.limits.failure_window if rule is Rule.FAILURES and self._in_force else PAUSE

    def _rules(self, event: Event, present: _InForce) -> Iterator[Alert]:
        limits = present.limits
        yield from self._clock(event, limits)
        shape, action = event.shape, event.shape.action
        if action in _FAILED or action == Action.RECOVERY_BEGUN:
            yield from self._unproven(event, limits)
            return
        unsigned, self._unsigned = self._unsigned, 0
        if not shape.generation:
            self._unsigned = unsigned
            return
        habits = self._habits.setdefault(shape.member, Habits())
        if action == Action.UNLOCK:
            yield from self._unlock(event, present, habits)
        elif action in (Action.READ, Action.DISCLOSE):
            yield from self._opening(event, habits, limits)
        elif action == Action.ACT_FAILED:
            yield from self._unopened(event, habits)
        elif isinstance(event.said, Policy):
            if loosened(present.policy, event.said):
                yield self._alert(Rule.LOOSENED, Severity.NOTE, event)
        else:
            yield from self._other(event)
        habits.last = event.time

    def _alert(self, rule: Rule, severity: Severity, event: Event, *records: int) -> Alert:
        chosen = (records or (event.seq,))[-_MOST_RECORDS:]
        about = event.client if rule in _BY_CLIENT else 0
        if rule == Rule.LOOSENED:
            about = event.seq
        if rule == Rule.NEW_HOST and isinstance(event.said, Unlock):
            about = int.from_bytes(event.said.origin, "little")
        return Alert(rule, severity, event.time, event.shape.member if event.shape.generation else 0, chosen, about)

    def _clock(self, event: Event, limits: Thresholds) -> Iterator[Alert]:
        back = self._last_time - event.time
        if self._last_time and (back > limits.step_back or -back > limits.jump):
            yield self._alert(Rule.CLOCK, Severity.LOW, event)
        self._last_time = event.time

    def _unproven(self, event: Event, limits: Thresholds) -> Iterator[Alert]:
        self._unsigned += 1
        if self._unsigned == bounds.UNLOCK_FAILURES:
            yield self._alert(Rule.CAP_REACHED, Severity.CRITICAL, event)
        if event.shape.action == Action.RECOVERY_BEGUN:
            yield self._alert(Rule.RECOVERY_FAILED, Severity.HIGH, event)
            return
        failures = [each for each in self._failures if abs(each[0] - event.time) <= limits.failure_window]
        self._failures = failures = [*failures[-_MOST_RECORDS:], (event.time, event.seq)]
        if len(failures) >= limits.failures:
            yield self._alert(Rule.FAILURES, Severity.HIGH, event, *(seq for _, seq in failures))

    def _unlock(self, event: Event, present: _InForce, habits: Habits) -> Iterator[Alert]:
        limits, failures = present.limits, self._failures
        recent = [seq for time, seq in failures if abs(time - event.time) <= GUESSED_WITHIN]
        if len(recent) >= GUESSED:
            yield self._alert(Rule.SUCCESS_AFTER_FAILURES, Severity.CRITICAL, event, *recent, event.seq)
        failures.clear()
        said = event.said
        if isinstance(said, Unlock):
            if said.failed >= limits.failures:
                yield self._alert(Rule.FAILURES, Severity.HIGH, event)
            if habits.origins and said.origin not in habits.origins:
                yield self._alert(Rule.NEW_HOST, Severity.LOW, event)
            habits.origins.add(said.origin)
        if habits.last and event.time - habits.last > limits.dormant:
            yield self._alert(Rule.DORMANT, Severity.LOW, event)
        hour, when = hour_of_week(event.time, present.zone), moment(event.time, present.zone)
        if not in_hours(when.hour * 60 + when.minute, present.policy):
            yield self._alert(Rule.OUTSIDE_HOURS, Severity.NOTE, event)
        if habits.unusual(hour, limits):
            yield self._alert(Rule.UNUSUAL_TIME, Severity.LOW, event)
        habits.unlocked(hour)

    def _opening(self, event: Event, habits: Habits, limits: Thresholds) -> Iterator[Alert]:
        shape = event.shape
        if shape.action == Action.DISCLOSE:
            yield self._alert(Rule.EXPORT, Severity.NOTE, event)
        if shape.flags & Flag.OUTSIDE_CASELOAD:
            yield self._alert(Rule.OUTSIDE_CASELOAD, Severity.LOW, event)
        closed = self._statuses.get(event.client, ClientStatus.ACTIVE) != ClientStatus.ACTIVE
        if closed and shape.kind == Kind.NOTE:
            yield self._alert(Rule.CLOSED_CLIENT, Severity.NOTE, event)
        # an export opens every note it lets out, and has one record for all of them
        entries = event.said.entries if isinstance(event.said, Disclose) else 1
        if habits.opened(event.time, entries, limits):
            yield self._alert(Rule.BULK_READING, Severity.HIGH, event)
        burst = habits.too_fast(event.time, event.seq, limits)
        if burst:
            yield self._alert(Rule.TOO_FAST, Severity.HIGH, event, *burst)

    def _unopened(self, event: Event, habits: Habits) -> Iterator[Alert]:
        """Judge what did not come about: above all notes that do not open."""
        failed = habits.failed_again(event.time, event.seq)
        if failed:
            yield self._alert(Rule.NOT_OPENED, Severity.HIGH, event, *failed)

    def _other(self, event: Event) -> Iterator[Alert]:
        action, said = event.shape.action, event.said
        self._late_keys.take(action, said, event.seq, event.time, event.shape.member)
        if action in (Action.RECOVERY_DONE, Action.MEMBER_REKEY, Action.OWNER_ADD):
            yield self._alert(Rule.RECOVERY, Severity.CRITICAL, event)
        elif action == Action.GRANT_REFUSED:
            yield self._alert(Rule.KEYS_REFUSED, Severity.CRITICAL, event)
        elif action == Action.CLIENT_SET and isinstance(said, ClientSet) and said.status is not None:
            self._statuses[event.client] = said.status
        elif isinstance(said, AlertShape) and said.rule == Rule.WORDS_DIFFER and said.records:
            # a person said so, in this very record; it names what it rests on, as every alert does
            yield self._alert(Rule.WORDS_DIFFER, Severity.HIGH, event, *said.records)
        elif (
            action == Action.KIT_SET
            or (action == Action.DRILL and not event.shape.outcome)
            or (isinstance(said, Rollover) and said.kit is not None)
        ):
            # a kit is as good as rehearsed where it is made: its code and its phone are asked for there
            self._rehearsed[event.shape.member] = event
