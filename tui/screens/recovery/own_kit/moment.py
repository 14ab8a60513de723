"""Where the clock stands before and in a recovery moment, and what to do in it."""

from __future__ import annotations

from core.recovery.kit.moments import Moment
from tui import words
from tui.widgets.lines import Line

HOW = (
    ("1", "When the phone's clock turns to {at}, write down the six digits."),
    ("2", "They change every half minute: write down the next six, and the next."),
    ("3", "Type all three here. Take your time: they stay good on this page."),
)
WHY = "Why the wait: a thief with the paper cannot try out eighteen digits. Hide the phone's screen meanwhile."
WHEN = "Now three codes from the phone, one after the other, from :00, :15, :30 or :45 on the phone's clock on."


def moment_line(moment: Moment) -> Line:
    """Return where the clock stands: minutes, seconds only for the last 30 and in the moment."""
    at = words.clock(moment.slot * 900_000)[:5]
    if moment.code:
        name = ("first", "second", "third")[moment.code - 1]
        return (("   NOW: ", "accent"), (f"{name} code, {moment.left} s left", "text"))
    then = ", ".join(words.clock((moment.slot + more) * 900_000)[:5] for more in (1, 2, 3))
    left = f"{moment.begins_in} s" if moment.begins_in <= 30 else f"{-(-moment.begins_in // 60)} min"
    return ((f"   next {at}", "accent"), (f"   begins in {left}", "text"), (f"   then {then}", "muted"))
