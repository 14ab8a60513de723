"""Drafts outside the vault: one sealed, preallocated journal a session (docs/FORMAT.md, section 11)."""

from __future__ import annotations

from core.drafts.journal import Journal
from core.drafts.left import Kept, clear_emptied, find_kept, in_use, journals, open_kept
from core.drafts.shape import DraftState, SealedDraft

__all__ = [
    "DraftState", "Journal", "Kept", "SealedDraft", "clear_emptied", "find_kept", "in_use", "journals", "open_kept",
]  # fmt: skip
