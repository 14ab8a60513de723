"""How times, ages, sizes and hashes are written for people, and how text is laid into rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from rich.cells import cell_len, chop_cells, set_cell_size

from core import moments
from core.names import fold
from tui.terminal import environment

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_days = list(_DAYS)
"""What stands before a date; nothing where the person wants no weekdays."""


def choose_weekdays(*, shown: bool) -> None:
    """Write the weekday before dates, or leave it out."""
    _days[:] = _DAYS if shown else [""] * 7


def moment(milliseconds: int) -> datetime:
    """Return the local time of a UTC time in milliseconds; past the calendar, its end."""
    return moments.moment(milliseconds, None)


def minute(milliseconds: int) -> str:
    """Return `Mon 2026-11-23 18:20`."""
    at = moment(milliseconds)
    return f"{_days[at.weekday()]} {at:%Y-%m-%d %H:%M}".lstrip()


def second(milliseconds: int) -> str:
    """Return `2026-11-23 18:20:04`."""
    return f"{moment(milliseconds):%Y-%m-%d %H:%M:%S}"


def clock(milliseconds: int) -> str:
    """Return `18:20:04`."""
    return f"{moment(milliseconds):%H:%M:%S}"


def full(milliseconds: int) -> tuple[str, str]:
    """Return the local time to the millisecond with its offset, and the same in UTC."""
    at = moment(milliseconds)
    offset = at.strftime("%z")
    utc = at.astimezone(UTC)
    part = f"{milliseconds % 1000:03}"
    return f"{at:%Y-%m-%d %H:%M:%S}.{part} {offset[:3]}:{offset[3:]}", f"{utc:%H:%M:%S}.{part}"


def today() -> str:
    """Return today's local date, `2026-11-23`."""
    return f"{datetime.now().astimezone():%Y-%m-%d}"


def with_weekday(text: str) -> str:
    """Return a date `2026-11-23` with its weekday before it; other texts as they are."""
    try:
        return f"{_days[date.fromisoformat(text[:10]).weekday()]} {text}".lstrip()
    except ValueError:
        return text


def age(text: str, now: str = "") -> str:
    """Return how long ago the date TEXT was, in words, or an empty text if it is none."""
    try:
        days = (date.fromisoformat(now or today()) - date.fromisoformat(text)).days
    except ValueError:
        return ""
    return "today" if days <= 0 else "1 day" if days == 1 else f"{days} days"


def lasting(start: str, end: str) -> str:
    """Return the minutes between two times of a day, `53 min`; empty if they are not two times."""
    try:
        begin, finish = (datetime.strptime(text, "%H:%M") for text in (start, end))  # noqa: DTZ007  times of a day
    except ValueError:
        return ""
    minutes = int((finish - begin).total_seconds() // 60) % (24 * 60)
    return f"{minutes} min" if minutes else ""


def typed_time(text: str) -> str:
    """Return a time as it is kept from what was typed: `1002` and `10.02` become `10:02`; else as typed."""
    digits = text.strip().replace(".", ":").replace("h", ":")
    if digits.isdigit() and len(digits) in (3, 4):
        digits = f"{digits[:-2].zfill(2)}:{digits[-2:]}"
    hour, _, rest = digits.partition(":")
    if hour.isdigit() and rest.isdigit() and int(hour) < 24 and len(rest) == 2 and int(rest) < 60:
        return f"{int(hour):02}:{rest}"
    return text.strip()


def typed_date(text: str, now: str = "") -> str:
    """Return a date as it is kept from what was typed: `1201` and `12-01` get the coming year; else as typed."""
    digits = text.strip().replace(".", "-").replace("/", "-")
    if digits.isdigit() and len(digits) == 4:
        digits = f"{digits[:2]}-{digits[2:]}"
    if digits.isdigit() and len(digits) == 8:
        digits = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    if digits.count("-") == 1:
        digits = f"{(now or today())[:4]}-{digits}"
    try:
        return date.fromisoformat(digits).isoformat()
    except ValueError:
        return text.strip()


def is_time(text: str) -> bool:
    """Whether TEXT is a time of day as it is kept, `10:02`."""
    return len(text) == 5 and typed_time(text) == text and text[2] == ":"


def is_date(text: str) -> bool:
    """Whether TEXT is a date as it is kept, `2026-12-01`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def grouped(text: str, groups: int = 4) -> str:
    """Return hex digits in groups of four, at most GROUPS of them."""
    return " ".join(text[at : at + 4] for at in range(0, min(len(text), groups * 4), 4))


def plural(number: int, thing: str, things: str = "") -> str:
    """Return `1 note` or `3 notes`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def with_role(name: str, role: str) -> str:
    """Return a member's name with the role behind it, `tern, clinician`; once where both are the same word."""
    return f"{name}, {role}" if role and fold(role) != fold(name) else name


def short_path(path: str, room: int) -> str:
    """Return PATH in at most ROOM cells: the home folder as `~`, the beginning left out if it must be."""
    home = str(Path.home())
    if path.startswith(home + "/"):
        path = "~" + path[len(home) :]
    return path if len(path) <= room else "..." + path[-(room - 3) :]


def cut_mark() -> str:
    """Return what stands where a text was cut: one cell, or three where the terminal has ASCII only."""
    return "..." if environment.plain_symbols() else "\u2026"


def fit(text: str, width: int) -> str:
    """Return TEXT in exactly WIDTH cells: filled with blanks, or cut, with a mark where there is room for one."""
    if cell_len(text) > width and (mark := cut_mark()) and width > 2 * len(mark):
        return set_cell_size(text, width - len(mark)) + mark
    return set_cell_size(text, max(width, 0))


def wrap(text: str, width: int) -> Iterator[str]:
    """Yield the rows of one paragraph, each at most WIDTH cells; words longer than a row are broken."""
    width = max(width, 8)
    row = ""
    for number, word in zip(count(), text.split(" ")):
        joined = f"{row} {word}" if number else word
        if cell_len(joined) <= width:
            row = joined
            continue
        if row.strip():
            yield row.rstrip()
        *full_rows, row = chop_cells(word, width) or [""]
        yield from full_rows
    yield row.rstrip()
