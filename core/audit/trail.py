"""Rows of the trail, filtered and in words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice

from core import moments
from core.audit.columns import Columns, Shape
from core.audit.recovery_words import failed_words
from vault_format.codes import Action, LockReason, NoteClass, action_words

_LOCKED = {
    LockReason.PERSON: "lock", LockReason.IDLE: "lock, idle", LockReason.HANGUP: "lock, line dropped",
    LockReason.SUSPEND: "lock, suspended", LockReason.QUIT: "lock, left", LockReason.KEYS_REPLACED: "lock, new keys",
    LockReason.SYSTEM: "lock, ended by the system",
}  # fmt: skip
_FAILED = {Action.UNLOCK_FAILED, Action.RECOVERY_FAILED, Action.ACT_FAILED, Action.GRANT_REFUSED}
NOBODY = "nobody"
QUARTER_MS = 900_000
"""No zone's clock is set by less than a quarter of an hour, so that one look at a calendar serves all of it."""


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One line of the trail: `time` in UTC milliseconds; `about` as `c3f1 n8820`; `failed` for what needs a look.

    `action` and `note_class` are codes; `client`, `entity` and `session` whole numbers, 0 where there is none.
    """

    seq: int
    time: int
    member: str
    what: str
    about: str
    outcome: str
    failed: bool
    signed: bool
    action: int = 0
    note_class: int = 0
    client: int = 0
    entity: int = 0
    session: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show: times in UTC ms, codes and numbers; None means any, as an empty text does.

    `member` 0 is nobody: what nobody signed. `what` is part of the words for what was done; `clients` and `notes` are
    how the hexadecimal ids may begin; `hours` are minutes of the day in `zone` (None: this machine's), over midnight
    where the second is less than the first.
    """

    since: int | None = None
    until: int | None = None
    member: int | None = None
    action: int | None = None
    failed: bool | None = None
    client: int | None = None
    entity: int | None = None
    session: int | None = None
    what: str = ""
    note_class: int | None = None
    clients: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hours: tuple[int, int] | None = None
    zone: tzinfo | None = None

    def takes(self, shape: Shape) -> bool:
        """Whether a record of this shape may be one of those."""
        return (
            # a member's number in a record that nobody signed is what somebody typed, not who did it
            (self.member is None or (shape.member if shape.generation else 0) == self.member)
            and (self.action is None or shape.action == self.action)
            and (self.failed is None or outcome_words(shape)[1] == self.failed)
            and (self.note_class is None or shape.note_class == self.note_class)
            and self.what in what_words(shape)
        )


def about(client: int, entity: int, kind: int) -> str:
    """Return the short pseudonyms of client and entity: the first four hex digits of each."""
    words = []
    if client:
        words.append(f"c{client:016x}"[:5])
    if entity and entity != client:
        words.append(f"{'nnat'[kind - 1] if 1 <= kind <= 4 else 'e'}{entity:016x}"[:5])
    return " ".join(words)


def outcome_words(shape: Shape) -> tuple[str, bool]:
    """Return how an act ended, and whether it failed."""
    failed = shape.action in _FAILED or (shape.action in (Action.DRILL, Action.RESTORE_TEST) and shape.outcome == 1)
    return ("FAILED" if failed else "done"), failed


def what_words(shape: Shape) -> str:
    """Return what was done, in words."""
    if shape.action == Action.LOCK:
        return _LOCKED.get(LockReason(shape.outcome), "lock") if shape.outcome <= LockReason.SYSTEM else "lock"
    if shape.action in (Action.READ, Action.SAVE):
        thing = {1: "note", 2: "client", 3: "appointment", 4: "template"}.get(shape.kind, "entity")
        private = "process " if shape.note_class == NoteClass.PROCESS else ""
        return f"{private}{thing} {'read' if shape.action == Action.READ else 'saved'}"
    if shape.action == Action.UNLOCK_FAILED:
        return "unlock"
    if shape.action == Action.RECOVERY_FAILED:
        return failed_words(shape.outcome)
    return action_words(shape.action)


class Trail:
    """The trail over COLUMNS; NAME gives a member's name by number."""

    def __init__(self, columns: Columns, name: Callable[[int], str]) -> None:
        self.columns = columns
        self._name = name

    def __len__(self) -> int:
        return len(self.columns)

    def row(self, seq: int) -> TrailRow:
        """Return record SEQ as a line."""
        columns = self.columns
        shape = columns.shape(seq)
        outcome, failed = outcome_words(shape)
        signed = bool(shape.generation)
        return TrailRow(
            seq, columns.times[seq], self._name(shape.member) if signed else NOBODY, what_words(shape),
            about(columns.clients[seq], columns.entities[seq], shape.kind), outcome, failed, signed,
            shape.action, shape.note_class, columns.clients[seq], columns.entities[seq], columns.sessions[seq],
        )  # fmt: skip

    def texts(self) -> tuple[set[str], set[str]]:
        """Return every name that a row has, and all words for what was done: of many rows there are few."""
        shapes = list(self.columns.shapes)
        members = {shape.member for shape in shapes if shape.generation}
        return {NOBODY, *map(self._name, members)}, {what_words(shape) for shape in shapes}

    def find(self, wanted: Filter, start: int = 0) -> list[int]:
        """Return the sequences from START on that match, rising."""
        columns = self.columns
        count = len(columns)
        keep = frozenset(number for number, shape in enumerate(list(columns.shapes)) if wanted.takes(shape))
        found: Iterable[int] = range(start, count)
        if len(keep) < len(columns.shapes):
            codes = islice(columns.codes, start, count)
            found = [seq for seq, code in enumerate(codes, start) if code in keep]
        for column, value in (
            (columns.clients, wanted.client), (columns.entities, wanted.entity), (columns.sessions, wanted.session),
        ):  # fmt: skip
            if value is not None:
                found = [seq for seq in found if column[seq] == value]
        for column, digits in ((columns.clients, wanted.clients), (columns.entities, wanted.notes)):
            if len(digits) == 1:
                least, most = _beginning(digits[0])
                found = [seq for seq in found if least <= column[seq] <= most]
            elif digits:
                ranges = [_beginning(each) for each in digits]
                found = [seq for seq in found if any(least <= column[seq] <= most for least, most in ranges)]
        times = columns.times
        if wanted.since is not None or wanted.until is not None:
            since, until = wanted.since or 0, wanted.until if wanted.until is not None else 2**64
            found = [seq for seq in found if since <= times[seq] < until]
        if wanted.hours is not None:
            within = Hours(*wanted.hours, wanted.zone)
            if within.edges:
                found = [seq for seq in found if within[times[seq] // QUARTER_MS] or within.precise(times[seq])]
            else:
                found = [seq for seq in found if within[times[seq] // QUARTER_MS]]
        return list(found)

    def next_failure(self, after: int) -> int | None:
        """Return the next failed record after AFTER, or None."""
        failures = self.find(Filter(failed=True))
        at = bisect_left(failures, after + 1)
        return failures[at] if at < len(failures) else None


def _beginning(digits: str) -> tuple[int, int]:
    """Return the least and the greatest id that begins with these hexadecimal digits; 0 is nobody's id."""
    digits = digits[:16]
    return max(1, int(digits.ljust(16, "0"), 16)), int(digits.ljust(16, "f"), 16)


class Hours(dict[int, bool]):
    """Whether all of a quarter of an hour, counted from 1970, lies between two minutes of the day."""

    def __init__(self, begins: int, ends: int, zone: tzinfo | None) -> None:
        super().__init__()
        self.begins, self.ends, self.zone = begins, ends, zone
        self.edges = begins % 15 != 0 or ends % 15 != 0

    def _inside(self, time: int) -> bool:
        at = moments.moment(time, self.zone)
        minute = at.hour * 60 + at.minute
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    def __missing__(self, quarter: int) -> bool:
        begins = quarter * QUARTER_MS
        # where both are quarters of an hour, what holds at its beginning holds to its end
        inside = self._inside(begins) and (not self.edges or self._inside(begins + QUARTER_MS - 1))
        self[quarter] = inside
        return inside

    def precise(self, time: int) -> bool:
        """Whether this very time lies between them: for `edges`, where they are no quarters of an hour."""
        return self._inside(time)
