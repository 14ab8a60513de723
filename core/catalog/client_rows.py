"""Clients as lists show them: folded once from everything that is open, without opening more."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.catalog.appointments import CANCELLED, KEPT, PLANNED, AppointmentRow
from core.catalog.gather import Entry
from core.catalog.rows import ClientRow, short_id
from core.indexes import ClientIndex, NoteIndex
from core.names import in_order
from core.writing.when import understand
from vault_format.codes import ClientStatus, Kind, NoteClass

_ORDER = {"active": 0, "closed": 1, "archived": 2}
_SAME = "same as "
_SAME_AS = re.compile(r"same as ([0-9a-f]{16})")
UNMET = frozenset({"contact-log", "missed-session"})
"""Types of notes that do not say that the client was seen."""
NO_RISK = frozenset({"", "none", "no", "-", "0"})


def same_as(client: int) -> str:
    """Return what a duplicate's `next` says once it was merged into CLIENT."""
    return _SAME + short_id(client)


def is_same_as(text: str) -> bool:
    """Whether a client's `next` says that it was merged into another one."""
    return bool(_SAME_AS.fullmatch(text))


def merged_into(index: ClientIndex | None) -> int:
    """Return the client that this one was merged into, 0 if none."""
    found = _SAME_AS.fullmatch(index.next) if index is not None else None
    return int(found[1], 16) if found else 0


@dataclass(slots=True)
class _Seen:
    """What the notes of one client say."""

    notes: int = 0
    unsigned: int = 0
    mine: int = 0
    last: str = ""
    risk: tuple[str, str] = ("", "")
    next: tuple[str, str] = ("", "")
    types: Counter[str] = field(default_factory=Counter)


def _fold_notes(notes: Iterable[Entry], member: int) -> dict[int, _Seen]:
    seen: dict[int, _Seen] = defaultdict(_Seen)
    for entry in notes:
        one, index = seen[entry.client], entry.index
        one.notes += 1
        if not entry.signed:
            one.unsigned += 1
            one.mine += entry.author == member
        if not isinstance(index, NoteIndex):
            continue
        if index.date > one.last and index.type not in UNMET:
            one.last = index.date
        if index.risk and index.date >= one.risk[0]:
            one.risk = (index.date, index.risk)
        if index.next and index.date >= one.next[0] and entry.note_class == NoteClass.CHART:
            one.next = (index.date, index.next)
    return seen


def client_rows(
    everything: Iterable[Entry], notes: Iterable[Entry], appointments: Iterable[AppointmentRow],
    statuses: dict[int, int], member: int, now: int, today: str,
) -> list[ClientRow]:  # fmt: skip
    """Return the clients by code, active ones first.

    NOTES are those the member may know of, NOW is UTC ms and TODAY its local date.
    """
    seen = _fold_notes(notes, member)
    kept: dict[int, str] = {}
    following: dict[int, AppointmentRow] = {}
    missing: Counter[int] = Counter()
    days: dict[int, set[str]] = defaultdict(set)
    for met in appointments:
        days[met.client].add(met.day)
        if met.state == KEPT and met.day > kept.get(met.client, "") and met.begin <= now:
            kept[met.client] = met.day
        if met.state == PLANNED and met.end > now:
            following.setdefault(met.client, met)
        if met.end <= now and met.state != CANCELLED and not met.note:
            missing[met.client] += 1
    rows, duplicates = [], defaultdict(list)
    for entry in everything:
        index = entry.index if isinstance(entry.index, ClientIndex) else None
        if entry.kind != Kind.CLIENT or entry.shredded or (index is None and not entry.problem):
            continue
        number, one, ahead = entry.entity, seen.get(entry.entity, _Seen()), following.get(entry.entity)
        other = merged_into(index)
        if other:
            duplicates[other].append(number)
        said = "" if other or index is None else index.next
        in_note = "" if ahead else _said_in_note(one.next, today)
        if in_note[:10] in days[number]:
            in_note = ""
        rows.append(
            ClientRow(
                id=number, code=index.code if index else f"c{short_id(number)[:4]}", name=index.name if index else "",
                status=ClientStatus(statuses.get(number, ClientStatus.ACTIVE)).name.lower(),
                seen=max(one.last, kept.get(number, "")), next=ahead.when if ahead else said or in_note,
                to_do=_to_do(one, missing[number], entry.problem),
                risk=one.risk[1] or (index.risk if index else ""), notes=one.notes, unsigned=one.unsigned,
                version=entry.revision, risk_since=one.risk[0] if one.risk[1] else "",
                appointment=ahead.id if ahead else 0, missing=missing[number],
                people=tuple(index.people) if index else (), same_as=other, said_in_note=in_note,
            )
        )  # fmt: skip
    for at, row in enumerate(rows):
        if row.id in duplicates:
            rows[at] = row.with_duplicates(tuple(duplicates[row.id]))
    rows.sort(key=lambda row: (_ORDER[row.status], in_order(row.code)))
    return rows


def _said_in_note(said: tuple[str, str], today: str) -> str:
    """Return what a note's Next means from its own day on, `2026-12-01 10:00`; empty if it is no day, or past."""
    day, text = said
    try:
        when = understand(text, datetime.fromisoformat(day)) if text else None
    except ValueError:
        return ""
    if when is None or when.day.isoformat() < today:
        return ""
    return f"{when.day.isoformat()} {when.time:%H:%M}" if when.time else when.day.isoformat()


def _to_do(one: _Seen, missing: int, problem: str) -> str:
    if problem:
        return problem
    said = []
    if missing:
        said.append(f"{missing} note{'s' if missing > 1 else ''} missing")
    if one.unsigned:
        said.append(f"{one.unsigned} draft{'s' if one.unsigned > 1 else ''}")
    return ", ".join(said)
