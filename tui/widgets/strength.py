"""How long a passphrase holds, in one row under its field, judged as one types; for pages that take a new one."""

from __future__ import annotations

from core.keys.strength import Strength, strength
from tui.widgets.lines import Line

INDENT = " " * 16
_FIRST = "six random words are good"


def judged(said: str, known: tuple[str, ...]) -> tuple[str, Strength]:
    """Return SAID with what was found of it: the estimate takes longer than a key may, and goes into a thread."""
    return said, strength(said, known)


def strength_line(told: Strength | None, first: str = _FIRST) -> Line:
    """Return the row; TOLD is None while nothing was judged, and FIRST is said then."""
    if told is None:
        return ((INDENT + first, "muted"),)
    advice = f"; {told.advice}" if told.advice and not told.enough else ""
    said = f"{INDENT}{told.word}, about 10^{told.guesses:.0f} guesses{advice}"
    return ((said, "good" if told.enough else "caution"),)
