"""Where the rules begin to speak: what the policy says, and what no policy changes."""

from __future__ import annotations

from dataclasses import dataclass

from core.alerts.alert import DAY_MS, HOUR_MS, MINUTE_MS
from vault_format.public.members import AlertPolicy, Policy

GUESSED, GUESSED_WITHIN = 5, 10 * MINUTE_MS
"""So many failures before an unlock make it one that was guessed: critical, so no policy has a say in it."""
UNOPENED, UNOPENED_WITHIN = 5, 10 * MINUTE_MS
"""So many acts of a member that fail behind their record: what does not decrypt is damage, whatever a practice does."""
BUSIEST_DAYS = 60
"""A member's busiest day is looked for among so many: one busy day must not excuse others for years."""
RARE = 50
"""A time is rare if fewer than one unlock in so many was near it."""
ASKED = HOUR_MS
"""Keys that somebody asked for are late after this: who asked may be making them just now."""
PAUSE = 10 * MINUTE_MS
"""Behind a pause of this length a burst is another one."""
QUIET, REMINDER = DAY_MS, 7 * DAY_MS
"""An alert is not repeated within the first, what is overdue not within the second."""

_LATER_IF_MORE = (
    "failures", "bulk_notes", "bulk_times", "fast_notes", "dormant_days", "clock_minutes", "clock_days",
    "habit_unlocks",
)  # fmt: skip
_LATER_IF_LESS = ("failure_minutes", "fast_seconds")
_OVERDUE = ("rotation_days", "drill_days", "review_days")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What one policy says, as the rules count: times in ms, numbers of records.

    `failures` within `failure_window`; reading is bulk beyond `bulk_least` a day and `bulk_times` the member's busiest;
    `fast` openings within `fast_window`; a member is dormant after `dormant`, a clock has jumped where two records are
    more than `jump` apart (holidays are less), or `step_back` the wrong way round; a member has habits from
    `habit_least` unlocks on.
    """

    failures: int
    failure_window: int
    bulk_least: int
    bulk_times: int
    fast: int
    fast_window: int
    dormant: int
    step_back: int
    jump: int
    habit_least: int

    @classmethod
    def of(cls, alerts: AlertPolicy) -> Thresholds:
        """Return the thresholds of a policy."""
        return cls(
            failures=alerts.failures, failure_window=alerts.failure_minutes * MINUTE_MS, bulk_least=alerts.bulk_notes,
            bulk_times=alerts.bulk_times, fast=alerts.fast_notes, fast_window=alerts.fast_seconds * 1_000,
            dormant=alerts.dormant_days * DAY_MS, step_back=alerts.clock_minutes * MINUTE_MS,
            jump=alerts.clock_days * DAY_MS, habit_least=alerts.habit_unlocks,
        )  # fmt: skip


def loosened(before: Policy, after: Policy) -> bool:
    """Whether some rule speaks later, or less often, under the policy AFTER than under the one BEFORE it."""
    old, new = before.alerts, after.alerts
    return (
        any(getattr(new, field) > getattr(old, field) for field in _LATER_IF_MORE)
        or any(getattr(new, field) < getattr(old, field) for field in _LATER_IF_LESS)
        or any(getattr(after, field) > getattr(before, field) for field in _OVERDUE)
        or after.zone != before.zone
        or any(in_hours(minute, after) and not in_hours(minute, before) for minute in _turns(before, after))
    )


def in_hours(minute: int, policy: Policy) -> bool:
    """Whether a MINUTE of the day (from 0) lies in the working hours of POLICY, which may go over midnight."""
    begins, ends = policy.hours_from, policy.hours_to
    return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends


def _turns(*policies: Policy) -> set[int]:
    """Return the minutes at which working hours begin or end: between two of them nothing changes."""
    return {0} | {minute % 1_440 for each in policies for minute in (each.hours_from, each.hours_to)}
