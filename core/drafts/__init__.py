"""Drafts outside the vault: one sealed, preallocated journal a session (docs/FORMAT.md, section 11)."""

from __future__ import annotations

from core.drafts.journal import Journal, Kept, in_use, journals, read_journal
from core.drafts.shape import DraftState

__all__ = ["DraftState", "Journal", "Kept", "in_use", "journals", "read_journal"]
