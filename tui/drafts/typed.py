"""All that is being typed in a session: a note's text, a client's form. At most one of them at a time."""

from __future__ import annotations

from core.session import Session
from tui.drafts.draft import DraftKeeper, Rescue
from tui.drafts.form_draft import FormKeeper
from tui.drafts.journaling import Journaling


class TypedText:
    """The keepers of one session, for whoever ends it."""

    def __init__(self, session: Session) -> None:
        self.note = DraftKeeper(session)
        self.form = FormKeeper(session)

    def start(self) -> None:
        """Keep the journal close behind, from now on."""
        for keeper in (self.note, self.form):
            Journaling(keeper).start()

    @property
    def pending(self) -> bool:
        """Whether something was typed that the vault does not have."""
        return self.note.pending or self.form.pending

    def rescue(self) -> Rescue:
        """Save or seal what the vault does not have, without asking anybody; never raises TacendaError."""
        note = self.note.rescue()
        # last, for it is what stays in the journal
        form = self.form.rescue()
        if not form.words:
            return note
        words = f"{note.words} {form.words}" if note.lost else form.words
        return Rescue(words, note.lost or form.lost, note.note)

    def clear(self) -> None:
        """Forget the texts."""
        self.note.clear()
        self.form.clear()

    def close(self) -> None:
        """Let nobody wait any more."""
        self.note.close()
        self.form.close()
