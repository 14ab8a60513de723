"""Carrying on after a broken chain: a new vault that cites the old one and takes over what can still be read."""

from __future__ import annotations

from core.carry_on.bring_over import Carried, carry_on
from core.carry_on.survey import Survey, survey

__all__ = ["Carried", "Survey", "carry_on", "survey"]
