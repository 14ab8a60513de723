"""A session: the door, the unlock, reading and writing, the lock. What tui/ builds on."""

from __future__ import annotations

from core.session.approval import NeedsPassphrase
from core.session.drafting import Taken, TakenClient, TypedClient, Unfinished
from core.session.entrance.door import Door, RefusedUnlock
from core.session.entrance.facts import Checking, DoorFacts, LastUse, grouped
from core.session.entrance.unlocking import FalseKeys
from core.session.finding.looked import Found, Hit, Seen
from core.session.keeping_up import KeysReplaced
from core.session.notes.moving import Moved
from core.session.notes.reading import NeedsReason, OpenNote, Revision
from core.session.notes.signing import ASKS_COSIGN, HistoryRow, additions_in_order, draft_of
from core.session.notes.writing import ClientDraft, NoteDraft, Saved
from core.session.opened import OpenVault
from core.session.practice.clients import OpenClient
from core.session.session import Session

__all__ = [
    "ASKS_COSIGN", "Checking", "ClientDraft", "Door", "DoorFacts", "FalseKeys", "Found", "HistoryRow", "Hit",
    "KeysReplaced", "LastUse", "Moved", "NeedsPassphrase", "NeedsReason", "NoteDraft", "OpenClient", "OpenNote",
    "OpenVault", "RefusedUnlock", "Revision", "Saved", "Seen", "Session", "Taken", "TakenClient", "TypedClient",
    "Unfinished", "additions_in_order", "draft_of", "grouped",
]  # fmt: skip
