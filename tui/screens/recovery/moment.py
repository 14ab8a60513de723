"""Where the clock stands before and in a recovery moment, in one line."""

from __future__ import annotations

from core.recovery.moments import Moment
from tui import words
from tui.widgets.lines import Line


def moment_line(moment: Moment) -> Line:
    """Return where the clock stands: minutes, seconds only for the last 30 and in the moment."""
    at = words.clock(moment.slot * 900_000)[:5]
    if moment.code:
        name = ("first", "second", "third")[moment.code - 1]
        return (("   NOW: ", "accent"), (f"{name} code, {moment.left} s left", "text"))
    then = ", ".join(words.clock((moment.slot + more) * 900_000)[:5] for more in (1, 2, 3))
    left = f"{moment.begins_in} s" if moment.begins_in <= 30 else f"{-(-moment.begins_in // 60)} min"
    return ((f"   next {at}", "accent"), (f"   begins in {left}", "text"), (f"   then {then}", "muted"))
