"""Appointments as lists show them: when, what became of them, and the note that belongs to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from core.catalog.gather import Entry
from core.indexes import AppointmentIndex, NoteIndex
from vault_format.codes import Kind, NoteClass

PLANNED, KEPT, MISSED, CANCELLED = "planned", "kept", "missed", "cancelled"
STATES = (PLANNED, KEPT, MISSED, CANCELLED)
NO_SESSION = frozenset({"contact-log", "treatment-plan", "supervision", "termination"})
"""Types of notes that tell of no session, so that one of the same day is not the session's note."""
MISSED_NOTE = "missed-session"


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment on a list.

    `start` is local with its offset, `begin` and `end` the same as UTC ms, `minutes` the planned length. `state` is one
    of STATES as it stands, or as the note that belongs to it says; `note` is that note (0: none), and `signed` whether
    it is signed.
    """

    id: int
    client: int
    client_code: str
    start: str
    begin: int
    end: int
    minutes: int
    state: str
    note: int
    signed: bool
    revision: int
    problem: str

    @property
    def day(self) -> str:
        """The local day, `2026-12-01`."""
        return self.start[:10]

    @property
    def time(self) -> str:
        """The local time, `10:00`."""
        return self.start[11:16]

    @property
    def when(self) -> str:
        """Day and time, `2026-12-01 10:00`."""
        return f"{self.day} {self.time}"


def moment_of(start: str) -> int:
    """Return a kept start as UTC milliseconds, 0 if it cannot be read as a time."""
    try:
        found = datetime.fromisoformat(start)
        return int(found.timestamp() * 1000) if found.tzinfo else int(found.replace(tzinfo=UTC).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return 0


class _Notes:
    """Which note belongs to which appointment: the one that names it, else a session's note of the same day."""

    def __init__(self, everything: Iterable[Entry], visible: Callable[[Entry], bool]) -> None:
        self.named: dict[int, Entry] = {}
        self._of_day: dict[tuple[int, str], list[Entry]] = defaultdict(list)
        for entry in everything:
            index = entry.index
            if entry.kind != Kind.NOTE or entry.parent or not isinstance(index, NoteIndex) or not visible(entry):
                continue
            if index.appointment:
                # a process note is no note of the chart: it never stands for one
                if entry.note_class == NoteClass.CHART:
                    self._put(index.appointment, entry)
            elif entry.note_class == NoteClass.CHART and index.type not in NO_SESSION:
                self._of_day[entry.client, index.date].append(entry)

    def _put(self, appointment: int, entry: Entry) -> None:
        known = self.named.get(appointment)
        if known is None or (entry.signed and not known.signed):
            self.named[appointment] = entry

    def take(self, appointment: Entry, day: str) -> Entry | None:
        """Return the note of APPOINTMENT; one of its day is taken once only."""
        found = self.named.get(appointment.entity)
        waiting = self._of_day.get((appointment.client, day), [])
        if found is None and waiting:
            found = next((entry for entry in waiting if entry.signed), waiting[0])
            waiting.remove(found)
        return found


def appointment_rows(
    everything: Iterable[Entry], visible: Callable[[Entry], bool], code: Callable[[int], str]
) -> list[AppointmentRow]:
    """Return all appointments by time; VISIBLE tells which notes the member may know of."""
    everything = list(everything)
    notes = _Notes(everything, visible)
    found = [entry for entry in everything if entry.kind == Kind.APPOINTMENT and not entry.shredded]
    starts = sorted(((*_start(entry), entry) for entry in found), key=lambda one: one[0])
    rows = []
    for begin, start, minutes, said, entry in starts:
        note = notes.take(entry, start[:10]) if said != CANCELLED else notes.named.get(entry.entity)
        state = said
        if said == PLANNED and note is not None and isinstance(note.index, NoteIndex):
            state = MISSED if note.index.type == MISSED_NOTE else KEPT
        rows.append(AppointmentRow(
            entry.entity, entry.client, code(entry.client), start, begin, begin + minutes * 60_000, minutes, state,
            note.entity if note else 0, bool(note and note.signed), entry.revision, entry.problem,
        ))  # fmt: skip
    return rows


def _start(entry: Entry) -> tuple[int, str, int, str]:
    index = entry.index
    if not isinstance(index, AppointmentIndex):
        return 0, "", 0, CANCELLED if not entry.problem else PLANNED
    return moment_of(index.start), index.start, index.minutes, index.state if index.state in STATES else PLANNED


def overlapping(rows: Iterable[AppointmentRow], begin: int, minutes: int, but: int = 0) -> list[AppointmentRow]:
    """Return the appointments that are planned or kept in the MINUTES from BEGIN (UTC ms), without BUT."""
    end = begin + minutes * 60_000
    return [
        row for row in rows
        if row.id != but and row.state in (PLANNED, KEPT) and row.begin < end and begin < row.end
    ]  # fmt: skip
