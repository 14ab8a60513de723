"""Alerts: what in a vault's records a person should look at. Computed without a key, from verified records alone."""

from __future__ import annotations

from core.alerts.alert import Alert, Rule, Severity
from core.alerts.engine import Engine

__all__ = ["Alert", "Engine", "Rule", "Severity"]
