"""What is done about signed notes: adding to them, co-signing, looking at their history."""

from __future__ import annotations

from dataclasses import dataclass

from core.acts import entries
from core.acts.acting import Acting
from core.catalog import NoteRow, short_id
from core.names import one_line
from core.session.approval import approve_signing
from core.session.desk import Desk
from core.session.notes.added import check_parent
from core.session.notes.once import commit_of
from core.session.notes.reading import OpenNote, revisions
from core.session.notes.writing import NoteDraft, require_writer
from core.session.part import SessionPart
from vault_format.codes import AddendumKind, Kind, NoteClass, PartRole, Role
from vault_format.errors import Conflict, Refused, UsageError
from vault_format.frames.record import Draft

ASKS_COSIGN = "co-sign"
"""The tag with which an author asks for a co-signature."""
_UNSIGNED = "Nothing was signed."


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A revision on the list of a note's history: who saved it when (UTC ms), in which record, how large it is sealed.

    `size` counts bytes, rounded up by padding; 0 where the text was dropped. `signed` is set for the one that was
    signed.
    """

    revision: int
    sequence: int
    time: int
    author: str
    size: int
    signed: bool

    @property
    def present(self) -> bool:
        """Whether its text is still there."""
        return self.size > 0


class Signing(SessionPart):
    """The part of a session that is about signed notes."""

    def begin_addition(self, note: int, kind: AddendumKind, reason: str) -> NoteDraft:
        """Return the draft of an addition to a signed note; what was added is added to the note it stands below.

        Nothing is written. Raises UsageError, also where an addition of this member's is still a draft, and Refused.
        """
        with self.at_desk() as desk:
            return begin_addition(desk, note, kind, reason)

    def unsigned_addition(self, note: int) -> NoteRow | None:
        """Return this member's addition to NOTE that is not signed yet."""
        with self.at_desk() as desk:
            return unsigned_addition(desk, note)

    def cosign_note(self, note: int, revision: int, passphrase: str | None = None) -> int:
        """Co-sign a signed note of somebody else's; returns the record. Raises Refused, UsageError, Conflict."""
        with self.at_desk() as desk:
            return cosign_note(desk, note, revision, passphrase)

    def may_cosign(self, note: int) -> bool:
        """Whether this member may co-sign NOTE, and has not yet."""
        with self.at_desk() as desk:
            return not _why_not_cosigned(desk, note)

    def local_day(self) -> str:
        """Return today's date where this machine is, `2026-11-24`."""
        with self.at_desk() as desk:
            return desk.local_time()[0][:10]

    def has_supervisor(self) -> bool:
        """Whether there is somebody who may co-sign."""
        with self.at_desk() as desk:
            return any(member.role is Role.SUPERVISOR for member in desk.state.active_members())

    def waiting_for_cosignature(self) -> list[NoteRow]:
        """Return the signed notes whose authors ask for a co-signature, oldest first: one's own, or a supervisor's."""
        with self.at_desk() as desk:
            supervisor = desk.who.role is Role.SUPERVISOR
            rows = [
                row for row in desk.catalog.notes()
                if row.status == "signed" and ASKS_COSIGN in row.tags and not row.cosigned_by and not row.process
                and row.mine is not supervisor
            ]  # fmt: skip
            return sorted(rows, key=lambda row: (row.date, row.signed_at))

    def history(self, note: int) -> list[HistoryRow]:
        """Return the revisions of a note, newest first. Nothing is opened."""
        with self.at_desk() as desk:
            return history(desk, note)


def draft_of(opened: OpenNote) -> NoteDraft:
    """Return what is written on when a note is gone on with."""
    index, row = opened.index, opened.row
    return NoteDraft(
        index.client, opened.text, index.type, index.form, index.title, index.date, index.start, index.end,
        tuple(index.tags), index.attendees, index.place, index.service, index.risk, index.goal, index.next,
        index.appointment, row.process, row.parent, row.addendum,
    )  # fmt: skip


def additions_in_order(opened: OpenNote) -> list[OpenNote]:
    """Return what was added to a note in the clinical order: by date, then as it was signed; drafts last."""
    return sorted(
        opened.additions, key=lambda added: (not added.row.signed_at, added.row.date, added.row.signed_at)
    )  # fmt: skip


def begin_addition(desk: Desk, note: int, kind: AddendumKind, reason: str) -> NoteDraft:
    """See Signing.begin_addition."""
    require_writer(desk)
    row = desk.catalog.note(note)
    if row.parent:
        row = desk.catalog.note(row.parent)
    note_class = NoteClass.PROCESS if row.process else NoteClass.CHART
    kind = check_parent(desk.state, row.id, row.client, note_class, kind, desk.keyring.member)
    waiting = unsigned_addition(desk, row.id)
    if waiting is not None:
        raise UsageError(
            f"An addition of yours to this note is not signed yet: {short_id(waiting.id)}.",
            safe="Nothing was written.", todo="Sign that one first.",
        )  # fmt: skip
    title = one_line(reason)
    if not title:
        raise UsageError("An addition needs a reason.", safe="Nothing was written.", todo="Say why it is added.")
    return NoteDraft(
        row.client, "", type=row.type, form="free", title=title, date=desk.local_time()[0][:10], process=row.process,
        parent=row.id, addendum=kind,
    )  # fmt: skip


def unsigned_addition(desk: Desk, note: int) -> NoteRow | None:
    """See Signing.unsigned_addition."""
    mine = desk.keyring.member
    for child in desk.catalog.children(note):
        if not child.signed and not child.shredded and child.author == mine:
            return desk.catalog.note(child.entity)
    return None


def cosign_note(desk: Desk, note: int, revision: int, passphrase: str | None = None) -> int:
    """See Signing.cosign_note."""
    _check_cosigned(desk, note)
    approve_signing(desk, passphrase)
    commit = commit_of(desk, desk.catalog.entry(note).saved)

    def build(acting: Acting) -> list[Draft]:
        _check_cosigned(desk, note)
        if desk.catalog.entry(note).revision != revision:
            raise Conflict("This note moved on meanwhile.", safe=_UNSIGNED, todo="Read it again.")
        return [entries.cosign(acting, note, commit)]

    return desk.append(build)[-1].sequence


def _check_cosigned(desk: Desk, note: int) -> None:
    if desk.who.role is not Role.SUPERVISOR:
        raise Refused("Only a supervisor co-signs.", safe=_UNSIGNED)
    why = _why_not_cosigned(desk, note)
    if why:
        raise UsageError(why, safe=_UNSIGNED)


def _why_not_cosigned(desk: Desk, note: int) -> str:
    """Return why this member cannot co-sign NOTE, or nothing."""
    entry = desk.catalog.entry(note)
    if entry.kind != Kind.NOTE or entry.shredded or entry.note_class == NoteClass.PROCESS:
        return "This is not a note that can be co-signed."
    if desk.who.role is not Role.SUPERVISOR:
        return "Only a supervisor co-signs."
    if not entry.signed:
        return "This note is a draft; it is co-signed after its author has signed it."
    if entry.author == desk.keyring.member:
        return "Nobody co-signs a note of their own."
    if entry.cosigned is not None and entry.cosigned[1] == desk.keyring.member:
        return "You have co-signed this note already."
    return ""


def history(desk: Desk, note: int) -> list[HistoryRow]:
    """See Signing.history."""
    entry = desk.catalog.entry(note)
    if entry.kind != Kind.NOTE:
        raise UsageError("This is not a note.", safe="Nothing was opened.")
    if entry.note_class == NoteClass.PROCESS and entry.author != desk.keyring.member:
        raise Refused("Only its author is shown what became of a process note.", safe="Nothing was opened.")
    found = []
    for one in revisions(desk, note):
        place = entry.live[0] if one.revision == entry.revision else one.sequence
        size = _body_size(desk, place, note, one.revision) if one.present else 0
        signed = bool(entry.signed) and one.revision == entry.revision
        found.append(HistoryRow(one.revision, one.sequence, one.time, one.author, size, signed))
    return found


def _body_size(desk: Desk, sequence: int, note: int, revision: int) -> int:
    wanted = (PartRole.BODY, note, revision)
    rows = desk.record(sequence).rows
    return next((row.length for row in rows if (row.role, row.entity, row.revision) == wanted), 0)
