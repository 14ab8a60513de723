"""Trust outside the file: checkpoints that can be kept, printed, co-signed and held against a vault later."""

from __future__ import annotations

from core.trust.checking import Checked, check_against
from core.trust.checkpoint import Checkpoint, NoteSignature, make_checkpoint, parse, render

__all__ = ["Checked", "Checkpoint", "NoteSignature", "check_against", "make_checkpoint", "parse", "render"]
