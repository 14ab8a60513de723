"""Rows of the trail, filtered and in words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from core.audit.columns import Columns, Shape
from vault_format.codes import Action, LockReason, NoteClass, action_words

_LOCKED = {
    LockReason.PERSON: "lock", LockReason.IDLE: "lock, idle", LockReason.HANGUP: "lock, line dropped",
    LockReason.SUSPEND: "lock, suspended", LockReason.QUIT: "lock, left", LockReason.KEYS_REPLACED: "lock, new keys",
    LockReason.SYSTEM: "lock, ended by the system",
}  # fmt: skip
_FAILED = {Action.UNLOCK_FAILED, Action.RECOVERY_FAILED, Action.ACT_FAILED, Action.GRANT_REFUSED}
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One line of the trail: `time` in UTC milliseconds; `about` as `c3f1 n8820`; `failed` for what needs a look."""

    seq: int
    time: int
    member: str
    what: str
    about: str
    outcome: str
    failed: bool
    signed: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show: times in UTC ms, codes and numbers; None means any."""

    since: int | None = None
    until: int | None = None
    member: int | None = None
    action: int | None = None
    failed: bool | None = None
    client: int | None = None
    entity: int | None = None
    session: int | None = None


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
        )  # fmt: skip

    def find(self, wanted: Filter) -> list[int]:
        """Return the sequences that match, rising."""
        columns = self.columns
        codes = [
            number for number, shape in enumerate(columns.shapes)
            if (wanted.member is None or shape.member == wanted.member)
            and (wanted.action is None or shape.action == wanted.action)
            and (wanted.failed is None or outcome_words(shape)[1] == wanted.failed)
        ]  # fmt: skip
        if len(codes) == len(columns.shapes):
            found: list[int] | range = range(len(columns))
        else:
            keep = frozenset(codes)
            found = [seq for seq, code in enumerate(columns.codes) if code in keep]
        for column, value in (
            (columns.clients, wanted.client), (columns.entities, wanted.entity), (columns.sessions, wanted.session),
        ):  # fmt: skip
            if value is not None:
                found = [seq for seq in found if column[seq] == value]
        if wanted.since is not None or wanted.until is not None:
            since, until = wanted.since or 0, wanted.until if wanted.until is not None else 2**63
            times = columns.times
            found = [seq for seq in found if since <= times[seq] < until]
        return list(found)

    def next_failure(self, after: int) -> int | None:
        """Return the next failed record after AFTER, or None."""
        failures = self.find(Filter(failed=True))
        at = bisect_left(failures, after + 1)
        return failures[at] if at < len(failures) else None
