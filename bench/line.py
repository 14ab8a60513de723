"""Bytes and milliseconds on the line for each key, beside nano and vim in the same run, on terminals of 80×24.

A program runs on a pseudo-terminal; a key is sent, and what comes back is counted until nothing comes for a while.
Milliseconds are from the key to the first and to the last byte, medians. Bytes are those that the program wrote, before
the terminal's line discipline makes CR LF of LF. The programs take turns key by key.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.measure import Line, environment, show

ROOT = Path(__file__).parents[1]
COLUMNS, ROWS = 80, 24
MEMBER, PASSPHRASE = "owner", "otter maple heron wren"
TYPED = "slept six hours and walked by the lake."
TEXT = "\n".join(f"{number:3} the garden task was done with calm hands and sleep was better" for number in range(200))
START, PAGE, MOVE, SCROLL, END, INSIDE, IDLE = (
    "start", "another page", "down in a list", "down, a line scrolled", "typed at the end", "typed in a line",
    "idle, 3 s",
)  # fmt: skip
AIMS = {MOVE: 120, SCROLL: 800, END: 40, INSIDE: 40, IDLE: 0}
FIRST_BYTE_MS = 10
DOWN, LEFT, ESC = b"\x1b[B", b"\x1b[D", b"\x1b"

# makes the pseudo-terminal the controlling one, then becomes the program
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execvpe(sys.argv[1], sys.argv[1:], os.environ)\n"
)


class Terminal:
    """ARGV on a terminal. BEGIN are the keys after which text can be typed; PAGES go to another page and back."""

    def __init__(
        self, argv: Sequence[str], home: Path, begin: Sequence[bytes], pages: Sequence[bytes] = (), **env: str
    ) -> None:  # fmt: skip
        self.begin, self.pages = begin, pages
        self.sizes: dict[str, list[int]] = {}
        self.firsts: dict[str, list[float]] = {}
        self.lasts: dict[str, list[float]] = {}
        self._came = 0.0
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
        kept = {name: value for name, value in environment().items() if name in ("PATH", "PYTHONPYCACHEPREFIX")}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _TAKE_TERMINAL, *argv], stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True,
            env=kept | {"HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"} | env,
        )  # fmt: skip
        os.close(slave)

    def read(self, quiet: float, most: float = 20.0, first: float = 0.0) -> int:
        """Take in what is written until nothing comes for QUIET seconds; return how many bytes it was.

        The first may be waited for FIRST seconds.
        """
        size = 0
        select.select([self._master], [], [], first)
        end = time.monotonic() + most
        while time.monotonic() < end and select.select([self._master], [], [], quiet)[0]:
            try:
                data = os.read(self._master, 65_536)
            except OSError:
                break
            self._came = time.perf_counter()
            size += len(data) - data.count(b"\r\r\n")
        return size

    def press(self, key: bytes, kind: str = "", quiet: float = 0.15) -> None:
        """Send a KEY, and count what comes of it as KIND."""
        began = time.perf_counter()
        os.write(self._master, key)
        came = select.select([self._master], [], [], 2.0)[0]
        first = time.perf_counter()
        self.count(kind, self.read(quiet) if came else 0)
        if came:
            self.firsts.setdefault(kind, []).append((first - began) * 1000)
            self.lasts.setdefault(kind, []).append((self._came - began) * 1000)

    def count(self, kind: str, size: int) -> None:
        self.sizes.setdefault(kind, []).append(size)

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)


def _tacenda(vault: Path, home: Path, *, light: bool, over_ssh: bool) -> Terminal:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from core.keys.passphrase import FLOOR\nfrom tui.app import run\n"
        f"sys.exit(run({str(vault)!r}, cost=FLOOR))"
    )
    where = {"SSH_CONNECTION": "::1 1 ::1 22"} if over_ssh else {"COLORTERM": "truecolor"}
    return Terminal(
        [sys.executable, "-c", code], home, [b"\r", b"n", b"\r", ESC], [b"2", b"1", b"2"],
        TACENDA_LIGHT="1" if light else "0", TACENDA_STATE=str(home / "state"), XDG_CONFIG_HOME=str(home / "config"),
        **where,
    )  # fmt: skip


def _editor(argv: Sequence[str], begin: Sequence[bytes], file: Path) -> Terminal:
    file.write_text(TEXT, encoding="utf-8")
    return Terminal([*argv, str(file)], file.parent, begin)


@contextlib.contextmanager
def _practice() -> Iterator[tuple[Path, Path]]:
    """Make a vault of 60 clients; yield it, and a home for whoever opens it."""
    from core.create import new_vault
    from core.keys.passphrase import FLOOR
    from core.session import ClientDraft, Door
    from vault_format import machine
    from vault_format.codes import LockReason

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["TACENDA_STATE"] = str(home / "state")
        vault = home / "practice.tacenda"
        new_vault(str(vault), "practice", MEMBER, PASSPHRASE, clock=machine.now_ms, cost=FLOOR)
        door = Door(str(vault))
        session = door.unlock(MEMBER, PASSPHRASE)
        for number in range(60):
            session.save_client(ClientDraft(f"TREE-{number + 1}", next="2026-12-01 10:00", risk="none"))
        session.lock(LockReason.PERSON)
        door.close()
        yield vault, home


def _programs(vault: Path, home: Path) -> dict[str, Terminal]:
    """Start every program, count what that costs, and bring it to a list or a text."""
    programs = {
        f"{'light' if light else 'stock'}, {'16 colours' if over_ssh else 'truecolor'}": _tacenda(
            vault, home, light=light, over_ssh=over_ssh
        )
        for light in (True, False)
        for over_ssh in (True, False)
    }
    for program in programs.values():
        program.count(START, program.read(2.0, first=20.0))
        program.press(PASSPHRASE.encode(), quiet=1.0)
        program.press(b"\r", quiet=2.0)
    for name, argv, begin in (("nano", ["nano"], [b"\x1b/"]), ("vim", ["vim", "--clean"], [b"G", b"o"])):
        if shutil.which(name):
            programs[name] = _editor(argv, begin, home / name)
            programs[name].count(START, programs[name].read(1.0, first=20.0))
    return programs


def _measure(programs: dict[str, Terminal]) -> None:
    """Press the keys, in turns."""

    def each(key: bytes, kind: str = "", quiet: float = 0.15) -> None:
        for program in programs.values():
            program.press(key, kind, quiet)

    for program in programs.values():
        for key in program.pages:
            program.press(key, PAGE, quiet=0.5)
    for times, kind in ((12, MOVE), (10, ""), (12, SCROLL)):
        for _ in range(times):
            each(DOWN, kind)
    for program in programs.values():
        for key in program.begin:
            program.press(key, quiet=0.7)
    for character in TYPED:
        each(character.encode(), END)
    for _ in range(30):
        each(LEFT, quiet=0.05)
    for character in TYPED[:20]:
        each(character.encode(), INSIDE)
    for program in programs.values():
        program.read(6.0)
        program.count(IDLE, program.read(3.0, 3.0))


def run() -> None:
    with _practice() as (vault, home):
        programs = _programs(vault, home)
        try:
            _measure(programs)
        finally:
            for program in programs.values():
                program.end()
    for kind in (START, PAGE, *AIMS):
        lines = []
        for name, program in programs.items():
            if kind not in program.sizes:
                continue
            size = statistics.fmean(program.sizes[kind])
            lines.append(Line(name, f"{size:,.0f} bytes", size, AIMS.get(kind) if name.startswith("light") else None))
            if kind in program.firsts:
                aim = FIRST_BYTE_MS if name.startswith("light") and kind in AIMS else None
                first = statistics.median(program.firsts[kind])
                last = statistics.median(program.lasts[kind])
                lines.append(Line("    first byte, last byte", f"{first:.1f} ms, {last:.1f} ms", first, aim))
        show(f"On the line: {kind}", lines)


if __name__ == "__main__":
    run()
