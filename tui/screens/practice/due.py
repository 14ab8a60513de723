"""What is due as rows of a list: whose it is, since when, what it is, and what Enter does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from core.session import Unfinished
from tui import words
from tui.screens.beside import ROOMY
from tui.screens.practice.sections import Heading
from tui.widgets.lines import Line

_WITH_ACT = 79
"""From so many cells on a row says what Enter does."""
_SHORT, _CODE, _WIDE_CODE, _DAY, _MOMENT = 10, 17, 26, 15, 21
"""Cells for a code at least, at most (where it is wide), for a day, and for a day with its time; a blank included."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: what it is, when, and what Enter does."""

    mark: str
    who: str
    when: str
    what: str
    act: str
    do: Callable[[], None]
    left: Unfinished | None = None
    appointment: int = 0


def is_same(item: Item | Heading, here: Item) -> bool:
    """Whether ITEM is the row HERE, as it was listed before."""
    return isinstance(item, Item) and (item.who, item.when, item.act) == (here.who, here.when, here.act)


def room_for_codes(items: Sequence[Item | Heading]) -> int:
    """Return how many cells the longest code takes, and a blank."""
    return 1 + max((cell_len(item.who) for item in items if isinstance(item, Item) and item.act), default=0)


def due_line(longest: int, item: Item | Heading, width: int) -> Line:
    """Return a row of WIDTH; codes get the LONGEST that one of them needs, within bounds."""
    if isinstance(item, Heading):
        return ((item.words, "accent"),)
    act = (item.act, "text") if width >= _WITH_ACT else ("", "text")
    wide = max(0, width - _WITH_ACT)
    if not item.who:
        what = words.fit(item.what, min(width - 3, 61 + wide // 2)) + " "
        return ((f" {item.mark or ' '} ", "caution"), (what, "text"), act)
    if not item.act:
        return ((words.fit(f" {item.mark or ' '} {item.who}", 34), "text"), (item.what, "muted"))
    who = max(_SHORT, min(longest, _CODE if width < ROOMY else _WIDE_CODE))
    name = (f" {item.mark or ' '} ", "caution"), (words.fit(item.who, who - 1) + " ", "text")
    # a narrow list leaves the minutes of a day to the page that Enter leads to
    left = width - 4 - who if width < _WITH_ACT else 61 + wide // 2 - who
    if not item.when:
        return (*name, (words.fit(item.what, left) + " ", "muted"), act)
    # a day without a time gives way to a long code
    when = _DAY if who > _SHORT and cell_len(item.when) < _DAY else _MOMENT
    return (*name, (words.fit(item.when, when), "text"), (words.fit(item.what, left - when) + " ", "muted"), act)
