"""The keys of a page (F29), made from the table itself."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui import words
from tui.keys import keymap
from tui.keys.own_keys import TEXT_PAGES
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Rows

_KEYS = 13
_LAST = (
    "In text only Esc, Ctrl and F keys act; letters are letters.",
    "Every task has a command as well, for those who use a screen reader: tacenda --help.",
)


class Help(Box):
    """Lists the keys of PAGE, then those that work everywhere."""

    WHERE = "help"
    FULL = True
    BINDINGS = keymap.bindings("help")

    def __init__(self, page: Page | Box) -> None:
        super().__init__("Keys")
        self._page = page

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Fill it."""
        width = min(self.app.size.width, 80) - 4
        self.query_one("#focus", Sheet).show(help_lines(self._page, width))


def help_lines(page: Page | Box, width: int) -> list[Line]:
    """Return what PAGE is for and every key that does something on it, WIDTH cells wide."""
    about = keymap.keyed(page.ABOUT, page.WHERE) if isinstance(page, Page) else ""
    lines: list[Line] = []
    if about:
        lines += [((f" {row}", "text"),) for row in words.wrap(about, width - 2)]
        lines.append(())
    lines.append(((" Here", "accent"),))
    lines += [row for act in keymap.acts(page.WHERE) for row in _rows(act, width)]
    if isinstance(page, Page) and (page.PLACE or page.WHERE not in TEXT_PAGES) and page.tacenda.session is not None:
        lines += [row for act in keymap.acts("place") for row in _rows(act, width)]
    if any(widget.can_focus for kind in (Rows, Sheet) for widget in page.query(kind)):
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
