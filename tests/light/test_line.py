"""The line: what it takes at once is sent at once, what it does not is waited for elsewhere, and ends are found."""

from __future__ import annotations

import os
import pty
import select
import threading
import tty
from collections.abc import Iterator

import pytest

from tests.harness.wait import wait_until
from tui.light import line as line_module
from tui.light.line import Line

MUCH = 200_000


class Source:
    """Hands out what it was given, once."""

    def __init__(self) -> None:
        self.data: list[bytes] = []
        self.slow: list[bool] = []
        self.thread: list[int] = []

    def __call__(self, slow: bool) -> bytes | float | None:
        """Return the next data."""
        self.slow.append(slow)
        self.thread.append(threading.get_ident())
        return self.data.pop(0) if self.data else None


class End:
    """A pseudo-terminal, its line, and what went wrong."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.source = Source()
        self.failed: list[BaseException] = []
        self.line = Line(self.slave, self.source, self.failed.append)
        self.line.start()

    def send(self, data: bytes) -> None:
        """Have DATA sent."""
        self.source.data.append(data)
        self.line.wake()

    def read(self, size: int) -> bytes:
        """Read SIZE bytes at the other end."""
        found = b""

        def enough() -> bool:
            nonlocal found
            while select.select([self.master], [], [], 0)[0] and len(found) < size:
                found += os.read(self.master, 65_536)
            return len(found) >= size

        wait_until(enough, what=lambda: f"{size} bytes, {len(found)} came")
        return found

    def unread(self) -> bool:
        """Whether something can be read."""
        return bool(select.select([self.master], [], [], 0)[0])


@pytest.fixture(params=["its own way", "a shared way"])
def end(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[End]:
    """A line that never blocks, and one that may because the terminal cannot be opened anew."""
    if request.param == "a shared way":
        monkeypatch.setattr(line_module, "_own_way", lambda fileno: (False, fileno))
    made = End()
    yield made
    made.line.stop()
    os.close(made.master)
    os.close(made.slave)


@pytest.fixture
def own() -> Iterator[End]:
    """A line that never blocks."""
    made = End()
    yield made
    made.line.stop()
    os.close(made.master)
    os.close(made.slave)


def test_what_is_given_is_sent_in_order(end: End) -> None:
    for number in range(50):
        end.send(b"%03d" % number)
    assert end.read(150) == b"".join(b"%03d" % number for number in range(50))


def test_whoever_wakes_sends(own: End) -> None:
    wait_until(lambda: bool(own.source.slow), what="the thread to look once")
    wait_until(lambda: not own.line._sending.locked(), what="the thread to wait")
    before = len(own.source.thread)
    own.send(b"key")
    assert own.unread()
    assert set(own.source.thread[before:]) == {threading.get_ident()}
    assert own.read(3) == b"key"


def test_a_stalled_line_holds_nobody_up(end: End) -> None:
    """Nothing is read, far more is given than a terminal takes; waking returns, and later everything arrives."""
    end.send(b"x" * MUCH)
    for _ in range(100):
        end.line.wake()
    end.send(b"last")
    assert end.read(MUCH + 4)[-4:] == b"last"
    assert any(end.source.slow)


def test_the_newest_is_asked_for_when_there_is_room(own: End) -> None:
    own.send(b"x" * MUCH)
    asked = len(own.source.slow)
    for _ in range(100):
        own.line.wake()
    assert len(own.source.slow) == asked
    own.read(MUCH)
    wait_until(lambda: len(own.source.slow) > asked, what="the line to ask again")


def test_the_end_sends_what_is_left(end: End) -> None:
    end.source.data.append(b"left")
    assert end.line.stop()
    assert end.read(4) == b"left"
    assert not end.line.is_alive()


def test_the_end_does_not_wait_for_a_stalled_line(own: End) -> None:
    own.send(b"x" * MUCH)
    assert not own.line.stop()
    wait_until(lambda: not own.line.is_alive(), what="the thread to give up")


def test_a_hang_up_is_the_end() -> None:
    made = End()
    os.close(made.master)
    made.send(b"nobody reads")
    wait_until(lambda: not made.line.is_alive(), what="the thread to end")
    made.send(b"nothing happens")
    assert not made.failed
    os.close(made.slave)


def test_an_error_is_told() -> None:
    master, slave = pty.openpty()
    failed: list[BaseException] = []

    def broken(slow: bool) -> bytes:
        raise ZeroDivisionError

    line = Line(slave, broken, failed.append)
    line.start()
    wait_until(lambda: bool(failed), what="the error")
    assert isinstance(failed[0], ZeroDivisionError)
    os.close(master)
    os.close(slave)


def test_the_shell_s_side_stays_blocking() -> None:
    master, slave = pty.openpty()
    line = Line(slave, Source(), print)
    line.start()
    assert os.get_blocking(slave)
    line.stop()
    os.close(master)
    os.close(slave)


def test_nothing_is_sent_before_its_time(own: End) -> None:
    """A source that says "in so many seconds" is asked again then, without anybody waking."""
    answers: list[bytes | float | None] = [0.01, b"now"]
    own.line._next_data = lambda _: answers.pop(0) if answers else None
    own.line.wake()
    assert own.read(3) == b"now"
