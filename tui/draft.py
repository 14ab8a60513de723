"""The one text that is being written: kept here at every change, so that any thread can save it at any time.

Nothing here knows a widget. The editor puts its newest state down; the page, the guard and the end of the program save.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from core.session import NoteDraft, Saved, Session
from vault_format.errors import Conflict, TacendaError

SAVED = "Your draft was saved."


@dataclass(frozen=True, slots=True)
class Rescue:
    """What became of the text when a session ended.

    WORDS are for a person, empty if there was nothing to save; LOST if some of it could not be saved; NOTE is where it
    is now.
    """

    words: str
    lost: bool = False
    note: int | None = None


class DraftKeeper:
    """Holds the newest state of one draft and what of it the vault already has."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._draft: NoteDraft | None = None
        self._saved: NoteDraft | None = None
        self._note: int | None = None
        self._revision = 0

    def begin(self, draft: NoteDraft, note: int | None, revision: int) -> None:
        """Take up DRAFT: NOTE at REVISION, or None and 0 for a note that is not in the vault yet."""
        with self._lock:
            self._draft = self._saved = draft
            self._note, self._revision = note, revision

    def keep(self, draft: NoteDraft) -> None:
        """Put the newest state down."""
        with self._lock:
            self._draft = draft

    @property
    def note(self) -> int | None:
        """The note's id, None as long as nothing was saved."""
        return self._note

    @property
    def revision(self) -> int:
        """The revision that the vault has of it from here."""
        return self._revision

    @property
    def draft(self) -> NoteDraft | None:
        """The newest state, None if there is none."""
        return self._draft

    @property
    def pending(self) -> bool:
        """Whether something was written that the vault does not have."""
        return self._draft is not None and self._draft != self._saved

    def save(self) -> Saved | None:
        """Save what the vault does not have. Raises TacendaError, above all Conflict; the text stays here then."""
        with self._saving:
            with self._lock:
                draft, note, revision = self._draft, self._note, self._revision
                if draft is None or draft == self._saved:
                    return None
            saved = self._session.save_note(draft, note, revision)
            with self._lock:
                self._note, self._revision, self._saved = saved.note, saved.revision, draft
            return saved

    def save_over(self) -> Saved | None:
        """Save as the revision after the newest one; the one that was saved elsewhere stays among the revisions."""
        if self._note is not None:
            newest = self._session.catalog.note(self._note).revision
            with self._lock:
                self._revision = newest
        return self.save()

    def save_apart(self) -> Saved | None:
        """Save as a note of its own: what is done when the note can no longer take it."""
        with self._lock:
            self._note, self._revision = None, 0
        return self.save()

    def rescue(self) -> Rescue:
        """Save without asking anybody, in the way that loses nothing; never raises TacendaError."""
        words, lost = self._rescue() if self.pending else (SAVED if self._note is not None else "", False)
        return Rescue(words, lost, self._note)

    def _rescue(self) -> tuple[str, bool]:
        try:
            self.save()
        except Conflict:
            return self._rescue_conflict()
        except TacendaError as error:
            return self._last_try(error)
        return SAVED, False

    def _rescue_conflict(self) -> tuple[str, bool]:
        try:
            self._session.follow()
            self.save_over()
        except TacendaError as error:
            return self._last_try(error)
        return "Your draft was saved; what another session saved is the revision before it.", False

    def _last_try(self, error: TacendaError) -> tuple[str, bool]:
        was = self._note, self._revision
        try:
            self.save_apart()
        except TacendaError:
            self._note, self._revision = was
            return f"What you typed since the last save could not be saved: {error.what}", True
        return f"Your draft was saved as a note of its own, because: {error.what}", False

    def clear(self) -> None:
        """Forget the text."""
        with self._lock:
            self._draft = self._saved = None
            self._note, self._revision = None, 0
