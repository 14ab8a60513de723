"""The thread that keeps the draft journal close behind what is typed, also when the event loop stands still."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

SECONDS = 4.0
"""How long typed text waits at most; a second is left for the disk."""
CHANGES = 200
"""How many changes wait at most."""


class Keeper(ABC):
    """Holds the newest state of what is typed, and counts how far the journal is behind it. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._news = threading.Condition(self._lock)
        self._sealing = threading.Lock()
        self._behind = 0
        self._at_once = False
        self._over = False

    def wait_until_due(self, seconds: float, changes: int) -> bool:
        """Wait until there is something to seal: SECONDS after the first of it, or after so many CHANGES.

        Returns False once the session is over.
        """
        with self._news:
            self._news.wait_for(lambda: self._behind or self._over)
            self._news.wait_for(lambda: self._over or self._at_once or self._behind >= changes, seconds)
            return not self._over

    def seal(self) -> bool:
        """Seal into the journal what the vault does not have; whether it holds all of it now."""
        with self._sealing:
            return self._seal()

    @abstractmethod
    def _seal(self) -> bool:
        """Seal, in the turn to; what cannot be sealed counts as behind again."""

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._news:
            self._over = True
            self._news.notify_all()


class Journaling(threading.Thread):
    """Seals what KEEPER has and the vault has not, SECONDS or CHANGES after it was typed; ends with the keeper."""

    def __init__(self, keeper: Keeper, seconds: float | None = None, changes: int | None = None) -> None:
        super().__init__(name="journal", daemon=True)
        self._keeper = keeper
        self._seconds = SECONDS if seconds is None else seconds
        self._changes = CHANGES if changes is None else changes

    def run(self) -> None:
        """Seal when it is due. What cannot be sealed is due again later."""
        while self._keeper.wait_until_due(self._seconds, self._changes):
            self._keeper.seal()
