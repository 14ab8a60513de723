"""Alerts as rows: one that needs more than a row goes on in the next, so that nothing of it is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from core.alerts import Severity
from core.alerts.listed import Item, severity_of
from tui import words
from tui.screens.practice.sections import Heading
from tui.widgets.lines import Line

_WITH_END = 79
"""From so many cells on a row ends with how many records an alert rests on, or with who answered it."""
_LONGEST_END = 24
"""What is longer than so many cells stands in the sentence."""
_ROLES = {Severity.CRITICAL: "danger", Severity.HIGH: "caution", Severity.LOW: "text", Severity.NOTE: "muted"}


@dataclass(frozen=True, slots=True)
class More(Heading):
    """What of an alert's sentence has no room in its row; the cursor passes over it."""

    role: str = "text"


class AlertRows:
    """ITEMS laid out for rows of WIDTH: `rows` has, behind each, what goes on in the next row."""

    def __init__(self, items: Sequence[Item], width: int) -> None:
        ends = (cell_len(_end(item)) for item in items)
        self._longest = 2 + max((end for end in ends if end <= _LONGEST_END), default=0)
        self.rows: list[Item | More] = []
        for item in items:
            _, *more = self._told(item, width)
            self.rows += [item, *(More(text, role=_role(item)) for text in more)]

    def _told(self, item: Item, width: int) -> list[str]:
        """Return what happened, and whose act it was, in as many rows as it takes."""
        what = f"{item.what} ({item.who})" if item.who else item.what
        if not self._has_end(item, width) and (item.records or item.answer):
            what = f"{what}: {_end(item)}"
        return list(words.wrap(what, self._room(width)))

    @staticmethod
    def _has_end(item: Item, width: int) -> bool:
        """Whether what a row ends with stands in a column of its own."""
        return width >= _WITH_END and cell_len(_end(item)) <= _LONGEST_END

    def _room(self, width: int) -> int:
        """Return how many cells there are for what happened."""
        return max(20, width - _before(width) - (self._longest if width >= _WITH_END else 0))

    def line(self, item: Item | More, width: int) -> Line:
        """Return a row of WIDTH."""
        if isinstance(item, More):
            return ((" " * _before(width), "text"), (item.words, item.role))
        severity, role = severity_of(item), _role(item)
        mark = "✓" if item.answer else "!" if severity >= Severity.HIGH else " "
        when = words.second(item.time)[: 16 if width >= _WITH_END else 10]
        what, room = self._told(item, width)[0], self._room(width)
        line = [(f"{mark} ", role), (f"{when} ", "muted"), (words.fit(severity.name.lower(), 10), role)]
        end = _end(item) if self._has_end(item, width) else ""
        return [*line, (words.fit(what, room), role), ("  ", "text"), (end, "muted")] if end else [*line, (what, role)]


def _before(width: int) -> int:
    """Return how many cells stand before what happened: the mark, when, how serious."""
    return 2 + (17 if width >= _WITH_END else 11) + 10


def _end(item: Item) -> str:
    if item.answer:
        return f"answered by {item.answered_by}"
    return words.plural(len(item.records), "record") if item.records else "-"


def _role(item: Item) -> str:
    return "muted" if item.answer else _ROLES[severity_of(item)]


def is_same(item: Item | More, other: Item) -> bool:
    """Whether ITEM is the alert OTHER, as it was listed before."""
    told = (other.rule, other.records, other.sequence)
    return isinstance(item, Item) and (item.rule, item.records, item.sequence) == told
