"""Drafts of notes: as a journal holds them, what is recorded of them, and taking one over that was left behind."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from core.acts import entries
from core.acts.acting import Acting, Target
from core.create import random_id
from core.drafts import DraftState, SealedDraft, open_kept
from core.names import one_line
from core.session.desk import Desk
from core.session.drafting.journal import Drafting, Seals
from core.session.drafting.unfinished import Unfinished, note_moved_on, remove, still_there
from core.session.notes.once import has_text
from core.session.notes.reading import record_failed
from core.session.notes.writing import MAX_LINES, NoteDraft
from vault_format.codes import Action, Kind, NoteClass
from vault_format.errors import NotWhole, TacendaError
from vault_format.frames.record import Draft


@dataclass(frozen=True, slots=True)
class Taken:
    """A draft that was taken over from a journal: the note that it goes on as, at which revision."""

    draft: NoteDraft
    note: int
    base: int
    cursor: int


def note_of(said: SealedDraft, client: int, *, process: bool) -> NoteDraft:
    """Return what was sealed as a draft of CLIENT."""
    return NoteDraft(
        client, said.text, said.type, said.form, said.title, said.date, said.start, said.end, tuple(said.tags),
        said.attendees, said.place, said.service, said.risk, said.goal, said.next, said.appointment, process,
        said.parent, said.addendum,
    )  # fmt: skip


def _line(text: str) -> str:
    """Return TEXT as a journal can hold it; what is too long is cut, so that the rest can be read again."""
    return one_line(text[:2_000], 2_000)[:200]


def state_of(draft: NoteDraft, note: int, base: int, cursor: int, time: int) -> DraftState:
    """Return DRAFT of NOTE at BASE as a journal holds it; TIME in UTC ms."""
    process = draft.process or draft.type == "process"
    said = SealedDraft(
        type=draft.type, form=draft.form, title=_line(draft.title), date=_line(draft.date), start=_line(draft.start),
        end=_line(draft.end), tags=[_line(tag) for tag in draft.tags[:MAX_LINES]], attendees=_line(draft.attendees),
        place=_line(draft.place), service=_line(draft.service), risk=_line(draft.risk), goal=_line(draft.goal),
        next=_line(draft.next), appointment=draft.appointment, parent=draft.parent,
        addendum=draft.addendum, cursor=max(0, cursor), text=draft.text,
    )  # fmt: skip
    return DraftState(note, base, time, NoteClass.PROCESS if process else NoteClass.CHART, draft.client, said)


# -- what is recorded ----------------------------------------------------------------------------------------


def begun(desk: Desk, draft: NoteDraft, note: int, base: int) -> None:
    """48: NOTE at BASE is written on."""
    _record(desk, Action.DRAFT_BEGUN, _about(desk, draft, note, base), (0, 0, 0))


def kept(desk: Desk, draft: NoteDraft, note: int, revision: int, seals: Seals) -> None:
    """49: the vault holds, as REVISION, what was sealed so often; nothing where nothing was."""
    if seals[0]:
        _record(desk, Action.DRAFT_KEPT, _about(desk, draft, note, revision), seals)


def discard(desk: Desk, left: Unfinished) -> None:
    """4B: remove what was left. Raises what appending raises: then it stays. Raises UsageError if it cannot go."""
    about = _about(desk, left, left.entity, left.base)
    _record(desk, Action.DRAFT_DISCARDED, about, (left.seals, left.time, left.time))
    remove(left)


def recover(desk: Desk, drafting: Drafting, left: Unfinished) -> Taken:
    """4A: take LEFT over into this session's journal. What the vault has moved on from becomes a note of its own.

    The record is on the disk before anything is opened. Raises what appending raises, then the draft stays where it
    is and stays closed; NotWhole if it does not open, which is recorded too; UsageError if it is gone.
    """
    desk.catalog.check_client(left.client)
    there = still_there(left)
    about = Target(Kind.NOTE, _class(left), left.client, left.entity, left.base)
    fresh = left.old or not left.entity or note_moved_on(desk, about)
    note, base = (random_id(desk.entropy), 0) if fresh else (left.entity, left.base)
    about = _about(desk, left, note, base)
    intent = _record(desk, Action.DRAFT_RECOVERED, about, (left.seals, left.time, left.time))
    said = open_kept(there, desk.keyring)
    if not isinstance(said, SealedDraft):
        record_failed(desk, [intent])
        raise damaged()
    draft = note_of(said, left.client, process=left.process)
    goes_on = _goes_on_at(desk, left, said) if fresh else 0
    if goes_on:
        note, base = left.entity, goes_on
    # where there is no space for it here, the old journal keeps it until the vault has it
    with contextlib.suppress(TacendaError):
        drafting.take_over(left.path, state_of(draft, note, base, said.cursor, drafting.now()))
    return Taken(draft, note, base, said.cursor)


def damaged() -> NotWhole:
    """Return the error for a draft that does not open."""
    return NotWhole(
        "This draft was damaged or replaced, and does not open.", safe="It stays where it is.",
        todo="Discard it, or look for a copy of its file.",
    )  # fmt: skip


def _record(desk: Desk, action: Action, about: Target, seals: Seals) -> int:
    count, first, last = seals

    def build(acting: Acting) -> Sequence[Draft]:
        return [entries.journal(acting, action, about, count=count, first=first, last=last)]

    return desk.append(build)[-1].sequence


def _class(draft: NoteDraft | Unfinished) -> NoteClass:
    return NoteClass.PROCESS if draft.process else NoteClass.CHART


def _about(desk: Desk, draft: NoteDraft | Unfinished, note: int, base: int) -> Target:
    """Return what a record says it is about: a number of its own where the note is no draft of this member's."""
    about = Target(Kind.NOTE, _class(draft), draft.client, note, base)
    if note_moved_on(desk, about) or not note:
        note, base = random_id(desk.entropy), 0
    elif desk.state.entities.get(note) is None:
        base = 0
    return dataclasses.replace(about, entity=note, revision=base)


def _goes_on_at(desk: Desk, left: Unfinished, said: SealedDraft) -> int:
    """Return the newest revision of the note if it has just this text: a save that failed is in the file. Else 0."""
    known = desk.state.entities.get(left.entity)
    if known is None or not has_text(desk, left.entity, said.text):
        return 0
    about = Target(Kind.NOTE, _class(left), left.client, left.entity, known.revision)
    return 0 if note_moved_on(desk, about) else known.revision
