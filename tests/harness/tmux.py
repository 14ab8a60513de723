"""A program in a tmux of its own: what a person over ssh sees, on a terminal that others wrote.

Each session has its own server on its own socket, reads no configuration, and is gone with the context.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.harness import processes
from tests.harness.tools import need_tool
from tests.harness.wait import DEADLINE, wait_until


class Tmux:
    """ARGV in a tmux window of COLUMNS × ROWS cells; use it as a context manager.

    ENV is laid over the test's environment. The pane stays after the program has ended, so that its last
    screen and its exit status can be read. Skips the test where tmux is not installed.
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
        self._tmux = need_tool("tmux")
        self._argv = list(argv)
        self._size = (columns, rows)
        self._cwd = cwd
        self._env = {**os.environ, **(env or {})}
        self._folder = ""
        self._program: list[int] = []

    def __enter__(self) -> Self:
        # Directly under /tmp: a socket's path has at most 107 bytes, and a test's own folder lies deep.
        self._folder = tempfile.mkdtemp(prefix="tmux-", dir="/tmp")
        self._env["TMUX_TMPDIR"] = self._folder
        columns, rows = self._size
        start = ["start-server"]
        options = {
            "default-terminal": "tmux-256color",
            "escape-time": "0",
            "remain-on-exit": "on",
            # A notice of the end would scroll the program's first row away.
            "remain-on-exit-format": "",
            "status": "off",
        }
        for option, value in options.items():
            start += [";", "set-option", "-g", option, value]
        start += [";", "new-session", "-d", "-x", str(columns), "-y", str(rows), shlex.join(self._argv)]
        try:
            self._command(*start)
        except BaseException:
            shutil.rmtree(self._folder)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        # A program that did not mind the hang-up must not outlive its test.
        processes.end(*self._program, hard=True)
        shutil.rmtree(self._folder)

    def _command(self, *arguments: str, text: str | None = None) -> str:
        done = subprocess.run(
            [self._tmux, "-u", "-L", "test", "-f", os.devnull, *arguments],
            env=self._env,
            cwd=self._cwd,
            input=text,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"tmux {arguments[0]}: {done.stderr}"
        return done.stdout

    def _ask(self, *variables: str) -> list[str]:
        names = ":".join(f"#{{{variable}}}" for variable in variables)
        return self._command("display-message", "-p", names).rstrip("\n").split(":")

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: "Enter", "Escape", "C-s", "F2", "a"."""
        self._command("send-keys", *names)

    def type(self, text: str) -> None:
        """Type TEXT character by character; nothing in it is taken for the name of a key."""
        self._command("send-keys", "-l", "--", text)

    def paste(self, text: str) -> None:
        """Paste TEXT, in brackets if the program asked for them."""
        self._command("load-buffer", "-", text=text)
        self._command("paste-buffer", "-p", "-d")

    def screen(self) -> str:
        """Return what is on the screen, a line a row, blanks at the ends of lines cut off."""
        return self._command("capture-pane", "-p")

    def wait_for(self, wanted: str | re.Pattern[str], timeout: float = DEADLINE) -> str:
        """Wait until WANTED (a text or a regular expression) is on the screen; return that screen."""
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted

        def seen() -> str | None:
            screen = self.screen()
            return screen if pattern.search(screen) else None

        found = wait_until(seen, timeout, lambda: f"{pattern.pattern!r} on this screen:\n{self.screen()}")
        assert found is not None
        return found

    def wait_gone(self, unwanted: str, timeout: float = DEADLINE) -> None:
        """Wait until the text UNWANTED is no longer on the screen."""
        wait_until(
            lambda: unwanted not in self.screen(),
            timeout,
            lambda: f"{unwanted!r} to leave this screen:\n{self.screen()}",
        )

    def wait_exit(self, timeout: float = DEADLINE) -> int:
        """Wait until the program has ended; return its exit status, negative for a signal."""

        def ended() -> list[str] | None:
            dead, status, killed, server = self._ask("pane_dead", "pane_dead_status", "pane_dead_signal", "pid")
            if dead != "1":
                return None
            if status or killed:
                return [status, killed]
            # The terminal closed before the child was reaped. tmux 3.3a can miss that it was: it is told again.
            os.kill(int(server), signal.SIGCHLD)
            return None

        how = wait_until(ended, timeout, lambda: f"the end of:\n{self.screen()}")
        assert how is not None
        status, killed = how
        return -int(killed) if killed else int(status)

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size, in cells."""
        self._command("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def pid(self) -> int:
        """The process id of the program."""
        return int(self._ask("pane_pid")[0])

    def kill(self) -> None:
        """End the server at once, which hangs the program up. Nothing happens if it has ended already."""
        server = subprocess.run(
            [self._tmux, "-L", "test", "display-message", "-p", "#{pid} #{pane_pid}"],
            env=self._env,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        if server.returncode == 0:
            pid, pane = map(int, server.stdout.split())
            self._program = [pane, *(process.pid for process in processes.descendants(pane))]
            processes.end(pid, hard=True)
