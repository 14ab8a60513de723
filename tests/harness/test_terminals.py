from __future__ import annotations

import re
import signal
import sys

import pytest

from tests.harness.processes import is_running
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.screen import Screen
from tests.harness.tmux import Tmux
from tests.harness.wait import wait_until

# Says its size, then echoes lines in brackets; "quit N" ends it with N.
ECHO = """
import os, signal, sys
def size(*_):
    print("size %dx%d" % os.get_terminal_size(0), flush=True)
signal.signal(signal.SIGWINCH, size)
size()
for line in sys.stdin:
    words = line.split()
    if words[:1] == ["quit"]:
        sys.exit(int(words[1]))
    print("[%s] %s" % (line.rstrip("\\n"), os.environ.get("MARK", "")), flush=True)
"""
ARGV = [sys.executable, "-c", ECHO]


def test_tmux_types_waits_resizes_and_tells_the_status() -> None:
    with Tmux(ARGV, columns=60, rows=20, env={"MARK": "laid over"}) as tmux:
        tmux.wait_for("size 60x20")
        tmux.type("Enter C-c; $HOME")
        tmux.keys("Enter")
        assert "[Enter C-c; $HOME] laid over" in tmux.wait_for(re.compile(r"\[Enter.*over"))
        tmux.resize(100, 30)
        tmux.wait_for("size 100x30")
        tmux.paste("quit 3\n")
        assert tmux.wait_exit() == 3
        assert "[Enter C-c" in tmux.screen()


def test_tmux_tells_a_signal_from_a_status() -> None:
    with Tmux(["sh", "-c", "kill -TERM $$"]) as tmux:
        assert tmux.wait_exit() == -signal.SIGTERM


def test_killing_tmux_hangs_the_program_up() -> None:
    with Tmux(ARGV) as tmux:
        tmux.wait_for("size")
        pid = tmux.pid
        tmux.kill()
        wait_until(lambda: not is_running(pid), what="the program's end")


def test_no_program_outlives_its_tmux() -> None:
    stubborn = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); print('up', flush=True); signal.pause()"
    with Tmux([sys.executable, "-c", stubborn]) as tmux:
        tmux.wait_for("up")
        pid = tmux.pid
    assert not is_running(pid)


def test_waiting_in_vain_shows_the_screen() -> None:
    with Tmux(ARGV) as tmux:
        tmux.wait_for("size")
        with pytest.raises(AssertionError, match=r"'absent' on this screen:\nsize 80x24"):
            tmux.wait_for("absent", timeout=0.1)


def test_pty_types_waits_resizes_and_tells_the_status() -> None:
    with PtyTerminal(ARGV, columns=60, rows=20, env={"MARK": "laid over"}) as terminal:
        terminal.wait_for("size 60x20")
        terminal.send("héllo ‖\r")
        terminal.wait_for(re.compile(r"\[héllo ‖\] laid over"))
        assert "[héllo ‖]".encode() in terminal.raw
        terminal.resize(100, 30)
        terminal.wait_for("size 100x30")
        terminal.send(b"quit 3\r")
        assert terminal.wait_exit() == 3
        assert len(terminal.screen_lines()) == 30


def test_closing_the_pty_is_a_hangup() -> None:
    with PtyTerminal(ARGV) as terminal:
        terminal.wait_for("size")
        terminal.hangup()
        assert terminal.wait_exit() == -signal.SIGHUP


def test_pty_tells_a_signal_from_a_status() -> None:
    with PtyTerminal(ARGV) as terminal:
        terminal.wait_for("size")
        terminal.kill()
        assert terminal.wait_exit() == -signal.SIGKILL


def test_pty_reads_only_while_the_test_waits() -> None:
    flood = "import sys; sys.stdout.write('x' * 1_000_000 + 'END'); sys.stdout.flush()"
    with PtyTerminal([sys.executable, "-c", flood]) as terminal:
        assert len(terminal.raw) == 0
        assert is_running(terminal.pid)
        terminal.wait_bytes(b"END")
        assert terminal.wait_exit() == 0


def test_alternate_screen_leaves_the_first_as_it_was() -> None:
    screen = Screen(20, 3)
    screen.feed(b"shell$ \x1b[?1049h\x1b[Hsecret")
    assert screen.lines()[0] == "secret"
    screen.feed(b"\x1b[?1049l|")
    assert screen.lines() == ["shell$ |", "", ""]


@pytest.mark.parametrize(
    "sequence",
    [
        b"\x1b[<u",
        b"\x1b[>1u",
        b"\x1b[?2026$p",
        b"\x1b[?u",
        b"\x1b[>4;1m",
        b"\x1b[?4m",
        b"\x1b[=1;1u",
        b"\x1bP+q544e\x1b\\",
    ],
)
def test_newer_sequences_draw_nothing_however_they_are_cut(sequence: bytes) -> None:
    for cut in range(len(sequence) + 1):
        screen = Screen(20, 2)
        screen.feed(b"a" + sequence[:cut])
        screen.feed(sequence[cut:] + b"b")
        assert screen.lines() == ["ab", ""], cut


def test_a_character_may_be_cut_in_two() -> None:
    screen = Screen(20, 1)
    screen.feed("‖".encode()[:1])
    screen.feed("‖".encode()[1:])
    assert screen.lines() == ["‖"]
