"""A stop from outside locks first; whoever lets the program go on finds the locked page."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from core.session import NoteDraft
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.wait import wait_until
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import PASSPHRASE, command, see, unlock
from tui.application import Tacenda
from vault_format.codes import Action, LockReason

LONG = 120.0
SAID = "half a sentence that nobody"


def state(pid: int) -> str:
    """Return the process's state as the system names it: `T` is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_stop_locks_first(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        terminal.wait_for("✓ whole", LONG)
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("go on with it", LONG)
        terminal.send("\r")
        terminal.wait_for("begun", LONG)
        terminal.send(SAID)
        terminal.wait_for(SAID, LONG)
        terminal.kill(signal.SIGTSTP)
        wait_until(lambda: terminal.screen() and state(terminal.pid) == "T", LONG, "the program to stop")
        stopped = open_session(vault)
        assert stopped.read_note(note).text == "begun " + SAID
        columns = stopped.vault.columns
        locks = [seq for seq in range(len(columns)) if columns.shape(seq).action == Action.LOCK]
        assert columns.shape(locks[-1]).outcome == LockReason.SUSPEND
        stopped.lock()
        before = len(terminal.raw)
        terminal.kill(signal.SIGCONT)
        terminal.wait_for("when it was suspended", LONG)
        wait_until(lambda: terminal.screen() and len(terminal.raw) > before + 200, LONG, "the page painted anew")
        assert SAID not in terminal.screen()
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for(SAID, LONG)
        terminal.send("\x11")
        assert terminal.wait_exit(LONG) == 0


@pytest.mark.slow
async def test_a_lock_that_stands_in_no_record_says_so(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "begun ", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        # a share that is gone for a while
        os.rename(vault, vault + ".away")
        app.guard.ask(LockReason.PERSON)
        screen = await see(pilot, "by you.")
        assert "The lock could not be recorded" in screen
        assert "the keys are gone" in " ".join(screen.split())
        assert app.session is None
