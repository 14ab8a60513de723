"""Ten years of a practice in minutes: rotations, joins, removals; then everything opens and the file is small."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from core.create import new_vault
from core.keys.passphrase import Cost
from core.session import Door, NoteDraft, Session
from core.upkeep import Rotation, compact_vault
from core.upkeep.keys.passphrase import change
from core.upkeep.people.invitation import invite, read_invitation
from core.upkeep.people.members import admit, remove
from tests.core.practice import Clock
from vault_format.codes import PartRole, Reason, Role
from vault_format.frames import layout
from vault_format.verification.verify import verify
from vault_format.view import View

_COST = Cost(65_536, 3, 1)
_QUARTER_MS = 91 * 86_400_000
_WORDS = "the garden task was done with calm hands and sleep was better this week than the last one".split()  # noqa: SIM905
_START = 1_480_000_000_000


class Years:
    """A practice that writes NOTES in so many QUARTERS.

    `wrote` holds a few texts that must open at the end, the `oldest` note's among them, `process` the owner's own.
    """

    def __init__(self, folder: Path, notes: int, quarters: int) -> None:
        self.folder, self.notes, self.quarters = folder, notes, quarters
        self.path = folder / "practice.tacenda"
        self.clock = Clock(_START)
        self.random = random.Random(notes)
        self.passphrases = {"owner": "quiet larches by the quarry pond"}
        self.wrote: dict[int, str] = {}
        self.process: dict[int, str] = {}
        self.oldest = self.renamed = self.written = 0
        new_vault(
            str(self.path), "ten years", "owner", self.passphrases["owner"], clock=self.clock, cost=_COST,
            folder=str(folder / "state"),
        )  # fmt: skip

    def unlock(self, name: str) -> Session:
        door = Door(str(self.path), clock=self.clock, folder=str(self.folder / "state"))
        session = door.unlock(name, self.passphrases[name])
        session.open_rest()
        return session

    def join(self, owner: Session, name: str, role: Role) -> None:
        view = View(str(self.path), self.clock)
        self.passphrases[name] = f"{name} walks the dry river bed"
        block = invite(view.state, name, self.passphrases[name], _COST, self.random.randbytes)
        view.close()
        admit(owner, read_invitation(block, owner.vault.ledger.state), role)

    def write(self, session: Session, count: int) -> None:
        clients = [row.id for row in session.catalog.clients()]
        for _ in range(count):
            text = " ".join(self.random.choices(_WORDS, k=self.random.randrange(50, 300)))
            draft = NoteDraft(self.random.choice(clients), text, title="session", process=self.random.random() < 0.03)
            saved = session.save_note(draft)
            if self.random.random() < 0.3:
                saved = session.save_note(draft, saved.note, 1)
            session.sign_note(saved.note, saved.revision)
            self.written += 1
            self.oldest = self.oldest or saved.note
            if draft.process:
                if session.member == "owner":
                    self.process[saved.note] = text
            elif saved.note == self.oldest or self.random.random() < 0.01:
                self.wrote[saved.note] = text
            self.clock.later(600)

    def quarter(self, number: int) -> None:
        owner = self.unlock("owner")
        if number == 0:
            for name, role in (("one", Role.CLINICIAN), ("two", Role.CLINICIAN), ("sup", Role.SUPERVISOR)):
                self.join(owner, name, role)
            self.join(owner, "aud", Role.AUDITOR)
        owner.add_client(f"TREE-{number}")
        owner.lock()
        writing = [name for name in self.passphrases if name not in ("sup", "aud")]
        due = self.notes * (number + 1) // self.quarters - self.written
        for at, name in enumerate(writing):
            session = self.unlock(name)
            self.write(session, due * (at + 1) // len(writing) - due * at // len(writing))
            session.lock()
        self.clock.now = _START + (number + 1) * _QUARTER_MS
        self.turn(number)

    def turn(self, number: int) -> None:
        owner = self.unlock("owner")
        rotation = Rotation(owner)
        rotation.begin(Reason.BY_DATE)
        rotation.go_on()
        if number % 8 == 5:
            gone = next(name for name in self.passphrases if name.startswith(("one", "new")))
            remove(owner, gone, Reason.LEFT)
            del self.passphrases[gone]
            self.join(owner, f"new {number}", Role.CLINICIAN)
        if number % 6 == 2:
            self.renamed += 1
            wanted = f"quiet larches by the quarry pond {self.renamed}"
            change(owner, self.passphrases["owner"], wanted, known=number % 12 == 2, cost=_COST)
            self.passphrases["owner"] = wanted
        for name in self.passphrases:
            if name != "owner":
                session = self.unlock(name)
                Rotation(session).go_on()
                session.lock()
        owner.follow()
        Rotation(owner).go_on()
        compact_vault(owner)
        owner.lock()


def _live_and_headers(path: Path, clock: Clock) -> int:
    """Return the bytes of what is of use: headers, tables, public parts, details and the live texts."""
    view = View(str(path), clock)
    try:
        live = {entity.live + at for _, entity in view.state.entities.items() for at in (0, 1)}
        size, first = layout.PREAMBLE_SIZE, 0
        for sequence in range(view.count):
            record = view.record(sequence)
            size += layout.total_of([]) + layout.bitmap_size(len(record.rows)) + layout.ROW_SIZE * len(record.rows)
            for at, row in enumerate(record.rows):
                if row.role not in (PartRole.INDEX, PartRole.BODY) or first + at in live:
                    size += row.length
            first += len(record.rows)
        return size
    finally:
        view.close()


@pytest.mark.soak
def test_ten_years(tmp_path: Path, soak_is_short: bool) -> None:
    years = Years(tmp_path, *((240, 8) if soak_is_short else (20_000, 40)))
    for number in range(years.quarters):
        years.quarter(number)
    assert years.written == years.notes
    verdict = verify(str(years.path), years.clock.now)
    assert verdict.intact, verdict.findings
    owner = years.unlock("owner")
    assert years.oldest in years.wrote
    assert years.process
    for note, text in (years.wrote | years.process).items():
        assert owner.read_note(note).text == text
    owner.lock()
    assert years.path.stat().st_size <= 1.5 * _live_and_headers(years.path, years.clock)
