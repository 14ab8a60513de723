"""What is being typed in a client's form: kept here at every change, so that any thread can seal it at any time.

A form that is not finished belongs into no vault: a code may be missing, a date half typed. So at a lock it stays where
it is sealed anyway, in the journal beside the vault.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable

from core.session import Saved, Session, TypedClient
from tui.drafts.draft import Rescue
from tui.drafts.journaling import Keeper
from vault_format.errors import TacendaError

SEALED = "The client's form is sealed on this machine, not in the vault. It comes back when you unlock here."
LOST = "What you typed in the client's form could not be kept: {why}"


class FormKeeper(Keeper):
    """Holds the newest state of one client's form, and what of it the journal already has."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._saving = threading.Lock()
        self._client = 0
        self._base = 0
        self._typed = TypedClient()
        self._sealed = False
        self._why = ""

    def begin(self, client: int, base: int, typed: TypedClient | None = None, *, sealed: bool = False) -> None:
        """Take up the form of CLIENT at revision BASE (0: a new one), in which TYPED stands.

        SEALED says that the journal has it.
        """
        with self._news:
            self._client, self._base, self._typed = client, base, typed or TypedClient()
            self._sealed = self._sealed or sealed

    def open_journal(self) -> None:
        """Take the journal's space. Raises TacendaError; writing goes on anyway."""
        self._session.open_journal()

    def keep(self, typed: TypedClient) -> None:
        """Put the newest state down."""
        with self._news:
            if typed != self._typed:
                self._typed = typed
                self._behind += 1
                self._news.notify()

    def move(self, field: str, cursor: int) -> None:
        """Put down where the cursor stands."""
        self.keep(dataclasses.replace(self._typed, field=field, cursor=cursor))

    def drop(self) -> None:
        """Forget what was typed; the journal is emptied at once, by its thread."""
        with self._news:
            self._typed = TypedClient()
            self._behind += 1
            self._at_once = True
            self._news.notify()

    def _seal(self) -> bool:
        with self._lock:
            client, base, typed = self._client, self._base, self._typed
            self._behind, self._at_once = 0, False
        if not typed.changed:
            if self._sealed:
                self._session.empty_journal()
                self._sealed = False
            return True
        try:
            self._session.keep_client(typed, client, base)
        except (TacendaError, OSError) as error:
            with self._lock:
                # it is tried again when it is due again
                self._behind += 1
            self._why = error.what if isinstance(error, TacendaError) else str(error.strerror)
            return False
        self._sealed = True
        return True

    @property
    def pending(self) -> bool:
        """Whether something was typed that the vault does not have."""
        return self._typed.changed

    def save(self, job: Callable[[], Saved]) -> Saved:
        """Do JOB, which saves the form, and empty the journal. What JOB raises leaves the text where it is."""
        with self._saving:
            saved = job()
            with self._lock:
                self._typed = TypedClient()
            self.seal()
            return saved

    def rescue(self) -> Rescue:
        """Seal without asking anybody; never raises TacendaError."""
        # what is just being saved needs no other place
        with self._saving:
            if self.seal():
                return Rescue(SEALED if self.pending else "")
            return Rescue(LOST.format(why=self._why), lost=True)

    def clear(self) -> None:
        """Forget the text; what is sealed stays."""
        with self._sealing, self._lock:
            self._typed = TypedClient()
            self._behind, self._sealed = 0, False
