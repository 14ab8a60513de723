"""What a person types as the next appointment, understood: `tomorrow 10:00`, `tue 9`, `in 2 weeks`, `2026-12-01 14:30`.

Pure: the same words at the same moment are always understood the same way, and what is not surely a day and a time is
not guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

USUAL_MINUTES = 50
"""The planned length where none is said."""
LONGEST = 12 * 60
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "eight": 8}
_TIME = re.compile(r"(?:at )?(\d{1,2})(?:[:.h](\d{2})|h)? ?(am|pm)?")
_TIGHT = re.compile(r"(?:at )?(\d{2})(\d{2})")
_LENGTH = re.compile(r"(?:,|for)? ?(\d{1,3}) ?(?:min|minutes|m)$")
_IN = re.compile(r"in (\d{1,3}|[a-z]+) (day|week|month)s?")
_WEEKDAY = re.compile(r"(?:next |on )?([a-z]{2,9})\.?")
_ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_SHORT = re.compile(r"(\d{2})-(\d{2})")
_TIGHT_DAY = re.compile(r"(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class When:
    """A day, its time (None where none was said and none is usual), and the planned minutes (1 to 720).

    `unsaid` is set where the minutes were not said, but are the usual ones.
    """

    day: date
    time: time | None
    minutes: int
    unsaid: bool = field(default=False, compare=False)

    @property
    def start(self) -> str:
        """The local start with its offset, as it is kept; empty without a time."""
        return local_start(datetime.combine(self.day, self.time)) if self.time else ""

    def words(self) -> str:
        """Return how it was understood: `Tue 2026-12-01 10:00, 50 min`, `Tue 2026-12-01, at no time yet`."""
        day = f"{_DAYS[self.day.weekday()][:3].capitalize()} {self.day.isoformat()}"
        return f"{day} {self.time:%H:%M}, {self.minutes} min" if self.time else f"{day}, at no time yet"


def local_start(moment: datetime) -> str:
    """Return a moment (naive: of this machine's zone) with its offset, to the second."""
    return moment.astimezone().isoformat(timespec="seconds")


def understand(text: str, now: datetime, usual: time | None = None) -> When | None:
    """Return what TEXT says of a day, at NOW; None where it is not surely one.

    USUAL is the time of day to take where none is said, the client's last one. A weekday is the next one after today.
    A short date (`12-01`, `1201`) is the next such day, today included.
    """
    said = " ".join(text.casefold().replace(",", " ").split())
    minutes = USUAL_MINUTES
    length = _LENGTH.search(said)
    if length is not None:
        minutes = int(length[1])
        said = said[: length.start()].strip()
        if not 1 <= minutes <= LONGEST:
            return None
    for split in range(len(said), 0, -1):
        if split < len(said) and said[split] != " ":
            continue
        day = _day(said[:split], now.date())
        if day is None:
            continue
        rest = said[split:].strip()
        at = _time(rest) if rest else usual
        return When(day, at, minutes, unsaid=length is None) if at is not None or not rest else None
    return None


def _day(said: str, today: date) -> date | None:
    try:
        return _named(said, today) or _dated(said, today)
    except (ValueError, OverflowError):
        return None


def _named(said: str, today: date) -> date | None:
    if said in ("today", "tomorrow"):
        return today + timedelta(days=said == "tomorrow")
    if said in ("in a fortnight", "next week", "next month"):
        return {"in a fortnight": today + timedelta(days=14), "next week": today + timedelta(days=7)}.get(
            said
        ) or in_months(today, 1)
    ahead = _IN.fullmatch(said)
    if ahead is not None:
        count = int(ahead[1]) if ahead[1].isdigit() else _NUMBERS.get(ahead[1], 0)
        if not count:
            return None
        if ahead[2] == "month":
            return in_months(today, count)
        return today + timedelta(days=count * (7 if ahead[2] == "week" else 1))
    named = _WEEKDAY.fullmatch(said)
    found = [at for at, name in enumerate(_DAYS) if named is not None and name.startswith(named[1])]
    # `t` and `s` begin two days; two letters begin one
    if len(found) != 1:
        return None
    return today + timedelta(days=(found[0] - today.weekday() - 1) % 7 + 1)


def _dated(said: str, today: date) -> date | None:
    said = said.replace(".", "-").replace("/", "-")
    whole = _ISO.fullmatch(said)
    if whole is not None:
        return date(*map(int, whole.groups()))
    short = _SHORT.fullmatch(said) or _TIGHT_DAY.fullmatch(said)
    if short is None:
        return None
    month, day = map(int, short.groups())
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _time(said: str) -> time | None:
    tight = _TIGHT.fullmatch(said)
    if tight is not None:
        hour, minute, half = int(tight[1]), int(tight[2]), ""
    else:
        found = _TIME.fullmatch(said)
        if found is None:
            return None
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3] or ""
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def in_months(day: date, months: int) -> date:
    """Return DAY some MONTHS later; the month's last day where it has no such day. Raises ValueError past 9999."""
    months += day.month - 1
    year, month = day.year + months // 12, months % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            if year > date.max.year:
                raise
    return date(year, month, day.day)
