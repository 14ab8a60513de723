"""Lines that only moved up or down: found, and moved by the terminal itself."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from tui.light.moves import counted
from tui.light.pen import Pen
from tui.light.style import Cell

_FEWEST_CHANGED = 4
_FEWEST_MOVED = 2


class Scrolled(NamedTuple):
    """Rows TOP to BOTTOM moved up by LINES (down, where LINES is negative)."""

    top: int
    bottom: int
    lines: int


def scrolled(old: list[list[Cell]], new: list[list[Cell]]) -> Scrolled | None:
    """Return how most of the rows that changed have moved; None if they did not."""
    changed = [y for y, row in enumerate(new) if row != old[y]]
    if len(changed) < _FEWEST_CHANGED:
        return None
    # cells are interned, and a miss costs only bytes: their identities are compared for speed
    where: dict[tuple[int, ...], int] = {}
    for y, row in enumerate(old):
        if any(cell is not row[0] for cell in row):
            where.setdefault(tuple(map(id, row)), y)
    moved = {y: at - y for y in changed if (at := where.get(tuple(map(id, new[y])))) is not None}
    counts = Counter(moved.values())
    if not counts:
        return None
    lines, count = counts.most_common(1)[0]
    if count < _FEWEST_MOVED:
        return None
    rows = [y for y, distance in moved.items() if distance == lines]
    return Scrolled(min(rows) + min(lines, 0), max(rows) + max(lines, 0), lines)


def scroll(pen: Pen, rows: list[list[Cell]], found: Scrolled) -> list[list[Cell]]:
    """Let the terminal move its lines; return what it shows in place of ROWS then."""
    top, bottom, lines = found
    margins = bottom < len(rows) - 1
    if margins:
        pen.control(f"\x1b[{top + 1};{bottom + 1}r")
        pen.lost()
    pen.go(0, top)
    pen.control(counted(abs(lines), "M" if lines > 0 else "L"))
    if margins:
        pen.control("\x1b[r")
        pen.lost()
    blank = [[pen.filling()] * len(rows[0]) for _ in range(abs(lines))]
    if lines > 0:
        return [*rows[:top], *rows[top + lines : bottom + 1], *blank, *rows[bottom + 1 :]]
    return [*rows[:top], *blank, *rows[top : bottom + 1 + lines], *rows[bottom + 1 :]]
