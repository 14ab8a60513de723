"""A program on a pseudo-terminal: every byte that it writes, and the screen that the bytes draw.

Nothing reads the program's output except while the test waits: a test that does nothing is a stalled line.
Use tests.harness.tmux where only the screen matters.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.harness.screen import Screen
from tests.harness.wait import DEADLINE, wait_until

# Makes the pseudo-terminal the controlling one, so that closing it is a hang-up, then becomes the program.
# A child's own code before exec would be a fork with threads about, which Python warns of.
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execvpe(sys.argv[1], sys.argv[1:], os.environ)\n"
)


class PtyTerminal:
    """ARGV on a pseudo-terminal of COLUMNS × ROWS cells; use it as a context manager.

    ENV is laid over the test's environment. `raw` holds all bytes that were read so far.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        self._argv = list(argv)
        self._env = {**os.environ, "TERM": "xterm-256color", **(env or {})}
        self._cwd = cwd
        self._screen = Screen(columns, rows)
        self._master = -1
        self._process: subprocess.Popen[bytes] | None = None
        self.raw = bytearray()

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        try:
            self._set_size(self._screen.columns, self._screen.rows)
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _TAKE_TERMINAL, *self._argv],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=self._env,
                cwd=self._cwd,
                start_new_session=True,
            )
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(slave)
        os.set_blocking(self._master, False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hangup()
        self.kill()
        self._running.wait()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "use it as a context manager"
        return self._process

    @property
    def pid(self) -> int:
        """The process id of the program."""
        return self._running.pid

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    def _read(self) -> None:
        """Take in what the program has written, without waiting."""
        if self._master < 0:
            return
        while select.select([self._master], [], [], 0)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError as error:
                # EIO: nobody has the other side open any more. That is Linux's end of file for a terminal.
                if error.errno != errno.EIO:
                    raise
                return
            if not data:
                return
            self.raw += data
            self._screen.feed(data)

    def send(self, data: str | bytes) -> None:
        """Send what a keyboard would send: text, or the bytes of a key that has no character."""
        rest = data.encode() if isinstance(data, str) else data

        def written() -> bool:
            nonlocal rest
            # A program that is busy writing may read nothing before its own output is taken.
            self._read()
            with contextlib.suppress(BlockingIOError):
                rest = rest[os.write(self._master, rest) :]
            return not rest

        wait_until(written, what=lambda: f"the program to read its last {len(rest)} bytes")

    def screen_lines(self) -> list[str]:
        """Return the screen as it is now, a text a row, blanks at the ends cut off."""
        self._read()
        return self._screen.lines()

    def screen(self) -> str:
        """Return the screen as it is now, in one text."""
        return "\n".join(self.screen_lines())

    def wait_for(self, wanted: str | re.Pattern[str], timeout: float = DEADLINE) -> str:
        """Wait until WANTED (a text or a regular expression) is on the screen; return that screen."""
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted
        self._wait(lambda: pattern.search(self.screen()) is not None, timeout, repr(pattern.pattern))
        return self.screen()

    def wait_gone(self, unwanted: str, timeout: float = DEADLINE) -> None:
        """Wait until the text UNWANTED is no longer on the screen."""
        self._wait(lambda: unwanted not in self.screen(), timeout, f"{unwanted!r} to be gone")

    def wait_bytes(self, wanted: bytes, timeout: float = DEADLINE) -> None:
        """Wait until the program has written the bytes WANTED, at any time so far."""

        def written() -> bool:
            self._read()
            return wanted in self.raw

        self._wait(written, timeout, repr(wanted))

    def _wait(self, predicate: Callable[[], bool], timeout: float, wanted: str) -> None:
        wait_until(predicate, timeout, lambda: f"{wanted} on this screen:\n{self.screen()}")

    def wait_exit(self, timeout: float = DEADLINE) -> int:
        """Wait until the program has ended; return its exit status, negative for a signal."""

        def ended() -> bool:
            self._read()
            return self._running.poll() is not None

        self._wait(ended, timeout, "the program's end, not")
        # What it wrote just before it ended.
        self._read()
        assert self._running.returncode is not None
        return self._running.returncode

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, in cells; the program gets SIGWINCH."""
        self._read()
        self._screen.resize(columns, rows)
        self._set_size(columns, rows)

    def hangup(self) -> None:
        """Close the terminal, as a lost line does. The program gets SIGHUP."""
        if self._master >= 0:
            self._read()
            os.close(self._master)
            self._master = -1

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send the program a signal, SIGKILL unless another is named. Nothing happens if it has ended."""
        self._running.send_signal(number)
