"""A small program that does one thing to a vault's keys and is killed on the way.

Called as `python -m tests.harness.upkeep ACT VAULT STATE NOW POINT`, ACT one of `rotate`, `compact`, `passphrase` (a
new one) and `renew` (a new one, and every key with it), NOW the time in UTC ms; it kills itself with SIGKILL at the
POINT-th thing it asks of the disk after it unlocked (every other write is first carried out by half), or prints how
many there were if there were fewer.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from core.session import Door
from core.upkeep import Rotation, compact_vault
from core.upkeep.keys import rotation
from core.upkeep.keys.passphrase import change
from tests.core.practice import COST, PASSPHRASES
from vault_format import machine

NEW_PASSPHRASE = "a lantern in the third boathouse"
_ASKED = ("replace", "unlink", "fsync", "fdatasync", "ftruncate")


class Countdown:
    """Counts what is asked of the disk, and kills the process when its turn comes."""

    def __init__(self, point: int) -> None:
        self.count = 0
        self._point = point

    def due(self) -> bool:
        """Count one; whether it is the one."""
        self.count += 1
        return self.count == self._point

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return ACT, which dies where its turn comes."""

        def asked(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the system call takes and gives
            if self.due():
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*arguments, **named)

        return asked

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        """Write DATA, or half of it and die."""
        if self.due():
            os.pwrite(descriptor, bytes(data)[: len(data) // 2 * (self.count % 2)], offset)
            os.kill(os.getpid(), signal.SIGKILL)
        return os.pwrite(descriptor, data, offset)


def armed(point: int) -> Countdown:
    """Let this process die at the POINT-th thing it asks of the disk from now on; return what counts them."""
    countdown = Countdown(point)
    for name in _ASKED:
        setattr(os, name, countdown.before(getattr(os, name)))
    machine.write_at = countdown.write_at  # type: ignore[assignment]
    return countdown


def main() -> None:
    """Do it."""
    act, path, state, now, point = sys.argv[1:]
    rotation.BATCH = 2
    session = Door(path, clock=lambda: int(now), folder=state).unlock("owner", PASSPHRASES["owner"])
    session.open_rest()
    countdown = armed(int(point))
    if act == "rotate":
        turning = Rotation(session)
        turning.begin()
        turning.go_on()
    elif act == "compact":
        compact_vault(session)
    else:
        change(session, PASSPHRASES["owner"], NEW_PASSPHRASE, known=act == "renew", cost=COST)
    sys.stdout.write(f"{countdown.count}\n")


if __name__ == "__main__":
    main()
