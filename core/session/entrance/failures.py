"""Failed unlocks: how long the next try waits, and those that the vault itself can no longer take.

Past the cap of unsigned records, or where the disk takes none, a failure is counted in the state directory; the next
unlock's record tells of them.
"""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path

from core.audit.columns import Columns
from core.state_folder import state_folder
from vault_format import bounds, machine
from vault_format.authority.state import Member
from vault_format.codes import Action

_COUNT = struct.Struct("<IQQ")
_MOST = 2**32 - 1
LONGEST_WAIT = 60
"""Seconds."""
MOST_COUNTED = 7
"""Failures in a row from which the wait grows no more."""


class FailureCounter:
    """One member's failures that found no room in the vault: count, first and last in UTC milliseconds.

    Each member has a counter, by enrolment: a colleague's unlock on the same machine tells of the colleague's own. What
    cannot be read, or cannot be true, counts as none.
    """

    def __init__(self, vault_id: bytes, enrolment: int, folder: str | None = None) -> None:
        self._folder = Path(folder or state_folder(), "failures")
        self._vault = vault_id.hex()[:32]
        self._path = self._folder / f"{self._vault}-{enrolment:016x}"
        self.count, self.first, self.last = _read(self._path)

    def here(self) -> tuple[int, int]:
        """Return how many are counted on this machine, whoever they were under, and the last of their times."""
        found = []
        with contextlib.suppress(OSError):
            found = [_read(path) for path in self._folder.glob(f"{self._vault}-*")]
        return sum(count for count, _, _ in found), max((last for _, _, last in found), default=0)

    def add(self, now: int) -> None:
        """Count one more failure at NOW."""
        self.first = min(self.first, now) if self.count else now
        self.count, self.last = min(self.count + 1, _MOST), max(self.last, now)
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT
            descriptor = os.open(self._path, flags, 0o600)
            try:
                # by position, which a pipe that stands there does not have: it refuses
                machine.write_all(descriptor, _COUNT.pack(self.count, self.first, self.last), 0)
            finally:
                os.close(descriptor)

    def clear(self) -> None:
        """Forget them: a record tells of them now."""
        self.count = self.first = self.last = 0
        with contextlib.suppress(OSError):
            self._path.unlink()


def _read(path: Path) -> tuple[int, int, int]:
    """Return count, first and last; zeros for what cannot be read or cannot be true."""
    with contextlib.suppress(OSError, struct.error):
        descriptor = os.open(path, os.O_RDONLY | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT)
        try:
            count, first, last = _COUNT.unpack(machine.read_at(descriptor, _COUNT.size + 1, 0))
        finally:
            os.close(descriptor)
        if count and first <= last <= bounds.MAX_TIME:
            return count, first, last
    return 0, 0, 0


def missed(columns: Columns, who: Member, run: int) -> list[int]:
    """Return the times (UTC ms) of the failures under WHO's name since that member's last unlock, oldest first.

    Only an unlock of the same member ends them, or the record behind which there is another passphrase to miss: what
    colleagues sign, or another session of the member's own, does not show that whoever missed was the member. RUN is
    how many of the unsigned records at the end count as written; of those before, the verifier has seen to it that they
    are no flood. No more are returned than make the longest wait.
    """
    times: list[int] = []
    end = len(columns)
    while end and not columns.shape(end - 1).generation:
        end -= 1
    wanted = {
        number for number, shape in enumerate(columns.shapes)
        if shape.member == who.number and shape.action in {Action.UNLOCK, Action.UNLOCK_FAILED, Action.RECOVERY_FAILED}
    }  # fmt: skip
    codes = columns.codes
    for seq in range(min(end + run, len(columns)) - 1, who.slot_seq, -1):
        if codes[seq] in wanted:
            if columns.shape(seq).action == Action.UNLOCK:
                break
            times.append(columns.times[seq])
            if len(times) == MOST_COUNTED:
                break
    return times[::-1]


def seconds_to_wait(failures: int, last: int, now: int) -> int:
    """Return how long the next try waits after FAILURES in a row, the LAST of them at that time (UTC ms).

    1, 2, 4 … seconds, at most a minute: slow for a guesser at the keyboard, short for a person. A last failure further
    in the future than that is a clock that was set back, or a record that somebody made up to lock everybody out: it
    does not count.
    """
    if failures == 0 or last > now + LONGEST_WAIT * 1000:
        return 0
    pause = LONGEST_WAIT if failures >= MOST_COUNTED else 1 << (failures - 1)
    left = pause - (now - last) / 1000
    return max(0, min(pause, -int(-left // 1)))
