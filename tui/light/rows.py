"""One row of cells drawn over another with as few characters as there is a way."""

from __future__ import annotations

from typing import Final

from tui.light.abilities import Abilities
from tui.light.pen import Pen
from tui.light.style import Cell

_ERASE_TO_END: Final = "\x1b[K"
_ERASE_WORTH = 3
"""Blanks at the end of a row from which erasing is shorter than writing them."""
_HOLE_WORTH = 10
"""Blanks in the middle of a row from which erasing, and a move over them, is shorter."""
_GAP = 4
"""Cells that are right already, up to which writing them once more may be shorter than a move."""
_SHIFT_WORTH = 12
"""Characters from which it is worth looking whether some were inserted or deleted."""


def draw_row(pen: Pen, y: int, old: list[Cell], new: list[Cell]) -> None:
    """Draw NEW over OLD, which differs from it, in row Y."""
    first = 0
    while old[first] == new[first]:
        first += 1
    best = pen.branch()
    _draw(best, y, old, new, first)
    if best.size > _SHIFT_WORTH and pen.abilities.shifts:
        for sequence, moved in _shifts(old, new, first, pen.filling()):
            other = pen.branch()
            other.go(first, y)
            other.control(sequence)
            _draw(other, y, moved, new, first)
            if other.size < best.size:
                best = other
    pen.join(best)


def _shifts(old: list[Cell], new: list[Cell], first: int, filling: Cell) -> list[tuple[str, list[Cell]]]:
    """Return ways to insert or delete characters at column FIRST of OLD that bring it near NEW, and what it is then.

    FILLING is what comes in.
    """
    size = len(new)
    if not all(cell.sure and cell.width == 1 for cell in (*old[first:], *new[first:])):
        return []
    enough = _same(old, new, first) + _SHIFT_WORTH // 2
    found = []
    for count in (1, 2):
        number = "" if count == 1 else str(count)
        inserted = [*old[:first], *[filling] * count, *old[first : size - count]]
        deleted = [*old[:first], *old[first + count :], *[filling] * count]
        for final, moved in (("@", inserted[:size]), ("P", deleted[:size])):
            if len(moved) == size and _same(moved, new, first) >= enough:
                found.append((f"\x1b[{number}{final}", moved))
    return found


def _same(old: list[Cell], new: list[Cell], first: int) -> int:
    return sum(1 for one, other in zip(old[first:], new[first:], strict=True) if one == other)


def _draw(pen: Pen, y: int, old: list[Cell], new: list[Cell], first: int) -> None:
    """Draw what differs from column FIRST on, left to right."""
    size = len(new)
    last = size - 1
    while last >= first and old[last] == new[last]:
        last -= 1
    if last < first:
        return
    # a terminal may have drawn such a character over its neighbours, or may do so now
    spoilt = next(
        (x for x in range(first, last + 1) if old[x] != new[x] and not (old[x].sure and new[x].sure)), size
    )  # fmt: skip
    if spoilt < size:
        last = size - 1
    stop = _erased_from(pen.abilities, new, first, last)
    x = first
    while x < stop:
        cell = new[x]
        if x < spoilt and old[x] == cell:
            x = _over_gap(pen, y, old, new, x, min(stop, spoilt))
        elif cell.width == 0:
            x += 1
        elif cell.text == " " and (hole := _hole(pen.abilities, new, x, stop)) >= _HOLE_WORTH:
            pen.dress(cell)
            pen.go(x, y)
            pen.control(f"\x1b[{hole}X")
            x += hole
        else:
            pen.write(cell, x, y, size)
            x += cell.width
    if stop <= last:
        pen.dress(new[stop])
        pen.go(stop, y)
        pen.control(_ERASE_TO_END)


def _erasable(abilities: Abilities, cell: Cell) -> bool:
    """Whether what the terminal erases looks like CELL."""
    style = cell.style
    return cell.text == " " and not style.attributes and (abilities.bce or not style.background)


def _erased_from(abilities: Abilities, new: list[Cell], first: int, last: int) -> int:
    """Return the column from which NEW is erased to its end, or the one after LAST if that is not worth it."""
    blank = new[-1]
    if not _erasable(abilities, blank):
        return last + 1
    tail = len(new)
    while tail > first and new[tail - 1] == blank:
        tail -= 1
    return tail if last - tail >= _ERASE_WORTH else last + 1


def _hole(abilities: Abilities, new: list[Cell], x: int, stop: int) -> int:
    """Return how many blanks from column X on can be erased at once."""
    cell = new[x]
    if not abilities.ech or not _erasable(abilities, cell):
        return 0
    end = x
    while end < stop and new[end] == cell:
        end += 1
    return end - x


def _over_gap(pen: Pen, y: int, old: list[Cell], new: list[Cell], x: int, stop: int) -> int:
    """Go over cells that are right from column X on, by writing them once more where that is shorter."""
    end = x
    while end < stop and old[end] == new[end]:
        end += 1
    if end < stop and end - x <= _GAP and (pen.x, pen.y) == (x, y):
        cost = pen.cost(new[x:end])
        if cost is not None and cost <= pen.way(end, y):
            for place in range(x, end):
                if new[place].width:
                    pen.write(new[place], place, y, len(new))
    return end
