"""`make demo` on a real terminal: notes in view at once, a passphrase that can be read, and nothing left behind."""

from __future__ import annotations

import signal
import stat
import sys
from pathlib import Path

import pytest

from tests.harness.pty_terminal import PtyTerminal
from tests.tui.walking import ROOT

PASSPHRASE = "quiet river stone"
SHOWN = f"This demonstration's passphrase: {PASSPHRASE}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the demonstration makes its own folder."""
    made = tmp_path / "temporary"
    made.mkdir()
    return made


def demo(folder: Path, tmp_path: Path) -> PtyTerminal:
    """Return what `make demo` starts, with its temporary files in FOLDER."""
    assert "@$(BIN)/tacenda demo" in (ROOT / "Makefile").read_text()
    argv = [sys.executable, str(ROOT / "tests/harness/quick_tacenda.py"), "demo"]
    return PtyTerminal(argv, env={"TMPDIR": str(folder), "TACENDA_STATE": str(tmp_path / "remembered")})


def test_a_newcomer_sees_notes_locks_and_unlocks_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    with demo(folder, tmp_path) as terminal:
        terminal.wait_for("go on with it")
        (made,) = folder.iterdir()
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        assert (made / "demo.tacenda").is_file()
        terminal.send("2")
        terminal.wait_for("OTTER")
        terminal.send("\x0c")
        locked = terminal.wait_for(SHOWN)
        assert "OTTER" not in locked
        terminal.wait_for("✓ whole")
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("OTTER")
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
    assert list(folder.iterdir()) == []
    # nor is anything remembered of a vault that is gone
    assert not (tmp_path / "remembered").exists()


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGTERM, None])
def test_it_is_gone_when_the_line_drops(folder: Path, tmp_path: Path, end: signal.Signals | None) -> None:
    with demo(folder, tmp_path) as terminal:
        terminal.wait_for("go on with it")
        assert list(folder.iterdir())
        if end is None:
            terminal.hangup()
        else:
            terminal.kill(end)
        terminal.wait_exit()
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "remembered").exists()
