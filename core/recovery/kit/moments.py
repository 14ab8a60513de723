"""Recovery moments: every quarter of an hour on the phone's clock, and which of them typed codes belong to.

Time here is UTC in seconds; a quarter of an hour begins at the same minute in every zone in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from core.keys.kit import MODULUS, SLOT_SECONDS, STEPS
from vault_format.errors import UsageError

STEP_SECONDS = SLOT_SECONDS // STEPS
CODES = 3
GUARD_SECONDS = 150
"""So long before and after a moment's beginning no other page asks for a code."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the clock stands: the slot that is next or now, seconds until it begins (0 or less: it has begun).

    `code` is which of its three codes the phone shows now (1 to 3, 0 for none), `left` for how many seconds.
    """

    slot: int
    begins_in: int
    code: int
    left: int


def moment_at(now: float) -> Moment:
    """Return the moment that is now, or else the next one."""
    slot, into = divmod(int(now), SLOT_SECONDS)
    if into < CODES * STEP_SECONDS:
        return Moment(slot, -into, into // STEP_SECONDS + 1, STEP_SECONDS - into % STEP_SECONDS)
    return Moment(slot + 1, SLOT_SECONDS - into, 0, 0)


def near_moment(now: float) -> bool:
    """Whether a page that asks for one code has to wait: it must never be one of a moment's three."""
    into = int(now) % SLOT_SECONDS
    return into < GUARD_SECONDS or into >= SLOT_SECONDS - GUARD_SECONDS


def seconds_until_quiet(now: float) -> int:
    """Return how long such a page has to wait."""
    into = int(now) % SLOT_SECONDS
    if into < GUARD_SECONDS:
        return GUARD_SECONDS - into
    return SLOT_SECONDS + GUARD_SECONDS - into if into >= SLOT_SECONDS - GUARD_SECONDS else 0


def slots_around(now: float, first: int, end: int) -> list[int]:
    """Return the slots to try for a clock that says NOW, the likeliest first, within the table from FIRST to END."""
    slot = int(now) // SLOT_SECONDS
    return [each for each in (slot, slot - 1, slot + 1) if first <= each < end]


def mistyped(codes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield CODES with one digit of one code changed: 162 candidates."""
    for position, place in product(range(len(codes)), range(6)):
        unit: int = 10**place
        digit = codes[position] // unit % 10
        for other in range(10):
            if other != digit:
                changed = list(codes)
                changed[position] += (other - digit) * unit
                yield tuple(changed)


def read_codes(texts: Iterable[str]) -> list[int] | None:
    """Return six-digit codes as numbers, or None if one of TEXTS is not six digits."""
    found = []
    for text in texts:
        digits = "".join(text.split())
        if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
            return None
        found.append(int(digits) % MODULUS)
    return found


def phone_clock(text: str, now: float) -> float:
    """Return the UTC time (seconds) that a phone showing TEXT (`14:13`, local) means, the nearest to NOW.

    Raises UsageError for what is no time of day.
    """
    try:
        wanted = datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007  a time of day
    except ValueError:
        raise UsageError(f"{text} is no time of day.", safe="Nothing was tried.", todo="As in 14:13.") from None
    here = datetime.fromtimestamp(now, UTC).astimezone()
    same_day = here.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
    near = min((same_day + timedelta(days=days) for days in (-1, 0, 1)), key=lambda at: abs(at - here))
    return near.timestamp()
