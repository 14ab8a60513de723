"""A vault, a program that appends to it, and what that program was told: for faults in the middle of an append.

For each of `Scenario.points`, run the program with a fault there, then let `check_nothing_lost` look at what is left.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.harness.faults import Action, Point, count_syscalls, run_with_fault
from tests.harness.os_user import ROOT
from tests.harness.vaults import Owner, record_hashes, save_started, start
from vault_format import machine
from vault_format.codes import Action as Act
from vault_format.verification.findings import Verdict
from vault_format.verification.verify import verify

LONG_AGO = 1_600_000_000


class Ack(NamedTuple):
    """A record that the program was told is on the disk."""

    sequence: int
    head: bytes


class Told(NamedTuple):
    """How a program ended (negative: by a signal), what it was told is safe, and what was refused to it."""

    status: int
    acks: list[Ack]
    refused: list[str]
    stderr: str


def told(status: int, stdout: str, stderr: str) -> Told:
    """Read what the appender printed."""
    acks, refused = [], []
    for line in stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word == "ack":
            sequence, head = rest.split()
            acks.append(Ack(int(sequence), bytes.fromhex(head)))
        elif word == "refused":
            refused.append(rest)
    return Told(status, acks, refused, stderr)


class Scenario:
    """A started vault in FOLDER, in which programs append; the file HANDED lets them act as its owner."""

    def __init__(self, folder: Path, handed: Path) -> None:
        self.folder = folder
        self.vault = folder / "vault"
        self.started = start(self.vault)
        self._handed = save_started(self.started, handed)
        self._pristine = self.vault.read_bytes()

    @property
    def paths(self) -> list[Path]:
        """The files that an append is concerned with, by the names that it uses."""
        return [self.vault, Path(f"{self.vault}.lock"), Path(f"{self.vault}.aside-unfinished"), self.folder]

    def reset(self, tail: bytes = b"", *, lock: bool = True) -> None:
        """Put the vault back as it was started, with TAIL behind it and nothing beside it but, perhaps, its LOCK."""
        for path in self.folder.iterdir():
            if path != self.vault and not (lock and path == self.paths[1]):
                path.unlink()
        # In place: the file stays the one that other programs may have open.
        with self.vault.open("r+b") as file:
            file.truncate()
            file.write(self._pristine + tail)
        # How often a folder is listed depends on when it was last changed; here it is the same each time.
        os.utime(self.folder, (LONG_AGO, LONG_AGO))

    def argv(self, *steps: str) -> list[str]:
        """Return the command of a program that does STEPS (see tests/harness/appender.py)."""
        return [sys.executable, "-B", "-m", "tests.harness.appender", str(self._handed), str(self.vault), *steps]

    @property
    def env(self) -> dict[str, str]:
        """The environment that the program needs."""
        return {**os.environ, "PYTHONPATH": str(ROOT)}

    def begin(self, *steps: str) -> subprocess.Popen[str]:
        """Start the program; its input and output are pipes."""
        return subprocess.Popen(
            self.argv(*steps), env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8",
        )  # fmt: skip

    def run(self, *steps: str) -> Told:
        """Run the program to its end."""
        program = self.begin(*steps)
        stdout, stderr = program.communicate()
        return told(program.returncode, stdout, stderr)

    def points(self, *steps: str, syscalls: Sequence[str] = (), paths: Sequence[Path] | None = None) -> list[Point]:
        """Return the system calls that the program makes on the vault and what stands beside it."""
        return count_syscalls(self.argv(*steps), syscalls, paths or self.paths, env=self.env)

    def run_with_fault(
        self, syscall: str, action: Action, when: int, *steps: str, paths: Sequence[Path] | None = None
    ) -> Told:
        """Run the program and let ACTION happen at the WHEN-th SYSCALL that it makes there."""
        done = run_with_fault(self.argv(*steps), syscall, action, when, paths or self.paths, env=self.env)
        return told(done.status, done.stdout, done.stderr)

    def verify(self) -> Verdict:
        """Verify the vault without a key."""
        return verify(str(self.vault), machine.now_ms())

    def check_nothing_lost(self, acks: Sequence[Ack]) -> Verdict:
        """Check that what was acknowledged is there, the vault whole, and the next append works and says what it found.

        Returns the verdict before that append. Raises AssertionError.
        """
        verdict = self.verify()
        assert verdict.intact, verdict.findings
        assert {notice.kind for notice in verdict.notices} <= {"torn", "flood"}, verdict.notices
        owner = Owner(self.vault, self.started)
        try:
            assert owner.ledger.torn == verdict.set_aside
            assert record_hashes(owner.ledger, [ack.sequence for ack in acks]) == [ack.head for ack in acks]
            pending = {each.digest for each in owner.ledger._store.aside(())}
            owner.note("after the fault")
            accounted = owner.ledger.state.tails
            assert pending <= accounted
            assert len(accounted) >= bool(verdict.set_aside)
            assert owner.actions().count(Act.TAIL_REPAIRED) == len(accounted)
        finally:
            owner.close()
        after = self.verify()
        assert after.intact, after.findings
        assert not after.set_aside
        return verdict
