"""What a note says of the next appointment, understood, and made into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from core.catalog import AppointmentRow
from core.catalog.appointments import PLANNED, moment_of
from core.session.notes.writing import NoteDraft
from core.session.session import Session
from core.writing.when import USUAL_MINUTES, When, understand


@dataclass(frozen=True, slots=True)
class Planned:
    """An appointment that a note's `next` made or moved: what it is, in words, and whom it overlaps with."""

    words: str
    moved: bool
    overlaps: tuple[AppointmentRow, ...]


def usual_time(rows: list[AppointmentRow]) -> time | None:
    """Return the time of day of the last of a client's appointments, for a day without a time."""
    timed = [row for row in rows if row.time]
    return datetime.fromisoformat(timed[-1].start).time() if timed else None


def kept_next(text: str, now: datetime, usual: time | None = None) -> str:
    """Return TEXT as a note keeps it: `2026-12-01 10:00`, with the minutes where they are unusual; else as typed."""
    when = understand(text, now, usual)
    if when is None:
        return text.strip()
    kept = when.day.isoformat()
    if when.time is not None:
        kept += f" {when.time:%H:%M}" + (f" {when.minutes} min" if when.minutes != USUAL_MINUTES else "")
    return kept


def said_of_next(text: str, now: datetime, usual: time | None = None) -> str:
    """Return how TEXT was understood, in words; empty for an empty text."""
    if not text.strip():
        return ""
    when = understand(text, now, usual)
    if when is None:
        return f"{text.strip()[:30]} is not understood as a day and a time: it is kept as words, nothing is planned."
    return when.words()


def plan_next(session: Session, draft: NoteDraft, before: str = "") -> Planned | None:
    """Plan what DRAFT says of the next appointment; None where it says none, or it is past.

    Also None where the client has one at that time already, be it cancelled: that was somebody's decision. BEFORE is
    what the note said earlier: an appointment that was planned for it is moved. Raises as appointing does.
    """
    now = datetime.fromtimestamp(session.vault.clock() / 1000)  # noqa: DTZ006  the person's own day is meant
    when = understand(draft.next, now)
    if when is None or not when.start or moment_of(when.start) <= session.vault.clock():
        return None
    every = session.catalog.appointments(draft.client)
    if any(row.begin == moment_of(when.start) for row in every):
        return None
    rows = [row for row in every if row.state == PLANNED and not row.note]
    old = _at(understand(before, now) if before else None, rows)
    if old is not None:
        return Planned(when.words(), moved=True, overlaps=session.move_appointment(old.id, when).overlaps)
    return Planned(when.words(), moved=False, overlaps=session.appoint(draft.client, when).overlaps)


def _at(when: When | None, rows: list[AppointmentRow]) -> AppointmentRow | None:
    """Return the appointment of ROWS that begins then."""
    if when is None or not when.start:
        return None
    return next((row for row in rows if row.begin == moment_of(when.start)), None)
