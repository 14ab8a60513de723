"""Typed text survives whatever ends the program or the line, and the session is locked by it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from pathlib import Path

import pytest

from core.audit.columns import Columns
from core.session import NoteDraft
from tests.harness.os_user import install_for_all, public_folder, throwaway_user
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.sshd import Sshd
from tests.harness.tools import need_tool
from tests.harness.wait import wait_until
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import PASSPHRASE, command
from vault_format import machine
from vault_format.codes import Action, LockReason
from vault_format.verification.verify import verify

SAID = "half a sentence that nobody"


def write(terminal: PtyTerminal) -> None:
    """Unlock, open the only draft, and type."""
    terminal.wait_for("✓ whole")
    terminal.send(PASSPHRASE + "\r")
    terminal.wait_for("go on with it")
    terminal.send("\r")
    terminal.wait_for("begun")
    terminal.send(SAID)
    terminal.wait_for(SAID)


def locks(path: str) -> list[int]:
    """Return the reasons of all lock records. Nothing is unlocked for it."""
    columns = Columns()
    assert verify(path, machine.now_ms(), listener=columns.take).intact
    shapes = [columns.shape(seq) for seq in range(len(columns))]
    return [shape.outcome for shape in shapes if shape.action == Action.LOCK]


def last_lock(path: str) -> int:
    """Return the reason of the newest lock record."""
    return locks(path)[-1]


@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGHUP, LockReason.HANGUP), (signal.SIGTERM, LockReason.SYSTEM)]
)
def test_a_signal_saves_and_locks(vault: str, fill: Fill, number: int, reason: LockReason) -> None:
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        write(terminal)
        terminal.kill(number)
        assert terminal.wait_exit() == 0
        assert SAID.encode() not in bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    assert last_lock(vault) == reason
    assert open_session(vault).read_note(note).text == "begun " + SAID


def test_a_closed_terminal_saves_and_locks(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        write(terminal)
        terminal.hangup()
        terminal.wait_exit()
    assert last_lock(vault) == LockReason.HANGUP
    assert open_session(vault).read_note(note).text == "begun " + SAID


def test_a_stalled_line_that_is_ended_saves_and_locks(vault: str, fill: Fill) -> None:
    """Nothing reads the terminal any more, so the event loop stands still in the middle of a write."""
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        write(terminal)
        # F5 again and again, each draws the screen anew: more than the line and the writer's queue hold
        for _ in range(40):
            send_unread(terminal, b"\x1b[15~" * 10)
        terminal.kill(signal.SIGTERM)
        wait_exit_unread(terminal)
    assert last_lock(vault) == LockReason.SYSTEM
    assert open_session(vault).read_note(note).text == "begun " + SAID


def test_an_idle_session_locks_on_a_stalled_line(vault: str, fill: Fill) -> None:
    """The loop stands still in a write that nobody reads; the limit passes all the same, and the text is saved."""
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    soon = command(vault)
    soon[2] = soon[2].replace(
        "sys.exit(", "from tui.application import Tacenda\nTacenda.idle_minutes = property(lambda _: 2 / 60)\nsys.exit("
    )
    with PtyTerminal(soon) as terminal:
        write(terminal)
        for _ in range(40):
            send_unread(terminal, b"\x1b[15~" * 10)
        wait_until(lambda: locks(vault)[-1:] == [LockReason.IDLE], what="the lock of an idle session")
        assert terminal._running.poll() is None, "it still waits for somebody to read"
    assert open_session(vault).read_note(note).text == "begun " + SAID


def test_quitting_saves_and_locks(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        write(terminal)
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
    assert last_lock(vault) == LockReason.QUIT
    assert open_session(vault).read_note(note).text == "begun " + SAID


def test_a_crash_saves_and_locks(vault: str, fill: Fill, tmp_path: Path) -> None:
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    crashing = command(vault)
    crashing[2] = crashing[2].replace(
        "sys.exit(", "from tui.application import Tacenda\nTacenda.action_help = lambda self: 1 // 0\nsys.exit("
    )
    with PtyTerminal(crashing, cwd=tmp_path) as terminal:
        write(terminal)
        terminal.send("\x1bOP")
        terminal.wait_for("Your draft was saved.")
        assert terminal.wait_exit() == 70
    assert open_session(vault).read_note(note).text == "begun " + SAID


def test_the_keyboard_says_what_was_meant(vault: str, fill: Fill) -> None:
    """Esc and a letter in one read, an arrow in pieces, an unknown sequence: none of them types a letter."""
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        write(terminal)
        terminal.send("\x1b[")
        quiet(terminal, 0.4)
        terminal.send("D!")
        terminal.wait_for("nobod!y")
        terminal.send("\x1b[99;99z\x1b[?1;2c")
        terminal.send("\x1b2")
        terminal.wait_for("1 client")
        terminal.send("\x1b")
        terminal.wait_for("[1 Today]")
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
    assert open_session(vault).read_note(note).text == "begun half a sentence that nobod!y"


def test_keys_that_arrive_together_keep_their_order(vault: str, fill: Fill) -> None:
    """A slow line bundles keys: a move or a deletion between two letters must act between them."""
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        write(terminal)
        terminal.send("abX\x7fc\x1b[D\x1b[DY\x1b[C\x1b[200~pasted\x1b[201~Z\rnew\x1b2")
        terminal.wait_for("1 client")
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
    assert open_session(vault).read_note(note).text == f"begun {SAID}aYbpastedZ\nnewc"


def test_idle_sends_nothing(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "begun ", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        write(terminal)
        quiet(terminal, 0.5)
        before = len(terminal.raw)
        quiet(terminal, 3.0)
        assert len(terminal.raw) == before


def test_a_dropped_connection_finds_every_word() -> None:
    """Over a real sshd, in tmux: a vault is made, the connection goes in mid-sentence; back again, all is there."""
    with throwaway_user() as user, public_folder() as folder, Sshd() as sshd:
        installed = install_for_all(folder)
        practice = user.home / "practice.tacenda"
        start = [need_tool("tmux"), "-u", "-L", "day", "-f", os.devnull, "new-session", "-A", "-s", "day"]
        with PtyTerminal(sshd.command(user, [*start, str(installed.tacenda), str(practice)])) as terminal:
            create(terminal)
            write_anew(terminal)
            sshd.drop_line()
            terminal.wait_exit()
        with PtyTerminal(sshd.command(user, start)) as terminal:
            terminal.wait_for(SAID)
            terminal.send(" is back\x0c")
            terminal.wait_for("Your draft was saved.")
            terminal.send(PASSPHRASE + "\r")
            terminal.wait_for(SAID + " is back")
            terminal.send("\x11")
            terminal.wait_exit()
        assert verify(str(practice), machine.now_ms()).intact


def create(terminal: PtyTerminal) -> None:
    """Make the vault."""
    terminal.wait_for("There is no file there yet")
    terminal.send(f"\r{PASSPHRASE}\r{PASSPHRASE}")
    terminal.wait_for("the same")
    terminal.send("\r\r")


def write_anew(terminal: PtyTerminal) -> None:
    """Add a client, begin a note, and type."""
    terminal.wait_for("Add your first client")
    terminal.send("nOTTER\x13")
    terminal.wait_for("No notes yet")
    terminal.send("n\r")
    terminal.wait_for("Subjective")
    terminal.send("\x1b")
    terminal.wait_for("line 2")
    terminal.send(SAID)
    terminal.wait_for(SAID)


def quiet(terminal: PtyTerminal, seconds: float) -> None:
    """Take in what the program writes until it has written nothing for so long."""
    while select.select([terminal._master], [], [], seconds)[0]:
        terminal.screen()


def send_unread(terminal: PtyTerminal, data: bytes) -> None:
    """Send DATA without taking in what the program writes, as far as the line takes it."""
    with contextlib.suppress(BlockingIOError):
        os.write(terminal._master, data)


def wait_exit_unread(terminal: PtyTerminal) -> None:
    """Wait for the program's end; nobody reads what it writes."""
    wait_until(lambda: terminal._running.poll() is not None, what="the end of a program whose line has stalled")
