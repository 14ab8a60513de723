"""Signing and correcting, in a real terminal, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.tmux import Tmux
from tests.tui.conftest import Fill
from tests.tui.walking import PASSPHRASE, command

SURROUNDINGS = {
    "80x24, no colour": (80, 24, {"NO_COLOR": "1"}),
    "60x20": (60, 20, {}),
    "the Linux console's symbols": (80, 24, {"TERM": "linux"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_write_review_sign_correct_look_back(vault: str, fill: Fill, surroundings: str, tmp_path: Path) -> None:
    fill()
    columns, rows, env = SURROUNDINGS[surroundings]
    argv = ["env", f"TACENDA_STATE={tmp_path / 'state' / 'tacenda'}", *(f"{n}={v}" for n, v in env.items())]
    with Tmux([*argv, *command(vault)], columns=columns, rows=rows) as tmux:
        tmux.wait_for("whole")
        tmux.type(PASSPHRASE)
        tmux.keys("Enter")
        tmux.wait_for("Nothing is due")
        tmux.keys("2")
        tmux.wait_for("OTTER")
        tmux.keys("Enter")
        tmux.wait_for("No notes yet")
        tmux.keys("n")
        tmux.wait_for("Progress note")
        tmux.keys("Enter")
        tmux.wait_for("not saved yet")
        tmux.keys("Escape")
        tmux.type("Began in March 2025.")
        tmux.wait_for("March 2025")
        tmux.keys("F8")
        tmux.wait_for("Before you sign")
        tmux.keys("s")
        tmux.wait_for("signed by owner")
        tmux.keys("a")
        tmux.wait_for("Add to this signed note")
        tmux.keys("Down", "Down")
        tmux.type("wrong year")
        tmux.keys("Enter")
        tmux.type("March 2025")
        tmux.keys("Enter")
        tmux.wait_for("stays as it is")
        tmux.type("It was 2026.")
        tmux.wait_for("It was 2026")
        tmux.keys("F8")
        tmux.wait_for("What signing does")
        tmux.keys("s")
        tmux.wait_for("Signed, record")
        tmux.wait_for("It was 2026")
        tmux.keys("g")
        tmux.wait_for("[1]Began in March 2025")
        tmux.keys("r")
        tmux.wait_for("1 revision, newest first")
        tmux.keys("C-q")
        assert tmux.wait_exit() == 0
        assert "March" not in tmux.screen()
