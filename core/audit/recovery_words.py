"""What a recovery's records say, in words: at which step one failed, by which factors and when one was done."""

from __future__ import annotations

from core.moments import moment
from vault_format.public.members import RecoveryDone

STEPS = {1: "printed code", 2: "phone codes", 3: "shares"}
"""Factors and steps, by their code (docs/FORMAT.md, section 7)."""
_MOST = 32
"""Steps that are said; more come from nobody who recovers."""
_FAILED = {**{code: f"at the {name}" for code, name in STEPS.items()}, 4: "given up"}


def failed_words(step: int) -> str:
    """Return what became of a recovery that failed at STEP, the outcome of its record."""
    return f"recovery failed, {_FAILED.get(step, f'at step {step}')}"


def done_words(said: RecoveryDone) -> str:
    """Return by which factors a recovery was done, and when (UTC) each step was."""
    factors = [name for code, name in STEPS.items() if said.factors >> code & 1]
    if said.factors & ~sum(1 << code for code in STEPS) or not factors:
        factors.append(f"factors {said.factors}")
    steps = [f"{STEPS.get(code, f'step {code}')} {moment(at):%Y-%m-%d %H:%M:%S}" for code, at in said.steps[:_MOST]]
    return f"by {' and '.join(factors)}" + (f"; {', '.join(steps)} UTC" if steps else "")
