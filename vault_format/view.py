"""The verified view of a vault: opened whole, then followed as others append.

What was read is verified before it is used. After anything that leaves the view in doubt it is stale: the vault must be
opened again, which verifies all of it again.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

from vault_format.authority.replay import finish
from vault_format.authority.state import State
from vault_format.crypto import signing
from vault_format.errors import NewerFormat, NotAVault, Unavailable, VaultBroken
from vault_format.frames import layout
from vault_format.frames.scan import Batch
from vault_format.frames.tail import Tail, settled
from vault_format.lookup import Found, Record, read_record, read_records, size_of_parts
from vault_format.store import LocalStore, Moved, Store
from vault_format.verification.findings import Finding, Notice
from vault_format.verification.signatures import Claim, SignatureChecks
from vault_format.verification.verify import (
    Pinned,
    check_continues,
    check_pin,
    judge_tail,
    missing_parts,
    read_preamble,
)
from vault_format.verification.walk import Walk

Listener = Callable[[Batch], None]
Progress = Callable[[int, int], None]
Clock = Callable[[], int]


class View:
    """Opens a vault, verifies it whole, then follows.

    CLOCK gives UTC milliseconds. LISTENER sees every accepted batch. PIN is what this machine remembers: signatures up
    to it are not checked again, everything else is. PROGRESS is told (bytes verified, bytes in all). STORE is where the
    bytes are, by default the file at PATH. Raises NotAVault, NewerFormat, ReadOnly, Unavailable; what verification
    objects to is in `findings`.
    """

    def __init__(
        self, path: str, clock: Clock, *, pin: Pinned | None = None, listener: Listener | None = None,
        progress: Progress | None = None, store: Store | None = None,
    ) -> None:  # fmt: skip
        self.path = path
        self.clock = clock
        self.stale = False
        self.offsets = array("Q")
        self._listener = listener
        self._pin = pin
        self._lock = threading.RLock()
        self._bad: list[int] = []
        self._checks: SignatureChecks | None = SignatureChecks()
        self._tail = Tail(0, None)
        self._covered = 0
        self._store = LocalStore(path) if store is None else store
        try:
            self.walk = Walk(self._preamble(), self._claim, pin.sequence if pin else -1)
            if pin is not None:
                self.walk.watched = frozenset({pin.sequence})
            self._settle(progress)
        except BaseException:
            self.close()
            raise
        self._safe = pin or Pinned(self.state.vault_id, 0, self.state.vault_id)

    def _preamble(self) -> bytes:
        preamble, problem = read_preamble(self._store.read, self.path)
        if problem == "newer":
            raise NewerFormat("This vault was made by a newer Tacenda.", todo="Open it with that version.")
        if problem:
            raise NotAVault("The first 16 bytes of this vault were changed.", todo="Run `tacenda verify` on it.")
        return preamble

    def _claim(self, vault_id: bytes, claims: list[Claim]) -> None:
        if self._checks is not None:
            self._checks.add(vault_id, claims)
            return
        for seq, public, head in claims:
            message = layout.signed_message(vault_id if seq else layout.ZERO32, head[: layout.HEADER_SIZE])
            if not signing.holds(head[layout.HEADER_SIZE :], message, public):
                self._bad.append(seq)

    def _accept(self, batch: Batch, listener: Listener | None) -> None:
        accepted = self.walk.feed(batch)
        if accepted.items:
            base = accepted.base
            self.offsets.extend([base + item[0] for item in accepted.items])
            if listener is not None:
                listener(accepted)

    def _read(self, progress: Progress | None = None) -> None:
        for batch in self._store.frames(self.walk.offset):
            self._accept(batch, self._listener)
            if progress is not None:
                progress(self.walk.offset, max(self.walk.offset, self._store.size()))
            if self.walk.ended:
                return

    def _settle(self, progress: Progress | None) -> None:
        walk, report, store = self.walk, self.walk.report, self._store
        self._tail = settled(walk, store.read, store.size, lambda: self._read(progress))
        if self._checks is not None:
            self._bad += self._checks.finish(self.state.vault_id)
            self._checks = None
        self._report_bad()
        judge_tail(walk, self._tail, store.problem)
        kept, excess, _ = self._flood(self.clock())
        if not walk.ended and excess:
            report.note(kept, "flood", f"{excess} unsigned records set aside")
            report.forget(kept)
        if walk.count == 0 and not report.finding_count:
            report.find(0, "format", "no first record")
        if not walk.ended and not walk.replay.newer:
            finish(walk.state, report, missing_parts(store.frames(layout.PREAMBLE_SIZE), walk))
        check_continues(walk)
        if self._pin is not None:
            check_pin(report, walk, self._pin)
            if excess and kept <= self._pin.sequence < walk.count:
                report.find(kept, "pin", "a record this machine has seen is one of too many unsigned ones by now")

    def _flood(self, now: int) -> tuple[int, int, int]:
        """Return how many records stay, how many unsigned ones are over their cap, and where those begin."""
        replay, (first, _, offset) = self.walk.replay, self.walk.run_start
        kept = replay.lawful_run(now)
        return first + kept, len(replay.run) - kept, offset + kept * layout.BARE_SIZE

    def _report_bad(self) -> None:
        for seq in self._bad:
            self.walk.report.find(seq, "signature", "the signature does not hold under the member's key")
        self._bad.clear()

    @property
    def state(self) -> State:
        """What the records so far amount to."""
        return self.walk.state

    @property
    def count(self) -> int:
        """How many records there are."""
        return self.walk.count

    @property
    def head(self) -> bytes:
        """The last record's hash."""
        return self.walk.head

    @property
    def findings(self) -> list[Finding]:
        """What verification objects to."""
        return self.walk.report.findings

    @property
    def notices(self) -> list[Notice]:
        """What verification remarked."""
        return self.walk.report.notices

    @property
    def torn(self) -> int:
        """Bytes of an unfinished record behind the last whole one."""
        return self._tail.length

    @property
    def broken(self) -> bool:
        """Whether there is a finding that is more than one entity's damaged ciphertext."""
        return self.walk.report.broken_at is not None

    def check_whole(self) -> None:
        """Raise VaultBroken if the chain or the state does not hold, NewerFormat if a newer program wrote here.

        Ciphertext that is damaged or gone closes its own entity only and is no reason to raise.
        """
        if self.broken:
            first = min((each for each in self.findings if not each.local), default=self.findings[0])
            raise VaultBroken(
                f"The chain is broken at record {first.seq:,} ({first.kind}: {first.detail}).",
                safe="Nothing was changed; nothing is opened, because it could not be recorded.",
                todo="Run `tacenda verify` on it, and look for a whole copy.",
            )
        if self.walk.replay.newer:
            raise NewerFormat("A newer Tacenda wrote in this vault.", todo="Open it with that version.")

    @contextmanager
    def _in_doubt(self) -> Iterator[None]:
        """Be stale from here on, unless the block comes to its end: whatever cuts it short leaves half a step."""
        self.stale = True
        yield
        self.stale = False

    def _require_fresh(self) -> None:
        if self.stale:
            raise Moved

    def follow(self) -> int:
        """Read and verify what others appended. Returns how many records.

        Raises Moved if the file was replaced or cut, or if what came does not verify: then only a new look at the whole
        file can tell what is the matter with it.
        """
        with self._lock:
            self._require_fresh()
            if self._store.replaced():
                self.stale = True
                raise Moved
            return self._catch_up()

    def _catch_up(self) -> int:
        walk, size = self.walk, self._store.size()
        if walk.ended or size == walk.offset:
            return 0
        before, objections = walk.count, walk.report.finding_count
        with self._in_doubt():
            if size < walk.offset:
                raise Moved
            self._read()
            self._report_bad()
            if walk.report.finding_count != objections:
                raise Moved
        return walk.count - before

    def replaced(self) -> bool:
        """Whether another file stands at the path by now (a compaction, a restored backup)."""
        return self._store.replaced()

    def record(self, sequence: int) -> Record:
        """Return one record with its rows and the parts that are present.

        Raises LookupError if there is no such record, NotWhole if it is not any more what was verified.
        """
        with self._lock:
            if not 0 <= sequence < len(self.offsets):
                raise LookupError(f"no record {sequence}")
            start, last = self.offsets[sequence], sequence + 1 == len(self.offsets)
            end = self.walk.offset if last else self.offsets[sequence + 1]
            following = self.head if last else self._store.read(end, layout.HEADER_SIZE)[-32:]
            return read_record(self._store.read, sequence, (start, end), following)

    def records(self, wanted: Iterable[int]) -> Iterator[Found]:
        """Return many records, given in ascending order, with few reads; what is not what was verified is left out."""
        with self._lock:
            return read_records(self._store.read, self.offsets, self.walk.offset, self.head, wanted)

    def read(self, sequence: int, position: int) -> bytes:
        """Return the bytes of one part: the record's sequence, the part's position in it.

        Raises LookupError if the record or part is not there, NotWhole as `record` does.
        """
        parts = self.record(sequence).parts
        part = parts[position] if 0 <= position < len(parts) else None
        if part is None:
            raise LookupError(f"record {sequence} has no part {position}")
        return part

    def batches(self, first: int = 0) -> Iterator[Batch]:
        """Yield the verified records from number FIRST on, as they stand in the file now."""
        with self._lock:
            if first >= self.walk.count:
                return
            for batch in self._store.frames(self.offsets[first]):
                left = self.walk.count - batch.items[0][2][2]
                if left <= 0:
                    return
                yield batch._replace(items=batch.items[:left])

    def size_of_parts(self, numbers: Collection[int]) -> int:
        """Return how many bytes those of the parts NUMBERS (as the chain counts them) take that are present."""
        with self._lock:
            return size_of_parts(self._store.frames(layout.PREAMBLE_SIZE), frozenset(numbers)) if numbers else 0

    def pin(self) -> Pinned:
        """Return what this machine may now remember: nothing that could still vanish or be set aside by rights.

        What another writer has not yet synced is synced first. Where that fails, and in a stale or broken view, it is
        what could be remembered before.
        """
        with self._lock:
            if self.stale or self.broken:
                return self._safe
            if self._covered < self.walk.count:
                try:
                    self._store.sync()
                except Unavailable:
                    return self._safe
                self._covered = self.walk.count
            count, head = self.walk.count, self.walk.head
            if self._flood(self.clock())[1]:
                count, head, _ = self.walk.run_start
            self._safe = Pinned(self.state.vault_id, count - 1, head)
            return self._safe

    def close(self) -> None:
        """Give up the vault; the view is stale then. May be called again."""
        with self._lock:
            self.stale = True
            if self._checks is not None:
                self._checks.abandon()
                self._checks = None
            self._store.close()
