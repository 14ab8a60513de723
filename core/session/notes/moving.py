"""A note that was written for the wrong client, and the right way out of it (docs/decisions.md).

A draft is saved under the right client, then given up where it was. A signed note stays where it was signed: a signed
correction on it says so, and a signed note in the right chart holds the text and names the original.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from core.acts import entries
from core.acts.acting import Acting, Target
from core.catalog import NoteRow, short_id
from core.create import random_id
from core.names import one_line
from core.session.approval import approve_signing
from core.session.desk import Desk
from core.session.notes.reading import OpenNote, read_note
from core.session.notes.signing import additions_in_order, draft_of, unsigned_addition
from core.session.notes.writing import NoteDraft, check_note, note_index, require_writer, save_note
from core.session.part import SessionPart
from vault_format.codes import AddendumKind, Kind, NoteClass, Reason
from vault_format.errors import Conflict, Refused, UsageError
from vault_format.frames.record import Draft

WRONG_CLIENT = "written for the wrong client"
"""How the reason of the correction begins."""
_UNMOVED = "Nothing was moved."
_ADDED = {
    AddendumKind.ADDENDUM: "Addendum", AddendumKind.LATE_ENTRY: "Late entry", AddendumKind.CORRECTION: "Correction",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did: the note in the right chart, and the correction on the original (0: it was a draft)."""

    note: int
    correction: int = 0


class Moving(SessionPart):
    """The part of a session that brings notes into the right chart."""

    def why_not_moved(self, note: int) -> str:
        """Return why NOTE cannot be moved by this member; empty if it can."""
        with self.at_desk() as desk:
            return why_not_moved(desk, note)

    def move_note(
        self, note: int, into: int, *, words: str = "", reason: Reason | None = None, passphrase: str | None = None
    ) -> Moved:
        """Move a note into the chart of the client INTO; see move_note."""
        with self.at_desk() as desk:
            return move_note(desk, note, into, words=words, reason=reason, passphrase=passphrase)


def why_not_moved(desk: Desk, note: int) -> str:
    """Return why NOTE cannot be moved by this member; empty if it can."""
    row = desk.catalog.note(note)
    if row.status == "shredded":
        return "This note was shredded."
    if not row.mine:
        return "Only its author moves a note: the text in the right chart bears the author's name."
    if row.parent:
        return "An addition stands below its note and goes with it."
    if row.problem:
        return f"This note cannot be opened: {row.problem}."
    if row.status == "draft":
        return "There is a legal hold on this client." if row.client in desk.state.holds else ""
    for child in desk.catalog.children(note):
        known = desk.catalog.note(child.entity)
        if known.title.startswith(WRONG_CLIENT) and known.signed_at:
            return "This note was moved already: its correction says so."
    if unsigned_addition(desk, note) is not None:
        return "An addition of yours to this note is not signed yet."
    return ""


def move_note(
    desk: Desk, note: int, into: int, *, words: str = "", reason: Reason | None = None, passphrase: str | None = None
) -> Moved:
    """Move NOTE into the chart of the client INTO. WORDS say more of how it came about, in the correction only.

    Raises UsageError and Refused where it cannot be, NeedsReason outside the caseload, NeedsPassphrase where the policy
    asks for it and the note is signed, and what reading and appending raise.
    """
    require_writer(desk)
    desk.catalog.check_client(into)
    row = desk.catalog.note(note)
    if row.client == into:
        raise UsageError("The note stands in this client's chart already.", safe=_UNMOVED)
    why = why_not_moved(desk, note)
    if why:
        raise Refused(why, safe=_UNMOVED)
    if row.status == "draft":
        return Moved(move_draft(desk, row, into, reason))
    title = one_line(WRONG_CLIENT + (f": {words.strip()}" if words.strip() else ""))
    approve_signing(desk, passphrase)
    return _move_signed(desk, read_note(desk, note, reason=reason), into, title)


def move_draft(desk: Desk, row: NoteRow, into: int, reason: Reason | None = None, words: str = "") -> int:
    """Save the member's own draft ROW under the client INTO, then give up its old place. Returns its new number.

    The text is in the vault under its right client before the old one goes. Raises Conflict if it moved on.
    """
    opened = read_note(desk, row.id, reason=reason, words=words)
    saved = save_note(desk, dataclasses.replace(draft_of(opened), client=into, appointment=0))

    def build(acting: Acting) -> list[Draft]:
        known = acting.state.entities.get(row.id)
        if known is None or known.revision != opened.revision or known.signed or known.shredded:
            raise Conflict("A draft moved on in another session.", safe="Both texts are kept.", todo="Look again.")
        return [entries.shred(acting, row.id, Reason.MISTAKE)]

    desk.append(build)
    desk.open_indexes()
    return saved.note


def _move_signed(desk: Desk, opened: OpenNote, into: int, title: str) -> Moved:
    row = opened.row
    note, correction = random_id(desk.entropy), random_id(desk.entropy)
    copied = check_note(dataclasses.replace(
        draft_of(opened), client=into, appointment=0, text=_text_there(opened), parent=0, addendum=0
    ))  # fmt: skip
    said = check_note(NoteDraft(
        row.client, _text_here(note), type=row.type, form="free", title=title, date=desk.local_time()[0][:10],
        process=row.process, parent=row.id, addendum=AddendumKind.CORRECTION,
    ))  # fmt: skip
    note_class = NoteClass.PROCESS if row.process else NoteClass.CHART
    commits: list[bytes] = []

    def write(acting: Acting) -> list[Draft]:
        why = why_not_moved(desk, row.id)
        if why:
            raise Conflict(why, safe=_UNMOVED)
        about = Target(Kind.NOTE, note_class, into, note, 1)
        saved = entries.save(acting, about, note_index(desk, copied), copied.text)
        added = entries.addendum(
            acting, row.id, correction, note_index(desk, said, row.id), said.text, AddendumKind.CORRECTION
        )
        commits[:] = [saved.commit, added.commit]
        return [saved.draft, added.draft]

    def sign(acting: Acting) -> list[Draft]:
        return [
            entries.sign(acting, number, commit)
            for number, commit in zip((note, correction), commits, strict=True)
        ]  # fmt: skip

    # each of the two is one write; torn between them, both stand as drafts that say what they are
    desk.append(write)
    desk.append(sign)
    desk.open_indexes()
    return Moved(note, correction)


def _text_here(note: int) -> str:
    """Return what the correction in the wrong chart says. It does not name the other client: this chart may go out."""
    return (
        "This note is not about this client. It was written in this chart by mistake; nothing in it is to be used for "
        f"this client. The text stands in the right chart as note {short_id(note)}."
    )


def _text_there(opened: OpenNote) -> str:
    """Return what stands in the right chart: where it comes from, the text, what was added to it."""
    row = opened.row
    head = (
        f"This note was signed on {_day(row.signed_at)} as {short_id(row.id)} (record {row.signed_record:,}), in the "
        "chart of another client by mistake. The original stays there, with a correction that says so. Its text:"
    )
    parts = [head, opened.text.rstrip("\n")]
    for added in additions_in_order(opened):
        if added.row.signed_at:
            kind = _ADDED.get(AddendumKind(added.row.addendum), "Addition")
            parts.append(f"## {kind}, signed {_day(added.row.signed_at)}: {added.row.title}\n{added.text.strip()}")
    return "\n\n".join(parts) + "\n"


def _day(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000).astimezone().date().isoformat()
