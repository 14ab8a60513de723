"""Writing a vault anew without what its drop records list (docs/FORMAT.md, section 10).

The new file is verified from its first byte to its last before it takes the old one's place. Other writers go on while
it is made; only for the last records and the change of files do they wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vault_format import bounds
from vault_format.authority.replay import finish
from vault_format.errors import Unavailable, VaultBroken
from vault_format.frames import layout
from vault_format.frames.scan import Batch, Item
from vault_format.ledger import Clock, Ledger
from vault_format.store import Replacement
from vault_format.verification.signatures import SignatureChecks
from vault_format.verification.verify import Pinned, missing_parts
from vault_format.verification.walk import Walk

Watch = Callable[[int, int], None]
_BLOCK = 1024 * 1024


class GivenUp(Unavailable):
    """The person stopped it; the vault is as it was."""

    def __init__(self) -> None:
        super().__init__("Stopped.", safe="The vault is as it was.")


@dataclass(frozen=True, slots=True)
class Compaction:
    """What compacting did: sizes in bytes before and after, how many parts went, records in the new file."""

    before: int
    after: int
    parts: int
    records: int


class Compactor(Ledger):
    """Opens a vault as Ledger does, to write it anew once."""

    def run(self, *, watch: Watch | None = None, cancelled: Callable[[], bool] = lambda: False) -> Compaction:
        """Write the vault without the parts that drops list, and put that in its place.

        WATCH is told (bytes done, bytes in all); while CANCELLED says so it can be stopped up to the change of files.
        Raises VaultBroken if either file does not verify, Moved if the vault was replaced meanwhile, GivenUp, Busy,
        ReadOnly, NoSpace or SyncFailed; then the vault is as it was.
        """
        self.check_whole()
        with self._lock, self._store.replacement() as new:
            copying = _Copying(self, new, watch, cancelled)
            copying.go_on()
            copying.verify()
            with self._store.turn():
                self._catch_up()
                self._clear_the_end(min(self.clock(), bounds.MAX_TIME))
                copying.go_on()
                copying.verify()
                copying.compare()
                before = self._store.size()
                new.take_place()
            self.stale = True
        return Compaction(before, new.size(), copying.gone, self.count)

    def frames_from(self, offset: int) -> Callable[[], Batch | None]:
        """Return a function that gives the next batch from OFFSET each time, None at the end."""
        batches = self._store.frames(offset)
        return lambda: next(batches, None)

    @property
    def size(self) -> int:
        """The vault's size in bytes."""
        return self._store.size()


class _Copying:
    """The way of records from an old file to a new one, and the walk that verifies the new one."""

    def __init__(self, old: Compactor, new: Replacement, watch: Watch | None, cancelled: Callable[[], bool]) -> None:
        self._old, self._new, self._watch, self._cancelled = old, new, watch, cancelled
        self._at = layout.PREAMBLE_SIZE
        self._part = 0
        self.gone = 0
        self._checks = SignatureChecks()
        self._walk = Walk(layout.PREAMBLE, self._checks.add)

    def go_on(self) -> None:
        """Copy what the old file's ledger has accepted and the new one does not have yet. Raises GivenUp."""
        following, end = self._old.frames_from(self._at), self._old.walk.offset
        block: list[bytes] = []
        waiting = 0
        while self._at < end and (batch := following()) is not None:
            for item in batch.items:
                if self._at >= end:
                    break
                frame = self._kept(batch, item)
                block.append(frame)
                waiting += len(frame)
                self._at = batch.base + (item[3].end if item[3] else item[0] + layout.BARE_SIZE)
            if waiting >= _BLOCK:
                self._new.write(b"".join(block))
                block, waiting = [], 0
                self._tell()
        self._new.write(b"".join(block))

    def _kept(self, batch: Batch, item: Item) -> bytes:
        start, _, _, parts = item
        if parts is None:
            return batch.buffer[start : start + layout.BARE_SIZE]
        frame, first = batch.buffer[start : parts.end], self._part
        self._part += len(parts.spans)
        dropped = self._old.state.parts.was_dropped
        gone = [at for at, span in enumerate(parts.spans) if span >= 0 and dropped(first + at)]
        self.gone += len(gone)
        return layout.without(frame, gone)

    def verify(self) -> None:
        """Walk over what the new file has and was not verified yet, as it reads back. Raises GivenUp."""
        for batch in self._new.frames(self._walk.offset):
            self._walk.feed(batch)
            self._tell()

    def _tell(self) -> None:
        if self._cancelled():
            self._checks.abandon()
            raise GivenUp
        if self._watch is not None:
            whole = self._old.size
            self._watch(self._at + self._walk.offset, 2 * whole)

    def compare(self) -> None:
        """Raise VaultBroken unless the new file is whole, and says the same as the old one to its last record."""
        walk, old = self._walk, self._old
        for seq in self._checks.finish(walk.state.vault_id):
            walk.report.find(seq, "signature", "the signature does not hold under the member's key")
        finish(walk.state, walk.report, missing_parts(self._new.frames(layout.PREAMBLE_SIZE), walk))
        same = (walk.count, walk.head, walk.offset) == (old.count, old.head, self._new.size())
        if not same or not set(walk.report.findings) <= set(old.findings):
            raise VaultBroken(
                "The compacted copy does not verify.", safe="The vault is as it was; the copy was thrown away.",
                todo="Check the disk and the machine's memory, then try again.",
            )  # fmt: skip


def compact(
    path: str, clock: Clock, *, pin: Pinned | None = None, watch: Watch | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Compaction:  # fmt: skip
    """Compact the vault at PATH; see Compactor.run. Raises also what opening it raises."""
    compactor = Compactor(path, clock, pin=pin)
    try:
        return compactor.run(watch=watch, cancelled=cancelled)
    finally:
        compactor.close()
