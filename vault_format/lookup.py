"""Records out of the middle of a verified chain, checked again: the file may have changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vault_format import layout
from vault_format.codes import PartRole
from vault_format.errors import NotWhole
from vault_format.scan import Fields, RowTuple, scan
from vault_format.tail import Read


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file: header, signature, rows, and each part or None where it was dropped."""

    header: layout.Header
    signature: bytes
    rows: list[layout.Row]
    parts: list[bytes | None]


def _changed(sequence: int) -> NotWhole:
    return NotWhole(
        f"Record {sequence:,} is not what it was when the vault was verified.", safe="Nothing of it was opened.",
        todo="Run `tacenda verify` on the vault.",
    )  # fmt: skip


def read_record(read: Read, sequence: int, span: tuple[int, int], following: bytes) -> Record:
    """Return the record at SPAN (from, to), whose hash is FOLLOWING: what the next record names, or the head.

    Header, signature, part table and public part are those that were verified; sealed parts prove themselves when they
    are opened. Raises NotWhole if they are not.
    """
    start, end = span
    raw = read(start, end - start)
    batch, used, _, _ = scan(raw, start)
    if len(batch.items) != 1 or used != end - start:
        raise _changed(sequence)
    _, head, _, parts = batch.items[0]
    header = layout.unpack_header(head)
    if layout.record_hash(head) != following:
        raise _changed(sequence)
    if parts is None:
        return Record(header, head[layout.HEADER_SIZE :], [], [])
    if layout.table_digest(parts.table) != header.table:
        raise _changed(sequence)
    rows = [layout.Row(*row) for row in parts.rows]
    found = [raw[at : at + row.length] if at >= 0 else None for row, at in zip(rows, parts.spans, strict=True)]
    for row, part in zip(rows, found, strict=True):
        if row.role == PartRole.PUBLIC and part is not None and layout.part_digest(part) != row.digest:
            raise _changed(sequence)
    return Record(header, head[layout.HEADER_SIZE :], rows, found)


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
    batch, _, _, _ = scan(buffer, base)
    items = {base + item[0]: item for item in batch.items}
    for sequence in run:
        item = items.get(offsets[sequence])
        behind = _behind(offsets, sequence, end)
        following = head if behind == end else buffer[behind - base : behind - base + layout.HEADER_SIZE][-32:]
        if item is None or layout.record_hash(item[1]) != following:
            continue
        _, _, fields, parts = item
        if parts is None:
            yield Found(sequence, fields, buffer, [], [])
        elif parts.end + base == behind and layout.table_digest(parts.table) == fields[10]:
            found = Found(sequence, fields, buffer, parts.rows, parts.spans)
            if all(
                row[0] != PartRole.PUBLIC or at < 0 or layout.part_digest(buffer[at : at + row[6]]) == row[8]
                for row, at in zip(parts.rows, parts.spans, strict=True)
            ):
                yield found
