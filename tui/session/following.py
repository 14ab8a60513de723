"""Takes in, every few seconds, what other sessions have written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.application import Tacenda

SECONDS = 2.0


class Following:
    """Follows the vault of APP's open session, one look at a time."""

    def __init__(self, app: Tacenda) -> None:
        self._app = app
        self._looking = False

    def begin_anew(self) -> None:
        """Know that another session is open: what was asked of the one before is answered no more."""
        self._looking = False

    def look(self) -> None:
        """Look once, in a thread; show what has come."""
        app = self._app
        if app.session is not None and not self._looking:
            self._looking = True
            app.start_job(app, app.session.follow, self._done, self._failed)

    def _done(self, changed: bool) -> None:
        self._looking = False
        if changed:
            self._app.renew()

    def _failed(self, error: BaseException) -> None:
        self._looking = False
        page = self._app.page
        if page is not None:
            page.fail(error)
            page.show_top()
