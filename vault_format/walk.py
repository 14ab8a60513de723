"""One walk over a vault's records: chain, part hashes, authority, signatures (docs/FORMAT.md, section 4).

The same walk serves the verifier, a session that follows a live file, and a writer that checks its own frame before it
is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from vault_format import bounds, labels, layout
from vault_format.authority.replay import PUBLIC_DAMAGED, Replay
from vault_format.authority.state import State
from vault_format.codes import PartRole
from vault_format.findings import Report
from vault_format.scan import Batch, Parts
from vault_format.signatures import Claim

_SMALL = 4_096

PART_DAMAGED = 1


def _damage(buffer: bytes, parts: Parts, table_hash: bytes) -> tuple[int, str]:
    """Return how badly the parts of one record are damaged (0: not) and what is wrong."""
    sha256 = hashlib.sha256
    if sha256(labels.TABLE + parts.table).digest() != table_hash:
        return PUBLIC_DAMAGED, "the part table is not the one that was signed"
    label = labels.PART
    worst, detail = 0, ""
    for position, (row, span) in enumerate(zip(parts.rows, parts.spans, strict=True)):
        if span < 0:
            continue
        if row[6] <= _SMALL:
            digest = sha256(label + buffer[span : span + row[6]]).digest()
        else:
            hashing = sha256(label)
            hashing.update(memoryview(buffer)[span : span + row[6]])
            digest = hashing.digest()
        if digest != row[8]:
            level = PUBLIC_DAMAGED if row[0] == PartRole.PUBLIC else PART_DAMAGED
            worst, detail = max(worst, level), detail or f"part {position} is not the one that was signed"
    return worst, detail


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
        sha256, label = hashlib.sha256, labels.REC
        count, head = self.count, self.head
        watched = self.watched
        buffer = batch.buffer
        accepted = batch.items
        damaged: dict[int, int] = {}
        for position, (_, raw, fields, parts) in enumerate(batch.items):
            if fields[11] != head or fields[2] != count or count > bounds.MAX_SEQUENCE:
                what = "says it follows another record" if fields[11] != head else "has another number"
                self.report.find(count, "chain", f"this record {what}")
                accepted = batch.items[:position]
                self.ended = True
                break
            head = sha256(label + raw).digest()
            if watched and count in watched:
                self.hashes[count] = head
            count += 1
            if parts is not None:
                level, detail = _damage(buffer, parts, fields[10])
                if level:
                    damaged[position] = level
                    self.report.find(fields[2], "payload", detail, local=level == PART_DAMAGED)
        batch = Batch(buffer, batch.base, accepted)
        if not accepted:
            return batch
        if self.count == 0:
            self.state.vault_id = layout.record_hash(accepted[0][1])
        self.replay.apply(batch, damaged)
        self._queue(batch)
        last_position, _, _, last_parts = accepted[-1]
        self.count, self.head = count, head
        self.offset = batch.base + (last_parts.end if last_parts else last_position + layout.BARE_SIZE)
        self._mark_run(batch)
        return batch

    def _queue(self, batch: Batch) -> None:
        if self._claims is None:
            return
        trusted = self._trusted
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
            head = layout.record_hash(read(offset, layout.BARE_SIZE))
            offset += layout.BARE_SIZE
        self.report.note(count + keep, "flood", f"{run - keep} unsigned records set aside")
        self.replay.cut_run(keep)
        self.count, self.head, self.offset = count + keep, head, offset
        return run - keep
