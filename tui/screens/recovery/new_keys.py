"""Where a recovery leads: into the vault, and to the making of a new kit, since the one there was is void."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.session import Session
from tui.keys import keymap
from tui.screens.recovery.own_kit.kit import KitPage
from tui.screens.recovery.page import RecoveryPage

if TYPE_CHECKING:
    from tui.application import Tacenda


def new_keys(app: Tacenda, session: Session, told: str) -> None:
    """Take up SESSION, whose member was given new keys, and begin a new kit; TOLD says why, with keys in braces."""
    app.unlocked(session)
    app.show_page(RecoveryPage("You have new keys. The vault's keys are to be rotated."))
    app.show_page(KitPage(told=keymap.keyed(told, KitPage.WHERE)))
