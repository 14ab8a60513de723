"""What a note and its parts are called."""

from __future__ import annotations

from core.indexes import NOTE_TYPES
from core.session import NoteDraft, Session
from core.writing.forms import NAMES
from vault_format.codes import AddendumKind
from vault_format.errors import UsageError

ADDED = {
    AddendumKind.ADDENDUM: "Addendum", AddendumKind.LATE_ENTRY: "Late entry", AddendumKind.CORRECTION: "Correction",
}  # fmt: skip
"""What each kind of addition is called in a heading."""


def added_word(kind: int) -> str:
    """Return what a kind of addition is called."""
    return ADDED[AddendumKind(kind)] if kind in set(AddendumKind) else "Addition"


def kind_words(row_type: str) -> str:
    """Return what a type of note is called in a heading: `progress note`."""
    return NOTE_TYPES.get(row_type, row_type).lower()


def note_title(session: Session, draft: NoteDraft) -> str:
    """Return what DRAFT is, for the top row: `progress note, SOAP`, `correction to note of 2026-11-09`."""
    kind = kind_words(draft.type)
    if not draft.parent:
        return f"{kind}, {NAMES.get(draft.form, draft.form)}"
    try:
        return f"{added_word(draft.addendum).lower()} to note of {session.catalog.note(draft.parent).date}"
    except UsageError:
        return f"{added_word(draft.addendum).lower()} to {kind}"
