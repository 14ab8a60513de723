"""What stands after an unlock: the pages of before the lock, and text that a session could not bring into the vault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.session import Session, Unfinished

if TYPE_CHECKING:
    from tui.application import Tacenda
    from tui.screens.page import Memento


class Returning:
    """Remembers numbers of pages over a lock; LEFT is what journals on this machine hold, while unlocked."""

    def __init__(self, app: Tacenda) -> None:
        self._app = app
        self._mementos: list[Memento] = []
        self._member = ""
        self.left: list[Unfinished] = []

    def remember(self) -> None:
        """Note which pages stand, and forget every text."""
        self._mementos = [memento for page in self._app.pages if (memento := page.memento()) is not None]
        self.left = []

    def show(self, session: Session, left: Sequence[Unfinished] = ()) -> None:
        """Show the pages that stood for the same member, else Today; over them the one text of the last session."""
        from tui.screens.notes.editor import Editor  # noqa: PLC0415
        from tui.screens.notes.recovering import Recovering  # noqa: PLC0415

        app = self._app
        self.left = list(left)
        mementos = self._mementos if session.member == self._member else []
        self._member, self._mementos = session.member, []
        newest = [one for one in left if one.last and not one.old]
        if len(newest) == 1:
            # what the vault has of this text is behind it
            mementos = [memento for memento in mementos if memento[0] is not Editor]
        if mementos:
            for kind, numbers in mementos:
                app.show_page(kind(**numbers))
        else:
            app.go_to("today")
        if len(newest) == 1:
            app.show_page(Recovering(newest[0]))

    def settled(self, left: Unfinished) -> None:
        """Offer LEFT no more."""
        self.left = [one for one in self.left if one.path != left.path]
