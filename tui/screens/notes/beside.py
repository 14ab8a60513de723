"""What stands in view beside what is written: the signed text that is added to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.session import OpenNote
from tui.screens.notes.laid import note_lines
from tui.widgets.lines import Sheet

if TYPE_CHECKING:
    from tui.screens.page import Page


class Beside(Sheet):
    """TEXT of another note, to be read while one writes; opened, on the record, where it is not given."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._text = text
        self.can_focus = False

    def show_of(self, page: Page, note: int) -> None:
        """Show the text of NOTE; what does not open stays away, and PAGE says why."""
        session = page.tacenda.session
        self.can_focus = True
        if self._text or session is None:
            self.lay_out()
            return

        def opened(other: OpenNote) -> None:
            self._text = other.text
            self.lay_out()

        page.work(partial(session.read_note, note, beside=True), opened)

    def lay_out(self) -> None:
        """Lay the text out for this width."""
        self.show(note_lines(self._text, min(self.app.size.width, 100)))

    def on_resize(self) -> None:
        """Fit it."""
        if self._text:
            self.lay_out()

    def erase(self) -> None:
        """Forget the text."""
        self._text = ""
        super().erase()
