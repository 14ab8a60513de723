"""What was added to one client's signed notes, and the client's requests to amend them (45 CFR 164.526).

A request is a note of the chart with the tag `amend-request`: what was asked for and by whom is its text. Its answer
is a tag, too. Lists open tags anyway, so no note is opened for this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.catalog.rows import NoteRow
from core.session.notes.added import KINDS
from core.session.session import Session
from vault_format.codes import AddendumKind

REQUESTED, ACCEPTED, DENIED = "amend-request", "amend-accepted", "amend-denied"
ANSWER_DAYS = 60
"""So long there is to act on a request (45 CFR 164.526(b)(2)); it may be extended once, by 30 days."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """An addition, or a request. `day` is of the note that it adds to, or the request's own; `time` of its signature.

    `answer` is `accepted`, `denied` or `open`, and `due` the last day to act on a request that is open; both are empty
    for an addition. Times are UTC ms, 0 for a draft.
    """

    note: int
    what: str
    day: str
    by: str
    time: int
    record: int
    answer: str = ""
    due: str = ""


def amendments(session: Session, client: int) -> list[Amendment]:
    """Return CLIENT's requests and the signed additions of the chart, newest first. Nothing is opened."""
    found = []
    for row in session.catalog.notes(client):
        if row.process or row.status == "shredded":
            continue
        if REQUESTED in row.tags:
            found.append(_request(row))
        elif row.parent and row.status == "signed":
            of = session.catalog.note(row.parent)
            known = row.addendum in set(AddendumKind)
            what = KINDS[AddendumKind(row.addendum)] if known else "addition"
            found.append(Amendment(row.id, what, of.date, row.author, row.signed_at, row.signed_record))
    return sorted(found, key=lambda each: (each.time or 2**63, each.day), reverse=True)


def _request(row: NoteRow) -> Amendment:
    answer = "accepted" if ACCEPTED in row.tags else "denied" if DENIED in row.tags else "open"
    due = ""
    if answer == "open":
        try:
            due = (date.fromisoformat(row.date) + timedelta(days=ANSWER_DAYS)).isoformat()
        except (ValueError, OverflowError):
            due = ""
    return Amendment(
        row.id, "request to amend", row.date, row.author, row.signed_at, row.signed_record, answer, due
    )  # fmt: skip
