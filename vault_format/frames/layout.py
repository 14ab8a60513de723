"""The frame: header, signature, bitmap, part table, parts (docs/FORMAT.md, section 3).

Nothing here judges; it packs and unpacks bytes. The walk reads headers in batches without these tuples
(`scan.py`), for speed.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection, Sequence
from typing import NamedTuple

from vault_format.crypto import labels

MAGIC = bytes.fromhex("a7544344")
VAULT_MAGIC = bytes.fromhex("a7544143454e4441")
FORMAT_VERSION = 0
SUITE = 1
PREAMBLE = struct.pack("<8sHHI", VAULT_MAGIC, FORMAT_VERSION, SUITE, 0)
PREAMBLE_SIZE = 16

HEADER = struct.Struct("<4sBBHIIHBBBBHQQQQQIIQ32s32s")
HEADER_SIZE = 144
SIGNATURE_SIZE = 64
BARE_SIZE = HEADER_SIZE + SIGNATURE_SIZE
ROW = struct.Struct("<BBBBIQII32s")
ROW_SIZE = 56
ZERO32 = bytes(32)
UNSIGNED = bytes(SIGNATURE_SIZE)


class Header(NamedTuple):
    """The 144-byte header, field by field; times in UTC milliseconds, lengths in bytes."""

    magic: bytes
    version: int
    outcome: int
    action: int
    epoch: int
    member: int
    generation: int
    kind: int
    note_class: int
    flags: int
    zero: int
    parts: int
    sequence: int
    time: int
    session: int
    client: int
    entity: int
    revision: int
    total: int
    ref: int
    table: bytes
    prev: bytes

    def pack(self) -> bytes:
        """Return the 144 bytes."""
        return HEADER.pack(*self)


class Row(NamedTuple):
    """One row of the part table; `digest` is SHA-256(PART and the part's bytes)."""

    role: int
    kind: int
    note_class: int
    key_type: int
    revision: int
    entity: int
    length: int
    key_epoch: int
    digest: bytes

    def pack(self) -> bytes:
        """Return the 56 bytes."""
        return ROW.pack(*self)


class Part(NamedTuple):
    """A part to be written: its row without length and hash, and its bytes."""

    role: int
    data: bytes
    kind: int = 0
    note_class: int = 0
    key_type: int = 0
    revision: int = 0
    entity: int = 0
    key_epoch: int = 0

    def row(self) -> Row:
        """Return the row that describes this part."""
        return Row(
            self.role, self.kind, self.note_class, self.key_type, self.revision, self.entity,
            len(self.data), self.key_epoch, part_digest(self.data),
        )  # fmt: skip


def unpack_header(raw: bytes) -> Header:
    """Return the header in the first 144 bytes of RAW. Raises struct.error if there are fewer."""
    return Header(*HEADER.unpack_from(raw))


def unpack_rows(table: bytes) -> list[Row]:
    """Return the rows of a whole part table."""
    return [Row(*fields) for fields in ROW.iter_unpack(table)]


def part_digest(data: bytes) -> bytes:
    """Return SHA-256(PART and DATA)."""
    return hashlib.sha256(labels.PART + data).digest()


def table_digest(table: bytes) -> bytes:
    """Return what the header says of its part table: zeros if there is none."""
    return hashlib.sha256(labels.TABLE + table).digest() if table else ZERO32


def record_hash(frame: bytes) -> bytes:
    """Return SHA-256(REC, header, signature) of a FRAME, of which only the first 208 bytes are looked at."""
    return hashlib.sha256(labels.REC + frame[:BARE_SIZE]).digest()


def preamble_hash(preamble: bytes) -> bytes:
    """Return what record 0 must name as `prev`."""
    return hashlib.sha256(labels.PREAMBLE + preamble).digest()


def signed_message(vault_id: bytes, header: bytes) -> bytes:
    """Return the bytes that a record's signature covers; VAULT_ID is 32 zero bytes for genesis."""
    return labels.SIG + vault_id + header


def bitmap_size(parts: int) -> int:
    """Return the length in bytes of the presence bitmap of a record with PARTS parts."""
    return (parts + 7) // 8


def full_bitmap(parts: int) -> bytes:
    """Return the bitmap of a record with every part present."""
    return ((1 << parts) - 1).to_bytes(bitmap_size(parts), "little")


def table_of(parts: Sequence[Part]) -> bytes:
    """Return the part table of PARTS."""
    pack = ROW.pack
    return b"".join([
        pack(role, kind, note_class, key_type, revision, entity, len(data), key_epoch, part_digest(data))
        for role, data, kind, note_class, key_type, revision, entity, key_epoch in parts
    ])  # fmt: skip


def total_of(lengths: Sequence[int]) -> int:
    """Return the whole length of a frame whose parts have these lengths."""
    return BARE_SIZE + bitmap_size(len(lengths)) + ROW_SIZE * len(lengths) + sum(lengths)


def without(frame: bytes, gone: Collection[int]) -> bytes:
    """Return a whole FRAME with the parts at the positions GONE left out and their presence bits cleared.

    Parts that are absent already stay absent. Raises struct.error if the frame is cut short.
    """
    count = unpack_header(frame).parts
    if not count or not gone:
        return frame
    table_at = BARE_SIZE + bitmap_size(count)
    at = table_at + ROW_SIZE * count
    present = int.from_bytes(frame[BARE_SIZE:table_at], "little")
    kept = []
    for position, row in enumerate(unpack_rows(frame[table_at:at])):
        if not present >> position & 1:
            continue
        if position in gone:
            present ^= 1 << position
        else:
            kept.append(frame[at : at + row.length])
        at += row.length
    bitmap = present.to_bytes(bitmap_size(count), "little")
    return b"".join((frame[:BARE_SIZE], bitmap, frame[table_at : table_at + ROW_SIZE * count], *kept))


def assemble(header: bytes, signature: bytes, table: bytes, parts: Sequence[Part]) -> bytes:
    """Return the frame as it is first written, every part present; TABLE is the table of PARTS."""
    if not parts:
        return header + signature
    return b"".join((header, signature, full_bitmap(len(parts)), table, *(part.data for part in parts)))
