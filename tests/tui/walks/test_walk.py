"""The whole way, in a real terminal, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.tmux import Tmux
from tests.tui.walking import PASSPHRASE, command

SURROUNDINGS = {
    "60x20, no colour": (60, 20, {"NO_COLOR": "1"}),
    "the Linux console's symbols": (80, 24, {"TERM": "linux"}),
    "200x60": (200, 60, {}),
}


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_create_client_note_leave_read_lock_unlock_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surroundings: str
) -> None:
    columns, rows, env = SURROUNDINGS[surroundings]
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state" / "tacenda"))
    path = str(tmp_path / "practice.tacenda")
    argv = ["env", *(f"{name}={value}" for name, value in env.items()), *command(path)]
    with Tmux(argv, columns=columns, rows=rows) as tmux:
        tmux.wait_for("There is no file there yet")
        tmux.keys("Enter")
        tmux.type(PASSPHRASE)
        tmux.keys("Enter")
        tmux.type(PASSPHRASE)
        tmux.keys("Enter")
        tmux.wait_for("the same")
        tmux.keys("Enter")
        tmux.wait_for("Add your first client")
        tmux.keys("Enter")
        tmux.wait_for("New client")
        tmux.type("OTTER")
        tmux.keys("C-s")
        tmux.wait_for("No notes yet")
        tmux.keys("n")
        tmux.wait_for("Progress note")
        tmux.keys("Enter")
        tmux.wait_for("not saved yet")
        tmux.type("1002")
        tmux.keys("Enter")
        tmux.type("1055")
        tmux.keys("Escape")
        tmux.wait_for("10:02-10:55, 53 min")
        tmux.type("Slept six hours.")
        tmux.keys("Tab")
        tmux.type("On time.")
        tmux.wait_for("On time.")
        tmux.keys("Escape")
        tmux.wait_for("1 of 1")
        tmux.keys("Enter")
        tmux.wait_for("Slept six hours.")
        tmux.type("More.")
        tmux.wait_for("More.")
        tmux.keys("C-l")
        locked = tmux.wait_for("Your draft was saved.")
        assert not {"Slept", "OTTER", "On time"} & set(locked.split())
        tmux.type(PASSPHRASE)
        tmux.keys("Enter")
        tmux.wait_for("More.")
        tmux.keys("Escape")
        tmux.wait_for("1 of 1")
        tmux.keys("4")
        tmux.wait_for("WHOLE")
        trail = tmux.wait_for("note read")
        assert "lock" in trail
        tmux.keys("Enter")
        tmux.wait_for("holds")
        tmux.keys("C-q")
        assert tmux.wait_exit() == 0
        assert "Slept" not in tmux.screen()
