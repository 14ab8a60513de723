"""Near a recovery moment no page asks for a single code: its field is not there until the clock is past it."""

from __future__ import annotations

from core.recovery.kit.moments import near_moment, seconds_until_quiet
from tui.screens.page import Page
from tui.widgets.fields import Field


def held_back(page: Page, row: str, now: float) -> str:
    """Take the code's ROW off PAGE near a moment, put it there again afterwards; return what to say meanwhile.

    NOW is in UTC seconds. What was typed into it goes with it; the cursor comes back with it.
    """
    part = page.query_one(f"#{row}")
    field = part.query_one(Field)
    near = near_moment(now)
    if part.display == near:
        part.display = not near
        if near:
            field.erase()
            if field.has_focus:
                page.set_focus(None)
        elif page.focused is None:
            page.set_focus(field)
    if not near:
        return ""
    wait = seconds_until_quiet(now)
    left = f"{-(-wait // 60)} min" if wait > 30 else f"{wait} s"
    return f"Near a quarter of an hour: no code is asked for. The field for it comes in {left}."
