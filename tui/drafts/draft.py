"""The one text that is being written: kept here at every change, so that any thread can save it at any time.

Nothing here knows a widget. The editor puts its newest state down; the page, the guard and the end of the program save.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass

from core.session import NoteDraft, Saved, Session
from tui.drafts.journaling import Keeper
from vault_format.errors import Conflict, SyncFailed, TacendaError

SAVED = "Your draft was saved."
SEALED = "Your draft is sealed on this machine, not in the vault: {why} It comes back when you unlock here."


@dataclass(frozen=True, slots=True)
class Rescue:
    """What became of the text when a session ended.

    WORDS are for a person, empty if there was nothing to save; LOST if some of it could not be saved; NOTE is where it
    is now. UNRECORDED says why the lock stands in no record, empty if it does.
    """

    words: str
    lost: bool = False
    note: int | None = None
    unrecorded: str = ""


class DraftKeeper(Keeper):
    """Holds the newest state of one draft and what of it the vault already has."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._saving = threading.Lock()
        self._draft: NoteDraft | None = None
        self._saved: NoteDraft | None = None
        self._note: int | None = None
        self._reserved = 0
        self._revision = 0
        self._cursor = 0
        self._sealed = False

    def begin(
        self, draft: NoteDraft, note: int | None, revision: int, *, reserved: int = 0, saved: bool = True
    ) -> None:
        """Take up DRAFT: NOTE at REVISION, or None and 0 for a note that is not in the vault yet.

        RESERVED is the number that such a note will have. SAVED is false where the vault does not have the text.
        """
        with self._lock:
            self._draft, self._saved = draft, draft if saved else None
            self._note, self._revision = note, revision
            self._reserved = note or reserved or self._session.reserve_note()

    def keep(self, draft: NoteDraft, cursor: int = 0) -> None:
        """Put the newest state down, with the cursor CURSOR characters into the text."""
        with self._news:
            self._draft, self._cursor = draft, cursor
            self._behind += draft != self._saved
            self._news.notify()

    # -- the journal -----------------------------------------------------------------------------------------

    def _seal(self) -> bool:
        with self._lock:
            draft, cursor, number = self._draft, self._cursor, self._reserved
            revision, self._behind = self._revision, 0
            if draft is None or draft == self._saved:
                return draft is not None
        try:
            self._session.keep_draft(draft, number, revision, cursor)
        except (TacendaError, OSError):
            with self._lock:
                # it is tried again when it is due again
                self._behind += 1
            return False
        self._sealed = True
        return True

    def _drop_sealed(self) -> None:
        """Empty a journal that holds what was taken back by hand."""
        with self._sealing:
            if self._sealed and not self.pending:
                self._session.empty_journal()
                self._sealed = False

    def open_journal(self) -> None:
        """Take the journal's space and record that this is written on. Raises TacendaError; writing goes on anyway."""
        with self._lock:
            draft, number, revision = self._draft, self._reserved, self._revision
        if draft is not None:
            self._session.begin_draft(draft, number, revision)

    def _vault_has(self, draft: NoteDraft, saved: Saved) -> None:
        """Empty the journal; what was typed while the vault was written is sealed at once."""
        with self._sealing:
            with self._lock:
                self._note, self._revision, self._saved = saved.note, saved.revision, draft
                self._reserved = saved.note
                newer = self._draft is not None and self._draft != draft
            # a session that was locked meanwhile has closed its journal, and knows why
            seals = self._session.empty_journal()
            self._sealed = False
            if newer:
                self._seal()
        with contextlib.suppress(TacendaError):
            self._session.draft_kept(draft, saved.note, saved.revision, seals)

    # -- the vault -------------------------------------------------------------------------------------------

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
                draft, number, revision = self._draft, self._reserved, self._revision
            if draft is None or draft == self._saved:
                self._drop_sealed()
                return None
            saved = self._session.save_note(draft, number, revision)
            self._vault_has(draft, saved)
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
            self._reserved = self._session.reserve_note()
        return self.save()

    def rescue(self) -> Rescue:
        """Save without asking anybody, in the way that loses nothing; never raises TacendaError."""
        if self.pending:
            words, lost = self._rescue()
        else:
            self._drop_sealed()
            words, lost = SAVED if self._note is not None else "", False
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
        was = self._note, self._revision, self._reserved
        if isinstance(error, SyncFailed):
            # what was just written may stand there all the same; a note of its own would be a second one
            with contextlib.suppress(TacendaError):
                self.save()
                return SAVED, False
        try:
            self.save_apart()
        except TacendaError:
            with self._lock:
                self._note, self._revision, self._reserved = was
            if self.seal():
                return SEALED.format(why=error.what), False
            return f"What you typed since the last save could not be saved: {error.what}", True
        return f"Your draft was saved as a note of its own, because: {error.what}", False

    def clear(self) -> None:
        """Forget the text."""
        with self._lock:
            self._draft = self._saved = None
            self._note, self._revision, self._reserved = None, 0, 0
            self._cursor = self._behind = 0
