"""What the keys of a vault look like now: their age, what stands under them, what is still to do.

Everything is computed from verified records; nothing is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.catalog.gather import Entry
from core.session.desk import Desk
from core.upkeep.charts.droppable import Droppable, droppable
from core.upkeep.keys.asked import Asked, asked_for
from vault_format.authority.state import State
from vault_format.codes import NoteClass, Reason, Role

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One key set: its number, when and in which record it was opened, and what stands under it now.

    `entries` are the notes, clients and appointments whose newest text is sealed under it; `records` those written
    while it was the current one.
    """

    number: int
    opened: int
    sequence: int
    days: int
    entries: int
    records: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A member who has something of their own left under older keys: process notes, or the key pair itself."""

    name: str
    pair: bool
    process: int


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """The state of the keys. Times are UTC ms, `days` until `due` negative once it is over.

    `to_move` are the entries that the asking member can re-encrypt now, `to_confirm` those whose re-encryption the
    member can confirm, `unconfirmed` all that somebody has yet to confirm; `drop` is what may leave the file, `asked`
    who asked for new keys before their date.
    """

    epochs: tuple[EpochRow, ...]
    due: int
    days: int
    automatic: bool
    behind: tuple[Behind, ...]
    to_move: int
    to_confirm: int
    unconfirmed: int
    drop: Droppable
    asked: Asked | None = None

    @property
    def overdue(self) -> bool:
        """Whether the policy asks for new keys now, or somebody has asked for them."""
        return self.days < 0 or self.asked is not None

    @property
    def reason(self) -> Reason:
        """What a key set that is made now is recorded with: what calls for it, by hand only where nothing does."""
        return _reason(self.asked, late=self.days < 0)

    @property
    def at_work(self) -> bool:
        """Whether a rotation has begun and texts still stand under older keys."""
        return any(row.entries for row in self.epochs[:-1])


def rotation_due(state: State) -> int:
    """Return when the policy asks for the next key set (UTC ms)."""
    return state.epochs[-1].time + state.current_policy().rotation_days * DAY_MS


def reason_now(desk: Desk) -> Reason:
    """Return why new keys would be made now: somebody asked, else the policy's date is past, else by hand."""
    return _reason(asked_for(desk), late=rotation_due(desk.state) <= desk.vault.clock())


def _reason(asked: Asked | None, *, late: bool) -> Reason:
    if asked is not None:
        return asked.reason
    return Reason.BY_DATE if late else Reason.BY_HAND


def outdated(entry: Entry, state: State) -> bool:
    """Whether ENTRY's newest text stands under keys that are not its owner's newest."""
    if entry.shredded or not entry.revision:
        return False
    if entry.note_class == NoteClass.PROCESS:
        author = state.members.get(entry.author)
        return author is not None and author.active and entry.key_epoch < author.generation
    return entry.key_epoch < state.epoch


def movable(desk: Desk) -> list[Entry]:
    """Return what the member at DESK can re-encrypt: an owner every chart entry, an author the own process notes.

    In the order of the file: many stand in one record, which is then read once.
    """
    who, state = desk.who, desk.state
    found = [
        entry
        for entry in desk.catalog.entries()
        if outdated(entry, state)
        and (entry.author == who.number if entry.note_class == NoteClass.PROCESS else who.role is Role.OWNER)
    ]
    return sorted(found, key=lambda entry: entry.live)


def confirmable(desk: Desk) -> list[int]:
    """Return the entities whose re-encryption the member at DESK may confirm: see docs/FORMAT.md, action 33."""
    who, state = desk.who, desk.state
    if not who.holds_notes:
        return []
    alone = state.note_writers() == 1
    found = []
    for number, entity in state.entities.items():
        if not entity.original or entity.shredded:
            continue
        if entity.note_class == NoteClass.PROCESS:
            may = entity.author == who.number
        else:
            may = alone or entity.mover != who.number
        if may and entity.client not in state.holds:
            found.append((entity.live, number))
    return [number for _, number in sorted(found)]


def _behind(state: State, entries: Iterable[Entry]) -> tuple[Behind, ...]:
    process = Counter(
        entry.author for entry in entries if entry.note_class == NoteClass.PROCESS and outdated(entry, state)
    )
    found = []
    for member in state.active_members():
        pair = not state.is_current(member)
        if pair or process[member.number]:
            found.append(Behind(member.name, pair, process[member.number]))
    return tuple(found)


def _epochs(state: State, entries: Iterable[Entry], count: int, now: int) -> tuple[EpochRow, ...]:
    under = Counter(
        entry.key_epoch for entry in entries if entry.note_class != NoteClass.PROCESS and not entry.shredded
    )
    begins = [epoch.seq for epoch in state.epochs] + [count]
    return tuple(
        EpochRow(
            epoch.number,
            epoch.time,
            epoch.seq,
            max(0, now - epoch.time) // DAY_MS,
            under[epoch.number],
            begins[at + 1] - begins[at],
        )
        for at, epoch in enumerate(state.epochs)
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the member at the desk: counts as in KeyStatus, `days` since the keys are.

    `due` says that new ones are wanted: by the policy, or because they were `asked` for.
    """

    to_move: int
    to_confirm: int
    days: int
    due: bool
    automatic: bool
    owner: bool
    asked: Asked | None = None


def waiting(desk: Desk) -> Waiting:
    """Return what waits for the member at DESK; quicker than key_status, for after every unlock. Nothing is opened."""
    state, now, asked = desk.state, desk.vault.clock(), asked_for(desk)
    return Waiting(
        len(movable(desk)), len(confirmable(desk)), max(0, now - state.epochs[-1].time) // DAY_MS,
        rotation_due(state) <= now or asked is not None, state.current_policy().rotation_auto,
        desk.who.role is Role.OWNER, asked,
    )  # fmt: skip


def key_status(desk: Desk) -> KeyStatus:
    """Return the state of the vault's keys as the member at DESK sees it. Nothing is opened."""
    state, now = desk.state, desk.vault.clock()
    entries = desk.catalog.entries()
    due = rotation_due(state)
    return KeyStatus(
        epochs=_epochs(state, entries, desk.vault.ledger.count, now), due=due, days=(due - now) // DAY_MS,
        automatic=state.current_policy().rotation_auto, behind=_behind(state, entries), to_move=len(movable(desk)),
        to_confirm=len(confirmable(desk)),
        unconfirmed=sum(1 for _, entity in state.entities.items() if entity.original and not entity.shredded),
        drop=droppable(desk), asked=asked_for(desk),
    )  # fmt: skip
