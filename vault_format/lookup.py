"""One record out of the middle of a verified chain, checked again: the file may have changed since."""

from __future__ import annotations

from dataclasses import dataclass

from vault_format import layout
from vault_format.codes import PartRole
from vault_format.errors import NotWhole
from vault_format.scan import scan
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
