"""Locking and leaving by hand: the text is saved first, and where it cannot be, that is said before it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.drafts.draft import Rescue
from tui.screens.page import Page
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
        app, typed = self._app, self._app.typed
        if app.session is None or typed is None:
            return
        if not typed.pending or self._warned:
            app.guard.ask(reason)
            return

        def saved(rescue: Rescue) -> None:
            if not rescue.lost:
                app.guard.ask(reason)
            else:
                self._refuse(rescue.words)

        app.start_job(app, typed.rescue, saved, lambda error: self._refuse(f"{type(error).__name__}."))

    def _refuse(self, why: str) -> None:
        self._warned = True
        sentence = f"Not locked. {why} Make room and try again, or press the same key again to lock without it."
        app = self._app
        hosts = [page for page in app.pages if isinstance(page, Page) or page.SAYS]
        if hosts:
            hosts[-1].say(sentence, "danger")
