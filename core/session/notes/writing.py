"""Writing: clients and notes are saved, signed, added to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.acts import entries
from core.acts.acting import Acting, Target
from core.create import random_id
from core.indexes import FORMS, NOTE_TYPES, ClientIndex, NoteIndex
from core.names import one_line
from core.session.approval import approve_signing
from core.session.desk import Desk
from core.session.notes.added import check_parent
from core.session.notes.doubt import Place
from core.session.notes.once import commit_of, save_once
from vault_format import bounds
from vault_format.authority.state import State
from vault_format.codes import Kind, NoteClass, Role
from vault_format.errors import Conflict, Refused, UsageError
from vault_format.frames.record import Draft

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MAX_CODE = 24
MAX_LINES = 64
"""Tags, people, goals: as many as a sealed index holds."""
_UNWRITTEN = "Nothing was written."


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """What a person wrote: header fields and text. Dates `2026-11-24`, times `10:02`; empty where not given.

    PARENT is the signed note that it adds to, ADDENDUM its kind then (AddendumKind), and its title is the reason.
    """

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
    parent: int = 0
    addendum: int = 0


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


def check_text(text: str) -> None:
    """Refuse a text that is over its bound, or that UTF-8 cannot say. Raises UsageError."""
    try:
        size = len(text.encode()) if len(text) <= bounds.MAX_TEXT else len(text)
    except UnicodeEncodeError:
        raise UsageError("The text holds characters that are no text.", safe=_UNWRITTEN, todo="Remove them.") from None
    if size > bounds.MAX_TEXT:
        raise UsageError(
            f"The text is over 8 MiB: {size / 2**20:.1f}.", safe=_UNWRITTEN, todo="Split it into several notes."
        )


def lines(what: str, texts: Sequence[str], limit: int = 200) -> tuple[str, ...]:
    """Return TEXTS as lines of at most LIMIT characters, empty ones left out. Raises UsageError if there are too many.

    The bound is the reader's: what was sealed over it could never be opened again.
    """
    kept = tuple(line for text in texts if (line := one_line(text, limit)))
    if len(kept) > MAX_LINES:
        raise UsageError(f"These are {len(kept)} {what}; there is room for {MAX_LINES}.", safe=_UNWRITTEN)
    return kept


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def check_note(draft: NoteDraft) -> NoteDraft:
    """Return DRAFT with its lines cleaned. Raises UsageError for what cannot be saved."""
    if draft.type not in NOTE_TYPES:
        raise UsageError(f"There is no type of note called {draft.type}.", todo=f"Types: {', '.join(NOTE_TYPES)}.")
    if draft.form not in FORMS:
        raise UsageError(f"There is no form called {draft.form}.", todo=f"Forms: {', '.join(FORMS)}.")
    if draft.date and not _is_date(draft.date):
        raise UsageError(f"{draft.date} is no date.", safe=_UNWRITTEN, todo="Write it as 2026-11-24.")
    for moment in (draft.start, draft.end):
        if moment and not _TIME.fullmatch(moment):
            raise UsageError(f"{moment} is no time.", safe=_UNWRITTEN, todo="Write it as 10:02.")
    if not 0 <= draft.appointment < 2**64:
        raise UsageError("There is no such appointment.", safe=_UNWRITTEN)
    check_text(draft.text)
    return replace(
        draft, title=one_line(draft.title), tags=lines("tags", draft.tags, 64),
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

    To be called again after a failure: what got into the file all the same is found there and not written twice. Raises
    Conflict if the note moved on meanwhile or was signed, UsageError, Refused, and what appending raises.
    """
    require_writer(desk)
    draft = check_note(draft)
    number = note or desk.doubts.number(draft, base_revision) or random_id(desk.entropy)
    note_class = NoteClass.PROCESS if draft.process else NoteClass.CHART
    index = note_index(desk, draft, desk.catalog.entry(number).parent if base_revision else draft.parent)

    def build(acting: Acting, place: Place) -> entries.Saved:
        desk.catalog.check_client(draft.client)
        _check_base(acting.state, number, place.base, note_class, draft.client, acting.keyring.member)
        if draft.parent and not place.base:
            kind = check_parent(
                acting.state, draft.parent, draft.client, note_class, draft.addendum, acting.keyring.member
            )
            return entries.addendum(acting, draft.parent, number, index, draft.text, kind)
        about = Target(Kind.NOTE, note_class, draft.client, number, place.base + 1)
        return entries.save(acting, about, index, draft.text)

    return _save(desk, draft, number, base_revision, build)


def _save(
    desk: Desk, text: NoteDraft | ClientDraft, number: int, base: int, build: Callable[[Acting, Place], entries.Saved]
) -> Saved:
    place = save_once(desk, text, number, base, build)
    desk.open_indexes()
    return Saved(place.number, place.base + 1, place.saved, desk.vault.columns.times[place.saved])


def _check_base(state: State, number: int, base: int, note_class: int, client: int, member: int) -> None:
    entity = state.entities.get(number)
    if entity is None:
        if base:
            raise UsageError("There is no such note in this vault.", safe="Your text is kept where it is.")
        return
    if entity.kind != Kind.NOTE:
        raise UsageError("This is not a note.", safe=_UNWRITTEN)
    if entity.shredded:
        raise Conflict("This note was shredded.", safe="Your text is kept where it is.", todo="Save it as a new note.")
    if entity.author != member:
        raise Refused("Only its author writes on in a draft.", safe=_UNWRITTEN)
    if entity.signed:
        raise Conflict(
            "This note is signed and cannot be changed any more.", safe="Your text is kept where it is.",
            todo="Add it as an addendum.",
        )  # fmt: skip
    if entity.revision != base:
        raise Conflict(
            "This draft was changed in another session.", safe="Both texts are kept.", todo="Choose what to keep."
        )
    if entity.note_class != note_class:
        raise UsageError("A note cannot move between chart and process.", safe=_UNWRITTEN, todo="Write a new one.")
    if entity.client != client:
        raise UsageError("A note cannot move to another client.", safe=_UNWRITTEN, todo="Write a new one.")


def check_code(desk: Desk, code: str, but: int = 0) -> str:
    """Return a client's code as it is kept. Raises UsageError if it is empty, too long or taken."""
    code = one_line(code, MAX_CODE)
    if not code:
        raise UsageError("A client needs a code.", todo="Choose a word that tells nothing about the person.")
    if desk.catalog.has_code(code, but):
        raise UsageError(f"There is a client {code} already.", safe=_UNWRITTEN, todo="Choose another code.")
    return code


def save_client(desk: Desk, draft: ClientDraft, client: int | None = None, base_revision: int = 0) -> Saved:
    """Save a new client, or the revision after BASE_REVISION of one. Raises as `save_note`."""
    require_writer(desk)
    check_text(draft.text)
    desk.open_indexes()
    number = client or desk.doubts.number(draft, base_revision) or random_id(desk.entropy)
    code = check_code(desk, draft.code, number)
    local, zone = desk.local_time()
    index = ClientIndex(
        c=desk.entropy(32), local=local, zone=zone, code=code, name=one_line(draft.name),
        people=list(lines("people", draft.people)), born=one_line(draft.born), risk=one_line(draft.risk),
        next=one_line(draft.next), goals=list(lines("goals", draft.goals)),
    )  # fmt: skip

    def build(acting: Acting, place: Place) -> entries.Saved:
        # what others saved up to this moment counts, too
        desk.open_indexes()
        check_code(desk, draft.code, number)
        known = acting.state.entities.get(number)
        if known is not None and known.kind != Kind.CLIENT:
            raise UsageError("This is not a client.", safe=_UNWRITTEN)
        if (known.revision if known else 0) != place.base:
            raise Conflict("This client was changed in another session.", safe=_UNWRITTEN, todo="Look again.")
        about = Target(Kind.CLIENT, NoteClass.CHART, number, number, place.base + 1)
        return entries.save(acting, about, index, draft.text)

    return _save(desk, draft, number, base_revision, build)


def sign_note(desk: Desk, note: int, revision: int, passphrase: str | None = None) -> int:
    """Sign REVISION of the member's own note, which must be the latest. Returns the record.

    Raises Conflict, and NeedsPassphrase where the policy asks for the PASSPHRASE again and it is not given.
    """
    require_writer(desk)
    _check_signable(desk, note)
    approve_signing(desk, passphrase)
    commit = commit_of(desk, desk.catalog.entry(note).saved)

    def build(acting: Acting) -> list[Draft]:
        _check_signable(desk, note)
        known = acting.state.entities.get(note)
        if known is None or known.revision != revision:
            raise Conflict("This note moved on meanwhile.", safe="Nothing was signed.", todo="Read it again.")
        return [entries.sign(acting, note, commit)]

    return desk.append(build)[-1].sequence


def _check_signable(desk: Desk, note: int) -> None:
    entry = desk.catalog.entry(note)
    if entry.kind != Kind.NOTE or entry.shredded:
        raise UsageError("This is not a note that can be signed.", safe="Nothing was signed.")
    if entry.author != desk.keyring.member:
        raise Refused("Only its author signs a note.", safe="Nothing was signed.")
    if entry.signed:
        raise UsageError("This note is signed already.", safe="Nothing was signed.", todo="Add to it instead.")
    if entry.parent and isinstance(entry.index, NoteIndex) and not entry.index.title:
        raise UsageError(
            "An addition is signed with its reason.", safe="Nothing was signed.", todo="Write why it is added."
        )
