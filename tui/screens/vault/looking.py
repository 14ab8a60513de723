"""A page of the vault that is filled with what was looked at in a thread."""

from __future__ import annotations

from functools import partial
from typing import Generic, TypeVar

from core.session import Session
from tui.screens.vault.parts import VaultPage

Seen = TypeVar("Seen")


class LookingPage(VaultPage, Generic[Seen]):
    """Looks in a thread, whenever the vault has changed; `seen` is what was found, None before the first look.

    While one look goes on no other begins: what comes meanwhile is looked at once it is over.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: Seen | None = None
        self._looking = False
        self._again = False

    def look(self, session: Session) -> Seen:
        """Return what the page shows; called in a thread."""
        raise NotImplementedError

    def before_looking(self, session: Session) -> None:
        """Show what is known without looking."""

    def fill(self) -> None:
        """Look, in a thread."""
        session = self.tacenda.session
        if session is None:
            return
        self.before_looking(session)
        if self._looking:
            self._again = True
            return
        self._looking = True
        self.work(partial(self.look, session), self._looked, self._failed_looking)

    def _looked(self, seen: Seen) -> None:
        self._looking = False
        self.seen = seen
        self.fill_anew()
        self._look_again()

    def _failed_looking(self, error: BaseException) -> None:
        self._looking = self._again = False
        self.fail(error)

    def _look_again(self) -> None:
        if self._again:
            self._again = False
            self.fill()

    def erase(self) -> None:
        """Forget what was found."""
        self.seen = None
        super().erase()
