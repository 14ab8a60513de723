"""The practice of the core's tests, and an empty vault to import into."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.create import new_vault
from tests.core.practice import COST, NOW, PASSPHRASES, Clock, Practice, build_practice


@pytest.fixture(scope="session")
def made_practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """The original, which no test may change."""
    return build_practice(tmp_path_factory.mktemp("practice"))


@pytest.fixture
def practice(made_practice: Practice, tmp_path: Path) -> Practice:
    """A copy of the practice."""
    return made_practice.copied(tmp_path)


@pytest.fixture
def empty(tmp_path: Path) -> Practice:
    """A vault with an owner and nothing in it."""
    made = Practice(tmp_path / "empty.tacenda", tmp_path / "remembered", Clock(NOW))
    new_vault(str(made.path), "empty", "owner", PASSPHRASES["owner"], clock=made.clock, cost=COST)
    return made
