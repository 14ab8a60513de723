"""Appointments: planned, kept, missed, cancelled, moved. Each change is a revision, so what was planned stays told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.acts import entries
from core.acts.acting import Acting, Target
from core.catalog import AppointmentRow, overlapping
from core.catalog.appointments import CANCELLED, PLANNED, STATES, moment_of
from core.create import random_id
from core.indexes import AppointmentIndex
from core.session.desk import Desk
from core.session.notes.doubt import Place
from core.session.notes.once import save_once
from core.session.notes.writing import require_writer
from core.writing.when import LONGEST, USUAL_MINUTES, When, understand
from vault_format.codes import Kind, NoteClass
from vault_format.errors import Conflict, UsageError

_UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Appointed:
    """An appointment as it was saved: its number and revision, and the planned ones that it overlaps."""

    appointment: int
    revision: int
    overlaps: tuple[AppointmentRow, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    client: int
    start: str
    minutes: int
    state: str


def understood(desk: Desk, text: str, client: int = 0) -> When | None:
    """Return what TEXT says of a day; a time that is not said is that of the CLIENT's last appointment."""
    rows = [row for row in desk.catalog.appointments(client) if row.time] if client else []
    usual = datetime.fromisoformat(rows[-1].start).time() if rows else None
    now = datetime.fromtimestamp(desk.vault.clock() / 1000)  # noqa: DTZ006  the person's own day is meant
    return understand(text, now, usual)


def understood_or_refused(desk: Desk, text: str, client: int = 0) -> When:
    """Return what TEXT says; it must be a day and a time. Raises UsageError."""
    when = understood(desk, text, client)
    if when is None:
        raise UsageError(
            f"{text[:40]} is not understood as a day and a time.", safe=_UNCHANGED,
            todo="Write it as `tomorrow 10:00`, `tue 9`, `in 2 weeks 14:30` or `2026-12-01 14:30`.",
        )  # fmt: skip
    if when.time is None:
        raise UsageError(f"{when.day.isoformat()} at what time?", safe=_UNCHANGED, todo="Write the time behind it.")
    return when


def add(desk: Desk, client: int, start: str, minutes: int = USUAL_MINUTES) -> Appointed:
    """Plan an appointment at START (local, with its offset). Raises UsageError, Refused, and what appending raises."""
    require_writer(desk)
    desk.catalog.check_client(client)
    wanted = _Wanted(client, _checked(start, minutes), minutes, PLANNED)
    number = desk.doubts.number(wanted, 0) or random_id(desk.entropy)
    return _save(desk, wanted, number, 0)


def set_state(desk: Desk, appointment: int, state: str) -> Appointed:
    """Say that an appointment was kept, missed or cancelled, or is planned after all. Raises UsageError, Conflict."""
    if state not in STATES:
        raise UsageError(f"An appointment cannot be {state}.", safe=_UNCHANGED, todo=f"It is {', '.join(STATES)}.")
    require_writer(desk)
    index = _index(desk, appointment)
    if index.state == state:
        raise UsageError(f"This appointment is {state} already.", safe=_UNCHANGED)
    row = desk.catalog.appointment(appointment)
    if state == CANCELLED and row.note:
        raise UsageError(
            "A note says what became of this appointment.", safe=_UNCHANGED, todo="What is wrong there is corrected."
        )
    return _save(desk, _Wanted(index.client, index.start, index.minutes, state), appointment, row.revision)


def move(desk: Desk, appointment: int, start: str, minutes: int = 0) -> Appointed:
    """Move an appointment to START; it is planned then. MINUTES 0 keeps its length. Raises UsageError, Conflict."""
    require_writer(desk)
    index = _index(desk, appointment)
    row = desk.catalog.appointment(appointment)
    if row.note:
        raise UsageError(
            "A note was written for this appointment; it is not moved any more.", safe=_UNCHANGED,
            todo="Make a new one.",
        )  # fmt: skip
    length = minutes or index.minutes or USUAL_MINUTES
    wanted = _Wanted(index.client, _checked(start, length), length, PLANNED)
    return _save(desk, wanted, appointment, row.revision)


def overlaps(desk: Desk, start: str, minutes: int, but: int = 0) -> list[AppointmentRow]:
    """Return the appointments that are planned at that time already. Nothing is opened."""
    return overlapping(desk.catalog.appointments(), moment_of(start), minutes, but)


def _checked(start: str, minutes: int) -> str:
    if not moment_of(start) or len(start) > 40:
        raise UsageError("This is no time that an appointment can have.", safe=_UNCHANGED)
    if not 1 <= minutes <= LONGEST:
        raise UsageError(f"An appointment has 1 to {LONGEST} minutes.", safe=_UNCHANGED)
    return start


def _index(desk: Desk, appointment: int) -> AppointmentIndex:
    entry = desk.catalog.entry(appointment)
    if entry.kind != Kind.APPOINTMENT or entry.shredded:
        raise UsageError("This is not an appointment.", safe=_UNCHANGED, todo="`appointment list` shows them.")
    if not isinstance(entry.index, AppointmentIndex):
        raise UsageError(f"This appointment cannot be opened: {entry.problem}.", safe=_UNCHANGED)
    return entry.index


def _save(desk: Desk, wanted: _Wanted, number: int, base: int) -> Appointed:
    double = overlaps(desk, wanted.start, wanted.minutes, number) if wanted.state == PLANNED else []
    local, zone = desk.local_time()
    index = AppointmentIndex(
        c=desk.entropy(32), local=local, zone=zone, client=wanted.client, start=wanted.start, minutes=wanted.minutes,
        state=wanted.state,
    )  # fmt: skip

    def build(acting: Acting, place: Place) -> entries.Saved:
        # what others saved up to this moment counts, too
        desk.open_indexes()
        desk.catalog.check_client(wanted.client)
        known = acting.state.entities.get(number)
        if (known.revision if known else 0) != place.base:
            raise Conflict("This appointment was changed in another session.", safe=_UNCHANGED, todo="Look again.")
        about = Target(Kind.APPOINTMENT, NoteClass.CHART, wanted.client, number, place.base + 1)
        return entries.save(acting, about, index, "")

    place = save_once(desk, wanted, number, base, build)
    desk.open_indexes()
    return Appointed(place.number, place.base + 1, tuple(double))
