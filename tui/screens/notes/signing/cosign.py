"""Before a co-signature: what will be co-signed, and what that does."""

from __future__ import annotations

from functools import partial

from core.session import Session
from tui import words
from tui.keys import keymap
from tui.screens.notes.signing.approving import ask_to_sign
from tui.screens.notes.signing.review import Review
from tui.widgets.lines import Line

_COSIGNING = (
    "Your name and {at} stand below the author's signature: you have read the text as it stands here and agree with "
    "it. Nothing of it changes, and what is added later is not part of it. It cannot be taken back."
)


class CosignReview(Review):
    """What stands before the co-signature of NOTE."""

    WHERE = "cosign"
    ABOUT = "What will be co-signed. Nothing is signed before s."
    BINDINGS = keymap.bindings("cosign")

    def state_words(self) -> str:
        """Return what state the note is in."""
        return "✓ signed"

    def fill(self) -> None:
        """Show fields, what it does, the text."""
        session, draft = self.tacenda.session, self.draft
        if session is None or draft is None:
            return
        row = session.catalog.note(self.note)
        self.bar("where").show(((f" Co-sign this note: {self.key_of('sign_now')} co-signs, Enter does not", "text"),))
        late = f", {words.plural(row.late, 'day')} after the session" if row.late else ""
        lines: list[Line] = [
            *self.facts(draft), (), ((" What co-signing does", "accent"),),
            *self.wrapped(_COSIGNING.format(at=self.at_now())), (),
        ]  # fmt: skip
        self.lay_out(lines, draft, f"signed by {row.author}, {words.second(row.signed_at)[:16]}{late}")
        self.show_state("Co-signing is recorded in the audit trail.")

    def action_sign_now(self) -> None:
        """Co-sign what is shown."""
        session = self.tacenda.session
        if session is None or self.draft is None or self.busy:
            return
        ask_to_sign(self, lambda passphrase: self._go(session, passphrase))

    def _go(self, session: Session, passphrase: str | None) -> None:
        self.busy = True
        self.tacenda.hold_keys(self)
        self.work(
            partial(session.cosign_note, self.note, self.revision, passphrase),
            lambda record: self.done(f"Co-signed, record {record:,}."), self.failed,
        )  # fmt: skip
