"""An export: approved by its person, recorded, and only then opened and written (docs/FORMAT.md, action 45)."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from typing import TypeVar

from core.acts import entries, trail
from core.acts.acting import Acting
from core.catalog import NoteRow, short_id
from core.exchange.outward import forms
from core.exchange.outward.accounting import BASES, FORMS, PURPOSES
from core.exchange.outward.document import Document, Entry, entry, in_order
from core.exchange.outward.laying_down import check_place, lay_down
from core.exchange.watch import Watch
from core.indexes import ClientIndex, NoteIndex
from core.names import one_line
from core.session.approval import approve
from core.session.desk import Desk
from core.session.notes.reading import OpenNote, open_entity
from core.session.notes.writing import require_writer
from core.session.session import Session
from vault_format.codes import Basis, ExportForm, Purpose, Reason, Role
from vault_format.errors import NoSpace, NotWhole, Refused, TacendaError, UsageError
from vault_format.frames.record import Draft
from vault_format.ledger import Written

_UNDONE = "Nothing was exported."
_BY_HAND = "left out by the exporter"
OWNERS_ONLY = 1
"""The policy under which owners alone export."""
E = TypeVar("E", bound=TacendaError)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to leave, for whom and why: one NOTE, or the chart of CLIENT.

    DRAFTS takes in the member's own unsigned notes, PROCESS the member's own process notes, NAMED the client's name;
    WITHOUT leaves out notes that do not open. FOLDER is made. WORDS say more of the basis: a docket, a date.
    """

    form: ExportForm
    recipient: str
    purpose: Purpose
    basis: Basis
    folder: str
    client: int = 0
    note: int = 0
    address: str = ""
    words: str = ""
    drafts: bool = False
    process: bool = False
    named: bool = False
    without: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Preview:
    """What would leave: whose it is, the notes in clinical order with what was added to them, what is left out.

    LEFT_OUT is for the member's eyes; MISSING is what whoever receives it must know, that the chart is not complete.
    That there are drafts or process notes is nobody else's affair.
    """

    client: int
    code: str
    rows: tuple[NoteRow, ...]
    additions: int
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    process: int

    @property
    def count(self) -> int:
        """How many notes, additions counted."""
        return len(self.rows) + self.additions


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that was written: its folder, its files with their sizes, its record, how many notes.

    MANIFEST is the SHA-256 of the manifest, in hex.
    """

    folder: str
    files: tuple[tuple[str, int], ...]
    sequence: int
    notes: int
    manifest: str


def check_request(request: Request) -> Request:
    """Return REQUEST with its lines cleaned and its folder made whole. Raises UsageError, ReadOnly."""
    recipient = one_line(request.recipient)
    if not recipient:
        raise UsageError("For whom this is must be said.", safe=_UNDONE, todo="Name the recipient.")
    folder = check_place(request.folder)
    return _replaced(request, recipient, folder)


def _replaced(request: Request, recipient: str, folder: str) -> Request:
    return Request(
        request.form, recipient, request.purpose, request.basis, folder, request.client, request.note,
        one_line(request.address), one_line(request.words), request.drafts, request.process, request.named,
        request.without,
    )  # fmt: skip


def preview(session: Session, request: Request) -> Preview:
    """Return what REQUEST would let out. Nothing is opened. Raises UsageError, Refused."""
    with session.at_desk() as desk:
        return _preview(desk, request)


def _preview(desk: Desk, request: Request) -> Preview:
    require_writer(desk)
    if desk.state.current_policy().export == OWNERS_ONLY and desk.who.role is not Role.OWNER:
        raise Refused("In this practice owners alone export.", safe=_UNDONE, todo="Ask an owner.")
    if request.note:
        rows, left = _one(desk, request)
        client = rows[0].client
    else:
        client = request.client
        desk.catalog.check_client(client)
        rows, left = _chart(desk, request)
    if not rows:
        raise UsageError("There is nothing to export.", safe=_UNDONE, todo="; ".join(left) or "Sign a note first.")
    process = sum(row.process for row in rows)
    missing = tuple(line for line in left if line.endswith(_BY_HAND))
    additions = sum(len(_added(desk, row.id)) for row in rows)
    return Preview(client, desk.catalog.client(client).code, tuple(rows), additions, tuple(left), missing, process)


def _one(desk: Desk, request: Request) -> tuple[list[NoteRow], list[str]]:
    row = desk.catalog.note(request.note)
    if row.parent:
        row = desk.catalog.note(row.parent)
    if row.status == "shredded":
        raise UsageError("This note was shredded; only its records stay.", safe=_UNDONE)
    if row.process and not row.mine:
        raise Refused("Only its author lets a process note out.", safe=_UNDONE)
    if row.process and not request.process:
        raise UsageError(
            "This is a process note (HIPAA: psychotherapy note): it is in no export unless its author says so.",
            safe=_UNDONE, todo="Ask for process notes expressly.",
        )  # fmt: skip
    if row.status != "signed" and not row.mine:
        raise Refused("A draft of somebody else's is not exported.", safe=_UNDONE, todo="Its author signs it first.")
    return [row], []


def _chart(desk: Desk, request: Request) -> tuple[list[NoteRow], list[str]]:
    """Return the notes of a chart that leave, and in words which do not."""
    rows: list[NoteRow] = []
    counts: dict[str, int] = {}
    for row in desk.catalog.notes(request.client):
        if row.parent:
            continue
        why = ""
        if row.id in request.without:
            why = _BY_HAND
        elif row.process and not request.process:
            why = "process note"
        elif row.status != "signed" and not row.mine:
            why = "draft of somebody else's"
        elif row.status != "signed" and not request.drafts:
            why = "draft"
        if why:
            counts[why] = counts.get(why, 0) + 1
        else:
            rows.append(row)
    return in_order(rows), [_counted(number, why) for why, number in counts.items()]


def _counted(number: int, what: str) -> str:
    first, _, rest = what.partition(" of ")
    plural = f"{first}s" if number != 1 and not first.startswith("left") else first
    return f"{number:,} {plural}" + (f" of {rest}" if rest else "")


def _added(desk: Desk, note: int) -> list[int]:
    """Return the signed additions of a note."""
    return [child.entity for child in desk.catalog.children(note) if child.signed and not child.shredded]


def send_out(session: Session, request: Request, passphrase: str, watch: Watch | None = None) -> Exported:
    """Let out what REQUEST says, in a new folder. The record stands before anything is opened.

    Raises Refused for another passphrase than the member's; UsageError; NotWhole for a note that does not open, and
    what writing raises: then a second record says that it failed, and nothing of it is left.
    """
    watch = watch or Watch()
    with session.at_desk() as desk:
        request = check_request(request)
        _preview(desk, request)
        approve(desk, passphrase)
        planned: list[Preview] = []

        def build(acting: Acting) -> list[Draft]:
            planned[:] = [_preview(desk, request)]
            return [_record(acting, request, planned[0])]

        written = desk.append(build)[-1]
        try:
            return _written(desk, request, planned[0], written, watch)
        except BaseException as error:
            why = Reason.NO_SPACE if isinstance(error, NoSpace) else Reason.DAMAGE if isinstance(error, NotWhole) else (
                Reason.ENDED if isinstance(error, _Stopped | KeyboardInterrupt) else Reason.OTHER)  # fmt: skip
            with contextlib.suppress(TacendaError):
                desk.append(lambda acting: [trail.act_failed(acting, written.sequence, why)])
            raise


class _Stopped(Refused):
    """The person stopped it."""


def _record(acting: Acting, request: Request, planned: Preview) -> Draft:
    days = [row.date for row in planned.rows]
    span = days[0] if len(set(days)) == 1 else f"{days[0]} to {days[-1]}"
    what = f"{planned.count:,} note{'' if planned.count == 1 else 's'} of {span}, as {FORMS[request.form]}"
    more = [f"what: {what}", f"where: {request.folder}"]
    said = (("address", request.address), ("words", request.words), ("left out", ", ".join(planned.left_out)))
    more += [f"{word}: {line}" for word, line in said if line]
    return entries.disclose(
        acting, planned.rows[0].id if request.note else planned.client, form=request.form, basis=request.basis,
        purpose=request.purpose, entries=planned.count, process=planned.process > 0, words=request.recipient,
        more=more, chart=not request.note,
    )  # fmt: skip


def _written(desk: Desk, request: Request, planned: Preview, record: Written, watch: Watch) -> Exported:
    watch.begin(len(planned.rows) + 1)
    opened: list[Entry] = []
    for row in planned.rows:
        if watch.stopped:
            raise _Stopped("The export was stopped.", safe="Nothing was written.")
        opened.append(entry(_open(desk, row)))
        watch.step()
    client = desk.catalog.entry(planned.client).index
    name = client.name if request.named and isinstance(client, ClientIndex) else ""
    document = Document(
        desk.state.practice, desk.state.vault_id.hex(), record.head.hex(), record.sequence,
        desk.vault.columns.times[record.sequence], desk.who.name, planned.code, name, request.recipient,
        PURPOSES[request.purpose], BASES[request.basis] + (f", {request.words}" if request.words else ""),
        tuple(opened), planned.process > 0, planned.missing,
    )  # fmt: skip
    files = forms.written(document, request.form)
    files["manifest.json"] = forms.manifest(document, FORMS[request.form], files)
    lay_down(request.folder, files)
    watch.step()
    return Exported(
        request.folder, tuple((name, len(data)) for name, data in files.items()), record.sequence, planned.count,
        hashlib.sha256(files["manifest.json"]).hexdigest(),
    )  # fmt: skip


def _open(desk: Desk, row: NoteRow) -> OpenNote:
    """Return a note with its signed additions. Raises NotWhole, which names the one that does not open."""
    additions = [_text(desk, child) for child in _added(desk, row.id)]
    one = _text(desk, row.id)
    return OpenNote(one.row, one.index, one.text, one.revision, one.sequence, tuple(additions))


def _text(desk: Desk, note: int) -> OpenNote:
    known = desk.catalog.entry(note)
    index, text = open_entity(desk, known, known.revision, known.live)
    if not isinstance(index, NoteIndex) or index.client != known.client:
        raise NotWhole(f"The note {short_id(note)} names another client than its record.", safe=_UNDONE)
    return OpenNote(desk.catalog.note(note), index, text, known.revision, known.saved)
