"""Keeping a vault over the years: rotation, what is dropped, copies, policy. Headless; a Session acts."""

from __future__ import annotations

from core.upkeep.charts.droppable import Droppable
from core.upkeep.charts.dropping import Dropped, compact_vault, shred_note
from core.upkeep.keys.rotation import Rotated, Rotation, Step
from core.upkeep.keys.status import EpochRow, KeyStatus, key_status

__all__ = [
    "Droppable", "Dropped", "EpochRow", "KeyStatus", "Rotated", "Rotation", "Step", "compact_vault", "key_status",
    "shred_note",
]  # fmt: skip
