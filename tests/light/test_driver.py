"""The driver on real pseudo-terminals: beside the stock one, on a line that stalls, suspended, written over."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import processes
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.wait import wait_until
from tests.light.shown import Shown
from tests.light.terminal import difference

DESK = str(Path(__file__).with_name("desk.py"))
F = {2: "\x1bOQ", 3: "\x1bOR", 4: "\x1bOS", 5: "\x1b[15~", 9: "\x1b[20~"}
DOWN, UP = "\x1b[B", "\x1b[A"


def desk(*arguments: str, light: bool, env: dict[str, str] | None = None) -> Shown:
    """Return the desk with one of the drivers, not begun yet."""
    surroundings = {"TACENDA_LIGHT": str(int(light)), "LANG": "C.UTF-8", "COLORTERM": "truecolor", **(env or {})}
    return Shown(PtyTerminal([sys.executable, DESK, *arguments], env=surroundings))


@contextlib.contextmanager
def both(env: dict[str, str] | None = None) -> Iterator[tuple[Shown, Shown]]:
    """The desk twice: with Textual's own driver, and with the light one."""
    stock, light = desk(light=False, env=env), desk(light=True, env=env)
    with stock.program, light.program:
        yield stock, light


@contextlib.contextmanager
def alone(*arguments: str) -> Iterator[Shown]:
    """The desk with the light driver, begun."""
    light = desk(*arguments, light=True)
    with light.program:
        light.see("Desk bold")
        yield light


def same(stock: Shown, light: Shown) -> None:
    """Wait until both show the same."""
    wait_until(
        lambda: not difference(stock.look(), light.look()), what=lambda: difference(stock.look(), light.look())
    )  # fmt: skip


STEPS = [
    ("slept well, ", "slept well, one"),
    ("\r\rand \x1b[Dthe", "the"),
    ("\x7f\x7f\x1b[3~", "andtone"),
    (DOWN * 3 + "x", "a loxng line"),
    (F[2], "Really"),
    ("otter", "otter"),
    (F[3], "Really"),
    (F[9] + DOWN * 20, "record 20"),
    (UP * 18, "record 2"),
]


@pytest.mark.parametrize(
    "env",
    [
        pytest.param({}, id="truecolor"),
        # they differ in colours only
        pytest.param({"COLORTERM": ""}, id="256", marks=pytest.mark.slow),
        pytest.param({"NO_COLOR": "1"}, id="no colour", marks=pytest.mark.slow),
    ],
)
def test_one_session_with_both_drivers(env: dict[str, str]) -> None:
    with both(env) as (stock, light):
        for keys, seen in [("", "Desk bold"), *STEPS[:6]]:
            for shown in (stock, light):
                shown.program.send(keys)
                shown.see(seen)
            same(stock, light)
        for size in ((120, 40), (60, 20), (80, 24)):
            for shown in (stock, light):
                shown.resize(*size)
            same(stock, light)
        assert len(light.program.raw) * 3 < len(stock.program.raw)
        for shown in (stock, light):
            shown.program.send("\x11")
            assert shown.program.wait_exit() == 0
        same(stock, light)
        assert light.look().cursor[2]


def test_a_theme_and_lists_with_both_drivers() -> None:
    with both() as (stock, light):
        for keys, seen in [("", "Desk bold"), (F[3], "Desk"), *STEPS[7:], (F[3], "Desk"), (DOWN, "record")]:
            for shown in (stock, light):
                shown.program.send(keys)
                shown.see(seen)
            same(stock, light)


def test_idle_sends_nothing() -> None:
    with alone() as light:
        light.program.send("x")
        light.see("xone")
        settle(light)
        before = len(light.program.raw)
        assert not select.select([light.program._master], [], [], 2.0)[0]
        assert len(light.program.raw) == before


def settle(shown: Shown) -> None:
    """Take in what is written until nothing more comes."""
    while select.select([shown.program._master], [], [], 0.5)[0]:
        shown.look()


def test_what_wrote_over_the_screen_is_painted_over() -> None:
    with both() as (stock, light):
        for shown in (stock, light):
            shown.see("Desk bold")
        same(stock, light)
        light.scribble()
        assert difference(stock.look(), light.look())
        light.program.send(F[5])
        same(stock, light)


def test_resizing_and_back_at_once_draws_everything() -> None:
    """The size is what it was by the time the application asks; the terminal has lost cells all the same."""
    with both() as (stock, light):
        for shown in (stock, light):
            shown.see("Desk bold")
        same(stock, light)
        light.look()
        light.scribble()
        light.program.kill(signal.SIGWINCH)
        same(stock, light)


def unread(shown: Shown, keys: str) -> None:
    """Send KEYS without taking in what is written."""
    wait_until(lambda: written(shown, keys), what="the line to take keys")


def written(shown: Shown, keys: str) -> bool:
    """Send KEYS if the line takes them."""
    try:
        return os.write(shown.program._master, keys.encode()) == len(keys)
    except BlockingIOError:
        return False


def test_a_stalled_line_stops_nothing_and_catches_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read while everything changes, again and again: the event loop goes on, only the newest is sent."""
    monkeypatch.chdir(tmp_path)
    with alone("busy") as light:
        full(light)
        # more than any queue of writes would take
        goal = drawn() + 100
        wait_until(lambda: drawn() > goal, what=lambda: f"picture {goal}; {drawn()} were drawn")
        unread(light, F[4])
        wait_until(lambda: Path("reached").exists(), what="the event loop, which the line must not hold up")
        before = len(light.program.raw)
        light.see("the newest picture")
        assert len(light.program.raw) - before < 60_000
        light.program.send("and keys work: ")
        light.see("and keys work: the newest picture")


def drawn() -> int:
    """Return how many pictures the busy desk has drawn; 0 while it says so."""
    return int(Path("drawn").read_text(encoding="ascii") or "0")


def full(shown: Shown) -> None:
    """Wait until the line takes nothing more, reading nothing."""
    waiting = [0, 0]

    def stuck() -> bool:
        # how much lies unread no longer changes
        waiting.append(unread_bytes(shown))
        return len(waiting) > 30 and waiting[-1] > 1_000 and len(set(waiting[-20:])) == 1

    wait_until(stuck, what=lambda: f"the line to fill, {waiting[-5:]} unread")


def unread_bytes(shown: Shown) -> int:
    """Return how many bytes can be read without waiting."""
    import fcntl
    import struct
    import termios

    return int(struct.unpack("i", fcntl.ioctl(shown.program._master, termios.FIONREAD, b"\0" * 4))[0])


def test_the_end_on_a_stalled_line_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with alone("busy") as light:
        full(light)
        unread(light, "\x11")
        wait_until(lambda: light.program._running.poll() is not None, what="the end of a program whose line stalls")
        assert light.program._running.returncode == 0


def stopped(shown: Shown) -> bool:
    """Whether the program is stopped."""
    process = processes.table().get(shown.program.pid)
    return process is not None and process.state == "T"


def test_suspended_and_back() -> None:
    with both() as (stock, light):
        for shown in (stock, light):
            shown.see("Desk bold")
            shown.program.send("before ")
            shown.see("before one")
        light.program.kill(signal.SIGTSTP)
        wait_until(lambda: stopped(light), what="the stop")
        assert "Desk" not in light.look().text()
        assert light.look().cursor[2]
        light.scribble()
        light.program.kill(signal.SIGCONT)
        light.see("Desk bold")
        for shown in (stock, light):
            shown.program.send("after ")
            shown.see("before after one")
        same(stock, light)


def test_stopped_without_warning_and_back() -> None:
    """SIGSTOP leaves no time to give the terminal back; SIGCONT draws all of it, and every key counts once."""
    with both() as (stock, light):
        for shown in (stock, light):
            shown.see("Desk bold")
        light.program.kill(signal.SIGSTOP)
        wait_until(lambda: stopped(light), what="the stop")
        light.look()
        light.scribble()
        light.program.kill(signal.SIGCONT)
        wait_until(lambda: "Broadcast" not in light.look().text(), what="the rubbish to go")
        for shown in (stock, light):
            shown.program.send("each key once ")
            shown.see("each key once one")
        same(stock, light)
        light.program.send("\x11")
        assert light.program.wait_exit() == 0


def test_the_switch_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.light import SWITCH, driver_class
    from tui.light.driver import LightDriver
    from tui.terminal.driver import TerminalDriver

    monkeypatch.delenv(SWITCH, raising=False)
    assert driver_class() is LightDriver
    monkeypatch.setenv(SWITCH, "0")
    assert driver_class() is TerminalDriver
    assert issubclass(LightDriver, TerminalDriver)
