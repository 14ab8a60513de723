"""Which file a page is written to."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui.keys import keymap
from tui.screens.box import Box
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Sheet


class WriteTo(Box):
    """Asks for a file to be made; its result is the name as typed. SAID stands above, SUGGESTED in the field."""

    WHERE = "write-to"
    BINDINGS = keymap.bindings("write-to")

    def __init__(self, title: str, said: str, suggested: str) -> None:
        super().__init__(title)
        self._said = said
        self._suggested = suggested

    def body(self) -> Iterator[Widget]:
        """What happens, and one field."""
        yield Sheet(id="said", focusable=False)
        yield Labelled("File", Field(self._suggested, id="focus", limit=4_096))

    def on_mount(self) -> None:
        """Say what is written."""
        from tui import words  # noqa: PLC0415

        self.query_one("#said", Sheet).show([((row, "text"),) for row in words.wrap(self._said, 60)])

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Give the name."""
        name = self.query_one("#focus", Field).said.strip()
        if name:
            self.dismiss(name)
