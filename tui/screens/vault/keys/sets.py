"""The key sets as lines: newest first, older ones summed up where there is no room, then when the next is due."""

from __future__ import annotations

from core.upkeep import KeyStatus
from core.upkeep.keys.status import EpochRow
from tui import words
from tui.screens.vault.parts import day
from tui.widgets.lines import Line

_MOST = 8
_FEWEST = 2
_REST = 20
"""Rows of a page that are not for sets: bars, what can be done, and what the chosen thing does."""


def most_sets(height: int) -> int:
    """Return how many rows a screen of HEIGHT rows has for key sets."""
    return max(_FEWEST, min(_MOST, height - _REST))


def sets_lines(status: KeyStatus, width: int, height: int) -> list[Line]:
    """Return the key sets, newest first, when the next is due, and who is behind."""
    return [*_table(status.epochs, width, most_sets(height)), *_due(status, width), ()]


def _table(epochs: tuple[EpochRow, ...], width: int, most: int) -> list[Line]:
    """Return a row a set. Beyond MOST the oldest share the last one, which sums them up: no text is left out."""
    narrow = width < 80
    head = f"   {'Set' if narrow else 'Key set':<10}{'In use':<25}"
    head += f"{'Texts':>7}" if narrow else f"{'Texts now under it':>20}{'Records':>12}"
    lines: list[Line] = [((head, "muted"),)]
    apart = len(epochs) if len(epochs) <= most else most - 1
    newest = epochs[::-1]
    for at, row in enumerate(newest[:apart]):
        use = f"{day(row.opened)} to {day(newest[at - 1].opened)}" if at else (
            f"{day(row.opened)}, {words.plural(row.days, 'day')}")  # fmt: skip
        lines.append(_row(f"{row.number}{'' if at else ' now'}", use, row.entries, row.records, narrow=narrow))
    rest = newest[apart:]
    if rest:
        use = f"{day(rest[-1].opened)} to {day(newest[apart - 1].opened)}"
        texts, records = sum(row.entries for row in rest), sum(row.records for row in rest)
        lines.append(_row(f"{rest[-1].number} to {rest[0].number}", use, texts, records, narrow=narrow))
    return lines


def _row(name: str, use: str, texts: int, records: int, *, narrow: bool) -> Line:
    count = f"{texts:,}" if texts else "-"
    told = f"{count:>7}" if narrow else f"{count:>20}{records:>12,}"
    return ((f"   {name:<10}{use:<25}{told}", "text"),)


def _due(status: KeyStatus, width: int) -> list[Line]:
    how = "begins by itself when an owner unlocks" if status.automatic else "an owner begins it"
    due = f"Overdue since {day(status.due)}" if status.days < 0 else f"Due {day(status.due)}"
    told = [f"{due} by policy; {how}."]
    asked = status.asked
    if asked is not None:
        told.insert(0, f"New ones were asked for by {asked.member} on {day(asked.time)}: {asked.words}.")
    if status.behind:
        behind = ", ".join(
            each.name + (f" ({words.plural(each.process, 'process note')})" if each.process else "")
            for each in status.behind
        )
        told.append(f"Has not taken set {status.epochs[-1].number} yet: {behind}.")
    role = "caution" if status.overdue else "text"
    return [((f" {row}", role),) for row in words.wrap(" ".join(told), min(width, 100) - 2)]
