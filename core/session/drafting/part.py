"""The part of a session that is about text which the vault does not have yet."""

from __future__ import annotations

from core.create import random_id
from core.drafts import DraftKind
from core.session.drafting import clients, notes, unfinished
from core.session.drafting.clients import TakenClient, TypedClient
from core.session.drafting.journal import Drafting, Seals
from core.session.drafting.notes import Taken
from core.session.drafting.unfinished import Unfinished
from core.session.notes.writing import NoteDraft
from core.session.part import SessionPart
from vault_format.codes import Reason


class Drafts(SessionPart):
    """The draft journal, and what earlier sessions left. Sealing what was typed never waits for the vault."""

    _drafting: Drafting

    def reserve_note(self) -> int:
        """Return a number for a note, or a client, that is not saved yet."""
        return random_id(self._require_open().entropy)

    def open_journal(self) -> None:
        """Take the journal's space. Raises Unavailable without space."""
        self._drafting.open()

    def begin_draft(self, draft: NoteDraft, note: int, base: int) -> None:
        """Take the journal's space, and record that NOTE at BASE is written on. Raises Unavailable without space."""
        try:
            self._drafting.open()
        finally:
            with self.at_desk() as desk:
                notes.begun(desk, draft, note, base)

    def keep_draft(self, draft: NoteDraft, note: int, base: int, cursor: int) -> None:
        """Seal DRAFT of NOTE at BASE, with the cursor CURSOR characters into its text; see Drafting.keep."""
        self._drafting.keep(notes.state_of(draft, note, base, cursor, self._drafting.now()))

    def keep_client(self, typed: TypedClient, client: int, base: int) -> None:
        """Seal what was typed in the form of CLIENT at BASE; see Drafting.keep."""
        self._drafting.keep(clients.state_of(typed, client, base, self._drafting.now()))

    def empty_journal(self) -> Seals:
        """Forget what the journal holds: the vault has it. Returns what it did since the last time."""
        return self._drafting.empty()

    def draft_kept(self, draft: NoteDraft, note: int, revision: int, seals: Seals) -> None:
        """Record that the vault holds, as REVISION, what was sealed so often."""
        with self.at_desk() as desk:
            notes.kept(desk, draft, note, revision, seals)

    def unfinished(self) -> list[Unfinished]:
        """Return what earlier sessions of this member left in journals here, oldest first."""
        with self.at_desk() as desk:
            return unfinished.find_unfinished(desk)

    def recover_draft(self, left: Unfinished) -> Taken:
        """Take over a note's draft that a session left, recorded first; see notes.recover."""
        with self.at_desk() as desk:
            return notes.recover(desk, self._drafting, left)

    def recover_client(self, left: Unfinished, *, reason: Reason | None = None, words: str = "") -> TakenClient:
        """Take over a client's form that a session left, recorded first; see clients.recover."""
        with self.at_desk() as desk:
            return clients.recover(desk, self._drafting, left, reason=reason, words=words)

    def discard_draft(self, left: Unfinished) -> None:
        """Remove what a session left: of a note recorded first, of a client's form as if it were closed now."""
        with self.at_desk() as desk:
            if left.kind == DraftKind.CLIENT:
                unfinished.remove(left)
            else:
                notes.discard(desk, left)
