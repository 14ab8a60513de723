"""What a person types to see a part of the trail, as a filter; and the words that say which part is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from core import moments
from core.audit.trail import Filter
from core.names import fold
from vault_format.codes import NoteClass
from vault_format.errors import UsageError

FIELDS = ("from", "until", "hours", "who", "what", "result", "class", "client", "note")
"""What can be said, in this order."""
_AGO = re.compile(r"(\d{1,4}) ?([hdw])")
_HOURS = re.compile(r"(\d{1,2}):?(\d{2})? ?[-–] ?(\d{1,2}):?(\d{2})?")
_STEPS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_TIMES = "Write 2026-11-24, 2026-11-24 09:30, today, 7 d or 2 h."
_HEX = re.compile(r"[0-9a-f]{1,16}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter, what was typed for each field, and both in words: `from 2026-11-17, failed`."""

    wanted: Filter
    typed: Mapping[str, str]
    words: str


def asked(typed: Mapping[str, str], names: Mapping[int, str], now: int, zone: tzinfo | None = None) -> Asked | None:
    """Return what TYPED asks for, None where nothing was; NOW in UTC ms, NAMES of members by number.

    Times are read in ZONE (None: this machine's). Raises UsageError, which names the field.
    """
    said = {name: " ".join(typed.get(name, "").split()).lower() for name in FIELDS}
    said = {name: text for name, text in said.items() if text}
    if not said:
        return None
    get = said.get
    result = _one_of(get("result"), "result", {"failed": 1, "done": 0})
    wanted = Filter(
        since=_time(get("from"), now, zone, last=False), until=_time(get("until"), now, zone, last=True),
        hours=_hours(get("hours")), zone=zone, member=_member(get("who"), names), what=get("what", ""),
        failed=None if result is None else bool(result),
        note_class=_one_of(get("class"), "class", {"chart": int(NoteClass.CHART), "process": int(NoteClass.PROCESS)}),
        clients=_digits(get("client"), "client", "c"), notes=_digits(get("note"), "note", "n"),
    )  # fmt: skip
    return Asked(wanted, said, ", ".join(f"{name} {text}" for name, text in said.items()))


def _wrong(field: str, text: str, todo: str) -> UsageError:
    return UsageError(f"{field}: {text} says nothing here.", todo=todo)


def _time(text: str | None, now: int, zone: tzinfo | None, *, last: bool) -> int | None:
    """Return UTC ms; a day alone is its first moment, or with LAST the first of the day after."""
    if text is None:
        return None
    here = moments.moment(now, zone)
    ago = _AGO.fullmatch(text)
    try:
        if ago is not None:
            return int((here - int(ago[1]) * _STEPS[ago[2]]).timestamp() * 1000)
        if text in ("today", "yesterday"):
            text = f"{here - timedelta(days=text == 'yesterday'):%Y-%m-%d}"
        at = datetime.fromisoformat(text.upper() if "t" in text else text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=zone) if zone is not None else at
            if last and len(text) == len("2026-11-24"):
                at += timedelta(days=1)
        return max(0, int(at.timestamp() * 1000))
    except (ValueError, OverflowError, OSError):
        raise _wrong("until" if last else "from", text, _TIMES) from None


def _hours(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = _HOURS.fullmatch(text)
    if found is not None:
        begins, ends = (int(found[at]) * 60 + int(found[at + 1] or 0) for at in (1, 3))
        if begins <= 1440 and ends <= 1440:
            return begins, ends
    raise _wrong("hours", text, "Write 02:00-04:00.")


def _member(text: str | None, names: Mapping[int, str]) -> int | None:
    if text is None:
        return None
    if text == "nobody":
        return 0
    alike = [number for number, name in names.items() if fold(name).startswith(fold(text))]
    exact = [number for number in alike if fold(names[number]) == fold(text)]
    if len(exact or alike) == 1:
        return (exact or alike)[0]
    known = ", ".join(name for name in names.values() if name)
    raise UsageError(f"who: {text} is {'several members' if alike else 'no member'}.", todo=f"Members: {known}.")


def _one_of(text: str | None, field: str, options: Mapping[str, int]) -> int | None:
    if text is None:
        return None
    alike = [word for word in options if word.startswith(text)]
    if len(alike) != 1:
        raise _wrong(field, text, f"Write {' or '.join(options)}.")
    return options[alike[0]]


def _digits(text: str | None, field: str, mark: str) -> tuple[str, ...]:
    """Return the digits an id may begin with, typed as in the list, with or without the letter before them.

    A `c` is a digit, too: where five signs do not say that it is the list's, both are meant.
    """
    if text is None:
        return ()
    digits = text.removeprefix(mark)
    if digits != text and len(text) != 5 and _HEX.fullmatch(text):
        return tuple(each for each in (text, digits) if each)
    if not _HEX.fullmatch(digits):
        raise _wrong(field, text, f"Write it as it stands in the list: {mark}3f1a.")
    return (digits,)
