"""This session's draft journal.

It has a lock of its own: sealing what was typed waits neither for the vault nor for whoever writes in it.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from core.drafts import DraftState, Journal
from core.session.desk import Desk
from vault_format.errors import Refused

Seals = tuple[int, int, int]
"""How often a journal was sealed, and when first and last (UTC ms)."""


class Drafting:
    """The journal of the session at DESK, and journals of earlier ones whose text it has taken over."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._turn = threading.Lock()
        self._journal: Journal | None = None
        self._closed = False
        self._taken_over: list[Path] = []

    def open(self) -> None:
        """Take the journal's space, unless it is taken. Raises NoSpace, or Refused once closed."""
        with self._turn:
            self._opened()

    def _opened(self) -> Journal:
        if self._closed:
            raise Refused("This session is locked.", safe="Nothing is open.", todo="Unlock it again.")
        if self._journal is None:
            desk = self._desk
            self._journal = Journal(desk.vault.folder, desk.keyring, desk.number, desk.entropy)
        return self._journal

    def now(self) -> int:
        """Return the time, UTC milliseconds."""
        return self._desk.vault.clock()

    def keep(self, state: DraftState) -> None:
        """Seal STATE. Raises NoSpace or Unavailable; what was sealed before stays then."""
        with self._turn:
            self._opened().keep(state)
            self._let_go()

    def take_over(self, path: Path, state: DraftState) -> None:
        """Seal STATE, which the journal at PATH holds; that one goes once its text is somewhere safer."""
        with self._turn:
            self._taken_over.append(path)
        self.keep(state)

    def empty(self) -> Seals:
        """Forget what was sealed, and what was taken over; return what was sealed since the last time."""
        with self._turn:
            if self._closed:
                return 0, 0, 0
            journal, seals = self._journal, (0, 0, 0)
            if journal is not None:
                seals = journal.seals, journal.first, journal.last
                journal.empty()
            self._let_go()
            return seals

    def _let_go(self) -> None:
        """Remove journals whose text is somewhere safer by now."""
        while self._taken_over:
            with contextlib.suppress(OSError):
                self._taken_over[-1].unlink(missing_ok=True)
            self._taken_over.pop()

    def close(self) -> None:
        """End it; the file stays where it holds text that the vault does not have."""
        with self._turn:
            journal, self._journal, self._closed = self._journal, None, True
            if journal is not None:
                with contextlib.suppress(OSError):
                    journal.close(discard=not journal.seals)
