"""Notes from files become drafts: everything is looked at before the first is written, then they go in batches.

Files are saved, not imported in the sense of docs/FORMAT.md, action 4C: that carries what another vault committed to.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.acts import entries
from core.acts.acting import Acting, Target
from core.create import random_id
from core.exchange.inward.incoming import MARK, Incoming, Left
from core.exchange.inward.reading import read_path
from core.exchange.watch import Watch
from core.indexes import ClientIndex, NoteIndex
from core.names import fold
from core.session.desk import Desk
from core.session.notes.writing import note_index, require_writer
from core.session.session import Session
from vault_format.codes import Kind, NoteClass
from vault_format.errors import TacendaError, UsageError
from vault_format.frames.record import Draft

BATCH_NOTES = 50
BATCH_BYTES = 4 * 1024 * 1024
TWICE = "it stands in this vault already"


@dataclass(slots=True)
class Plan:
    """What an import would do: NOTES to make, codes of CLIENTS to make, what is REFUSED and what is PASSED over."""

    notes: list[Incoming] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    refused: list[Left] = field(default_factory=list)
    passed: list[Left] = field(default_factory=list)

    def forget(self) -> None:
        """Let go of every text."""
        for each in (self.notes, self.clients, self.refused, self.passed):
            each.clear()


@dataclass(frozen=True, slots=True)
class Brought:
    """A note that was made: where it came from, its number, its record."""

    source: str
    note: int
    sequence: int


@dataclass(slots=True)
class Outcome:
    """What became of an import: the notes and the clients that were made, what was LEFT, and why it STOPPED, if so."""

    written: list[Brought] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    stopped: str = ""


def plan_import(
    session: Session, path: str, *, client: str = "", make_clients: bool = False, watch: Watch | None = None
) -> Plan:
    """Read what stands at PATH and return what an import of it would do. Nothing is written, no note is opened.

    CLIENT is whose notes they are where they do not say; MAKE_CLIENTS lets unknown codes become clients. Raises
    Refused for a role that does not write, UsageError where nothing of it can be read.
    """
    with session.at_desk() as desk:
        require_writer(desk)
    found = read_path(path, client, watch or Watch())
    plan = Plan(refused=found.refused, passed=found.passed)
    with session.at_desk() as desk:
        desk.open_indexes()
        known = _Known(desk)
        for each in found.notes:
            why = known.why_not(each)
            if why:
                plan.passed.append(Left(each.source, why))
            elif fold(each.code) not in known.clients and not make_clients:
                plan.refused.append(Left(each.source, f"there is no client {each.code}"))
            else:
                if fold(each.code) not in known.clients:
                    known.clients[fold(each.code)] = 0
                    plan.clients.append(each.code)
                known.marks[each.fingerprint] = each.source
                plan.notes.append(each)
    return plan


class _Known:
    """What the vault holds already: clients by code, and the marks of notes that were imported."""

    def __init__(self, desk: Desk) -> None:
        self.clients: dict[str, int] = {}
        self.marks: dict[str, str] = {}
        self.notes: set[str] = set()
        self._vault = desk.state.vault_id.hex()
        for entry in desk.catalog.entries():
            if entry.shredded:
                continue
            if isinstance(entry.index, ClientIndex):
                self.clients[fold(entry.index.code)] = entry.entity
            elif isinstance(entry.index, NoteIndex):
                self.notes.add(f"{entry.entity:016x}")
                for tag in entry.index.tags:
                    if tag.startswith(MARK):
                        self.marks[tag.removeprefix(MARK)] = ""

    def why_not(self, each: Incoming) -> str:
        """Return why a note is passed over, or nothing."""
        vault, note = each.origin
        if vault == self._vault and note in self.notes:
            return TWICE
        twin = self.marks.get(each.fingerprint)
        if twin is None:
            return ""
        return f"it is the same as {twin}" if twin else TWICE


def run_import(
    session: Session, plan: Plan, watch: Watch | None = None, outcome: Outcome | None = None
) -> Outcome:  # fmt: skip
    """Make what PLAN says, in batches of one write each, and return exactly what was made; OUTCOME fills meanwhile.

    An error or a stop ends it between two batches and is told in the outcome; what is imported once more later is
    known by its mark, so an import that was ended is simply run again. Raises Refused where nothing can be written.
    """
    watch, outcome = watch or Watch(), outcome or Outcome()
    watch.begin(len(plan.notes))
    batches = list(_batches(plan.notes))
    for number, batch in enumerate(batches):
        if watch.stopped:
            outcome.stopped = "stopped by you"
        else:
            try:
                _write(session, batch, outcome)
            except TacendaError as error:
                outcome.stopped = str(error)
            watch.step(len(batch))
        if outcome.stopped:
            made = {each.source for each in outcome.written}
            told = {each.source for each in outcome.left}
            rest = [each for later in batches[number:] for each in later if each.source not in made | told]
            outcome.left += [Left(each.source, "not written") for each in rest]
            break
    return outcome


def _batches(notes: Iterable[Incoming]) -> Iterable[list[Incoming]]:
    batch: list[Incoming] = []
    size = 0
    for each in notes:
        length = len(each.draft.text)
        if batch and (len(batch) >= BATCH_NOTES or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += length
    if batch:
        yield batch


@dataclass(slots=True)
class _Batch:
    """One write: its records, and for each what it makes: a note of a source, or a client of a code."""

    drafts: list[Draft] = field(default_factory=list)
    notes: list[tuple[str, int, int]] = field(default_factory=list)
    clients: list[tuple[str, int]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def _write(session: Session, batch: list[Incoming], outcome: Outcome) -> None:
    made = _Batch()

    def build(acting: Acting) -> list[Draft]:
        nonlocal made
        # what others saved up to this moment counts, too
        desk.open_indexes()
        made = _built(desk, acting, batch)
        return made.drafts

    with session.at_desk() as desk:
        require_writer(desk)
        try:
            written = desk.append(build)
        except BaseException:  # an interruption, too, must not leave its person in doubt
            _find(desk, made, outcome)
            raise
        outcome.left += made.left
        outcome.clients += [code for code, _ in made.clients]
        outcome.written += [Brought(source, note, written[at].sequence) for source, note, at in made.notes]
        desk.open_indexes()


def _built(desk: Desk, acting: Acting, batch: list[Incoming]) -> _Batch:
    made, known = _Batch(), _Known(desk)
    for each in batch:
        why = known.why_not(each)
        if why:
            made.left.append(Left(each.source, why))
            continue
        client = known.clients.get(fold(each.code))
        if client is None:
            client = random_id(desk.entropy)
            made.drafts.append(_client(desk, acting, client, each.code))
            made.clients.append((each.code, client))
            known.clients[fold(each.code)] = client
        note = random_id(desk.entropy)
        draft = dataclasses.replace(each.draft, client=client)
        note_class = NoteClass.PROCESS if draft.process else NoteClass.CHART
        about = Target(Kind.NOTE, note_class, client, note, 1)
        made.notes.append((each.source, note, len(made.drafts)))
        made.drafts.append(entries.save(acting, about, note_index(desk, draft), draft.text).draft)
        known.marks[each.fingerprint] = each.source
    return made


def _client(desk: Desk, acting: Acting, number: int, code: str) -> Draft:
    local, zone = desk.local_time()
    index = ClientIndex(
        c=desk.entropy(32), local=local, zone=zone, code=code, name="", people=[], born="", risk="", next="", goals=[]
    )
    return entries.save(acting, Target(Kind.CLIENT, NoteClass.CHART, number, number, 1), index, "").draft


def _find(desk: Desk, made: _Batch, outcome: Outcome) -> None:
    """After a failed write: say what of it stands in the file all the same."""
    with contextlib.suppress(TacendaError, OSError):
        if desk.vault.ledger.stale:
            desk.vault.reopen()
        desk.vault.follow()
    entities, safe = desk.state.entities, desk.vault.ledger.pin().sequence
    outcome.clients += [code for code, number in made.clients if entities.get(number) is not None]
    for source, note, _ in made.notes:
        entity = entities.get(note)
        if entity is None:
            continue
        if entity.saved <= safe:
            outcome.written.append(Brought(source, note, entity.saved))
        else:
            outcome.left.append(Left(source, f"record {entity.saved:,}, but nobody can say that it is on the disk"))


def require_whole(plan: Plan) -> None:
    """Refuse a plan in which something was refused: nothing is half-imported unless its person says so."""
    if plan.refused:
        raise UsageError(
            f"{len(plan.refused):,} of it cannot be imported.", safe="Nothing was written.",
            todo="Mend them, or leave them out on purpose.",
        )  # fmt: skip
