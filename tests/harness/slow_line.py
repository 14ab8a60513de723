"""A slow line between a terminal and a program: RATE bits a second each way, ten of them a byte, as on a serial line.

Run as a program of its own, on a terminal: `python slow_line.py RATE ARGV ...`. What the line has not carried yet it
does not take, beyond what the system keeps for any pseudo-terminal.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import sys
import termios
import time
import tty
from collections.abc import Sequence

_PIECE = 32
_BITS = 10


class _Way:
    """One direction: what is read from SOURCE is written to TARGET as fast as RATE lets it."""

    def __init__(self, source: int, target: int, rate: int) -> None:
        self.source = source
        self._target = target
        self._seconds = _BITS / rate
        self.free_at = 0.0

    def carry(self, now: float) -> bool:
        """Carry a piece; whether there may be more."""
        try:
            data = os.read(self.source, _PIECE)
        except OSError:
            return False
        os.write(self._target, data)
        self.free_at = max(now, self.free_at) + len(data) * self._seconds
        return bool(data)


def relay(rate: int, argv: Sequence[str]) -> int:
    """Run ARGV at the far end of a line of RATE bits a second; return its exit code, negative for a signal."""
    child, line = pty.fork()
    if not child:
        os.execvp(argv[0], list(argv))
    size = fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8))
    fcntl.ioctl(line, termios.TIOCSWINSZ, size)
    tty.setraw(0)
    ways = [_Way(0, line, rate), _Way(line, 1, rate)]
    while True:
        now = time.monotonic()
        ready = [way.source for way in ways if way.free_at <= now]
        wait = min((way.free_at - now for way in ways if way.free_at > now), default=1.0)
        found = select.select(ready, [], [], wait)[0]
        if not all(way.carry(time.monotonic()) for way in ways if way.source in found):
            break
    os.close(line)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(relay(int(sys.argv[1]), sys.argv[2:]))
