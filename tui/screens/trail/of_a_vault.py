"""What pages share that show a vault without its texts: of the open session, or where nothing is unlocked."""

from __future__ import annotations

from core.session import Door, OpenVault
from tui.screens.page import Page


class OfAVault(Page):
    """A page of the open session's vault, or of DOOR's where nothing is unlocked."""

    PLACE = "audit"

    def __init__(self, door: Door | None = None) -> None:
        super().__init__()
        self._door = door

    @property
    def vault(self) -> OpenVault | None:
        """The verified vault, None before it is verified."""
        session = self.tacenda.session
        if session is not None:
            return session.vault
        try:
            return self._door.opened if self._door is not None else None
        except LookupError:
            return None

    def show_top(self) -> None:
        """Show the places, or that nothing is unlocked."""
        if self._door is None:
            super().show_top()
        else:
            self.show_no_passphrase(self._door.path)
