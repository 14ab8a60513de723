"""A small practice to test sessions on: four members, three clients, notes of every kind.

Making it takes seconds, so it is made once a run and copied for each test.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.acts import entries, epochs, members
from core.acts.acting import Acting
from core.create import new_vault, random_id
from core.indexes import NoteIndex
from core.keyring import Keyring
from core.keys.passphrase import Cost
from core.session import ClientDraft, Door, NoteDraft, Session
from vault_format import public
from vault_format.codes import AddendumKind, Reason, Role
from vault_format.crypto import sealing
from vault_format.frames import layout
from vault_format.frames.record import Draft, Place, frame
from vault_format.ledger import Ledger
from vault_format.public.members import EpochOpen
from vault_format.verification.findings import Verdict
from vault_format.verification.verify import verify

NOW = 1_795_000_000_000
COST = Cost(65_536, 3, 1)
"""Argon2id at its floor."""
PASSPHRASES = {
    "owner": "otters hold hands", "clinician": "maples turn red", "supervisor": "herons stand still",
    "auditor": "wrens keep count",
}  # fmt: skip
PLAN = "Steps that help:\n1. a walk to the river\n2. call the cedar\n"


class Clock:
    """A clock that stands still until a test moves it; UTC milliseconds."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        """Return the time."""
        return self.now

    def later(self, seconds: float) -> None:
        """Move on."""
        self.now += int(seconds * 1000)


@dataclass(frozen=True)
class Practice:
    """A vault file with its clock and a state folder; `clients` and `notes` are numbers by name."""

    path: Path
    folder: Path
    clock: Clock = field(default_factory=Clock)
    clients: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)

    def door(self, folder: Path | None = None) -> Door:
        """Return the door, not yet verified; another FOLDER is another machine."""
        return Door(str(self.path), clock=self.clock, folder=str(folder or self.folder))

    def unlock(self, member: str = "owner", folder: Path | None = None) -> Session:
        """Return a session of MEMBER with complete lists."""
        session = self.door(folder).unlock(member, PASSPHRASES[member])
        session.open_rest()
        return session

    def verdict(self) -> Verdict:
        """Verify the file as it is."""
        return verify(str(self.path), self.clock.now)

    def copied(self, folder: Path) -> Practice:
        """Return a copy in FOLDER, with a clock of its own and nothing remembered."""
        path = folder / "practice.tacenda"
        shutil.copyfile(self.path, path)
        path.chmod(0o600)
        return dataclasses.replace(self, path=path, folder=folder / "remembered", clock=Clock(self.clock.now))

    def actions(self) -> list[int]:
        """Return the action of every record in the file."""
        ledger = Ledger(str(self.path), self.clock)
        try:
            return [ledger.record(seq).header.action for seq in range(ledger.count)]
        finally:
            ledger.close()


def reasons(practice: Practice) -> list[Reason]:
    """Return why each key set after the first was opened, as its record says."""
    ledger = Ledger(str(practice.path), practice.clock)
    try:
        found = [ledger.record(epoch.seq) for epoch in ledger.state.epochs[1:]]
        said = [public.read(record.header.action, record.parts[0] or b"") for record in found]
        return [Reason(each.reason) for each in said if isinstance(each, EpochOpen)]
    finally:
        ledger.close()


def keyring(session: Session) -> Keyring:
    """Return the keys of an unlocked session: what a member who means ill has in hand."""
    return session._desk.keyring


def admit(session: Session, name: str, passphrase: str, role: Role) -> None:
    """Let the owner of SESSION add a member."""
    state = session.vault.ledger.state
    joining = members.join(
        name, passphrase, COST, enrolment=random_id(), birth=state.birth, vault_id=state.vault_id,
        entropy=session._desk.entropy,
    )  # fmt: skip
    session.append(lambda acting: [members.member_add(acting, joining.invitation, role)])


def rotate(session: Session) -> None:
    """Let the owner of SESSION open a new epoch."""
    session.append(lambda acting: [epochs.epoch_open(acting, Reason.BY_HAND).draft])


def add_to(session: Session, note: int, text: str, *, sign: bool = True) -> int:
    """Add TEXT to a signed note and return the addition's number."""
    number = random_id()

    def build(acting: Acting) -> list[Draft]:
        row = session.catalog.note(note)
        index = NoteIndex(
            c=bytes(range(32)), local="2026-11-24T10:00:00+00:00", zone="UTC", client=row.client, type=row.type,
            form="free", title="heard later", date="2026-11-24", start="", end="", tags=[], attendees="", place="",
            service="", risk="", goal="", next="", appointment=0, parent=note,
        )  # fmt: skip
        return [entries.addendum(acting, note, number, index, text, AddendumKind.ADDENDUM).draft]

    session.append(build)
    session.open_rest()
    if sign:
        session.sign_note(number, 1)
    return number


def build_practice(folder: Path, now: int = NOW) -> Practice:
    """Make the practice in FOLDER, all of it at NOW (UTC ms)."""
    made = Practice(folder / "practice.tacenda", folder / "state", Clock(now))
    new_vault(str(made.path), "river practice", "owner", PASSPHRASES["owner"], clock=made.clock, cost=COST)
    session = made.door().unlock(None, PASSPHRASES["owner"])
    for name, role in (("clinician", Role.CLINICIAN), ("supervisor", Role.SUPERVISOR), ("auditor", Role.AUDITOR)):
        admit(session, name, PASSPHRASES[name], role)
    for code in ("OTTER", "MAPLE", "HERON"):
        made.clients[code] = session.save_client(ClientDraft(code, f"name of {code}", text="on paper: box 4")).note
    otter = made.clients["OTTER"]

    def save(name: str, draft: NoteDraft, *, sign: bool = False, by: Session = session) -> int:
        saved = by.save_note(draft)
        made.notes[name] = saved.note
        if sign:
            by.sign_note(saved.note, saved.revision)
        return saved.note

    signed = save("signed", NoteDraft(otter, "signed text", title="first session"), sign=True)
    made.notes["addition"] = add_to(session, signed, "the addition")
    save("plan", NoteDraft(otter, PLAN, type="safety-plan", form="stanley-brown", title="plan"), sign=True)
    draft = save("draft", NoteDraft(otter, "first wording", title="wording", tags=("sleep", "work")))
    session.save_note(NoteDraft(otter, "second wording", title="wording"), draft, 1)
    save("process", NoteDraft(otter, "for the author alone", type="process", title="my thoughts"))
    session.append(lambda acting: [entries.caseload(acting, made.clients["HERON"], [1])])
    save("assigned", NoteDraft(made.clients["HERON"], "heron's text", title="assigned"), sign=True)
    session.lock()
    theirs = made.unlock("clinician")
    save("theirs", NoteDraft(made.clients["MAPLE"], "clinician's text", title="theirs"), sign=True, by=theirs)
    save("their draft", NoteDraft(made.clients["MAPLE"], "unfinished", title="their draft"), by=theirs)
    save("their process", NoteDraft(made.clients["MAPLE"], "theirs alone", type="process"), by=theirs)
    theirs.lock()
    return made


def forge(practice: Practice, drafts: Callable[[Acting], Sequence[Draft]], keys: Keyring, session: int = 0) -> int:
    """Append records that nobody checked, as a member with a program of their own would; return the first's number."""
    ledger = Ledger(str(practice.path), practice.clock)
    state, sequence, head = ledger.state, ledger.count, ledger.head
    ledger.close()
    acting = Acting(keys, state, session)
    raw = b""
    for number, draft in enumerate(drafts(acting), sequence):
        one = frame(draft, Place(number, head, practice.clock.now, state.vault_id), keys.signer)
        head = layout.record_hash(one[: layout.BARE_SIZE])
        raw += one
    with practice.path.open("ab") as file:
        file.write(raw)
    return sequence


def unsigned(practice: Practice, drafts: Sequence[Draft], times: Sequence[int] = ()) -> None:
    """Append unsigned records, as anyone who can write the file may; TIMES are theirs (UTC ms), else now."""
    ledger = Ledger(str(practice.path), practice.clock)
    sequence, head, vault_id = ledger.count, ledger.head, ledger.state.vault_id
    ledger.close()
    raw = b""
    for number, draft in enumerate(drafts):
        time = times[number] if number < len(times) else practice.clock.now
        one = frame(draft, Place(sequence + number, head, time, vault_id), None)
        head = layout.record_hash(one[: layout.BARE_SIZE])
        raw += one
    with practice.path.open("ab") as file:
        file.write(raw)


def damage(practice: Practice, sequence: int, part: int, at: int = 40) -> None:
    """Change one byte of a part, as a disk does."""
    ledger = Ledger(str(practice.path), practice.clock)
    record = ledger.record(sequence)
    start = ledger.offsets[sequence] + record.header.total
    for number in range(len(record.rows) - 1, part - 1, -1):
        start -= record.rows[number].length
    ledger.close()
    raw = bytearray(practice.path.read_bytes())
    raw[start + at] ^= 1
    practice.path.write_bytes(raw)


@contextmanager
def decryptions() -> Iterator[list[int]]:
    """Yield a list that grows with every sealed part that is opened meanwhile."""
    opened: list[int] = []

    def counted(key: bytes, stored: bytes, associated: bytes) -> bytes:
        opened.append(len(stored))
        return sealing.open_sealed(key, stored, associated)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.keyring.open_sealed", counted)
        yield opened
