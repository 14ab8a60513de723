"""From Enter to the first rows and to the whole list, against Argon2id alone; and the memory of an open vault."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from bench.author import PASSPHRASE
from bench.measure import Line, environment, in_turns, middle, ratio, seconds, show
from bench.opened import Copy, copy_of
from bench.vaults import PRACTICE
from core.keys.passphrase import stretch
from core.session import Session

_MEMORY = """
import sys
import tui.app
from core.session import Door
door = Door(sys.argv[1], folder=sys.argv[2])
door.wait()
session = door.unlock("owner", sys.argv[3])
session.open_rest()
assert len(session.catalog.notes()) >= int(sys.argv[4])
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) for line in status if line.startswith("VmRSS")))
session.lock()
"""


def _argon() -> float:
    return seconds(lambda: stretch(PASSPHRASE, PRACTICE.cost, bytes(16)))


class Opening:
    """Opens a copy again and again.

    Each opening gives the seconds to the first rows (the clients, as far as they are opened by then), to the whole list
    of clients with what follows from every note, and to a row for every note.
    """

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.whole = 0.0
        self.notes = 0.0

    def typed(self) -> float:
        """The chain was verified while the passphrase was typed."""
        door = self.copy.door()
        door.wait()
        return self._enter(door.unlock)

    def at_once(self) -> float:
        """Enter is pressed before anything was verified."""
        return self._enter(self.copy.door().unlock)

    def _enter(self, unlock: Callable[[str | None, str], Session]) -> float:
        began = time.perf_counter()
        session = unlock("owner", PASSPHRASE)
        session.catalog.clients()
        first = time.perf_counter() - began
        session.open_rest()
        session.catalog.clients()
        self.whole = time.perf_counter() - began
        session.catalog.notes()
        self.notes = time.perf_counter() - began
        session.lock()
        return first


def _resident(copy: Copy) -> float:
    command = [sys.executable, "-c", _MEMORY, copy.path, copy.state, PASSPHRASE, str(PRACTICE.notes * 9 // 10)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())
    return int(done.stdout.split()[-1]) / 1024


def run() -> None:
    with copy_of(PRACTICE) as copy:
        typed, at_once = Opening(copy), Opening(copy)
        found = in_turns(
            {
                "argon": _argon,
                "first": typed.typed,
                "whole": lambda: typed.whole,
                "notes": lambda: typed.notes,
                "first, at once": at_once.at_once,
                "whole, at once": lambda: at_once.whole,
            },
            rounds=5,
        )
        against = {name: ratio(found, name, "argon") for name in found}
        lines = [
            Line(f"Argon2id alone, {PRACTICE.cost.memory // 1024} MiB", f"{middle(found['argon']):.2f} s"),
            Line("Enter to the first rows, verified before", f"× {against['first']:.2f}", against["first"], 1.1),
            Line("  to the whole list", f"× {against['whole']:.2f}", against["whole"], 1.25),
            Line("  to a row for every note", f"× {against['notes']:.2f}"),
            Line("Enter at once, to the first rows", f"× {against['first, at once']:.2f}"),
            Line("  to the whole list", f"× {against['whole, at once']:.2f}"),
        ]
        if sys.platform == "linux":
            resident = _resident(copy)
            lines.append(Line("memory in all, with the application's modules", f"{resident:.0f} MiB", resident, 90))
    show(f"Opening {PRACTICE.notes:,} notes, {PRACTICE.records:,} records", lines)
