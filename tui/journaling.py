"""The thread that keeps the draft journal close behind what is typed, also when the event loop stands still."""

from __future__ import annotations

import threading

from tui.draft import DraftKeeper

SECONDS = 4.0
"""How long typed text waits at most; a second is left for the disk."""
CHANGES = 200
"""How many changes wait at most."""


class Journaling(threading.Thread):
    """Seals what KEEPER has and the vault has not, SECONDS or CHANGES after it was typed; ends with the keeper."""

    def __init__(self, keeper: DraftKeeper, seconds: float | None = None, changes: int | None = None) -> None:
        super().__init__(name="journal", daemon=True)
        self._keeper = keeper
        self._seconds = SECONDS if seconds is None else seconds
        self._changes = CHANGES if changes is None else changes

    def run(self) -> None:
        """Seal when it is due. What cannot be sealed is due again later."""
        while self._keeper.wait_until_due(self._seconds, self._changes):
            self._keeper.seal()
