"""By how much a phone's clock and this machine's differ, as its codes tell, and how that is said."""

from __future__ import annotations

from core.keys.kit import STEPS, code_at
from core.recovery.kit.moments import CODES, STEP_SECONDS, phone_clock, read_codes

_REACH = 13 * 3_600 // STEP_SECONDS
"""Time steps to either side that are looked through: a clock set by hand for another zone, and an hour of summer."""


def steps_off(secret: bytes, text: str, now: float) -> int | None:
    """Return how many time steps a phone that shows the code TEXT is ahead of NOW (UTC seconds); None if it is none's.

    The nearest such step: of a million codes 3,000 are some step's within reach, so what it says is likely, no more.
    """
    codes, step = read_codes([text]), int(now) // STEP_SECONDS
    if not codes:
        return None
    for distance in range(_REACH + 1):
        for off in (distance, -distance):
            if code_at(secret, step + off) == codes[0]:
                return off
    return None


def phone_ahead(text: str, now: float) -> float:
    """Return by how many seconds a phone that shows TEXT (`14:13`) is ahead of NOW, to half a minute.

    Raises UsageError for what is no time of day.
    """
    return phone_clock(text, now) + 30 - now


def of_a_moment(step: int) -> bool:
    """Whether the code of STEP is one of a recovery moment's three."""
    return step % STEPS < CODES


def off_words(seconds: float) -> str:
    """Return SECONDS that a phone is ahead of this machine, as people say it: `7 min behind`."""
    minutes = max(1, round(abs(seconds) / 60))
    hours, rest = divmod(minutes, 60)
    amount = f"{minutes} min" if not hours else f"{hours} h" if not rest else f"{hours} h {rest} min"
    return f"{amount} {'ahead' if seconds > 0 else 'behind'}"


def trouble(secret: bytes, text: str, now: float) -> str:
    """Return what is to be said of the clocks where the code TEXT did not match at NOW (UTC seconds); empty if nothing.

    A code that this machine's clock expects is no clock trouble, whatever else was wrong with it.
    """
    off = steps_off(secret, text, now)
    if off is None or abs(off) <= 1:
        return ""
    said = f"The phone's clock looks about {off_words(off * STEP_SECONDS)}: set the one that is wrong."
    if of_a_moment(int(now) // STEP_SECONDS + off):
        said += " By its clock that code was a recovery's: if somebody looked on, make a new kit."
    return said


def no_match_words(here: str, *, told: bool) -> str:
    """Return what is said of three codes that did not open. HERE is this machine's time; TOLD: so was the phone's."""
    if told:
        return "No match. Recorded. Look for a mistyped digit, or take the next quarter of an hour."
    return (
        f"No match. Recorded. This machine shows {here}: if the phone's clock does not, say what it shows. Else look "
        "for a mistyped digit, or take the next quarter of an hour."
    )
