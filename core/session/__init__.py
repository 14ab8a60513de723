"""A session: the door, the unlock, reading and writing, the lock. What tui/ builds on."""

from __future__ import annotations

from core.session.door import Checking, Door, DoorFacts, LastUse, RefusedUnlock, grouped
from core.session.opened import OpenVault
from core.session.reading import Hit, NeedsReason, OpenNote, Revision
from core.session.session import Session
from core.session.writing import ClientDraft, NoteDraft, Saved

__all__ = [
    "Checking", "ClientDraft", "Door", "DoorFacts", "Hit", "LastUse", "NeedsReason", "NoteDraft", "OpenNote",
    "OpenVault", "RefusedUnlock", "Revision", "Saved", "Session", "grouped",
]  # fmt: skip
