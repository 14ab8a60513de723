from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")

SKIPPING = """
import pytest

def test_inside():
    pytest.skip("no such tool")

@pytest.mark.skipif(True, reason="another system")
def test_marked():
    pass

@pytest.mark.xfail(reason="known")
def test_expected_to_fail():
    assert False

def test_passes():
    pass
"""
SKIPPED_WHOLE = """
import pytest
pytest.skip("no such package", allow_module_level=True)
"""


def _run(folder: Path, ci: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copyfile(CONFTEST, folder / "conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs", *arguments],
        cwd=folder,
        env={**os.environ, "CI": ci},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_skip_is_a_failure_in_ci_only(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    at_home = _run(tmp_path, "", "-n", workers)
    assert at_home.returncode == 0
    assert "1 passed, 2 skipped, 1 xfailed" in at_home.stdout
    in_ci = _run(tmp_path, "true", "-n", workers)
    assert in_ci.returncode == 1
    # A mark is seen before the test begins, which pytest counts as an error.
    assert "1 failed, 1 passed, 1 xfailed, 1 error" in in_ci.stdout
    assert "CI accepts no skipped test. Skipped: no such tool" in in_ci.stdout
    assert "CI accepts no skipped test. Skipped: another system" in in_ci.stdout


def test_a_skipped_module_is_a_failure_in_ci_only(tmp_path: Path) -> None:
    (tmp_path / "test_passes.py").write_text("def test_passes(): pass")
    (tmp_path / "test_whole.py").write_text(SKIPPED_WHOLE)
    assert _run(tmp_path, "").returncode == 0
    in_ci = _run(tmp_path, "true", "--continue-on-collection-errors")
    assert in_ci.returncode == 1
    assert "CI accepts no skipped test. Skipped: no such package" in in_ci.stdout


def test_each_test_has_places_of_its_own(tmp_path: Path) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        assert Path(os.environ[name]).parent == tmp_path
        assert Path(os.environ[name]).stat().st_mode & 0o777 == 0o700
    assert tempfile.gettempdir() == os.environ["TMPDIR"]


def test_what_would_make_textual_leak_is_scrubbed(tmp_path: Path) -> None:
    (tmp_path / "test_scrubbed.py").write_text(
        "import os\n\ndef test_scrubbed():\n    assert not [n for n in os.environ if n.startswith('TEXTUAL')]\n"
    )
    os.environ["TEXTUAL_LOG"] = str(tmp_path / "log")
    try:
        assert _run(tmp_path, "").returncode == 0
    finally:
        del os.environ["TEXTUAL_LOG"]
