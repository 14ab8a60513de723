"""The practice: made once a run, a copy for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.practice import Practice, build_practice


@pytest.fixture(scope="session")
def made_practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """The original, which no test may change."""
    return build_practice(tmp_path_factory.mktemp("practice"))


@pytest.fixture
def practice(made_practice: Practice, tmp_path: Path) -> Practice:
    """A copy of the practice, with nothing remembered of it on this machine."""
    return made_practice.copied(tmp_path)
