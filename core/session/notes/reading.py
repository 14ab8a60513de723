"""Reading: the record first, then the keys, then the check against what the author committed to."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from core.acts import entries, trail
from core.acts.acting import Acting
from core.catalog import Entry, NoteRow
from core.indexes import Index, NoteIndex
from core.keyring import Identity, damaged
from core.session.desk import Desk
from core.session.notes.once import commit_of
from vault_format.codes import Kind, NoteClass, PartRole, Reason, Role
from vault_format.errors import NotWhole, Refused, TacendaError, UsageError
from vault_format.frames.layout import Row
from vault_format.frames.record import Draft


class NeedsReason(Refused):
    """The client is outside the member's caseload, or the draft is another's: a reason must be stated first."""


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note that was opened: its row, index, text, revision; the record that says so; what was added to it.

    `closed` are additions that did not open because they are damaged.
    """

    row: NoteRow
    index: NoteIndex
    text: str
    revision: int
    sequence: int
    additions: tuple[OpenNote, ...] = ()
    closed: tuple[NoteRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier state of a note: number, record, time in UTC ms, author's name, whether its text is still there."""

    revision: int
    sequence: int
    time: int
    author: str
    present: bool


def _check_reader(desk: Desk, entry: Entry) -> None:
    if desk.who.role is Role.AUDITOR:
        raise Refused("The role auditor does not open notes.", safe="Nothing was opened.")
    if entry.note_class == NoteClass.PROCESS and entry.author != desk.keyring.member:
        raise Refused("Only its author can open a process note.", safe="Nothing was opened.")
    if entry.shredded:
        raise UsageError("This note was shredded; only its records stay.", safe="Nothing was opened.")


def read_note(
    desk: Desk, note: int, *, revision: int | None = None, reason: Reason | None = None, words: str = "",
    beside: bool = False,
) -> OpenNote:  # fmt: skip
    """Open a note, with what was added to it. The records that say so are on the disk before anything is decrypted.

    Raises NeedsReason, Refused, UsageError, NotWhole where a ciphertext or commitment does not hold (only that note is
    closed), and what appending raises: then nothing was opened.
    """
    planned = _planned(desk, note, revision)

    def build(acting: Acting) -> Sequence[Draft]:
        planned[:] = _planned(desk, note, revision)
        if entries.opening_flags(acting, note) and reason is None:
            raise NeedsReason(
                "This client is outside your caseload, or the draft is somebody else's.", safe="Nothing was opened.",
                todo="State why you open it.",
            )  # fmt: skip
        drafts = [entries.read(acting, note, revision or 0, reason=reason, words=words, beside=beside)]
        drafts += [entries.read(acting, child.entity, reason=reason, words=words) for child in planned[1:]]
        return drafts

    intents = [record.sequence for record in desk.append(build)]
    failed: list[int] = []
    try:
        opened = _open(desk, planned[0], revision, intents[0])
        additions, closed = [], []
        for child, intent in zip(planned[1:], intents[1:], strict=True):
            try:
                additions.append(_open(desk, child, None, intent))
            except TacendaError:
                failed.append(intent)
                closed.append(desk.catalog.note(child.entity))
    except TacendaError:
        failed = intents
        raise
    finally:
        record_failed(desk, failed)
    return dataclasses.replace(opened, additions=tuple(additions), closed=tuple(closed))


def _planned(desk: Desk, note: int, revision: int | None) -> list[Entry]:
    """Return what reading NOTE opens: it, and with its latest revision what was added. Raises UsageError, Refused."""
    entry = desk.catalog.entry(note)
    if entry.kind != Kind.NOTE:
        raise UsageError("This is not a note.", safe="Nothing was opened.")
    _check_reader(desk, entry)
    if revision is None:
        children = [child for child in desk.catalog.children(note) if not child.shredded]
        return [entry, *(child for child in children if child.signed or child.author == desk.keyring.member)]
    if not 1 <= revision <= entry.revision:
        raise UsageError(f"There is no revision {revision} of this note.", todo=f"It has {entry.revision}.")
    return [entry]


def record_failed(desk: Desk, intents: Sequence[int]) -> None:
    """Say that what these records announced did not come about. What cannot be said now hides no other error."""
    if intents:
        with contextlib.suppress(TacendaError):
            desk.append(lambda acting: [trail.act_failed(acting, intent, Reason.DAMAGE) for intent in intents])


def _open(desk: Desk, entry: Entry, revision: int | None, sequence: int) -> OpenNote:
    latest = revision is None or revision == entry.revision
    number = entry.revision if revision is None else revision
    place = entry.live if latest else (entry.saves[number - 1], 1)
    index, text = open_entity(desk, entry, number, place)
    if not isinstance(index, NoteIndex) or index.client != entry.client:
        raise NotWhole("This note names another client than its record.", safe="It stays closed.")
    return OpenNote(desk.catalog.note(entry.entity), index, text, number, sequence)


def open_raw(desk: Desk, entry: Entry, revision: int, place: tuple[int, int]) -> tuple[Index, bytes, bytes]:
    """Return index, index plaintext and body plaintext of one revision, checked against its author's commitment.

    Raises NotWhole, or Refused if the key is not held.
    """
    saved = entry.saves[revision - 1]
    author = desk.vault.columns.shape(saved).member
    who = Identity(entry.kind, entry.note_class, entry.entity, revision, author)
    (index_row, index_part), (body_row, body_part) = _pair(desk, place, who)
    index, raw_index = desk.keyring.open_index(who, index_row.key_type, index_row.key_epoch, index_part)
    raw_body = desk.keyring.open_body(who, body_row.key_type, body_row.key_epoch, body_part)
    try:
        desk.keyring.check_commitment(who, index, raw_index, raw_body, commit_of(desk, saved))
    except NotWhole:
        if revision == entry.revision:
            # lists may be showing words that are not the author's
            desk.catalog.close(entry, "not what its author saved")
        raise
    return index, raw_index, raw_body


def open_entity(desk: Desk, entry: Entry, revision: int, place: tuple[int, int]) -> tuple[Index, str]:
    """Return index and text of one revision, checked against its author's commitment. Raises NotWhole or Refused."""
    index, _, raw_body = open_raw(desk, entry, revision, place)
    try:
        return index, raw_body.decode()
    except UnicodeDecodeError:
        who = Identity(entry.kind, entry.note_class, entry.entity, revision, entry.author)
        raise damaged(who) from None


def _pair(desk: Desk, place: tuple[int, int], who: Identity) -> list[tuple[Row, bytes]]:
    sequence, position = place
    record = desk.record(sequence)
    found = []
    for at, role in ((position, PartRole.INDEX), (position + 1, PartRole.BODY)):
        row = record.rows[at] if at < len(record.rows) else None
        part = record.parts[at] if at < len(record.parts) else None
        if row is None or (row.role, row.entity, row.revision) != (role, who.entity, who.revision):
            raise damaged(who)
        if part is None:
            raise UsageError("The text of this revision was dropped when the vault was compacted.")
        found.append((row, part))
    return found


def revisions(desk: Desk, note: int) -> list[Revision]:
    """Return the revisions of a note, newest first. Nothing is opened."""
    entry = desk.catalog.entry(note)
    columns = desk.vault.columns
    found = []
    for at, seq in enumerate(entry.saves):
        present = not entry.shredded and (at + 1 == entry.revision or _has_text(desk, seq))
        found.append(Revision(at + 1, seq, columns.times[seq], desk.name_of(columns.shape(seq).member), present))
    return found[::-1]


def _has_text(desk: Desk, seq: int) -> bool:
    parts = desk.record(seq).parts
    return len(parts) > 2 and parts[1] is not None and parts[2] is not None
