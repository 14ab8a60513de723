"""Records out of the middle of a verified chain, checked again: the file may have changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vault_format.codes import PartRole
from vault_format.errors import NotWhole
from vault_format.frames import layout
from vault_format.frames.scan import Batch, Fields, Item, RowTuple, scan
from vault_format.frames.tail import Read


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file: header, signature, rows, and each part or None where it was dropped."""

    header: layout.Header
    signature: bytes
    rows: list[layout.Row]
    parts: list[bytes | None]


def read_record(read: Read, sequence: int, span: tuple[int, int], following: bytes) -> Record:
    """Return the record at SPAN (from, to), whose hash is FOLLOWING: what the next record names, or the head.

    Header, signature, part table and public part are those that were verified; sealed parts prove themselves when they
    are opened. Raises NotWhole if they are not.
    """
    start, end = span
    raw = read(start, end - start)
    checked = _checked(raw, start, end - start, following)
    if checked is None:
        raise NotWhole(
            f"Record {sequence:,} is not what it was when the vault was verified.", safe="Nothing of it was opened.",
            todo="Run `tacenda verify` on the vault.",
        )  # fmt: skip
    _, head, _, parts = checked
    header = layout.unpack_header(head)
    if parts is None:
        return Record(header, head[layout.HEADER_SIZE :], [], [])
    rows = [layout.Row(*row) for row in parts.rows]
    found = [raw[at : at + row.length] if at >= 0 else None for row, at in zip(rows, parts.spans, strict=True)]
    return Record(header, head[layout.HEADER_SIZE :], rows, found)


def _checked(frame: bytes, offset: int, size: int, following: bytes) -> Item | None:
    """Return the one record that FRAME is, SIZE bytes at file offset OFFSET; None unless FOLLOWING is its hash."""
    batch, used, _, _ = scan(frame, offset)
    if len(batch.items) != 1 or used != size:
        return None
    item = batch.items[0]
    _, head, fields, parts = item
    if layout.record_hash(head) != following:
        return None
    if parts is None:
        return item
    if layout.table_digest(parts.table) != fields[10]:
        return None
    for row, at in zip(parts.rows, parts.spans, strict=True):
        if row[0] == PartRole.PUBLIC and at >= 0 and layout.part_digest(frame[at : at + row[6]]) != row[8]:
            return None
    return item


GAP = 16 * 1024
"""Bytes between two wanted records that are read along with them: one long read costs less than two short ones."""
WINDOW = 512 * 1024
"""Bytes that are read at once at most, unless one record is longer."""


class Found(NamedTuple):
    """One of many records: its sequence, header fields, the buffer it stands in, its rows, where parts begin in it."""

    sequence: int
    fields: Fields
    buffer: bytes
    rows: list[RowTuple]
    spans: list[int]

    def part(self, position: int) -> bytes | None:
        """Return one part, None where it was dropped. Raises IndexError if there never was one."""
        at = self.spans[position]
        return self.buffer[at : at + self.rows[position][6]] if at >= 0 else None


def read_records(read: Read, offsets: Sequence[int], end: int, head: bytes, wanted: Iterable[int]) -> Iterator[Found]:
    """Yield the records WANTED, which are given in ascending order, checked as `read_record` checks one.

    OFFSETS is where each record begins, END where the last one ends, HEAD its hash. Records that are not any more what
    was verified are left out.
    """
    run: list[int] = []
    for sequence in wanted:
        start = offsets[sequence]
        if run and (start - _behind(offsets, run[-1], end) > GAP or start - offsets[run[0]] > WINDOW):
            yield from _read_run(read, offsets, end, head, run)
            run = []
        run.append(sequence)
    if run:
        yield from _read_run(read, offsets, end, head, run)


def _behind(offsets: Sequence[int], sequence: int, end: int) -> int:
    return offsets[sequence + 1] if sequence + 1 < len(offsets) else end


def _read_run(read: Read, offsets: Sequence[int], end: int, head: bytes, run: list[int]) -> Iterator[Found]:
    base, stop = offsets[run[0]], _behind(offsets, run[-1], end)
    buffer = read(base, stop - base + layout.HEADER_SIZE)
    for sequence in run:
        start, behind = offsets[sequence], _behind(offsets, sequence, end)
        following = head if behind == end else buffer[behind - base : behind - base + layout.HEADER_SIZE][-32:]
        frame = buffer[start - base : behind - base]
        found = _checked(frame, start, behind - start, following)
        if found is not None:
            _, _, fields, parts = found
            yield Found(sequence, fields, frame, parts.rows if parts else [], parts.spans if parts else [])


def size_of_parts(batches: Iterable[Batch], wanted: frozenset[int]) -> int:
    """Return how many bytes those parts in BATCHES take that are present and WANTED, as the chain numbers them."""
    first = size = 0
    for batch in batches:
        for _, _, _, parts in batch.items:
            if parts is None:
                continue
            for number, (row, span) in enumerate(zip(parts.rows, parts.spans, strict=True), first):
                if span >= 0 and number in wanted:
                    size += row[6]
            first += len(parts.rows)
    return size
