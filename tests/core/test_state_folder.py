"""The state folder is where platformdirs would put it, found without loading it."""

from __future__ import annotations

import os
import subprocess
import sys

import platformdirs
import pytest

from core.state_folder import state_folder


@pytest.mark.parametrize("base", [None, "", "  ", "/srv/state", "/srv/state/"])
def test_it_is_the_one_that_platformdirs_names(monkeypatch: pytest.MonkeyPatch, base: str | None) -> None:
    monkeypatch.delenv("TACENDA_STATE", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    if base is not None:
        monkeypatch.setenv("XDG_STATE_HOME", base)
    assert os.path.normpath(state_folder()) == platformdirs.user_state_dir("tacenda", appauthor=False)


def test_a_folder_that_was_named_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACENDA_STATE", "/srv/elsewhere")
    assert state_folder() == "/srv/elsewhere"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs knows the folder")
def test_a_short_command_does_not_load_platformdirs() -> None:
    code = "import sys, core.state_folder as s; s.state_folder(); sys.exit('platformdirs' in sys.modules)"
    environment = {name: value for name, value in os.environ.items() if name != "TACENDA_STATE"}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode == 0
