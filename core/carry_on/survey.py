"""What stands in a broken vault: the whole records before the break, and what can be found behind it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from core.audit.columns import Columns
from core.catalog.gather import Gathered
from vault_format import layout
from vault_format.authority.state import State
from vault_format.errors import NotWhole, UsageError
from vault_format.findings import Finding
from vault_format.ledger import Record
from vault_format.resync import next_header
from vault_format.scan import Batch, FrameReader, scan
from vault_format.verify import open_for_reading, verify
from vault_format.walk import Walk

_BLOCK = 1024 * 1024
_SKIP = 64
"""Records that resynchronising may skip: more than a damaged spot holds."""


@dataclass(slots=True)
class Survey:
    """A broken vault, taken apart without a key.

    `finding` is where it broke; `whole` counts the records before it and `head` is the hash of the last of them;
    `state`, `before` and `columns` are what they amount to; `behind` is what was found after the break, unproven.
    """

    path: str
    finding: Finding
    whole: int
    head: bytes
    digest: bytes
    state: State
    before: Gathered
    columns: Columns
    behind: Gathered
    behind_columns: dict[int, tuple[int, int]]
    descriptor: int
    offsets: dict[int, int]

    def record(self, sequence: int) -> Record:
        """Return a record from either side of the break. Raises LookupError."""
        offset = self.offsets.get(sequence)
        if offset is None:
            raise LookupError(f"no record {sequence}")
        header = layout.unpack_header(os.pread(self.descriptor, layout.BARE_SIZE, offset))
        batch, _, _, _ = scan(os.pread(self.descriptor, header.total, offset), offset)
        if not batch.items:
            raise LookupError(f"record {sequence} cannot be read")
        _, head, _, parts = batch.items[0]
        rows = [layout.Row(*row) for row in parts.rows] if parts else []
        spans = parts.spans if parts else []
        found = [batch.buffer[at : at + row.length] if at >= 0 else None for row, at in zip(rows, spans, strict=True)]
        return Record(header, head[layout.HEADER_SIZE :], rows, found)

    def author(self, sequence: int) -> int:
        """Return whose record it is: a fact before the break, a claim behind it."""
        if sequence < self.whole:
            return self.columns.shape(sequence).member
        return self.behind_columns[sequence][0]

    def close(self) -> None:
        """Give up the file."""
        os.close(self.descriptor)


def survey(path: str, now: int) -> Survey:
    """Take the broken vault at PATH apart. NOW is UTC ms.

    Raises UsageError if it is not broken, NotWhole if nothing before the break is left, NotAVault, ReadOnly, OSError.
    """
    verdict = verify(path, now)
    finding = next((each for each in verdict.findings if not each.local), None)
    if finding is None:
        raise UsageError("This vault is not broken.", todo="Open it as usual.")
    if finding.seq == 0:
        raise NotWhole(
            "The very first record is damaged, so nothing behind it can be proven.", safe="Nothing was changed.",
            todo="Try `tacenda repair`, or look for a whole copy.",
        )  # fmt: skip
    descriptor = open_for_reading(path)
    try:
        return _take_apart(path, descriptor, finding)
    except BaseException:
        os.close(descriptor)
        raise


def _take_apart(path: str, descriptor: int, finding: Finding) -> Survey:
    walk = Walk(os.pread(descriptor, layout.PREAMBLE_SIZE, 0))
    before, columns, offsets = Gathered(), Columns(), {}
    for batch in _up_to(descriptor, finding.seq):
        accepted = walk.feed(batch)
        before.take(accepted)
        columns.take(accepted)
        offsets.update({item[2][2]: accepted.base + item[0] for item in accepted.items})
    behind, who = Gathered(), {}
    for batch in _behind(descriptor, walk.offset, finding.seq):
        behind.take(batch)
        for position, _, fields, _ in batch.items:
            offsets.setdefault(fields[2], batch.base + position)
            who[fields[2]] = (int.from_bytes(fields[1][8:12], "little"), fields[3])
    return Survey(
        path, finding, walk.count, walk.head, _digest(descriptor), walk.state, before, columns, behind, who,
        descriptor, offsets,
    )  # fmt: skip


def _up_to(descriptor: int, seq: int) -> Iterator[Batch]:
    """Yield the records below SEQ."""
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE).batches():
        items = [item for item in batch.items if item[2][2] < seq]
        yield Batch(batch.buffer, batch.base, items[: seq - items[0][2][2]] if items else [])
        if len(items) < len(batch.items):
            return


def _behind(descriptor: int, offset: int, seq: int) -> Iterator[Batch]:
    """Yield what parses behind the break, resynchronising at the next header whose sequence fits."""
    size = os.fstat(descriptor).st_size
    while offset < size:
        reader = FrameReader(descriptor, offset)
        for batch in reader.batches():
            items = [item for item in batch.items if item[2][2] >= seq]
            if items:
                seq = items[-1][2][2] + 1
                yield Batch(batch.buffer, batch.base, items)
        found = [next_header(descriptor, reader.offset + 1, seq + ahead) for ahead in range(_SKIP)]
        starts = [place[0] for place in found if place is not None]
        if not starts:
            return
        offset = min(starts)


def _digest(descriptor: int) -> bytes:
    hashing, at = hashlib.sha256(), 0
    while block := os.pread(descriptor, _BLOCK, at):
        hashing.update(block)
        at += len(block)
    return hashing.digest()
