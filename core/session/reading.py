"""Reading: the record first, then the keys, then the check against what the author committed to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.acts import entries, trail
from core.acts.acting import Acting
from core.catalog import Entry, NoteRow
from core.indexes import Index, NoteIndex
from core.keyring import Identity, damaged
from core.session.desk import Desk
from core.session.writing import commit_of
from vault_format.codes import Kind, NoteClass, PartRole, Reason, Role
from vault_format.errors import NotWhole, Refused, TacendaError, UsageError
from vault_format.layout import Row
from vault_format.record import Draft


class NeedsReason(Refused):
    """The client is outside the member's caseload, or the draft is another's: a reason must be stated first."""


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note that was opened: its row, index, text, revision; the record that says so; what was added to it."""

    row: NoteRow
    index: NoteIndex
    text: str
    revision: int
    sequence: int
    additions: tuple[OpenNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier state of a note: number, record, time in UTC ms, author's name, whether its text is still there."""

    revision: int
    sequence: int
    time: int
    author: str
    present: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that a search found."""

    row: NoteRow
    line: str


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
    entry = desk.catalog.entry(note)
    if entry.kind != Kind.NOTE:
        raise UsageError("This is not a note.")
    _check_reader(desk, entry)
    if revision is not None and not 1 <= revision <= entry.revision:
        raise UsageError(f"There is no revision {revision} of this note.", todo=f"It has {entry.revision}.")
    children = [child for child in desk.catalog.children(note) if not child.shredded] if revision is None else []
    reachable = [child for child in children if child.signed or child.author == desk.keyring.member]

    def build(acting: Acting) -> Sequence[Draft]:
        if entries.opening_flags(acting, note) and reason is None:
            raise NeedsReason(
                "This client is outside your caseload, or the draft is somebody else's.", safe="Nothing was opened.",
                todo="State why you open it.",
            )  # fmt: skip
        drafts = [entries.read(acting, note, revision or 0, reason=reason, words=words, beside=beside)]
        drafts += [entries.read(acting, child.entity, reason=reason, words=words) for child in reachable]
        return drafts

    written = desk.append(build)
    opened = _open_recorded(desk, entry, revision, written[0].sequence)
    additions = [
        _open_recorded(desk, child, None, record.sequence) for child, record in zip(reachable, written[1:], strict=True)
    ]
    return OpenNote(opened.row, opened.index, opened.text, opened.revision, opened.sequence, tuple(additions))


def _open_recorded(desk: Desk, entry: Entry, revision: int | None, intent: int) -> OpenNote:
    """Open what the record INTENT announced; where it fails, say so in a second record."""
    try:
        return _open(desk, entry, revision, intent)
    except TacendaError:
        desk.append(lambda acting: [trail.act_failed(acting, intent, Reason.DAMAGE)])
        raise


def _open(desk: Desk, entry: Entry, revision: int | None, sequence: int) -> OpenNote:
    latest = revision is None or revision == entry.revision
    number = entry.revision if revision is None else revision
    place = entry.live if latest else (entry.saves[number - 1], 1)
    index, text = open_entity(desk, entry, number, place)
    if not isinstance(index, NoteIndex) or index.client != entry.client:
        raise NotWhole("This note names another client than its record.", safe="It stays closed.")
    return OpenNote(desk.catalog.note(entry.entity), index, text, number, sequence)


def open_entity(desk: Desk, entry: Entry, revision: int, place: tuple[int, int]) -> tuple[Index, str]:
    """Return index and text of one revision, checked against its author's commitment. Raises NotWhole or Refused."""
    saved = entry.saves[revision - 1]
    author = desk.vault.columns.shape(saved).member
    who = Identity(entry.kind, entry.note_class, entry.entity, revision, author)
    (index_row, index_part), (body_row, body_part) = _pair(desk, place, who)
    index, raw_index = desk.keyring.open_index(who, index_row.key_type, index_row.key_epoch, index_part)
    raw_body = desk.keyring.open_body(who, body_row, body_part)
    desk.keyring.check_commitment(who, index, raw_index, raw_body, commit_of(desk, saved))
    try:
        return index, raw_body.decode()
    except UnicodeDecodeError:
        raise damaged(who) from None


def _pair(desk: Desk, place: tuple[int, int], who: Identity) -> list[tuple[Row, bytes]]:
    sequence, position = place
    record = desk.vault.ledger.record(sequence)
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
    columns, parts = desk.vault.columns, desk.vault.ledger
    found = []
    for at, seq in enumerate(entry.saves):
        present = at + 1 == entry.revision or parts.record(seq).parts[1] is not None
        found.append(Revision(at + 1, seq, columns.times[seq], desk.name_of(columns.shape(seq).member), present))
    return found[::-1]


def search(desk: Desk, words: str, *, cancelled: Callable[[], bool] = lambda: False) -> list[Hit]:
    """Look for WORDS in the bodies of all notes the member may open.

    One record tells how many were opened, never what for. Notes that do not open are left out; drafts of others are,
    too. Raises UsageError for no words, and what appending raises.
    """
    wanted = words.casefold().strip()
    if not wanted:
        raise UsageError("There is nothing to look for.", todo="Type a word.")
    if desk.who.role is Role.AUDITOR:
        raise Refused("The role auditor does not open notes.", safe="Nothing was opened.")
    rows = [row for row in desk.catalog.notes() if row.mine or row.status == "signed"]
    rows = [row for row in rows if not _outside(desk, row)]
    process = sum(row.process for row in rows)
    desk.append(lambda acting: [trail.searched(acting, len(rows) - process, process)])
    hits = []
    for row in rows:
        if cancelled():
            break
        entry = desk.catalog.entry(row.id)
        try:
            _, text = open_entity(desk, entry, entry.revision, entry.live)
        except TacendaError:
            continue
        if wanted in text.casefold():
            hits += [Hit(row, line.strip()) for line in text.splitlines() if wanted in line.casefold()][:3]
    return hits


def _outside(desk: Desk, row: NoteRow) -> bool:
    caseload = desk.state.caseloads.get(row.client)
    return bool(caseload) and desk.keyring.member not in (caseload or ()) and desk.who.role is not Role.SUPERVISOR
