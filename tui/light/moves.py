"""The shortest sequences that move a terminal's cursor."""

from __future__ import annotations

from functools import lru_cache

from tui.light.abilities import Abilities


def counted(count: int, final: str) -> str:
    """Return the control sequence FINAL with COUNT as its parameter, which is left out where it is 1."""
    return f"\x1b[{count}{final}" if count > 1 else f"\x1b[{final}"


@lru_cache(maxsize=8_192)
def move(abilities: Abilities, at_x: int | None, at_y: int | None, x: int, y: int) -> str:
    """Return the shortest sequence that moves the cursor from (AT_X, AT_Y), None where that is not known, to (X, Y).

    Columns and rows count from 0. A line feed is never sent from a row that might scroll: only downwards to a row
    that is there, with no scrolled region set.
    """
    if (at_x, at_y) == (x, y):
        return ""
    ways = [_absolute(x, y)]
    if at_y is not None:
        down = y - at_y
        if at_x == x:
            ways.append(counted(abs(down), "B" if down > 0 else "A"))
            if abilities.vpa:
                ways.append(f"\x1b[{y + 1}d")
        if down == 0:
            ways += _along(abilities, at_x, x)
        elif 0 < down <= 2:
            # the line discipline makes a carriage return and a line feed of it, whether or not it adds one itself
            ways += ["\r" + "\n" * down + way for way in _along(abilities, 0, x)]
    return min(ways, key=len)


def _absolute(x: int, y: int) -> str:
    """Return CUP, with parameters of 1 left out."""
    if x == 0:
        return "\x1b[H" if y == 0 else f"\x1b[{y + 1}H"
    return f"\x1b[{y + 1};{x + 1}H" if y else f"\x1b[;{x + 1}H"


def _along(abilities: Abilities, at_x: int | None, x: int) -> list[str]:
    """Return ways to column X in the row of the cursor."""
    if at_x == x:
        return [""]
    ways = []
    if abilities.hpa:
        ways.append(counted(x + 1, "G"))
    for start, before in ((at_x, ""), (0, "\r")):
        if start is None:
            continue
        if x > start:
            ways.append(before + counted(x - start, "C"))
        elif x == start:
            ways.append(before)
        elif start - x <= 4:
            ways.append("\b" * (start - x))
        else:
            ways.append(counted(start - x, "D"))
    return ways
