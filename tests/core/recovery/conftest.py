"""Kits of a run: the same random ones for each test, so that each table is computed once."""

from __future__ import annotations

import functools
import random

import pytest

import core.acts.kit
import core.recovery.kit.enrolment
from core.keys.kit import new_kit, table

_once = functools.lru_cache(128)(table)


@pytest.fixture(autouse=True)
def kits_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first kit of a test be what it is in every other, the second likewise, and so on."""
    entropy = random.Random("the kits of a run").randbytes
    monkeypatch.setattr(core.recovery.kit.enrolment, "new_kit", lambda _: new_kit(entropy))
    monkeypatch.setattr(core.acts.kit, "table", _once)
