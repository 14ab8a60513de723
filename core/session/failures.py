"""Failed unlocks: how long the next try waits, and those that the vault itself can no longer take.

Past the cap of unsigned records, or where the disk takes none, a failure is counted in the state directory; the next
unlock's record tells of them.
"""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path

from core.state_folder import state_folder
from vault_format import bounds, machine

_COUNT = struct.Struct("<IQQ")
_MOST = 2**32 - 1
LONGEST_WAIT = 60
"""Seconds."""


class FailureCounter:
    """Failures that found no room in the vault: count, first and last in UTC milliseconds.

    What cannot be read, or cannot be true, counts as none.
    """

    def __init__(self, vault_id: bytes, folder: str | None = None) -> None:
        self._path = Path(folder or state_folder(), "failures", vault_id.hex()[:32])
        self.count = self.first = self.last = 0
        with contextlib.suppress(OSError, struct.error):
            count, first, last = _COUNT.unpack(self._path.read_bytes()[: _COUNT.size + 1])
            if count and first <= last <= bounds.MAX_TIME:
                self.count, self.first, self.last = count, first, last

    def add(self, now: int) -> None:
        """Count one more failure at NOW."""
        self.first = min(self.first, now) if self.count else now
        self.count, self.last = min(self.count + 1, _MOST), max(self.last, now)
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | machine.PLAIN | machine.NO_LINK
            descriptor = os.open(self._path, flags, 0o600)
            try:
                os.write(descriptor, _COUNT.pack(self.count, self.first, self.last))
            finally:
                os.close(descriptor)

    def clear(self) -> None:
        """Forget them: a record tells of them now."""
        self.count = self.first = self.last = 0
        with contextlib.suppress(OSError):
            self._path.unlink()


def seconds_to_wait(failures: int, last: int, now: int) -> int:
    """Return how long the next try waits after FAILURES in a row, the LAST of them at that time (UTC ms).

    1, 2, 4 … seconds, at most a minute: slow for a guesser at the keyboard, short for a person. A last failure further
    in the future than that is a clock that was set back, or a record that somebody made up to lock everybody out: it
    does not count.
    """
    if failures == 0 or last > now + LONGEST_WAIT * 1000:
        return 0
    pause = LONGEST_WAIT if failures > 6 else 1 << (failures - 1)
    left = pause - (now - last) / 1000
    return max(0, min(pause, -int(-left // 1)))
