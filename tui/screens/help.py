"""The keys of a page (F29), made from the table itself."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui import keymap, words
from tui.screens.box import Box
from tui.widgets.lines import Line, Sheet

_KEYS = 13
_PLACED = frozenset({"today", "clients", "chart", "find", "audit"})
_LAST = (
    "In text only Esc, Ctrl and F keys act; letters are letters.",
    "Every task has a command as well, for those who use a screen reader: tacenda --help.",
)


class Help(Box):
    """Lists the keys of the page WHERE, then those that work everywhere."""

    WHERE = "help"
    FULL = True
    BINDINGS = keymap.bindings("help")

    def __init__(self, where: str, about: str) -> None:
        super().__init__("Keys")
        self._where = where
        self._about = about

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Fill it."""
        width = min(self.app.size.width, 80) - 4
        self.query_one("#focus", Sheet).show(help_lines(self._where, self._about, width))


def help_lines(where: str, about: str, width: int) -> list[Line]:
    """Return the help page for a page, WIDTH cells wide."""
    lines: list[Line] = []
    if about:
        lines += [((f" {row}", "text"),) for row in words.wrap(about, width - 2)]
        lines.append(())
    lines.append(((" Here", "accent"),))
    lines += [row for act in keymap.acts(where) for row in _rows(act, width)]
    if where in _PLACED:
        lines += [row for act in keymap.acts("place") for row in _rows(act, width)]
    if where in _PLACED | {"reader", "record", "history"}:
        lines += [(), ((" Lists, and texts to read", "accent"),)]
        lines += [row for act in keymap.acts("list") for row in _rows(act, width)]
    lines += [(), ((" Everywhere", "accent"),)]
    lines += [row for act in keymap.acts(keymap.EVERYWHERE) for row in _rows(act, width)]
    return [
        *lines, (),
        *(((f" {row}", "muted"),) for sentence in _LAST for row in words.wrap(sentence, width - 2)),
    ]  # fmt: skip


def _rows(act: keymap.Act, width: int) -> list[Line]:
    """Return the keys of an act and its sentence, on as many rows as it needs."""
    keys = ", ".join(keymap.key_word(key) for key in act.keys)
    first, *others = words.wrap(act.sentence, width - _KEYS - 4)
    rows: list[Line] = [((f"   {keys:<{_KEYS}}", "accent"), (first, "text"))]
    return [*rows, *(((" " * (_KEYS + 3), "text"), (row, "text")) for row in others)]
