"""A practice whose records are of now, as the clock of the commands is the machine's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.practice import Practice, build_practice
from vault_format import machine


@pytest.fixture(scope="session")
def made_practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """The original, which no test may change."""
    return build_practice(tmp_path_factory.mktemp("practice"), machine.now_ms() - 60_000)


@pytest.fixture
def practice(made_practice: Practice, tmp_path: Path) -> Practice:
    """A copy of the practice."""
    return made_practice.copied(tmp_path)
