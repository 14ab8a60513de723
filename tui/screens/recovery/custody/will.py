"""The professional will: instructions for a layperson, made from the vault's state, to be printed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from textual.widget import Widget

from core.recovery.paper import will_page, write_page
from core.recovery.status import recovery_status
from core.session import Session
from tui.keys import keymap
from tui.screens.page import Page
from tui.screens.recovery.write_to import WriteTo
from tui.widgets.lines import Sheet
from vault_format import machine

TITLE = "Professional will"


def will_of(session: Session) -> str:
    """Return the instructions for the vault of SESSION. Raises UsageError without custodians."""
    path = os.path.abspath(session.path)  # noqa: PTH100  links stay as they are
    return will_page(session.practice, path, recovery_status(session), when=machine.now_ms())


class WillPage(Page):
    """Shows the instructions and writes them out."""

    WHERE = "will"
    PLACE = "vault"
    ABOUT = "What the people named in a professional will need to know. It holds no secret; it names who holds a share."
    BINDINGS = keymap.bindings("will")

    def body(self) -> Iterator[Widget]:
        """One text."""
        yield Sheet(id="focus")

    def fill(self) -> None:
        """Make it from the present state."""
        session = self.tacenda.session
        if session is not None:
            self.bar("where").show(((" Recovery > the professional will", "accent"),))
            self.work(partial(will_of, session), self._show)

    def _show(self, text: str) -> None:
        self.query_one("#focus", Sheet).show([((f" {row}", "text"),) for row in text.split("\n")])
        said = "{write_out} writes it to a file, to print. Make it anew when the custodians change."
        self.show_state(self.keyed(said), "text")

    def action_write_out(self) -> None:
        """Write it to a file."""
        session = self.tacenda.session
        if session is None:
            return
        suggested = str(Path(session.path).resolve().with_name("professional-will.html"))

        def named(name: str | None) -> None:
            if name:
                self.work(lambda: write_page(name, TITLE, will_of(session)), self._written)

        said = "A new file, HTML or text by its name, readable by you alone."
        self.tacenda.show_page(WriteTo("Write the instructions", said, suggested), named)

    def _written(self, path: str) -> None:
        self.say(f"Written: {path}", "good")
