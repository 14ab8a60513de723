"""Which record to go to."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui.keys import keymap
from tui.screens.box import Box
from tui.widgets.fields import Field, Labelled


class GoTo(Box):
    """Asks for a record's number; its result is the number as typed."""

    WHERE = "go-to"
    BINDINGS = keymap.bindings("go-to")

    def __init__(self) -> None:
        super().__init__("Go to a record")

    def body(self) -> Iterator[Widget]:
        """One field."""
        yield Labelled("Record", Field(id="focus", limit=16))

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Go."""
        self.dismiss(self.query_one(Field).said.strip().replace(",", ""))
