"""What waits for a review: the days with records that nobody who looks after the trail has signed off.

A day without records needs nobody. A session that signs a review off and does nothing else needs no review of its own,
else each review would ask for the next.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from core.moments import moment
from vault_format.codes import Action, Role
from vault_format.public.trail import Reviewed

ALONE_DAYS = 7
"""Who is the only member looks through the trail once a week: there is nobody's doing but their own, and failures."""
LONGEST_WAIT_DAYS = 7
"""A practice that is closed reviews nothing meanwhile, but not for longer than this."""
_PASSIVE = frozenset({
    Action.UNLOCK, Action.LIST, Action.LOCK, Action.ALERT, Action.ANSWERED, Action.CHECKPOINT, Action.REVIEWED,
})  # fmt: skip
_KEPT_SESSIONS = 16
_KEPT_DAYS = 30


class Waiting:
    """Follows the records of one vault, day by day in the practice's zone."""

    def __init__(self) -> None:
        self._days: dict[int, list[int]] = {}
        """By day: first and last record that wait, and how many days with records came before it."""
        self._seen = 0
        self._newest = 0
        self._begins, self._ends, self._day = 1, 0, 0
        self._zone: tzinfo | None = None
        self._looking: dict[int, tuple[int, int]] = {}
        """Sessions that only looked so far: the day and the first record of each."""
        self._reviewers: list[int] = []

    def take(self, action: int, seq: int, time: int, session: int, zone: tzinfo) -> None:
        """Take a record that is no review."""
        day = self._day_of(time, zone)
        if session in self._reviewers and action in _PASSIVE:
            return
        if session and action in _PASSIVE and action != Action.LOCK:
            self._looking.setdefault(session, (day, seq))
            return
        self._settle(session)
        self._count(day, seq)

    def reviewed(self, said: Reviewed, session: int, role: Role) -> None:
        """Take a review that a member of ROLE signed in SESSION; it counts if it is an owner's or an auditor's."""
        if role not in (Role.OWNER, Role.AUDITOR):
            return
        self._looking.pop(session, None)
        self._reviewers = [*self._reviewers[-_KEPT_SESSIONS + 1 :], session]
        for day, waits in list(self._days.items()):
            first, last, _ = waits
            if said.first <= first and last <= said.last:
                del self._days[day]
            elif said.first <= first <= said.last:
                waits[0] = said.last + 1
            elif said.first <= last <= said.last:
                waits[1] = said.first - 1

    def overdue(self, now: int, zone: tzinfo, days: int) -> tuple[int, ...]:
        """Return the first and the last record that should have been reviewed at NOW, or nothing.

        A day is due by the end of the DAYS-th day with records after it, which leaves closed days out.
        """
        today = moment(now, zone).toordinal()
        for session, (day, _) in list(self._looking.items()):
            if day < today:
                self._settle(session)
        past = {day: waits for day, waits in self._days.items() if day < today}
        worked = self._seen - (self._newest >= today)
        if not any(
            worked - before > days or today - day > days + LONGEST_WAIT_DAYS for day, (_, _, before) in past.items()
        ):
            return ()
        return min(first for first, _, _ in past.values()), max(last for _, last, _ in past.values())

    def _settle(self, session: int) -> None:
        """Let what a session looked at wait for a review like everything else."""
        looked = self._looking.pop(session, None)
        if looked is not None:
            self._count(*looked)

    def _count(self, day: int, seq: int) -> None:
        # behind a record that claims to be of a year to come, days go on to be counted
        if day > self._newest or self._newest - day > _KEPT_DAYS:
            self._newest, self._seen = day, self._seen + 1
        waits = self._days.setdefault(day, [seq, seq, self._seen - 1])
        waits[0], waits[1] = min(waits[0], seq), max(waits[1], seq)

    def _day_of(self, time: int, zone: tzinfo) -> int:
        """Return the day of TIME; a calendar is asked once a day, and not for every record."""
        if zone is not self._zone or not self._begins <= time < self._ends:
            self._zone = zone
            when = moment(time, zone)
            self._day = when.toordinal()
            begins = datetime(when.year, when.month, when.day, tzinfo=zone)
            self._begins = min(time, int(begins.timestamp() * 1000))
            # a day of 23 hours ends early: nobody minds asking twice
            self._ends = max(time + 1, int((begins + timedelta(hours=22)).timestamp() * 1000))
        return self._day


def days_for(review_days: int, *, alone: bool) -> int:
    """Return after how many days with records a day should have been reviewed."""
    return max(review_days, ALONE_DAYS) if alone else review_days
