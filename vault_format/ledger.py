"""The verified view of a vault that a session follows and appends to.

What was read is verified before it is used, and what is about to be written is put through the same rules before it is
written. After a write that failed in any way the ledger is stale: it must be opened again, which verifies again.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vault_format import bounds, layout, signing
from vault_format.authority.replay import finish
from vault_format.authority.state import State
from vault_format.codes import Action, TailCase
from vault_format.errors import Busy, NewerFormat, NotAVault, VaultBroken
from vault_format.findings import Finding, Notice
from vault_format.public.trail import TailRepaired
from vault_format.record import Draft, Place, Signer, frame, said
from vault_format.scan import Batch, scan
from vault_format.signatures import Claim, SignatureChecks
from vault_format.store import LocalStore, Moved
from vault_format.store.base import Store
from vault_format.tail import Tail, classify
from vault_format.verify import Pinned, check_continues, check_pin, missing_parts, read_preamble
from vault_format.walk import Walk

Listener = Callable[[Batch], None]
Progress = Callable[[int, int], None]
Clock = Callable[[], int]

SKEW_MS = 60_000
_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file: header, signature, rows, and each part or None where it was dropped."""

    header: layout.Header
    signature: bytes
    rows: list[layout.Row]
    parts: list[bytes | None]


@dataclass(frozen=True, slots=True)
class Written:
    """A record that is on the disk: its sequence, and the record hash."""

    sequence: int
    head: bytes


class Ledger:
    """Opens a vault, verifies it whole, then follows and appends.

    CLOCK gives UTC milliseconds. LISTENER sees every accepted batch, own or others'. PIN is what this machine
    remembers: signatures up to it are not checked again, everything else is. PROGRESS is told (bytes verified, bytes in
    all). Raises NotAVault, NewerFormat, ReadOnly; findings are in `findings`, and no record can be appended while
    there are any.
    """

    def __init__(
        self, path: str, clock: Clock, *, pin: Pinned | None = None, listener: Listener | None = None,
        progress: Progress | None = None,
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
        self._store: Store = LocalStore(path)
        try:
            preamble = self._preamble()
            self.walk = Walk(preamble, self._claim, pin.sequence if pin else -1)
            if pin is not None:
                self.walk.watched = frozenset({pin.sequence})
            self._read(progress)
            self._settle()
        except BaseException:
            self.close()
            raise

    def _preamble(self) -> bytes:
        store = self._store
        assert isinstance(store, LocalStore)  # noqa: S101  tells the type checker; a remote store reads its own
        preamble, problem = read_preamble(store.descriptor, self.path)
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
            message = layout.signed_message(vault_id if seq else layout.ZERO32, head[:144])
            if not signing.holds(head[144:], message, public):
                self._bad.append(seq)

    def _accept(self, batch: Batch) -> None:
        accepted = self.walk.feed(batch)
        if accepted.items:
            base = accepted.base
            self.offsets.extend([base + item[0] for item in accepted.items])
            if self._listener is not None:
                self._listener(accepted)

    def _read(self, progress: Progress | None = None) -> None:
        for batch in self._store.frames(self.walk.offset):
            self._accept(batch)
            if progress is not None:
                progress(self.walk.offset, max(self.walk.offset, self._store.size()))
            if self.walk.ended:
                return

    def _settle(self) -> None:
        if self._checks is not None:
            self._bad += self._checks.finish(self.walk.state.vault_id)
            self._checks = None
        self._report_bad()
        self._judge_tail()
        walk = self.walk
        if not walk.ended and not walk.replay.newer:
            store = self._store
            assert isinstance(store, LocalStore)  # noqa: S101
            finish(walk.state, walk.report, missing_parts(store.descriptor, walk))
        check_continues(walk)
        if self._pin is not None:
            check_pin(walk.report, walk, self._pin)

    def _report_bad(self) -> None:
        for seq in self._bad:
            self.walk.report.find(seq, "signature", "the signature does not hold under the member's key")
        self._bad.clear()

    def _judge_tail(self) -> None:
        store = self._store
        assert isinstance(store, LocalStore)  # noqa: S101
        self._tail = Tail(0, None)
        if self.walk.ended:
            return
        tail = classify(self.walk, store.descriptor, store.size())
        if tail.length and tail.case is None:
            self.walk.ended = True
            detail = store.problem or "a record that says it is longer than the file"
            self.walk.report.find(self.walk.count, "format", detail)
            return
        self._tail = tail

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
        broken = self.walk.report.broken_at
        if broken is not None:
            first = min((each for each in self.findings if not each.local), default=self.findings[0])
            raise VaultBroken(
                f"The chain is broken at record {first.seq:,} ({first.kind}: {first.detail}).",
                safe="Nothing was changed; nothing is opened, because it could not be recorded.",
                todo="Run `tacenda verify` on it, and look for a whole copy.",
            )
        if self.walk.replay.newer:
            raise NewerFormat("A newer Tacenda wrote in this vault.", todo="Open it with that version.")

    def follow(self) -> int:
        """Read and verify what others appended. Returns how many records. Raises Moved if the file was replaced."""
        with self._lock:
            before = self.walk.count
            self._read()
            self._report_bad()
            return self.walk.count - before

    def replaced(self) -> bool:
        """Whether another file stands at the path by now (a compaction, a restored backup)."""
        store = self._store
        return isinstance(store, LocalStore) and store.replaced()

    def append(self, build: Callable[[], Sequence[Draft]], signer: Signer | None) -> list[Written]:
        """Append the records that BUILD gives once the newest state is known, all in one write.

        Returns when they are on the disk. Raises VaultBroken, Busy, ReadOnly, NoSpace, SyncFailed, Moved, or whatever
        BUILD raises; in each case nothing counts as written.
        """
        with self._lock:
            for _ in range(_ATTEMPTS):
                if self.stale:
                    raise Moved
                with self._store.turn():
                    try:
                        return self._append_now(build, signer)
                    except Moved:
                        if self.replaced():
                            self.stale = True
                            raise
            raise Busy("Others write faster than this session can follow.", safe="Nothing is lost.", todo="Try again.")

    def _append_now(self, build: Callable[[], Sequence[Draft]], signer: Signer | None) -> list[Written]:
        self.follow()
        self._judge_tail()
        self.check_whole()
        self._set_aside()
        drafts = list(build())
        if signer is not None:
            drafts = [*self._repairs(signer), *drafts]
        frames = b""
        written: list[Written] = []
        sequence, head, offset = self.walk.count, self.walk.head, self.walk.offset
        moment = self._time()
        for draft in drafts:
            place = Place(sequence + len(written), head, moment, self.state.vault_id)
            raw = frame(draft, place, signer)
            head = layout.record_hash(raw)
            written.append(Written(place.sequence, head))
            frames += raw
        batch = self._rehearse(frames, offset)
        try:
            self._store.append(offset, frames)
        except BaseException:
            self.stale = True
            raise
        if self._listener is not None:
            self._listener(batch)
        return written[-len(drafts) :]

    def _time(self) -> int:
        now = min(self.clock(), bounds.MAX_TIME)
        last = self.walk.replay.signed_time
        return last if now < last <= now + SKEW_MS else now

    def _rehearse(self, frames: bytes, offset: int) -> Batch:
        """Put our own frames through the rules. If they object, nothing is written and the ledger is stale."""
        batch, used, _, problem = scan(frames, offset)
        before = self.walk.report.finding_count
        listener, self._listener = self._listener, None
        try:
            self._accept(batch)
        finally:
            self._listener = listener
        self._report_bad()
        if used != len(frames) or problem or self.walk.report.finding_count != before:
            self.stale = True
            found = self.walk.report.findings[-1].detail if self.walk.report.findings else problem
            raise VaultBroken(
                f"This act is not allowed in this vault: {found}.", safe="Nothing was written.", todo="Open it again."
            )
        return batch

    def _set_aside(self) -> None:
        store = self._store
        assert isinstance(store, LocalStore)  # noqa: S101
        now = self.clock()
        if self._tail.length:
            case = self._tail.case or TailCase.SHORT
        elif self.walk.cut_flood(now, store.read):
            case = TailCase.FLOOD
            del self.offsets[self.walk.count :]
        else:
            return
        if self._pin is not None and self.walk.count <= self._pin.sequence:
            raise VaultBroken(
                "The file ends before a record this machine has seen.", safe="Nothing was changed.",
                todo="Look for a newer copy.",
            )  # fmt: skip
        length, digest = store.digest(self.walk.offset)
        store.set_aside(self.walk.offset, f"{int(case)}-{length}-{digest.hex()}")
        self._tail = Tail(0, None)

    def _repairs(self, signer: Signer) -> list[Draft]:
        """Return the records that account for side files no record names yet."""
        drafts = []
        for suffix, head in self._store.aside():
            case, _, rest = suffix.partition("-")
            length, _, digest = rest.partition("-")
            try:
                shape = TailRepaired(
                    case=int(case), length=int(length), digest=bytes.fromhex(digest),
                    head=head if int(case) == TailCase.CUT else b"",
                )  # fmt: skip
            except ValueError:
                continue
            known = self.state.members.get(signer.member)
            if shape.digest not in self.state.tails and known is not None and self.state.is_current(known):
                drafts.append(Draft(Action.TAIL_REPAIRED, (said(shape),), self.state.epoch))
        return drafts[:8]

    def record(self, sequence: int) -> Record:
        """Return one record with its rows and the parts that are present. Raises LookupError if it is not there."""
        with self._lock:
            if sequence >= len(self.offsets):
                raise LookupError(f"no record {sequence}")
            offset = self.offsets[sequence]
            header = layout.unpack_header(self._store.read(offset, layout.BARE_SIZE))
            raw = self._store.read(offset, header.total)
            batch, _, _, _ = scan(raw, offset)
            if not batch.items:
                raise LookupError(f"record {sequence} cannot be read")
            _, head, _, parts = batch.items[0]
            rows = [layout.Row(*row) for row in parts.rows] if parts else []
            spans = parts.spans if parts else []
            found = [raw[at : at + row.length] if at >= 0 else None for row, at in zip(rows, spans, strict=True)]
            return Record(header, head[layout.HEADER_SIZE :], rows, found)

    def read(self, sequence: int, position: int) -> bytes:
        """Return the bytes of one part: the record's sequence, the part's position in it.

        Raises LookupError if the record or part is not there.
        """
        parts = self.record(sequence).parts
        part = parts[position] if position < len(parts) else None
        if part is None:
            raise LookupError(f"record {sequence} has no part {position}")
        return part

    def check_writable(self) -> None:
        """Take a writer's turn and give it up. Raises ReadOnly, Busy, or Moved if the file was replaced."""
        with self._lock, self._store.turn():
            self._store.check_writable()

    def pin(self) -> Pinned:
        """Return what this machine may now remember."""
        return Pinned(self.state.vault_id, self.walk.count - 1, self.walk.head)

    def close(self) -> None:
        """Give up the file."""
        if self._checks is not None:
            self._checks.abandon()
            self._checks = None
        self._store.close()
