"""One walk over a vault's records: chain, part hashes, authority, signatures (docs/FORMAT.md, section 4).

The same walk serves the verifier, a session that follows a live file, and a writer that checks its own frame before it
is written.
"""

from __future__ import annotations

from collections.abc import Callable

from vault_format.authority.replay import Replay
from vault_format.authority.state import State
from vault_format.frames import layout
from vault_format.frames.scan import Batch, scan
from vault_format.verification.findings import Report
from vault_format.verification.hashing import PART_DAMAGED, check_hashes
from vault_format.verification.signatures import Claim


class Walk:
    """Follows a chain from record 0.

    `count` is the number of records accepted so far, `head` the hash of the last (for none: what record 0 must
    name), `offset` the file offset behind it. `ended` is set once a frame or the chain broke. `claims` receives, for
    each batch, the signatures to check; without it none are.
    """

    def __init__(
        self, preamble: bytes, claims: Callable[[bytes, list[Claim]], None] | None = None, trusted_through: int = -1
    ) -> None:
        self.report = Report()
        self.replay = Replay(self.report)
        self.count = 0
        self.head = layout.preamble_hash(preamble)
        self.offset = layout.PREAMBLE_SIZE
        self.ended = False
        self.run_start = (0, self.head, self.offset)
        self.hashes: dict[int, bytes] = {}
        self.watched: frozenset[int] = frozenset()
        self._claims = claims
        self._trusted = trusted_through

    @property
    def state(self) -> State:
        """What the records so far amount to."""
        return self.replay.state

    def feed(self, batch: Batch) -> Batch:
        """Take the next frames; return those that were accepted into the chain."""
        first = self.count
        hashed = check_hashes(batch, first, self.head)
        for position, (level, detail) in hashed.damaged.items():
            self.report.find(first + position, "payload", detail, local=level == PART_DAMAGED)
        if hashed.broken:
            self.report.find(first + hashed.accepted, "chain", hashed.broken)
            self.ended = True
            batch = Batch(batch.buffer, batch.base, batch.items[: hashed.accepted])
        items = batch.items
        if not items:
            return batch
        for seq in self.watched:
            if first <= seq < first + hashed.accepted:
                self.hashes[seq] = layout.record_hash(items[seq - first][1])
        if first == 0:
            self.state.vault_id = layout.record_hash(items[0][1])
        self.replay.apply(batch, {position: level for position, (level, _) in hashed.damaged.items()})
        self._queue(batch)
        last_position, _, _, last_parts = items[-1]
        self.count, self.head = first + hashed.accepted, hashed.head
        self.offset = batch.base + (last_parts.end if last_parts else last_position + layout.BARE_SIZE)
        self._mark_run(batch)
        return batch

    def _queue(self, batch: Batch) -> None:
        trusted = self._trusted
        if self._claims is None or self.count + len(batch.items) - 1 <= trusted:
            return
        claims = [
            (item[2][2], signer, item[1])
            for item, signer in zip(batch.items, self.replay.signers, strict=True)
            if signer is not None and item[2][2] > trusted
        ]
        if claims:
            self._claims(self.state.vault_id, claims)

    def _mark_run(self, batch: Batch) -> None:
        """Remember where the present run of unsigned records began, so that an excess can be cut off there."""
        behind = len(self.replay.run)
        if behind == 0:
            self.run_start = (self.count, self.head, self.offset)
        elif behind < len(batch.items):
            item = batch.items[-behind - 1]
            end = item[3].end if item[3] else item[0] + layout.BARE_SIZE
            self.run_start = (self.count - behind, layout.record_hash(item[1]), batch.base + end)

    def cut_flood(self, now: int, read: Callable[[int, int], bytes]) -> int:
        """Set aside unsigned records at the end that are over their caps at NOW (UTC ms).

        READ returns LENGTH bytes at an OFFSET of the file. Returns how many records were set aside.
        """
        run = len(self.replay.run)
        keep = self.replay.lawful_run(now)
        if keep == run:
            return 0
        count, head, offset = self.run_start
        for _ in range(keep):
            frame = read(offset, layout.unpack_header(read(offset, layout.HEADER_SIZE)).total)
            head = layout.record_hash(frame)
            offset += scan(frame, offset)[1]
        self.report.note(count + keep, "flood", f"{run - keep} unsigned records set aside")
        self.report.forget(count + keep)
        self.replay.cut_run(keep)
        self.count, self.head, self.offset = count + keep, head, offset
        return run - keep
