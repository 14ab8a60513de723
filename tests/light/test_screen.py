"""In GNU screen, whose erased cells take no colour: both drivers leave it with the same cells."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.session import ClientDraft, NoteDraft
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.tools import need_tool
from tests.harness.wait import wait_until
from tests.light.shown import Shown
from tests.light.terminal import difference
from tests.tui.conftest import Fill, fill, made_vault, open_session, vault
from tests.tui.walking import PASSPHRASE, command
from vault_format.codes import LockReason

__all__ = ["fill", "made_vault", "vault"]

DESK = str(Path(__file__).with_name("desk.py"))
STEPS = [
    ("\x1b[B\x1b[F", "option 1"), (" 漢字 and e\u0301 more", "漢字 and"), ("\x1b[D\x1b[D\x7f", "and"),
    ("\r\rbefore", "before"), ("\x1bOQ", "Really"), ("\x1bOR", "Really"), ("maple", "maple"),
]  # fmt: skip
LIST = [("\x1b[20~" + "\x1b[B" * 25, "record 25"), ("\x1b[A" * 22, "record 3"), ("\x1bOR", "record 3")]

WALK = [
    ("", "Enter unlock"), (f"{PASSPHRASE}\r", "go on with it"), ("2", "TREE-10"), ("\x1b[B", "TREE-10: 0 notes"),
    ("\x1b[A\r", "Opening a note is recorded"), ("\r", "words"), ("more", "wordsmore"), ("\x1b", "1 of 1"),
    ("\x0c", "Enter unlock"),
]  # fmt: skip


@contextlib.contextmanager
def window(argv: list[str], folder: Path, *, light: bool, **env: str) -> Iterator[PtyTerminal]:
    """ARGV in a screen of its own, on the terminal whose every sequence the tests know."""
    screen = need_tool("screen")
    folder.mkdir(mode=0o700)
    config = folder / "screenrc"
    config.write_text("startup_message off\naltscreen on\ndefutf8 on\nmaptimeout 0\nvbell off\n", encoding="utf-8")
    kept = {**os.environ, "SCREENDIR": str(folder), "TERM": "linux", "LANG": "C.UTF-8"}
    inner = [f"{name}={value}" for name, value in {"TACENDA_LIGHT": str(int(light)), **env}.items()]
    try:
        with PtyTerminal([screen, "-U", "-c", str(config), "-S", "test", "env", *inner, *argv], env=kept) as client:
            yield client
    finally:
        subprocess.run([screen, "-S", "test", "-X", "quit"], env=kept, capture_output=True, check=False)


@pytest.mark.parametrize("term", ["screen", "screen-256color"])
@pytest.mark.parametrize("steps", [STEPS, LIST], ids=["writing", "lists"])
def test_both_drivers_in_screen(tmp_path: Path, term: str, steps: list[tuple[str, str]]) -> None:
    argv = [sys.executable, DESK]
    with (
        window(argv, tmp_path / "stock", light=False, TERM=term) as stock_client,
        window(argv, tmp_path / "light", light=True, TERM=term) as light_client,
    ):
        stock, light = Shown(stock_client), Shown(light_client)
        for keys, seen in [("", "Desk bold"), *steps]:
            for shown in (stock, light):
                shown.program.send(keys)
                shown.see(seen)
            wait_until(
                lambda: not difference(stock.look(), light.look()), what=lambda: difference(stock.look(), light.look())
            )  # fmt: skip


def test_a_walk_in_screen(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "## Plan\nwords", date="2026-11-20"))
    session = open_session(vault)
    session.save_client(ClientDraft("TREE-10"))
    session.lock(LockReason.PERSON)
    with window(command(vault), tmp_path / "screen", light=True) as client:
        for keys, seen in WALK:
            client.send(keys)
            client.wait_for(seen)
        client.send("\x11")
        assert client.wait_exit() == 0
