"""A note as it is written, and as a journal holds it."""

from __future__ import annotations

from core.drafts import DraftState, SealedDraft
from core.names import one_line
from core.session.writing import MAX_LINES, NoteDraft
from vault_format.codes import NoteClass


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
