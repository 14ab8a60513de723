"""Columns of a list: the one that says who a row is about takes what it needs from those that have room to spare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Column = tuple[str, int]
"""A head, and how many cells there are, the blanks behind a text included."""


def widen(columns: Sequence[Column], wanted: int, floors: Mapping[str, int]) -> list[Column]:
    """Return COLUMNS with the first WANTED cells wide, or as near to it as the others can give; never narrower.

    FLOORS says, by head, how narrow another may become; those that are not in it give nothing. The last gives first.
    """
    (name, size), *others = columns
    found: list[Column] = []
    missing = max(0, wanted - size)
    for head, cells in reversed(others):
        given = min(missing, max(0, cells - floors.get(head, cells)))
        missing, size = missing - given, size + given
        found.append((head, cells - given))
    return [(name, size), *reversed(found)]
