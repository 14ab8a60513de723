"""What stands after an unlock: the pages of before the lock, and text that a session could not bring into the vault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.drafts import DraftKind
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
        self._session = 0
        self.left: list[Unfinished] = []

    def remember(self) -> None:
        """Note which pages stand, and forget every text."""
        self._mementos = [memento for page in self._app.pages if (memento := page.memento()) is not None]
        self.left = []

    def show(self, session: Session, left: Sequence[Unfinished] = ()) -> None:
        """Show the pages that stood for the same member, else Today; over them what was being typed last."""
        from tui.screens.clients.client_saving import resume  # noqa: PLC0415
        from tui.screens.notes.writing.editor import Editor  # noqa: PLC0415
        from tui.screens.notes.writing.recovering import Recovering  # noqa: PLC0415

        app = self._app
        self.left = list(left)
        before = self._session if session.member == self._member else 0
        mementos = self._mementos if before else []
        self._member, self._session, self._mementos = session.member, session.number, []
        one = _newest(left, before)
        note = one is not None and one.kind == DraftKind.NOTE
        if note:
            # what the vault has of this text is behind it
            mementos = [memento for memento in mementos if memento[0] is not Editor]
        if mementos:
            for kind, numbers in mementos:
                app.show_page(kind(**numbers))
        else:
            app.go_to("today")
        if one is not None and note:
            app.show_page(Recovering(one))
        elif one is not None and app.page is not None:
            resume(app.page, one)

    def settled(self, left: Unfinished) -> None:
        """Offer LEFT no more."""
        self.left = [one for one in self.left if one.path != left.path]


def _newest(left: Sequence[Unfinished], before: int) -> Unfinished | None:
    """Return what is gone on with at once: what the session BEFORE in this process left, else the member's last one.

    A form shows beside its fields what the vault has moved on to; a note's text would become another note.
    """
    fit = [one for one in left if one.kind == DraftKind.CLIENT or not one.old]
    found = [one for one in fit if before and one.session == before] or [one for one in fit if one.last]
    return found[0] if len(found) == 1 else None
