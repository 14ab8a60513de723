"""What leaves the vault, before it is written in any form: notes in clinical order, with who signed them and when."""

from __future__ import annotations

import contextlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

from core.catalog import NoteRow, short_id
from core.indexes import NOTE_TYPES, NoteIndex
from core.session.notes.added import KINDS
from core.session.notes.reading import OpenNote

_LAST_DAY = 253_402_300_799_999
"""UTC ms of the calendar's end."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One note as it leaves: its row and index, its text, what was added to it in the order it was signed."""

    row: NoteRow
    index: NoteIndex
    text: str
    revision: int
    additions: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that leaves at once.

    VAULT and HEAD are hex, SEQUENCE is the record that says it leaves, MADE its time (UTC ms); NAME is empty unless it
    was asked for; LEFT_OUT says in words what was taken out of it.
    """

    practice: str
    vault: str
    head: str
    sequence: int
    made: int
    by: str
    code: str
    name: str
    recipient: str
    purpose: str
    basis: str
    entries: tuple[Entry, ...]
    process: bool
    left_out: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many notes it holds, additions counted."""
        return sum(1 + len(each.additions) for each in self.entries)


def entry(opened: OpenNote) -> Entry:
    """Return what was opened as it leaves."""
    additions = sorted(opened.additions, key=lambda each: (each.row.signed_at or _LAST_DAY, each.row.updated))
    return Entry(
        opened.row, opened.index, opened.text, opened.revision,
        tuple(Entry(each.row, each.index, each.text, each.revision) for each in additions),
    )  # fmt: skip


def in_order(rows: list[NoteRow]) -> list[NoteRow]:
    """Return notes in clinical order: by the day and time of the session, then by when they were written."""
    return sorted(rows, key=lambda row: (row.date, row.start, row.signed_at or _LAST_DAY, row.updated, row.id))


def utc(milliseconds: int) -> str:
    """Return a time as `2026-11-24T09:31:02Z`; empty for 0."""
    if not milliseconds:
        return ""
    return f"{datetime.fromtimestamp(min(milliseconds, _LAST_DAY) / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def minute(milliseconds: int) -> str:
    """Return a time as people read it, with its offset: `2026-11-24 10:31 +01:00`."""
    moment = datetime.fromtimestamp(min(milliseconds, _LAST_DAY) / 1000, UTC)
    with contextlib.suppress(OverflowError, ValueError, OSError):
        moment = moment.astimezone()
    offset = moment.strftime("%z")
    return f"{moment:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"


def heading(each: Entry) -> str:
    """Return what stands above a note: `2026-11-09  Progress note, SOAP`."""
    index, row = each.index, each.row
    kind = KINDS_WORDS.get(row.addendum) if row.parent else None
    form = f", {index.form.upper()}" if index.form in {"soap", "dap", "birp", "girp", "pie"} and not kind else ""
    return f"{index.date}  {kind or NOTE_TYPES.get(index.type, index.type)}{form}"


KINDS_WORDS: dict[int, str] = {kind: words.capitalize() for kind, words in KINDS.items()}
"""Kind of addition, as a heading calls it."""


def facts(each: Entry) -> list[tuple[str, str]]:
    """Return what is known of a note beside its text, as (word, what it says); nothing that is empty."""
    index, row = each.index, each.row
    when = f"{index.start} to {index.end}" if index.start and index.end else index.start or index.end
    found = [
        ("Reason" if row.parent else "Title", index.title), ("Session", when), ("Attendees", index.attendees),
        ("Place", index.place), ("Service", index.service), ("Risk", index.risk), ("Goal", index.goal),
        ("Next", index.next),
    ]  # fmt: skip
    if row.process:
        found.append(("Class", "process note (HIPAA: psychotherapy note)"))
    return [(word, said) for word, said in found if said]


def signature(each: Entry) -> str:
    """Return who signed when, or that nobody did."""
    row = each.row
    if row.status != "signed":
        return f"DRAFT, not signed. Saved by {row.author}, {minute(row.updated)}, revision {each.revision}."
    late = f", {row.late} day{'' if row.late == 1 else 's'} after the session" if row.late else ""
    said = f"Signed by {row.author}, {minute(row.signed_at)}{late}. Revision {each.revision},"
    said += f" record {row.signed_record:,}."
    if row.cosigned_by:
        said += f" Co-signed by {row.cosigned_by}, {minute(row.cosigned_at)}, record {row.cosigned_record:,}."
    return said


def preamble(document: Document) -> list[tuple[str, str]]:
    """Return what stands at the top of an export, as (word, what it says)."""
    found = [
        ("Client", document.code), ("Name", document.name), ("Practice", document.practice),
        ("Notes", f"{document.count:,}" + (", process notes among them" if document.process else "")),
        ("Left out", "; ".join(document.left_out)), ("For", document.recipient), ("Purpose", document.purpose),
        ("Basis", document.basis), ("Made", f"{minute(document.made)} by {document.by}, record {document.sequence:,}"),
        ("Vault", document.vault),
    ]  # fmt: skip
    return [(word, said) for word, said in found if said]


_JOINERS = "\u200c\u200d"


def _shown(character: str) -> str:
    if character in "\n\t" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category == "Cc":
        code = ord(character)
        return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\u25ca"
    return "\u25ca" if category in {"Cf", "Cs", "Zl", "Zp"} else character


def visible(text: str) -> str:
    """Return TEXT with each character that would act on a terminal, or turn text round, as a symbol that is seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(map(_shown, text))


def file_name(each: Entry) -> str:
    """Return the name of a note's own file, without its ending: nothing in it that a person typed but the day."""
    return f"{each.index.date}-{each.index.type}-{short_id(each.row.id)[:8]}"
