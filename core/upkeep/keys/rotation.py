"""Rotation: new keys at once, then every text under them, in batches that a kill can interrupt anywhere.

What is left to do is read from the records alone: whatever stands under older keys. There is no state beside the vault.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.acts import epochs, moves, trail
from core.acts.acting import Acting
from core.acts.moves import Moving
from core.catalog.gather import Entry
from core.session.desk import Desk
from core.session.finding.bodies import open_pairs, uncollected
from core.session.notes.reading import open_raw
from core.session.session import Session
from core.upkeep.keys.status import confirmable, movable, outdated, reason_now
from vault_format.codes import NoteClass, Reason, Role
from vault_format.errors import NotWhole, Refused, UsageError
from vault_format.frames.record import Draft

BATCH = 200
"""Texts in one record: more gain next to nothing, and other sessions wait while one is written."""
_BATCH_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Step:
    """Where a rotation stands: what it does, how many of how many UNIT, seconds since it does that, seconds in all."""

    doing: str
    done: int
    total: int
    seconds: float
    spent: float = 0.0
    unit: str = "texts"

    @property
    def rate(self) -> float:
        """How many a second in this phase, 0 before the first."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds that the rest of this phase will take at this rate, 0 if unknown."""
        return (self.total - self.done) / self.rate if self.rate else 0.0


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done: the key set that is current, texts moved and confirmed, entities that could not be opened."""

    epoch: int
    moved: int
    confirmed: int
    closed: tuple[int, ...]
    stopped: bool


Watch = Callable[[Step], None]


class Rotation:
    """Renews a vault's keys for the member of SESSION; an owner those of the vault, everyone the own.

    WATCH is told of each step; once CANCELLED says so it stops between two batches, and going on later does the rest.
    """

    def __init__(
        self, session: Session, *, watch: Watch = lambda _: None, cancelled: Callable[[], bool] = lambda: False
    ) -> None:
        self._session = session
        self._watch = watch
        self._cancelled = cancelled
        self._began = self._phase_began = time.monotonic()
        self._phase = ""
        self._closed: list[int] = []

    def begin(self, reason: Reason | None = None) -> int:
        """Open a new key set, under which everything is written from here on. Returns its number.

        REASON stands in the record; None: what called for it, as the records tell at that moment. Raises Refused for
        everybody but an owner.
        """
        with self._session.at_desk() as desk:
            if desk.who.role is not Role.OWNER:
                raise Refused(
                    f"The role {desk.who.role.name.lower()} does not open key sets.", safe="Nothing was changed.",
                    todo="Ask an owner; your own keys are renewed by themselves.",
                )  # fmt: skip
            desk.append(lambda acting: [
                epochs.epoch_open(acting, reason_now(desk) if reason is None else reason).draft,
            ])  # fmt: skip
            desk.take_keys()
            return desk.state.epoch

    def go_on(self) -> Rotated:
        """Re-encrypt what stands under older keys, confirm what was moved; whatever the member may.

        Raises what appending raises: then what was written stays, and going on later does the rest.
        """
        with self._session.at_desk() as desk:
            desk.renew_keys()
            waiting = movable(desk)
        moved = self._move_all(waiting) if waiting else 0
        with self._session.at_desk() as desk:
            to_confirm = [] if self._cancelled() else confirmable(desk)
        confirmed = self._confirm_all(to_confirm) if to_confirm else 0
        with self._session.at_desk() as desk:
            epoch = desk.state.epoch
        return Rotated(epoch, moved, confirmed, tuple(dict.fromkeys(self._closed)), self._cancelled())

    def _tell(self, doing: str, done: int, total: int) -> None:
        now = time.monotonic()
        if doing != self._phase or not done:
            # what went before is another kind of work: its time says nothing of how long this takes
            self._phase, self._phase_began = doing, now
        self._watch(Step(doing, done, total, now - self._phase_began, now - self._began))

    def _announce(self, desk: Desk, entries: Sequence[Entry]) -> None:
        """Record that these texts are opened; nothing is opened before."""
        process = sum(entry.note_class == NoteClass.PROCESS for entry in entries)
        desk.append(lambda acting: [trail.searched(acting, len(entries) - process, process)])

    def _move_all(self, entries: Sequence[Entry]) -> int:
        with self._session.at_desk() as desk:
            self._announce(desk, entries)
        moved = done = 0
        self._tell("re-encrypting", 0, len(entries))
        for some in _batches(entries):
            if self._cancelled():
                break
            with self._session.at_desk() as desk, uncollected():
                moved += self._move(desk, some)
            done += len(some)
            self._tell("re-encrypting", done, len(entries))
        return moved

    def _move(self, desk: Desk, entries: Sequence[Entry]) -> int:
        waiting = [entry for entry in entries if outdated(entry, desk.state)]
        opened = [(found, entry.revision) for entry, found in self._open(desk, waiting)]
        written = 0

        def build(acting: Acting) -> list[Draft]:
            nonlocal written
            # what somebody saved or re-encrypted meanwhile stands under the new keys already
            still = [
                moving for moving, revision in opened
                if (known := acting.state.entities.get(moving.entity)) is not None
                and not known.shredded and known.revision == revision
                and outdated(desk.catalog.entry(moving.entity), acting.state)
            ]  # fmt: skip
            written = len(still)
            return list(moves.reencrypt(acting, still))

        desk.append(build)
        # their indexes were open already, and are what was sealed just now
        desk.catalog.keep_open(moving.entity for moving, _ in opened)
        return written

    def _open(self, desk: Desk, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Moving]]:
        """Yield what opens; the rest stays where it is, and closed: moving it would hide what is wrong with it."""
        for entry, pair in open_pairs(desk, entries):
            if pair is not None:
                yield entry, Moving(entry.entity, *pair)
                continue
            self._closed.append(entry.entity)
            with contextlib.suppress(NotWhole, Refused, UsageError):
                # by itself: lists learn from it what is wrong
                open_raw(desk, entry, entry.revision, entry.live)

    def _confirm_all(self, numbers: Sequence[int]) -> int:
        with self._session.at_desk() as desk:
            self._announce(desk, [desk.catalog.entry(number) for number in numbers])
        good: list[tuple[int, int]] = []
        self._tell("confirming", 0, len(numbers))
        for at in range(0, len(numbers), BATCH):
            if self._cancelled():
                break
            with self._session.at_desk() as desk, uncollected():
                known = desk.state.entities
                live = {number: entity.live for number in numbers[at : at + BATCH] if (entity := known.get(number))}
                entries = [desk.catalog.entry(number) for number in live]
                good += [(entry.entity, live[entry.entity]) for entry, _ in self._open(desk, entries)]
            self._tell("confirming", min(at + BATCH, len(numbers)), len(numbers))
        count = 0

        def build(acting: Acting) -> list[Draft]:
            nonlocal count
            still = [
                number for number, live in good
                if (known := acting.state.entities.get(number)) is not None and known.live == live and known.original
            ]  # fmt: skip
            count = len(still)
            return list(moves.confirmed(acting, still))

        if good:
            with self._session.at_desk() as desk:
                desk.append(build)
        return count


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    some: list[Entry] = []
    for entry in entries:
        some.append(entry)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some
