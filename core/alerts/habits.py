"""What a member usually does: when, how much, from which machines. Learnt from the records as they pass by."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import tzinfo

from core.alerts.alert import DAY_MS
from core.alerts.thresholds import BUSIEST_DAYS, RARE, UNOPENED, UNOPENED_WITHIN, Thresholds
from core.moments import moment

_SLOTS = 7 * 24


def hour_of_week(time: int, zone: tzinfo) -> int:
    """Return the hour of the week (0 to 167, from Monday) of TIME (UTC ms) in ZONE."""
    when = moment(time, zone)
    return when.weekday() * 24 + when.hour


@dataclass(slots=True)
class Habits:
    """One member: unlocks by hour of the week, openings by day, known machines, when last seen (UTC ms)."""

    hours: Counter[int] = field(default_factory=Counter)
    unlocks: int = 0
    origins: set[bytes] = field(default_factory=set)
    last: int = 0
    today: int = 0
    opened_today: int = 0
    busy: deque[tuple[int, int]] = field(default_factory=deque)
    recent: deque[tuple[int, int]] = field(default_factory=deque)
    failed: deque[tuple[int, int]] = field(default_factory=deque)

    def unusual(self, hour: int, limits: Thresholds) -> bool:
        """Whether an unlock in this hour of the week, or the hours beside it, is rare for a member with a habit."""
        if self.unlocks < limits.habit_least:
            return False
        # a weekday is like another: who works at ten on Mondays may do so on a Tuesday
        same_hour = sum(self.hours[day * 24 + (hour + off) % 24] for day in range(7) for off in (-1, 0, 1))
        return same_hour * RARE < self.unlocks

    def unlocked(self, hour: int) -> None:
        """Learn from an unlock."""
        self.hours[hour % _SLOTS] += 1
        self.unlocks += 1

    def opened(self, time: int, count: int, limits: Thresholds) -> bool:
        """Add COUNT notes that were opened; whether they are the ones that make today's more than ever."""
        day = time // DAY_MS
        if day != self.today:
            if self.opened_today:
                self.busy.append((self.today, self.opened_today))
            while self.busy and self.busy[0][0] < day - BUSIEST_DAYS:
                self.busy.popleft()
            self.today, self.opened_today = day, 0
        before, self.opened_today = self.opened_today, self.opened_today + count
        usual = max((opened for _, opened in self.busy), default=0)
        return before <= max(limits.bulk_least, limits.bulk_times * usual) < self.opened_today

    def too_fast(self, time: int, seq: int, limits: Thresholds) -> tuple[int, ...]:
        """Count one opening; return the records of a burst that nobody reads, or nothing."""
        return _within(self.recent, time, seq, limits.fast_window, limits.fast)

    def failed_again(self, time: int, seq: int) -> tuple[int, ...]:
        """Count one act that failed; return the records of several within the window, or nothing."""
        return _within(self.failed, time, seq, UNOPENED_WITHIN, UNOPENED)


def _within(kept: deque[tuple[int, int]], time: int, seq: int, window: int, least: int) -> tuple[int, ...]:
    """Add record SEQ at TIME; return the records of the last WINDOW (ms) if they are at least LEAST."""
    kept.append((time, seq))
    while kept and not 0 <= time - kept[0][0] <= window:
        kept.popleft()
    return tuple(each for _, each in kept) if len(kept) >= least else ()
