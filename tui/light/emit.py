"""The bytes that turn what a terminal shows into what it should show."""

from __future__ import annotations

from typing import Final

from tui.light.abilities import Abilities
from tui.light.cells import BLANK, Grid
from tui.light.pen import Pen
from tui.light.rows import draw_row
from tui.light.scrolls import scroll, scrolled
from tui.light.style import Cell

_ANEW: Final = "\x1b(B\x0f\x1b[r\x1b[4l\x1b[?6;7l\x1b[m\x1b[H\x1b[2J"
"""ASCII in G0, no margins, no insert mode, no origin mode, no wrapping, no attributes, an empty screen."""
_SYNC_WORTH = 200
"""Characters from which an update is worth the 16 that keep it from being seen half done."""
_SCROLL_WORTH = 100
"""Characters of an update from which it is worth looking whether lines were scrolled."""


class Screen:
    """What a terminal with ABILITIES shows, as far as it is known; nothing is at first."""

    def __init__(self, abilities: Abilities) -> None:
        self.abilities = abilities
        self._rows: list[list[Cell]] | None = None
        self._pen = Pen(abilities)
        self._visible: bool | None = None

    def forget(self) -> None:
        """Know nothing any more: the next update draws everything."""
        self._rows = None

    def update(
        self, grid: Grid, x: int, y: int, *, visible: bool, sync: bool = False, limit: int | None = None
    ) -> tuple[str, bool]:
        """Return what to send so that the terminal shows GRID with the cursor at column X of row Y.

        VISIBLE is whether the cursor is seen; SYNC whether the terminal understands synchronised updates. With a
        LIMIT no more rows are drawn once so many characters are reached: the second value is then False, and another
        update goes on from there. The screen counts as showing what was returned.
        """
        pen, rows = self._pen, self._rows
        if rows is None or [len(row) for row in rows] != [grid.columns] * len(grid.rows):
            rows = [[BLANK] * grid.columns for _ in grid.rows]
            pen.erased(_ANEW)
            self._visible = None
        drawn = pen.branch()
        reached = _draw_rows(drawn, rows, grid, limit)
        if drawn.size > _SCROLL_WORTH and self.abilities.scrolls and (found := scrolled(rows, grid.rows)) is not None:
            other = pen.branch()
            moved = scroll(other, rows, found)
            reached_other = _draw_rows(other, moved, grid, limit)
            if (-reached_other, other.size) < (-reached, drawn.size):
                drawn, reached, rows = other, reached_other, moved
        pen.join(drawn)
        for place, row in enumerate(grid.rows[:reached]):
            if rows[place] != row:
                rows[place] = row.copy()
        self._rows = rows
        done = reached == len(rows)
        if done:
            if visible != self._visible:
                self._visible = visible
                pen.control("\x1b[?25h" if visible else "\x1b[?25l")
            # behind the last column a terminal's cursor stays on it
            pen.go(min(x, grid.columns - 1), y)
        text = pen.take()
        if sync and done and len(text) > _SYNC_WORTH:
            text = f"\x1b[?2026h{text}\x1b[?2026l"
        return text, done


def _draw_rows(pen: Pen, rows: list[list[Cell]], grid: Grid, limit: int | None) -> int:
    """Draw the rows of GRID over ROWS; return how many of them are then right."""
    for y, row in enumerate(grid.rows):
        if rows[y] != row:
            if limit is not None and pen.size >= limit:
                return y
            draw_row(pen, y, rows[y], row)
    return len(grid.rows)
