"""What an auditor who cannot read one note is asked about a vault, by which keys it is found, and what there is."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from core.acts.trail import unlock_failed
from core.audit.columns import Columns
from core.moments import moment
from core.session import Session
from core.trust import render
from core.trust.checking import take_checkpoint
from core.trust.witness import cosigned, new_witness
from tests.core.practice import Clock
from tests.harness.processes import processor_seconds
from tests.harness.tmux import Tmux
from tests.harness.wait import wait_until
from tests.tui.walking import ROOT
from vault_format import machine
from vault_format.codes import Action
from vault_format.pins import PinFile
from vault_format.verification.verify import Pinned, verify
from vault_format.view import View

DAY = 86_400
MINUTE = 60.0
WITNESS = "county"
_SOME = 5


@dataclass(frozen=True)
class Asked:
    """A vault at PATH as a machine with the state folder STATE has seen it; NOW is in UTC ms.

    NOTE is the one that was asked about, `openings` are (record, who) and `failures` records of the last week; `night`
    are those between 02:00 and 04:00. KEPT is a checkpoint of a month ago that a witness with KEY has signed.
    """

    path: str
    state: str
    now: int
    records: int
    note: str
    openings: tuple[tuple[int, str], ...]
    failures: tuple[int, ...]
    night: tuple[int, ...]
    kept: Path
    key: str

    def command(self) -> list[str]:
        """Return the command that starts the application at that time."""
        code = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
            "import vault_format.machine as machine\n"
            f"now = machine.now_ms\nmachine.now_ms = lambda: now() + {self.now - machine.now_ms()}\n"
            f"from tui.app import run\nsys.exit(run({self.path!r}))"
        )
        return [sys.executable, "-c", code]


def remember(path: str, state: str, now: int) -> Columns:
    """Let the state folder STATE know the vault at PATH as if it had been verified there; return its trail."""
    columns = Columns()
    verdict = verify(path, now, listener=columns.take, signatures=False)
    assert verdict.intact
    pins = PinFile(state, path)
    pins.remember(Pinned(verdict.vault_id, verdict.records - 1, verdict.head))
    pins.close()
    return columns


def months_ago(unlock: Callable[[], Session], clock: Clock, note: int, folder: Path) -> tuple[Path, str]:
    """Play the month before somebody asks; return the checkpoint that was kept from its beginning, and its key.

    CLOCK then stands where they ask. Somebody fails nine days before, and three times within the last week, twice in
    the night; NOTE is opened before and in that night.
    """
    session = unlock()
    vault = session.vault
    witness = new_witness(WITNESS, folder / "county.key")
    kept = folder / "kept.checkpoint"
    kept.write_text(render(cosigned(take_checkpoint(session), folder / "county.key")))

    def at(days: int, hour: int, minute: int) -> None:
        day = moment(clock.now, None) + timedelta(days=days)
        clock.now = int(day.replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp() * 1000)

    def fail() -> None:
        vault.append(lambda: [unlock_failed(1)], None)

    at(21, 12, 0)
    fail()
    clock.later(600)
    session.read_note(note)
    at(6, 2, 30)
    fail()
    fail()
    clock.later(60)
    session.read_note(note)
    at(2, 12, 0)
    fail()
    session.lock()
    at(1, 12, 0)
    return kept, witness


def asked_about(path: str, state: str, clock: Clock, note: int, kept: Path, key: str) -> Asked:
    """Return what there is to find, looked up record by record."""
    columns, pins = Columns(), PinFile(state, path)
    view = View(path, clock, pin=pins.pinned, listener=columns.take)
    pins.close()
    assert not view.findings
    names = {number: member.name for number, member in view.state.members.items()}
    view.close()
    every = range(len(columns))
    week = clock.now - 7 * DAY * 1000
    return Asked(
        path, state, clock.now, len(columns), f"n{note:016x}",
        tuple((seq, names[columns.shape(seq).member]) for seq in every
              if columns.entities[seq] == note and columns.shape(seq).action == Action.READ),
        tuple(seq for seq in every if columns.shape(seq).action == Action.UNLOCK_FAILED and columns.times[seq] >= week),
        tuple(seq for seq in every if moment(columns.times[seq], None).hour in (2, 3)), kept, key,
    )  # fmt: skip


class Auditor:
    """Somebody at TMUX: keys are counted, text is not.

    What is bounded is the processor time from the first key to the answer, for the machine may do other things.
    """

    def __init__(self, tmux: Tmux, asked: Asked) -> None:
        self._tmux = tmux
        self.asked = asked
        self.presses = 0

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self.presses += len(keys)
        self._tmux.keys(*keys)

    def write(self, text: str) -> None:
        """Type TEXT."""
        self._tmux.type(text)

    def see(self, wanted: str) -> str:
        """Wait until WANTED stands on the screen."""
        return self._tmux.wait_for(wanted, 10 * MINUTE)

    def rows(self, wanted: Sequence[int]) -> dict[int, str]:
        """Wait until the rows of the records WANTED stand there, the newest first and no others; return them.

        Of many there are as many as the screen has room for.
        """

        def stand() -> dict[int, str] | None:
            rows = rows_of(self._tmux.screen())
            there = list(rows) == list(wanted[::-1][: len(rows)])
            return rows if there and len(rows) >= min(len(wanted), _SOME) else None

        found = wait_until(stand, what=lambda: f"{wanted[-_SOME:]} on this screen:\n{self._tmux.screen()}")
        assert found is not None
        return found

    def ask(self, question: str, presses: int, steps: Callable[[Auditor], str]) -> str:
        """Find the answer to QUESTION by STEPS, in PRESSES keys and within a minute; return its screen."""
        worked, before = processor_seconds(self._tmux.pid), self.presses
        screen = steps(self)
        assert processor_seconds(self._tmux.pid) - worked < MINUTE, question
        assert self.presses - before == presses, question
        return screen


def trail(auditor: Auditor) -> str:
    """The trail, without a passphrase; the verdict first."""
    auditor.see("Audit trail")
    auditor.press("Down", "Enter")
    return auditor.see("WHOLE")


def who_opened(auditor: Auditor) -> str:
    """Who opened a given note."""
    auditor.press("/")
    auditor.see("Show these records only")
    auditor.press(*["Tab"] * 4)
    auditor.write("note read")
    auditor.press(*["Tab"] * 4)
    auditor.write(auditor.asked.note)
    auditor.press("Enter")
    return auditor.see(f"{len(auditor.asked.openings):,} of {auditor.asked.records:,}")


def what_failed(auditor: Auditor) -> str:
    """Every failure of the last week."""
    auditor.press("/")
    auditor.see("Show these records only")
    auditor.write("7 d")
    auditor.press(*["Tab"] * 5)
    auditor.write("failed")
    auditor.press("C-s")
    return auditor.see(f"{len(auditor.asked.failures):,} of {auditor.asked.records:,}")


def what_happened_at_night(auditor: Auditor) -> str:
    """What happened between two and four."""
    auditor.press("/")
    auditor.see("Show these records only")
    auditor.press("Tab", "Tab")
    auditor.write("02:00-04:00")
    auditor.press("C-s")
    return auditor.see(f"{len(auditor.asked.night):,} of {auditor.asked.records:,}")


def whether_it_is_the_same(auditor: Auditor, answer: str = "The vault goes on from it") -> str:
    """Whether the file is the one of which a checkpoint was kept a month ago; ANSWER is what it is."""
    auditor.press("p")
    auditor.see("compares one that was kept")
    auditor.press("c")
    auditor.see("Compare a checkpoint with this vault")
    auditor.write(str(auditor.asked.kept))
    auditor.press("Enter")
    auditor.write(auditor.asked.key)
    auditor.press("Enter")
    return auditor.see(answer)


_ROW = re.compile(r"[ \u203a] *([\d,]+) (?:\d{4}-)?\d\d-\d\d \d\d:\d\d")
"""A row of the trail: where the cursor stands or not, the record's number, when."""


def rows_of(screen: str) -> dict[int, str]:
    """Return the rows of records on SCREEN by number, from the top."""
    found = ((_ROW.match(line), line) for line in screen.splitlines())
    return {int(row[1].replace(",", "")): line for row, line in found if row is not None}
