"""What stands in view beside what is written: the signed text that is added to, or the client's last plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.session import NeedsReason, OpenNote
from core.writing.last_plan import plan_of
from tui.screens.notes.reading.laid import note_lines
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

    def show_plan_of(self, page: Page, note: int, shown: Callable[[OpenNote], None]) -> None:
        """Show the plan of NOTE, which is opened for it, on the record; then do SHOWN.

        Where it cannot be opened, PAGE says why.
        """
        session = page.tacenda.session
        if session is None:
            return

        def opened(other: OpenNote) -> None:
            self.can_focus = True
            self._text = plan_of(other.text) or "Nothing stands under Plan."
            self.lay_out()
            shown(other)

        def closed(error: BaseException) -> None:
            if isinstance(error, NeedsReason):
                page.say("The last plan stays closed: this client is outside your caseload.", "caution")
            else:
                page.fail(error)

        page.work(partial(session.read_note, note, beside=True), opened, closed)

    @property
    def filled(self) -> bool:
        """Whether a text stands here."""
        return bool(self._text)

    def lay_out(self) -> None:
        """Lay the text out for this width."""
        width = self.size.width or self.app.size.width
        self.show(note_lines(self._text, min(width, 100)))

    def on_resize(self) -> None:
        """Fit it."""
        if self._text:
            self.lay_out()

    def erase(self) -> None:
        """Forget the text."""
        self._text = ""
        super().erase()
