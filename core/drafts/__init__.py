"""Drafts outside the vault: one sealed, preallocated journal a session (docs/FORMAT.md, section 11)."""

from __future__ import annotations

from core.drafts.journal import Journal
from core.drafts.left import Kept, clear_emptied, find_kept, in_use, journals, open_kept, read_sealed
from core.drafts.shape import MAX_TYPED, DraftKind, DraftState, Sealed, SealedClient, SealedDraft

__all__ = [
    "MAX_TYPED", "DraftKind", "DraftState", "Journal", "Kept", "Sealed", "SealedClient", "SealedDraft", "clear_emptied",
    "find_kept", "in_use", "journals", "open_kept", "read_sealed",
]  # fmt: skip
