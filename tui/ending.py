"""Locking and leaving by hand: the text is saved first, and where it cannot be, that is said before it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draft import Rescue
from vault_format.codes import LockReason

if TYPE_CHECKING:
    from tui.application import Tacenda


class Ending:
    """Ends the open session of APP."""

    def __init__(self, app: Tacenda) -> None:
        self._app = app
        self._warned = False

    def begin(self, reason: LockReason) -> None:
        """Save, then have the guard lock for REASON; a second time lock also what cannot be saved."""
        app, keeper = self._app, self._app.keeper
        if app.session is None or keeper is None:
            return
        if not keeper.pending or self._warned:
            app.guard.ask(reason)
            return

        def saved(rescue: Rescue) -> None:
            if not rescue.lost:
                app.guard.ask(reason)
            else:
                self._refuse(rescue.words)

        app.start_job(app, keeper.rescue, saved, lambda error: self._refuse(f"{type(error).__name__}."))

    def _refuse(self, why: str) -> None:
        self._warned = True
        page = self._app.page
        if page is not None:
            page.say(f"Not locked. {why} Make room and try again, or press the same key again to lock without it.",
                     "danger")  # fmt: skip
