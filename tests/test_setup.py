"""The first command of a newcomer: which Python is taken, and what is said where none will do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIND = ROOT / ".ci" / "find-python"


def _find(python: str | None = None, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": path or os.environ["PATH"]}
    env.pop("PYTHON", None)
    if python is not None:
        env["PYTHON"] = python
    return subprocess.run(["/bin/sh", str(FIND)], env=env, capture_output=True, encoding="utf-8", check=False)


def _interpreter(folder: Path, name: str, before: str) -> Path:
    """Make an interpreter that is this one after the statement BEFORE."""
    made = folder / name
    code = f"import sys; sys.executable = {str(made)!r}; {before}; exec(sys.argv[1])"
    made.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$2"\n')
    made.chmod(0o755)
    return made


def test_a_fitting_python_is_found_by_its_path() -> None:
    found = _find(sys.executable)
    assert found.returncode == 0
    assert found.stderr == ""
    assert Path(found.stdout.strip()).samefile(sys.executable)


def test_the_first_that_fits_is_taken(tmp_path: Path) -> None:
    _interpreter(tmp_path, "python3", "sys.version_info = (3, 10, 2)")
    fits = _interpreter(tmp_path, "python3.12", "pass")
    found = _find(path=str(tmp_path))
    assert (found.returncode, found.stdout.strip()) == (0, str(fits))


def test_an_old_python_is_refused_with_what_to_do(tmp_path: Path) -> None:
    old = _interpreter(tmp_path, "python3", "sys.version_info = (3, 10, 2)")
    for found in (_find(str(old)), _find(path=str(tmp_path))):
        assert found.returncode == 2
        assert found.stdout == ""
        assert f"{old} is Python 3.10; Tacenda needs 3.11 or newer." in found.stderr
        assert "make PYTHON=" in found.stderr


def test_a_missing_venv_is_named_with_its_package(tmp_path: Path) -> None:
    bare = _interpreter(tmp_path, "python3", "sys.modules['ensurepip'] = None")
    found = _find(str(bare))
    assert found.returncode == 2
    assert "comes without venv" in found.stderr
    assert "apt install python3-venv" in found.stderr


def test_no_python_at_all_is_said(tmp_path: Path) -> None:
    found = _find(path=str(tmp_path))
    assert found.returncode == 2
    assert "No Python was found; Tacenda needs 3.11 or newer." in found.stderr
    found = _find(str(tmp_path / "absent"))
    assert found.returncode == 2
    assert "does not run" in found.stderr


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / ".ci").iterdir()))
def test_every_script_parses_and_may_be_run(script: str) -> None:
    path = ROOT / ".ci" / script
    shell = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!").removeprefix("/usr/bin/env ")
    assert shell in {"/bin/sh", "bash"}
    assert os.access(path, os.X_OK)
    assert subprocess.run([shell, "-n", str(path)], check=False).returncode == 0
