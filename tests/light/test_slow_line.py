"""A short walk over a line of 9,600 bit/s: everything arrives, and what each step costs a person is measured.

Seconds are told (`-s` shows them), bytes are held to: a byte takes a millisecond on such a line.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.session import ClientDraft, NoteDraft
from tests.harness.pty_terminal import PtyTerminal
from tests.tui.conftest import Fill, fill, made_vault, open_session, vault
from tests.tui.walking import PASSPHRASE, command
from vault_format.codes import LockReason

__all__ = ["fill", "made_vault", "vault"]

RELAY = str(Path(__file__).parents[1] / "harness" / "slow_line.py")
RATE = 9_600
SURROUNDINGS = {
    "over ssh": {"TERM": "xterm-256color", "SSH_CONNECTION": "::1 1 ::1 22"},
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "Linux console": {"TERM": "linux"},
    "no colour": {"TERM": "screen-256color", "NO_COLOR": "1"},
}

STEPS: list[tuple[str, str | bytes, str, int]] = [
    # what a person does, the keys, what they see then, the most bytes that come until then; what of a page comes after
    # that counts for the next
    ("unlock", f"{PASSPHRASE}\r", "n new client  q leave  F1 keys", 1_500),
    ("clients", "2", "w which  v names  F1 keys", 2_500),
    ("down in the list", b"\x1b[B", "TREE-10:", 400),
    ("down again", b"\x1b[B", "TREE-11:", 200),
    ("up to the first", b"\x1b[H", "OTTER: 1 note", 200),
    ("chart", "\r", "i sheet  Esc back  F1 keys", 800),
    ("open the note", "\r", "F8 sign  F1 keys", 1_700),
    ("a typed letter", "z", "wordsz", 900),
    ("a second one", "y", "wordszy", 120),
    ("out, saved", b"\x1b", "i sheet  Esc back  F1 keys", 1_000),
    ("lock", b"\x0c", "^Q leave  F1 keys", 1_000),
]


@pytest.mark.slow
@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_a_short_walk(
    vault: str, fill: Fill, surroundings: str, record_property: Callable[[str, object], None]
) -> None:
    fill(NoteDraft(0, "## Plan\nwords", date="2026-11-20"))
    session = open_session(vault)
    for number in range(10, 40):
        session.save_client(ClientDraft(f"TREE-{number}"))
    session.lock(LockReason.PERSON)
    over: list[str] = []
    argv = [sys.executable, RELAY, str(RATE), *command(vault)]
    began = time.monotonic()
    with PtyTerminal(argv, env={"LANG": "C.UTF-8", **SURROUNDINGS[surroundings]}) as terminal:
        terminal.wait_for("Enter unlock", 60)
        terminal.wait_for("whole", 60)
        print(f"\n{surroundings}: the door {time.monotonic() - began:.1f} s, {len(terminal.raw):,} bytes")
        for name, keys, wanted, most in STEPS:
            before, pressed = len(terminal.raw), time.monotonic()
            terminal.send(keys)
            terminal.wait_for(wanted, 30)
            waited, cost = time.monotonic() - pressed, len(terminal.raw) - before
            print(f"  {name:<18} {waited:5.2f} s  {cost:6,} bytes")
            record_property(name, f"{waited:.2f} s, {cost} bytes")
            if cost > most:
                over.append(f"{name}: {cost:,} bytes, {most:,} at most")
        terminal.send(b"\x11")
        terminal.wait_exit(60)
    assert not over
