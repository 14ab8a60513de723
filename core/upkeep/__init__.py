"""Keeping a vault over the years: rotation, what is dropped, copies, policy. Headless; a Session acts."""

from __future__ import annotations

from core.upkeep.droppable import Droppable
from core.upkeep.dropping import Dropped, compact_vault, shred_note
from core.upkeep.rotation import Rotated, Rotation, Step
from core.upkeep.status import EpochRow, KeyStatus, key_status

__all__ = [
    "Droppable", "Dropped", "EpochRow", "KeyStatus", "Rotated", "Rotation", "Step", "compact_vault", "key_status",
    "shred_note",
]  # fmt: skip
