"""The statement about a lost device: what of a vault was on it, how it was sealed, since when, whether it was locked.

It is written from another copy of the vault, without a key; what the lost copy had of it ends where that one ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.columns import Columns
from core.names import one_line
from vault_format.authority.state import State
from vault_format.codes import Action, Kind, NoteClass
from vault_format.errors import UsageError
from vault_format.frames import layout
from vault_format.verification.verify import Pinned
from vault_format.view import Clock, View

_SAVED = (Action.SAVE, Action.ADDENDUM, Action.IMPORT)
_FAILED = (Action.UNLOCK_FAILED, Action.RECOVERY_FAILED, Action.RECOVERY_BEGUN)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that no lock ended: whose, since when (UTC ms), the record of its unlock and the last one in it."""

    member: str
    unlocked: int
    record: int
    last: int
    last_record: int


@dataclass(frozen=True, slots=True)
class Slot:
    """What a guess at a member's passphrase costs: Argon2id memory in KiB and passes; since when (UTC ms)."""

    member: str
    memory: int
    passes: int
    since: int
    kit: bool


@dataclass(frozen=True, slots=True)
class LostDevice:
    """What can be said of the vault as it was at `lost`. Times are UTC ms, 0 for never; ids and hashes are hex.

    `records`, `head`, the counts of notes and clients, `last_unlock` and `last_lock` (with their records) are as of
    then; `later` and `later_failures` count records of this copy that came after it.
    """

    practice: str
    vault: str
    zone: str
    written: int
    lost: int
    intact: bool
    records: int
    head: str
    first: int
    chart_notes: int
    process_notes: int
    clients: int
    key_set: int
    key_set_since: int
    slots: tuple[Slot, ...]
    custodians: int
    threshold: int
    idle_minutes: int
    last_unlock: int
    last_unlock_record: int
    last_lock: int
    last_lock_record: int
    open_sessions: tuple[OpenSession, ...]
    later: int
    later_failures: int


def statement(path: str, lost: int | None, clock: Clock, pin: Pinned | None = None) -> LostDevice:
    """Return the statement for the vault at PATH, lost at LOST (UTC ms; None: now).

    Raises UsageError where it held nothing then, and what opening it raises. PIN is what this machine remembers.
    """
    columns = Columns()
    view = View(path, clock, pin=pin, listener=columns.take)
    try:
        at = clock() if lost is None else lost
        times = columns.times
        count = next((seq + 1 for seq in range(len(columns) - 1, -1, -1) if times[seq] <= at), 0)
        if not count:
            raise UsageError("This vault was made after that time.", todo="Say when the device was lost.")
        state = view.state
        notes, process, clients = _held(columns, count)
        unlock, lock, open_ones = _sessions(columns, count, state)
        epoch = max((each for each in state.epochs if each.seq < count), key=lambda each: each.number)
        failures = {number for number, shape in enumerate(columns.shapes) if shape.action in _FAILED}
        header = view.record(count - 1)
        return LostDevice(
            practice=one_line(state.practice), vault=state.vault_id.hex(), zone=state.current_policy().zone,
            written=clock(), lost=at, intact=not view.findings, records=count,
            head=layout.record_hash(header.header.pack() + header.signature).hex(), first=times[0],
            chart_notes=notes, process_notes=process, clients=clients, key_set=epoch.number,
            key_set_since=epoch.time, slots=_slots(state, columns),
            custodians=len(state.custodians) if state.authority else 0, threshold=state.threshold,
            idle_minutes=state.current_policy().idle_minutes,
            last_unlock=times[unlock] if unlock >= 0 else 0, last_unlock_record=max(unlock, 0),
            last_lock=times[lock] if lock >= 0 else 0, last_lock_record=max(lock, 0), open_sessions=open_ones,
            later=len(columns) - count, later_failures=sum(columns.codes[seq] in failures
                                                           for seq in range(count, len(columns))),
        )  # fmt: skip
    finally:
        view.close()


def _held(columns: Columns, count: int) -> tuple[int, int, int]:
    """Return how many chart notes, process notes and clients were ever saved in the first COUNT records."""
    held: dict[tuple[int, int], set[int]] = {}
    kinds = {
        number: (shape.kind, shape.note_class) for number, shape in enumerate(columns.shapes) if shape.action in _SAVED
    }
    for seq in range(count):
        key = kinds.get(columns.codes[seq])
        if key is not None:
            held.setdefault(key, set()).add(columns.entities[seq])
    clients = {entity for (kind, _), found in held.items() if kind == Kind.CLIENT for entity in found}
    return (
        len(held.get((Kind.NOTE, NoteClass.CHART), ())), len(held.get((Kind.NOTE, NoteClass.PROCESS), ())), len(clients)
    )  # fmt: skip


def _sessions(columns: Columns, count: int, state: State) -> tuple[int, int, tuple[OpenSession, ...]]:
    """Return the last unlock, the last lock (-1: none), and the sessions that had no lock."""
    unlock = lock = -1
    begun: dict[int, list[int]] = {}
    kinds = [shape.action for shape in columns.shapes]
    for seq in range(count):
        action, session = kinds[columns.codes[seq]], columns.sessions[seq]
        if action == Action.UNLOCK:
            unlock = seq
            begun[session] = [seq, seq]
        elif action == Action.LOCK:
            lock = seq
            begun.pop(session, None)
        elif session in begun:
            begun[session][1] = seq
    times = columns.times
    found = []
    for first, last in begun.values():
        member = state.members.get(columns.shape(first).member)
        found.append(OpenSession(one_line(member.name) if member else "", times[first], first, times[last], last))
    return unlock, lock, tuple(found)


def _slots(state: State, columns: Columns) -> tuple[Slot, ...]:
    times = columns.times
    return tuple(
        Slot(one_line(each.name), each.memory, each.passes, times[each.slot_seq], each.kit is not None)
        for each in state.active_members()
    )
