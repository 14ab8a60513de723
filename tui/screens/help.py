"""The keys of a page (F29), made from the table itself."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui import keymap
from tui.screens.box import Box
from tui.widgets.lines import Line, Sheet


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
        self.query_one("#focus", Sheet).show(help_lines(self._where, self._about))


def help_lines(where: str, about: str) -> list[Line]:
    """Return the help page for a page."""
    lines: list[Line] = []
    if about:
        lines += [((f" {sentence}", "text"),) for sentence in _halves(about)]
        lines.append(())
    lines.append(((" Here", "accent"),))
    lines += [_line(act) for act in keymap.acts(where)]
    if where in {"today", "clients", "chart", "audit"}:
        lines += [_line(act) for act in keymap.acts("place")]
        lines.append((("   ↑↓ j k        ", "accent"), ("move; g G first, last; PgUp PgDn Space by pages", "text")))
    lines += [(), ((" Everywhere", "accent"),)]
    lines += [_line(act) for act in keymap.acts(keymap.EVERYWHERE)]
    return [
        *lines, (),
        ((" In text only Esc, Ctrl and F keys act; letters are letters.", "muted"),),
        ((" Every task has a command as well: tacenda --help, for those who use a screen reader.", "muted"),),
    ]  # fmt: skip


def _line(act: keymap.Act) -> Line:
    keys = ", ".join(keymap.key_word(key) for key in act.keys)
    return ((f"   {keys:<14}", "accent"), (act.sentence, "text"))


def _halves(about: str) -> Iterator[str]:
    """Yield the sentences of a short text."""
    for sentence in about.split(". "):
        yield sentence if sentence.endswith(".") else sentence + "."
