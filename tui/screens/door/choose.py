"""Which vault: asked where none was named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from textual.widget import Widget

from tui import words
from tui.keys import keymap
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Sheet

_ABOUT = (
    "A vault is one file, such as practice.tacenda. A file that is not there is made; nothing is written before"
    " the next page has said what it does."
)


class Choose(Page):
    """Asks for a file: one that is a vault is opened, one that is not there is made."""

    WHERE = "choose"
    ABOUT = "Name the file that is a vault, or one that shall become one."
    BINDINGS = keymap.bindings("choose")

    def body(self) -> Iterator[Widget]:
        """What is asked, and one field."""
        sheet = Sheet(id="facts", focusable=False)
        yield sheet
        yield Labelled("File", Field(id="focus", limit=4_096))

    def fill(self) -> None:
        """Say what is asked."""
        self.bar("top").show(((" Tacenda", "accent"),))
        self.query_one("#facts", Sheet).show([
            (), ((" Which vault?", "accent"),), (),
            *(((f"   {row}", "text"),) for row in words.wrap(_ABOUT, self.app.size.width - 5)), (),
        ])  # fmt: skip

    def show_top(self) -> None:
        """Show no place: nothing is open."""

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        name = self.query_one("#focus", Field).said.strip()
        if not name:
            self.say("Type the name of a file.")
            return
        path = Path(name).expanduser()
        if path.is_dir():
            self.say(f"{path} is a folder. Name a file in it.", "danger")
            return
        self.tacenda.change_path(str(path))

    def action_out(self) -> None:
        """Stay: there is nothing further out."""
        self.hush()
