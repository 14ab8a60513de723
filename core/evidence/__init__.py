"""Evidence: each requirement's check, run now against one vault, without a key."""

from __future__ import annotations

from core.evidence.running import Evidence, Step, StepResult, as_markdown, as_toml, gather_evidence, steps

__all__ = ["Evidence", "Step", "StepResult", "as_markdown", "as_toml", "gather_evidence", "steps"]
