"""Failed unlocks: how long the next try waits, and those that the vault itself can no longer take.

Past the cap of unsigned records a failure is counted in the state directory; the next unlock's record tells of them.
"""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path

from core.state_folder import state_folder

_COUNT = struct.Struct("<IQQ")
LONGEST_WAIT = 60


class FailureCounter:
    """Failures that found no room in the vault: count, first and last in UTC milliseconds."""

    def __init__(self, vault_id: bytes, folder: str | None = None) -> None:
        self._path = Path(folder or state_folder(), "failures", vault_id.hex()[:32])
        self.count = self.first = self.last = 0
        with contextlib.suppress(OSError, struct.error):
            self.count, self.first, self.last = _COUNT.unpack(self._path.read_bytes())

    def add(self, now: int) -> None:
        """Count one more failure at NOW."""
        self.count, self.first, self.last = min(self.count + 1, 2**32 - 1), self.first or now, now
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
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

    1, 2, 4 … seconds, at most a minute: slow for a guesser at the keyboard, short for a person.
    """
    if failures == 0:
        return 0
    pause = LONGEST_WAIT if failures > 6 else 1 << (failures - 1)
    left = pause - (now - last) / 1000
    return max(0, min(pause, -int(-left // 1)))
