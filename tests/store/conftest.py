"""A started vault in a folder of its own, its owner at work, and programs that write in it too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.scenario import Scenario
from tests.harness.vaults import Counting, Owner, Started, start


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Return where the vault is: in a folder that holds nothing else but its lock."""
    folder = tmp_path / "vaults"
    folder.mkdir()
    return folder / "vault"


@pytest.fixture
def started(vault: Path) -> Started:
    """Make the vault."""
    return start(vault)


@pytest.fixture
def clock() -> Counting:
    """Return a clock that the test sets."""
    return Counting()


@pytest.fixture
def owner(vault: Path, started: Started, clock: Counting) -> Iterator[Owner]:
    """Yield the owner with the vault open."""
    owner = Owner(vault, started, clock=clock)
    yield owner
    owner.close()


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    """Return a started vault that programs append to."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return Scenario(folder, tmp_path / "handed")
