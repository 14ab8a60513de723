"""What is typed in a client's form at a terminal survives whatever ends the program or the line."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.harness.pty_terminal import PtyTerminal
from tests.tui.conftest import Fill, open_session
from tests.tui.lasting.test_form_kept import LONG, SAID, journals
from tests.tui.lasting.test_journal import quick, settled
from tests.tui.lasting.test_never_lost import last_lock, locks
from tests.tui.walking import PASSPHRASE, command
from vault_format.codes import LockReason
from vault_format.verification.verify import verify


def fill_in(terminal: PtyTerminal) -> None:
    """Unlock, ask for a new client, and type."""
    terminal.wait_for("✓ whole", LONG)
    terminal.send(PASSPHRASE + "\r")
    terminal.wait_for("[1 Today]", LONG)
    terminal.send("2")
    terminal.wait_for("1 client", LONG)
    terminal.send("n")
    terminal.wait_for("New client", LONG)
    terminal.send("MAPLE\ra fictional name")
    terminal.wait_for("a fictional name", LONG)
    terminal.send("\r\r\r\r\r\r" + SAID + "\x1b[D\x1b[D")
    terminal.wait_for(SAID, LONG)


def come_back(vault: str) -> None:
    """Unlock, find the form, go on where the cursor was, and save."""
    with PtyTerminal(quick(vault)) as terminal:
        terminal.wait_for("✓ whole", LONG)
        assert SAID not in terminal.screen()
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for(SAID, LONG)
        terminal.wait_for("and not in the vault", LONG)
        terminal.send("!\x13")
        terminal.wait_for("No notes yet", LONG)
        terminal.send("\x11")
        assert terminal.wait_exit(LONG) == 0
    session = open_session(vault)
    (row,) = [row for row in session.catalog.clients() if row.code == "MAPLE"]
    draft = session.read_client(row.id).draft
    assert draft.name == "a fictional name"
    assert draft.text == SAID[:-2] + "!" + SAID[-2:]
    assert session.unfinished() == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [(signal.SIGHUP, LockReason.HANGUP), (signal.SIGTERM, LockReason.SYSTEM), (signal.SIGKILL, None)],
)
def test_a_signal_loses_nothing_of_a_form(
    vault: str, fill: Fill, number: signal.Signals, reason: LockReason | None
) -> None:
    fill()
    with PtyTerminal(quick(vault)) as terminal:
        fill_in(terminal)
        (journal,) = journals()
        settled(terminal, journal)
        terminal.kill(number)
        terminal.wait_exit(LONG)
        assert SAID.encode() not in bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    held = journal.read_bytes()
    assert any(held[16:][:104])
    assert not any(word in held for word in (SAID.encode(), b"MAPLE", b"fictional"))
    assert last_lock(vault) == reason if reason is not None else not locks(vault)[1:]
    come_back(vault)


def test_a_closed_terminal_and_a_crash_lose_nothing_of_a_form(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill()
    with PtyTerminal(command(vault)) as terminal:
        fill_in(terminal)
        terminal.hangup()
        terminal.wait_exit(LONG)
    with PtyTerminal(command(vault)) as terminal:
        terminal.wait_for("✓ whole", LONG)
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for(SAID, LONG)
        terminal.send("\x0c")
        terminal.wait_for("form is sealed", LONG)
    # a session that looks and leaves is the last one then; the form stands on Today
    open_session(vault).lock(LockReason.PERSON)
    with PtyTerminal(command(vault)) as terminal:
        terminal.wait_for("✓ whole", LONG)
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("Not in the vault yet", LONG)
        terminal.send("\r")
        terminal.wait_for(SAID, LONG)
        terminal.kill(signal.SIGTERM)
        terminal.wait_exit(LONG)
    crashing = command(vault)
    crashing[2] = crashing[2].replace(
        "sys.exit(", "from tui.application import Tacenda\nTacenda.action_help = lambda self: 1 // 0\nsys.exit("
    )
    with PtyTerminal(crashing, cwd=tmp_path) as terminal:
        terminal.wait_for("✓ whole", LONG)
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for(SAID, LONG)
        terminal.send("\x1bOP")
        terminal.wait_for("form is sealed", LONG)
        assert terminal.wait_exit(LONG) == 70
    come_back(vault)
    assert verify(vault, 2**50).intact
