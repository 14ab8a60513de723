"""Appending to a vault: what is about to be written is put through the same rules as what was read (section 10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vault_format import bounds, writing
from vault_format.codes import TailCase
from vault_format.errors import VaultBroken
from vault_format.frames import layout
from vault_format.frames.record import Draft, Place, Signer
from vault_format.frames.scan import Batch, scan
from vault_format.frames.tail import Tail, settled
from vault_format.lookup import Record
from vault_format.store import Moved
from vault_format.verification.verify import Pinned, judge_tail
from vault_format.view import Clock, Listener, Progress, View

__all__ = ["Clock", "Ledger", "Listener", "Progress", "Record", "Written"]


@dataclass(frozen=True, slots=True)
class Written:
    """A record that is on the disk: its sequence, and the record hash."""

    sequence: int
    head: bytes


class Ledger(View):
    """A view that can be written to. No record can be appended while a finding breaks the chain."""

    def check_writable(self) -> None:
        """Take a writer's turn and give it up. Raises ReadOnly, Busy, or Moved if the file was replaced."""
        with self._lock, self._store.turn():
            pass

    def append(self, build: Callable[[], Sequence[Draft]], signer: Signer | None) -> list[Written]:
        """Append the records that BUILD gives once the newest state is known, all in one write.

        Returns when they are on the disk. Raises VaultBroken, Busy, ReadOnly, NoSpace, SyncFailed, Unavailable,
        CapReached, Moved, or whatever BUILD raises; in each case nothing counts as written.
        """
        with self._lock:
            self._require_fresh()
            try:
                with self._store.turn():
                    return self._append_now(build, signer)
            except Moved:
                self.stale = True
                raise

    def _append_now(self, build: Callable[[], Sequence[Draft]], signer: Signer | None) -> list[Written]:
        now = min(self.clock(), bounds.MAX_TIME)
        self._catch_up()
        self._clear_the_end(now)
        drafts = list(build())
        if not drafts:
            return []
        replay = self.walk.replay
        repairs: list[Draft] = []
        if signer is None:
            writing.check_caps(replay, drafts, now)
        else:
            repairs = writing.repairs(self.state, signer, self._store.aside(self.state.tails))
        place = Place(self.walk.count, self.walk.head, writing.moment(now, replay.signed_time), self.state.vault_id)
        frames = writing.chain([*repairs, *drafts], place, signer)
        self._tell(self._write(b"".join(frames)))
        written = [Written(sequence, layout.record_hash(raw)) for sequence, raw in enumerate(frames, place.sequence)]
        return written[len(repairs) :]

    def _clear_the_end(self, now: int) -> None:
        """Set a torn tail or a flood of unsigned records aside. Raises VaultBroken for damage, Moved after a flood."""
        walk, store = self.walk, self._store
        self.check_whole()
        self._tail = settled(walk, store.read, store.size, lambda: None)
        if self._tail.length and self._tail.case is None:
            judge_tail(walk, self._tail, store.problem)
            self.check_whole()
        kept, excess, offset = self._flood(now)
        if excess or self._tail.length:
            self._refuse_below_pin(kept)
        if excess:
            # What is cut off was shown to the listener; only opening the vault again mends what it made of that.
            with self._in_doubt():
                store.set_aside(offset, TailCase.FLOOD)
                raise Moved
        if self._tail.case is not None:
            if not any(notice.kind == "torn" and notice.seq == walk.count for notice in self.notices):
                judge_tail(walk, self._tail, "")
            store.set_aside(walk.offset, self._tail.case)
            self._tail = Tail(0, None)

    def _refuse_below_pin(self, kept: int) -> None:
        if self._pin is not None and kept <= self._pin.sequence:
            raise VaultBroken(
                "The file ends before a record this machine has seen.", safe="Nothing was changed.",
                todo="Look for a newer copy.",
            )  # fmt: skip

    def _write(self, frames: bytes) -> Batch:
        offset = self.walk.offset
        with self._in_doubt():
            batch = self._rehearse(frames, offset)
            self._store.append(offset, frames)
            self._covered = self.walk.count
            self._safe = Pinned(self.state.vault_id, self.walk.count - 1, self.walk.head)
        return batch

    def _rehearse(self, frames: bytes, offset: int) -> Batch:
        """Put our own frames through the rules. If they object, nothing is written."""
        report = self.walk.report
        before = report.finding_count
        batch, used, _, problem = scan(frames, offset)
        self._accept(batch, None)
        self._report_bad()
        if used != len(frames) or problem or report.finding_count != before:
            found = report.findings[-1].detail if report.finding_count != before else problem or "it is cut short"
            raise VaultBroken(
                f"This act is not allowed in this vault: {found}.", safe="Nothing was written.", todo="Open it again."
            )
        return batch

    def _tell(self, batch: Batch) -> None:
        """Show the listener what is on the disk. Where it fails, that is no failure of the append."""
        if self._listener is not None:
            try:
                self._listener(batch)
            except Exception:  # noqa: BLE001  it meets the same records again when the vault is opened again
                self.stale = True
