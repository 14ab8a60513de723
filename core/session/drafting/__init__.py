"""Text that the vault does not have yet: this session's draft journal, and what earlier sessions left in theirs."""

from __future__ import annotations

from core.session.drafting.clients import TakenClient, TypedClient
from core.session.drafting.journal import Drafting, Seals
from core.session.drafting.notes import Taken
from core.session.drafting.part import Drafts
from core.session.drafting.unfinished import Unfinished

__all__ = ["Drafting", "Drafts", "Seals", "Taken", "TakenClient", "TypedClient", "Unfinished"]
