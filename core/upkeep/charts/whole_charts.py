"""Shredding a whole chart: every entry of one client, then the client itself, in one write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.acts import entries
from core.acts.acting import Acting
from core.catalog import Entry
from core.session.desk import Desk
from core.session.session import Session
from core.upkeep.charts.retention import Kept, retention, told_of
from vault_format.codes import Kind, NoteClass, Reason, Role
from vault_format.errors import Refused, UsageError
from vault_format.frames.record import Draft

_SAFE = "Nothing was given up."


@dataclass(frozen=True, slots=True)
class WholeChart:
    """What a client's chart holds that would be given up, and what the retention clock says of it."""

    client: int
    code: str
    notes: int
    signed: int
    appointments: int
    clock: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The records of a chart that was given up, from FIRST to LAST: one for each entry, the client's is the last."""

    first: int
    last: int
    entries: int


def before_shredding_chart(session: Session, client: int) -> WholeChart:
    """Return what shredding CLIENT's chart would give up, for whom is asked. Raises what shredding it would."""
    today = date.fromisoformat(session.local_day())
    with session.at_desk() as desk:
        desk.open_indexes()
        inside = _check(desk, client)
        row = _clock(desk, client, today)
        notes = [entry for entry in inside if entry.kind == Kind.NOTE]
        return WholeChart(
            client, row.code if row else "", len(notes), sum(bool(entry.signed) for entry in notes),
            sum(entry.kind == Kind.APPOINTMENT for entry in inside), told_of(row, today) if row else "",
        )  # fmt: skip


def shred_chart(session: Session, client: int, reason: Reason, words: str = "") -> GivenUp:
    """Give up everything of CLIENT for ever: each entry, then the client. All of it is one write: all or nothing.

    The ciphertext leaves the file with the next compaction; the records stay. Raises Refused for everybody but an
    owner, and where process notes of others stand; UsageError under a legal hold, and where the reason is that the
    chart's years are over and they are not.
    """
    today = date.fromisoformat(session.local_day())
    with session.at_desk() as desk:
        _check(desk, client)

        def build(acting: Acting) -> list[Draft]:
            # what others wrote until this moment counts, and goes as well
            desk.open_indexes()
            inside = _check(desk, client)
            row = _clock(desk, client, today)
            if reason == Reason.RETENTION_OVER and not (row and row.over):
                raise UsageError(
                    told_of(row, today) if row else "This chart has no clock.", safe=_SAFE,
                    todo="Wait until then, or give the reason that it is.",
                )  # fmt: skip
            gone = [*(entry.entity for entry in inside), client]
            return [entries.shred(acting, number, reason, words) for number in gone]

        written = desk.append(build)
        desk.open_indexes()
        return GivenUp(written[0].sequence, written[-1].sequence, len(written))


def _clock(desk: Desk, client: int, today: date) -> Kept | None:
    return next((row for row in retention(desk, today) if row.client == client), None)


def _check(desk: Desk, client: int) -> list[Entry]:
    """Return what stands in the chart. Raises where it may not be given up."""
    if desk.who.role is not Role.OWNER:
        raise Refused("Only an owner gives up a whole chart.", safe=_SAFE, todo="Ask an owner.")
    entry = desk.catalog.entry(client)
    if entry.kind != Kind.CLIENT:
        raise UsageError("This is not a client.", safe=_SAFE)
    if entry.shredded:
        raise UsageError("This was shredded already.", safe="Nothing was changed.")
    if client in desk.state.holds:
        raise UsageError("This client is under a legal hold.", safe=_SAFE, todo="An owner lifts the hold first.")
    inside = [
        each for each in desk.catalog.entries()
        if each.client == client and each.entity != client and not each.shredded
    ]  # fmt: skip
    authors = {
        desk.name_of(each.author) for each in inside
        if each.note_class == NoteClass.PROCESS and each.author != desk.who.number
    }  # fmt: skip
    if authors:
        raise Refused(
            f"Process notes of {', '.join(sorted(authors))} stand in this chart: only their author gives them up.",
            safe=_SAFE, todo="Once they have shredded theirs, shred the rest.",
        )  # fmt: skip
    return inside
