"""How the text that is being written looks as Markdown. Nothing is opened for it and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui.keys import keymap
from tui.screens.notes.reading.markdown import markdown_lines
from tui.screens.page import Page
from tui.widgets.lines import Sheet

MAX_WIDTH = 100
MAX_SHOWN = 200_000
"""Characters that are laid out; more would keep a person waiting."""


class Preview(Page):
    """Shows TEXT of what HEAD names; LINE of its lines is in view first."""

    WHERE = "preview"
    ABOUT = "The text as it is meant. Links are not followed and nothing is fetched."
    BINDINGS = keymap.bindings("preview")

    def __init__(self, text: str, head: str, line: int = 0) -> None:
        super().__init__()
        self._text = text
        self._head = head
        self._line = line

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Stand at the line that was written on."""
        super().on_mount()
        above = "\n".join(self._text.split("\n")[: self._line])
        row = len(markdown_lines(above[:MAX_SHOWN], self.width)) if above else 0
        sheet = self.query_one("#focus", Sheet)
        self.call_after_refresh(sheet.scroll_to, y=max(0, row - 3), animate=False)

    @property
    def width(self) -> int:
        """How wide the text is laid."""
        return min(self.app.size.width, MAX_WIDTH)

    def erase(self) -> None:
        """Forget the text."""
        self._text = self._head = ""
        super().erase()

    def show_top(self) -> None:
        """Say what is looked at."""
        self.bar("top").show(((f" {self._head}", "accent"), ("  preview", "text")), self.lock_words())

    def fill(self) -> None:
        """Lay the text out."""
        if not self._text:
            self.show_state("Nothing is written yet.", "text")
            return
        self.query_one("#focus", Sheet).show(markdown_lines(self._text[:MAX_SHOWN], self.width))
        cut = f"The first {MAX_SHOWN:,} characters. " if len(self._text) > MAX_SHOWN else ""
        self.show_state(f"{cut}Links are not followed. {keymap.key_of('out', 'preview')} goes on writing.")

    def fill_anew(self) -> None:
        """Lay it out for this width."""
        self.fill()
