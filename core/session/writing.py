"""Writing: clients and notes are saved, signed, added to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from core.acts import entries
from core.acts.acting import Acting, Target
from core.create import random_id
from core.indexes import FORMS, NOTE_TYPES, ClientIndex, NoteIndex
from core.names import fold, one_line
from core.session.desk import Desk
from vault_format import bounds, public
from vault_format.authority.state import State
from vault_format.codes import Kind, NoteClass, Role
from vault_format.encoding import NotCanonical
from vault_format.errors import Conflict, NotWhole, Refused, UsageError
from vault_format.public.entities import Addendum, Committed, Import
from vault_format.record import Draft

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"[0-2]\d:[0-5]\d")
MAX_CODE = 24


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """What a person wrote: header fields and text. Dates `2026-11-24`, times `10:02`; empty where not given."""

    client: int
    text: str
    type: str = "progress"
    form: str = "soap"
    title: str = ""
    date: str = ""
    start: str = ""
    end: str = ""
    tags: tuple[str, ...] = ()
    attendees: str = ""
    place: str = ""
    service: str = ""
    risk: str = ""
    goal: str = ""
    next: str = ""
    appointment: int = 0
    process: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that is on the disk: the note, its revision, the record and its time in UTC ms."""

    note: int
    revision: int
    sequence: int
    time: int


@dataclass(frozen=True, slots=True)
class ClientDraft:
    """A client's fields: the code that stands on lists, and what is hidden until asked for."""

    code: str
    name: str = ""
    people: tuple[str, ...] = ()
    born: str = ""
    risk: str = ""
    next: str = ""
    goals: tuple[str, ...] = field(default=())
    text: str = ""


def require_writer(desk: Desk) -> None:
    """Refuse roles that do not write. Raises Refused."""
    if desk.who.role not in (Role.OWNER, Role.CLINICIAN):
        raise Refused(f"The role {desk.who.role.name.lower()} does not write notes.", safe="Nothing was written.")


def check_note(draft: NoteDraft) -> NoteDraft:
    """Return DRAFT with its lines cleaned. Raises UsageError for what cannot be saved."""
    if draft.type not in NOTE_TYPES:
        raise UsageError(f"There is no type of note called {draft.type}.", todo=f"Types: {', '.join(NOTE_TYPES)}.")
    if draft.form not in FORMS:
        raise UsageError(f"There is no form called {draft.form}.", todo=f"Forms: {', '.join(FORMS)}.")
    if draft.date and not _DATE.fullmatch(draft.date):
        raise UsageError(f"{draft.date} is no date.", todo="Write it as 2026-11-24.")
    for moment in (draft.start, draft.end):
        if moment and not _TIME.fullmatch(moment):
            raise UsageError(f"{moment} is no time.", todo="Write it as 10:02.")
    if len(draft.text) > bounds.MAX_TEXT or len(draft.text.encode(errors="replace")) > bounds.MAX_TEXT:
        raise UsageError(
            f"The text is over 8 MiB ({len(draft.text) / 1e6:.1f} million characters).", safe="Nothing was written.",
            todo="Split it into several notes.",
        )  # fmt: skip
    try:
        draft.text.encode()
    except UnicodeEncodeError:
        raise UsageError("The text holds characters that are no text.", todo="Remove them.") from None
    return replace(
        draft, title=one_line(draft.title), tags=tuple(one_line(tag, 64) for tag in draft.tags if tag.strip()),
        attendees=one_line(draft.attendees), place=one_line(draft.place), service=one_line(draft.service),
        risk=one_line(draft.risk), goal=one_line(draft.goal), next=one_line(draft.next),
        process=draft.process or draft.type == "process",
    )  # fmt: skip


def note_index(desk: Desk, draft: NoteDraft, parent: int = 0) -> NoteIndex:
    """Return the index of a note as it is saved now."""
    local, zone = desk.local_time()
    return NoteIndex(
        c=desk.entropy(32), local=local, zone=zone, client=draft.client, type=draft.type, form=draft.form,
        title=draft.title, date=draft.date or local[:10], start=draft.start, end=draft.end, tags=list(draft.tags),
        attendees=draft.attendees, place=draft.place, service=draft.service, risk=draft.risk, goal=draft.goal,
        next=draft.next, appointment=draft.appointment, parent=parent,
    )  # fmt: skip


def save_note(desk: Desk, draft: NoteDraft, note: int | None = None, base_revision: int = 0) -> Saved:
    """Save a new note, or the revision after BASE_REVISION of one.

    Raises Conflict if the note moved on meanwhile or was signed, UsageError, Refused, and what appending raises.
    """
    require_writer(desk)
    draft = check_note(draft)
    number = note or random_id(desk.entropy)
    note_class = NoteClass.PROCESS if draft.process else NoteClass.CHART
    if note is None or note not in desk.vault.gathered.entries:
        desk.catalog.client(draft.client)
    index = note_index(desk, draft)

    def build(acting: Acting) -> list[Draft]:
        _check_base(acting.state, number, base_revision, note_class, acting.keyring.member)
        about = Target(Kind.NOTE, note_class, draft.client, number, base_revision + 1)
        return [entries.save(acting, about, index, draft.text).draft]

    written = desk.append(build)[-1]
    desk.catalog.open_indexes()
    return Saved(number, base_revision + 1, written.sequence, desk.vault.columns.times[written.sequence])


def _check_base(state: State, number: int, base: int, note_class: int, member: int) -> None:
    entity = state.entities.get(number)
    if entity is None:
        if base:
            raise UsageError("There is no such note in this vault.", safe="Your text is kept where it is.")
        return
    if entity.signed:
        raise Conflict("This note was signed meanwhile.", safe="Your text is kept.", todo="Add it as an addendum.")
    if entity.author != member:
        raise Refused("Only its author writes on in a draft.", safe="Nothing was written.")
    if entity.revision != base:
        raise Conflict(
            "This draft was changed in another session.", safe="Both texts are kept.", todo="Choose what to keep."
        )
    if entity.note_class != note_class:
        raise UsageError(
            "A note cannot change between chart and process.", safe="Nothing was written.", todo="Write a new one."
        )


def check_code(desk: Desk, code: str, but: int = 0) -> str:
    """Return a client's code as it is kept. Raises UsageError if it is empty, too long or taken."""
    code = one_line(code, MAX_CODE)
    if not code:
        raise UsageError("A client needs a code.", todo="Choose a word that tells nothing about the person.")
    if any(fold(row.code) == fold(code) and row.id != but for row in desk.catalog.clients()):
        raise UsageError(f"There is a client {code} already.", todo="Choose another code.")
    return code


def save_client(desk: Desk, draft: ClientDraft, client: int | None = None, base_revision: int = 0) -> Saved:
    """Save a new client, or the revision after BASE_REVISION of one. Raises as `save_note`."""
    require_writer(desk)
    code = check_code(desk, draft.code, client or 0)
    local, zone = desk.local_time()
    index = ClientIndex(
        c=desk.entropy(32), local=local, zone=zone, code=code, name=one_line(draft.name),
        people=[one_line(each) for each in draft.people], born=one_line(draft.born), risk=one_line(draft.risk),
        next=one_line(draft.next), goals=[one_line(each) for each in draft.goals],
    )  # fmt: skip
    number = client or random_id(desk.entropy)

    def build(acting: Acting) -> list[Draft]:
        known = acting.state.entities.get(number)
        if (known.revision if known else 0) != base_revision:
            raise Conflict("This client was changed in another session.", todo="Look again.")
        about = Target(Kind.CLIENT, NoteClass.CHART, number, number, base_revision + 1)
        return [entries.save(acting, about, index, draft.text).draft]

    written = desk.append(build)[-1]
    desk.catalog.open_indexes()
    return Saved(number, base_revision + 1, written.sequence, desk.vault.columns.times[written.sequence])


def commit_of(desk: Desk, saved_seq: int) -> bytes:
    """Return the commitment in the public part of a save. Raises NotWhole."""
    record = desk.vault.ledger.record(saved_seq)
    try:
        said = public.read(record.header.action, record.parts[0] or b"")
    except (NotCanonical, KeyError, IndexError):
        said = None
    if not isinstance(said, Committed | Addendum | Import):
        raise NotWhole(f"Record {saved_seq:,} does not say what was saved.", todo="Verify the vault.")
    return said.commit


def sign_note(desk: Desk, note: int, revision: int) -> int:
    """Sign REVISION of the member's own note, which must be the latest. Returns the record. Raises Conflict."""
    require_writer(desk)
    entry = desk.catalog.entry(note)
    if entry.signed:
        raise UsageError("This note is signed already.", todo="Add to it instead.")
    commit = commit_of(desk, entry.saved)

    def build(acting: Acting) -> list[Draft]:
        known = acting.state.entities.get(note)
        if known is None or known.revision != revision or known.signed:
            raise Conflict("This note moved on meanwhile.", safe="Nothing was signed.", todo="Read it again.")
        return [entries.sign(acting, note, commit)]

    return desk.append(build)[-1].sequence
