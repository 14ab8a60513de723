"""What must never happen on a person's terminal, on a real one."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from textual.app import App
from textual.message_pump import MessagePump

from core.session import NoteDraft
from tests.harness.pty_terminal import PtyTerminal
from tests.tui.conftest import Fill
from tests.tui.walking import PASSPHRASE, ROOT, command
from tui.terminal import environment, safety

SECRET = "the-secret-in-a-local"

CRASH = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from tui import application
from tui.app import run
from tui.session import guard
from tui.terminal import driver
def crash(self, *more):
    hidden = {SECRET!r}
    raise ValueError(hidden)
{{patch}}
sys.exit(run(sys.argv[1]))
"""
PATCHES = {
    "a key": "application.Tacenda.action_help = crash",
    "drawing": "from tui.widgets.lines import Bar\nBar.render_line = crash",
    "starting": "application.Tacenda.on_mount = crash",
    "the keyboard": "driver.TerminalDriver.run_input_thread = crash",
    "a thread": "application.Tacenda.action_help = lambda self: self.run_worker(lambda: crash(self), thread=True)",
}


def test_what_is_overridden_still_is_what_a_crash_goes_through() -> None:
    assert metadata.version("textual") == "8.2.8"
    for name in ("_fatal_error", "panic", "_print_error_renderables", "_close_messages_no_wait", "_handle_exception"):
        assert callable(getattr(App, name))
    for name in ("_check_bindings", "_dispatch_message", "_clipboard", "_exception", "_exit_renderables"):
        assert name in inspect.getsource(sys.modules[App.__module__]) + inspect.getsource(MessagePump)
    source = inspect.getsource(App._handle_exception)
    assert "self._fatal_error()" in source
    assert "self.panic(error)" in source
    assert "show_locals=True" in inspect.getsource(App._fatal_error)
    assert safety.DiscreetApp._fatal_error is not App._fatal_error


@pytest.mark.parametrize("how", PATCHES)
def test_a_crash_tells_one_sentence(vault: str, tmp_path: Path, how: str) -> None:
    code = CRASH.format(patch=PATCHES[how])
    with PtyTerminal([sys.executable, "-c", code, vault], cwd=tmp_path) as terminal:
        if how in {"a key", "a thread"}:
            terminal.wait_for("Passphrase")
            terminal.send("\x1bOP")
        terminal.wait_for("Something went wrong inside Tacenda")
        assert terminal.wait_exit() == 70
        raw = bytes(terminal.raw)
    assert SECRET.encode() not in raw
    assert b"Traceback" not in raw
    assert b"ValueError" in raw
    assert b".py" not in raw


def test_the_environment_makes_nothing_happen(vault: str, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    evil = {
        "TEXTUAL_LOG": str(folder / "log"), "TEXTUAL_DEBUG": "1", "TEXTUAL_DRIVER": "evil:Driver",
        "TEXTUAL_SCREENSHOT": "0", "TEXTUAL_SCREENSHOT_LOCATION": str(folder), "TEXTUAL_PRESS": "q",
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_FILTERS": "dim", "COLUMNS": "20", "LINES": "5",
    }  # fmt: skip
    with PtyTerminal(command(vault), env=evil, cwd=folder) as terminal:
        terminal.wait_for("✓ whole")
        terminal.send(PASSPHRASE)
        terminal.wait_for("•" * len(PASSPHRASE))
        terminal.send("\r")
        terminal.wait_for("1 Today")
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
        assert PASSPHRASE.encode() not in bytes(terminal.raw)
    assert list(folder.iterdir()) == []


def test_an_interpreter_that_would_stay_is_refused(vault: str) -> None:
    with PtyTerminal(command(vault), env={"PYTHONINSPECT": "1"}) as terminal:
        terminal.wait_for("keep running after the end")
        assert b"?1049h" not in terminal.raw


def test_scrubbing_leaves_only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_LOG", "x")
    monkeypatch.setenv("COLUMNS", "3")
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("TERM", "xterm")
    environment.scrub()
    assert {name: value for name, value in os.environ.items() if name.startswith("TEXTUAL")} == {
        name: value for name, value in environment.OURS.items() if name.startswith("TEXTUAL")
    }
    assert "COLUMNS" not in os.environ
    assert "NO_COLOR" not in os.environ
    assert os.environ["TERM"] == "xterm"


def test_textual_that_was_imported_too_early_is_refused() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\nimport textual.constants\nfrom tui.terminal import safety\n"
        "try:\n    safety.check_textual()\nexcept RuntimeError:\n    print('refused')\n"
    )
    env = {**os.environ, "TEXTUAL_LOG": os.devnull}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"


def test_no_core_and_no_mouse_and_no_clipboard(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "copy me", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        terminal.wait_for("✓ whole")
        limits = Path(f"/proc/{terminal.pid}/limits").read_text(encoding="ascii")
        assert next(line for line in limits.splitlines() if line.startswith("Max core")).split()[4:6] == ["0", "0"]
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("go on with it")
        terminal.send("\r")
        terminal.wait_for("copy me")
        terminal.send("\x1b[1;2H\x03")
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
        raw = bytes(terminal.raw)
    assert b"\x1b]52" not in raw
    assert not any(mode in raw for mode in (b"?1000h", b"?1003h", b"?1006h"))


EVIL = "\x1b]52;c;RVZJTA==\x07\x1b[31mRED\x9b31m\u202ebidi[@click=app.quit]link[/x][bold"


def test_a_vault_cannot_speak_to_the_terminal(vault: str, fill: Fill) -> None:
    """Escape sequences and markup in every text that a vault holds, on every page that shows it."""
    fill(NoteDraft(0, EVIL, date="2026-11-20", title="[/x][@click=app.quit]T"), code="[@click=app.quit]", name="[/y]")
    fill(NoteDraft(0, EVIL, date="2026-11-20", title="signed"), code="[bold]B", sign=True)
    with PtyTerminal(command(vault)) as terminal:
        terminal.wait_for("✓ whole")
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("go on with it")
        terminal.send("\r")
        terminal.wait_for("[@click=app.quit]link[/x][bold")
        terminal.send("\x1b")
        terminal.wait_for("go on with it")
        terminal.send("2")
        terminal.wait_for("[bold]B")
        terminal.send("v")
        terminal.wait_for("[/y]")
        terminal.send("\r")
        terminal.wait_for("[/x][@click=app.quit")
        terminal.send("\x1b")
        terminal.wait_for("2 clients")
        terminal.send("j\r")
        terminal.wait_for("✓ signed")
        terminal.send("\r")
        terminal.wait_for("record ")
        terminal.wait_for("[31mRED")
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
        raw = bytes(terminal.raw)
    assert b"\x1b]52" not in raw
    assert b"\x1b[31mRED" not in raw
    assert "\u202e".encode() not in raw
    assert b"\xc2\x9b" not in raw
    assert "\u241b]52".encode() in raw
