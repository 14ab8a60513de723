"""Small vaults to test on, and an owner who writes in them, without a passphrase each time.

Founding a vault costs one Argon2id; it is done once, and every vault of a test is a copy of it.
"""

from __future__ import annotations

import functools
import pickle
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.acts import entries, trail
from core.acts.acting import Acting, Target
from core.create import Founding, default_policy, found, random_id
from core.details import Origin
from core.indexes import ClientIndex, NoteIndex
from core.keyring import Keyring
from core.keys.passphrase import Cost
from vault_format import machine
from vault_format.codes import Kind, NoteClass
from vault_format.frames import layout
from vault_format.frames.record import Draft, Place, frame
from vault_format.ledger import Clock, Ledger, Written
from vault_format.store import create
from vault_format.verification.verify import Pinned

COST = Cost(65_536, 3, 1)
PASSPHRASE = "a throw-away passphrase"
NOW = 1_700_000_000_000
"""When test vaults were made, in UTC milliseconds: long ago, so that programs with a true clock come later."""
ORIGIN = Origin(host="test", login="owner", terminal="none", client="", agent="test")


@functools.cache
def founding() -> Founding:
    """Return the first record of every test vault, and the secrets of its owner."""
    entropy = random.Random("a vault to test on").randbytes
    return found(
        "Test practice", "owner", PASSPHRASE, cost=COST, policy=default_policy(COST), now=NOW, entropy=entropy
    )  # fmt: skip


def keyring(made: Founding) -> Keyring:
    """Return the owner's keys."""
    return Keyring(1, made.vault_id, made.birth, made.bundle, {1: made.keys}, made.master, made.enrolment)


class Started(NamedTuple):
    """A vault with one open session and one client: what a child of a test needs to write in it."""

    made: Founding
    session: int
    client: int


def start(path: Path, *, group: bool = False) -> Started:
    """Make a vault at PATH: genesis, an unlock, a client."""
    made = founding()
    create(str(path), made.frame, group=group)
    owner = Owner(path, Started(made, random_id(), random_id()), clock=lambda: NOW)
    try:
        owner.unlock()
        owner.add_client()
    finally:
        owner.close()
    return owner.started


def save_started(started: Started, path: Path) -> Path:
    """Write STARTED to PATH for a child of the test; return PATH."""
    path.write_bytes(pickle.dumps(started))
    return path


def load_started(path: Path) -> Started:
    """Return what `save_started` wrote."""
    started = pickle.loads(path.read_bytes())
    assert isinstance(started, Started)
    return started


@dataclass
class Counting:
    """A clock that goes a second ahead with each look, from NOW or from where it is set (UTC ms)."""

    now: int = NOW

    def __call__(self) -> int:
        """Return the time and let a second pass."""
        self.now += 1_000
        return self.now


class Owner:
    """The owner of a started vault at work in its session; what a record may say is left to the acts."""

    def __init__(
        self, path: Path, started: Started, *, clock: Clock = machine.now_ms, pin: Pinned | None = None,
        ledger: Ledger | None = None,
    ) -> None:  # fmt: skip
        self.started = started
        self.ring = keyring(started.made)
        self.ledger = Ledger(str(path), clock, pin=pin) if ledger is None else ledger

    def acting(self) -> Acting:
        """Return who acts."""
        return Acting(self.ring, self.ledger.state, self.started.session)

    def append(self, *drafts: Draft) -> list[Written]:
        """Append DRAFTS, signed."""
        return self.ledger.append(lambda: drafts, self.ring.signer)

    def unlock(self) -> Written:
        """Open the session."""
        return self.append(trail.unlock(self.acting(), ORIGIN))[-1]

    def add_client(self) -> Written:
        """Save the client."""
        index = ClientIndex(
            c=bytes(32), local="2026-11-24T09:30:00+00:00", zone="UTC", code="OTTER", name="", people=[], born="",
            risk="", next="", goals=[],
        )  # fmt: skip
        client = self.started.client
        about = Target(Kind.CLIENT, NoteClass.CHART, client, client, 1)
        return self.append(entries.save(self.acting(), about, index, "").draft)[-1]

    def note_draft(self, text: str) -> Draft:
        """Return the save of a new note."""
        index = NoteIndex(
            c=bytes(32), local="2026-11-24T09:30:00+00:00", zone="UTC", client=self.started.client, type="progress",
            form="soap", title="test", date="2026-11-24", start="", end="", tags=[], attendees="", place="",
            service="", risk="", goal="", next="", appointment=0, parent=0,
        )  # fmt: skip
        about = Target(Kind.NOTE, NoteClass.CHART, self.started.client, random_id(), 1)
        return entries.save(self.acting(), about, index, text).draft

    def note(self, text: str = "The river was high today.") -> Written:
        """Save a new note."""
        return self.ledger.append(lambda: [self.note_draft(text)], self.ring.signer)[-1]

    def fail(self, times: int = 1) -> list[Written]:
        """Record failed unlocks, unsigned, in one write."""
        return self.ledger.append(lambda: [trail.unlock_failed()] * times, None)

    def actions(self) -> list[int]:
        """Return the actions of all records in the file."""
        return [self.ledger.record(seq).header.action for seq in range(self.ledger.count)]

    def frame_of(self, *drafts: Draft, time: int = NOW) -> bytes:
        """Return the frames that DRAFTS would be as the next records, without writing them."""
        frames, head = b"", self.ledger.head
        for sequence, draft in enumerate(drafts, self.ledger.count):
            raw = frame(draft, Place(sequence, head, time, self.ledger.state.vault_id), self.ring.signer)
            head = layout.record_hash(raw)
            frames += raw
        return frames

    def close(self) -> None:
        """Give up the file."""
        self.ledger.close()


def forge_failures(path: Path, times: int, *, at: int = NOW) -> None:
    """Append TIMES failed unlocks at once, as anyone can who may write to the file, and pays no heed to locks."""
    ledger = Ledger(str(path), lambda: at)
    sequence, head, frames = ledger.count, ledger.head, []
    ledger.close()
    for number in range(sequence, sequence + times):
        raw = frame(trail.unlock_failed(), Place(number, head, at, ledger.state.vault_id), None)
        head = layout.record_hash(raw)
        frames.append(raw)
    with path.open("ab") as file:
        file.write(b"".join(frames))


def record_hashes(ledger: Ledger, sequences: Sequence[int]) -> list[bytes]:
    """Return the hashes of records as they stand in the file now."""
    found = []
    for seq in sequences:
        record = ledger.record(seq)
        found.append(layout.record_hash(record.header.pack() + record.signature))
    return found
