"""The clinic before anything was dropped: every session is open, every part is there."""

from __future__ import annotations

from tests.vectors.scenes import clinic
from tests.vectors.stage import Stage

WHAT = "A clinic after its first rotation: five members in open sessions, nothing dropped yet."


def play(stage: Stage) -> None:
    """Write the vault."""
    clinic.staff(stage)
