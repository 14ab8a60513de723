"""What holds for every test: places of its own, a clean environment, and no silent skip in CI."""

from __future__ import annotations

import contextlib
import gc
import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest

from tests.harness import argon2_once

# Textual reads these when it is imported; some of them write what is typed to a file.
SCRUBBED_PREFIXES = ("TEXTUAL", "SSH_")
SCRUBBED = ("TMUX", "TMUX_PANE", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES")
SHORT_SOAK = "short"
OPEN_FILES = Path("/proc/self/fd")
MANY_FILES = 400
"""Tests leave sessions open, as a process does that ends without locking; `select` knows 1,024 files of a process."""

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)


def _scrubbed() -> list[str]:
    return [name for name in os.environ if name.startswith(SCRUBBED_PREFIXES) or name in SCRUBBED]


# Before any test module imports Textual; the fixture below does it again for what a test may have set.
for _name in _scrubbed():
    del os.environ[_name]

# Hundreds of tests start the program; each would compile all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

argon2_once.begin()

# No deadline: a slow machine is no defect. Derandomised: a run says the same twice; a soak explores.
hypothesis.settings.register_profile("test", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("soak-short", deadline=None, database=None, max_examples=300, print_blob=True)
hypothesis.settings.register_profile("soak-full", deadline=None, database=None, max_examples=5000, print_blob=True)
_soak = os.environ.get("TACENDA_SOAK", "")
hypothesis.settings.load_profile({"": "test", SHORT_SOAK: "soak-short"}.get(_soak, "soak-full"))


def _close_left(folder: Path) -> None:
    """Close every file below FOLDER that no object will close any more, but what tests of a module share."""
    gc.collect()
    tests = f"{folder}/test_"
    for descriptor in os.listdir(OPEN_FILES):
        with contextlib.suppress(OSError):
            if os.readlink(OPEN_FILES / descriptor).startswith(tests):
                os.close(int(descriptor))


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the test state, configuration and temporary folders of its own, and scrub its environment.

    Children of the test inherit both through `os.environ`.
    """
    for name in _scrubbed():
        monkeypatch.delenv(name)
    for name, folder in {
        "XDG_STATE_HOME": "state",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "data",
        "XDG_CACHE_HOME": "cache",
        "TMPDIR": "tmp",
    }.items():
        place = tmp_path / folder
        place.mkdir(mode=0o700)
        monkeypatch.setenv(name, str(place))
    # tempfile remembers the folder that it found first
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield
    if OPEN_FILES.is_dir() and len(os.listdir(OPEN_FILES)) > MANY_FILES:
        _close_left(tmp_path.parent)


@pytest.fixture
def soak_is_short() -> bool:
    """Whether a soak test has minutes (`make soak SOAK=short`) and not hours."""
    return os.environ.get("TACENDA_SOAK", "") == SHORT_SOAK


def _refuse_skip(report: _Report) -> _Report:
    """Turn a skip into a failure when CI=true: a tool that CI did not install must not pass for a test."""
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI accepts no skipped test. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let no test be skipped in CI."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let no whole module be skipped in CI."""
    return _refuse_skip((yield))
