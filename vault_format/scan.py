"""Reading frames in batches (docs/FORMAT.md, section 4 step 1).

A batch is one buffer and a list of plain tuples: an object or a call for each record would halve the speed of
verification. Layers above take whole batches.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from vault_format import bounds, layout, machine

CHUNK = 256 * 1024

# magic, bytes 4 to 24 (what a verdict depends on), sequence, time, session, client, entity, revision, total, ref,
# table hash, prev
_FIELDS = struct.Struct("<4s20sQQQQQIIQ32s32s")
_UNPACK = _FIELDS.unpack_from

Fields = tuple[bytes, bytes, int, int, int, int, int, int, int, int, bytes, bytes]
RowTuple = tuple[int, int, int, int, int, int, int, int, bytes]


class Parts(NamedTuple):
    """What follows the signature of a record with parts.

    `spans` has, for each part, where it begins in the batch's buffer, or -1 if it is not there; `table` is the raw
    part table, `end` where the frame ends in the buffer.
    """

    table: bytes
    rows: list[RowTuple]
    spans: list[int]
    end: int


Item = tuple[int, bytes, Fields, Parts | None]
"""Position in the buffer, header and signature (208 bytes), header fields, parts."""


class Batch(NamedTuple):
    """Consecutive frames: the buffer, the file offset of its first byte, the frames found in it."""

    buffer: bytes
    base: int
    items: list[Item]


class BadFrame(Exception):
    """A frame that contradicts itself; the walk ends before it."""


class _Incomplete(Exception):
    def __init__(self, needed: int) -> None:
        super().__init__(needed)
        self.needed = needed


def _parts(buffer: bytes, pos: int, end: int, count: int, total: int) -> Parts:
    """Read bitmap and table of the frame at POS. Raises BadFrame, or _Incomplete if the buffer ends too early."""
    if not 0 < count <= bounds.MAX_PARTS or total > bounds.MAX_TOTAL:
        raise BadFrame("number of parts or length out of bounds")
    size = layout.bitmap_size(count)
    at = pos + layout.BARE_SIZE
    if at + size > end:
        raise _Incomplete(at + size - pos)
    bitmap = int.from_bytes(buffer[at : at + size], "little")
    at += size
    if bitmap >> count:
        raise BadFrame("spare bits of the presence bitmap are set")
    table_end = at + count * layout.ROW_SIZE
    if table_end > end:
        raise _Incomplete(table_end - pos)
    table = buffer[at:table_end]
    rows: list[RowTuple] = list(layout.ROW.iter_unpack(table))
    left = total - layout.BARE_SIZE - size - len(table)
    spans: list[int] = []
    at = table_end
    for index, row in enumerate(rows):
        length = row[6]
        left -= length
        if not 0 < length <= bounds.MAX_PART:
            raise BadFrame("length of a part out of bounds")
        if bitmap >> index & 1:
            spans.append(at)
            at += length
        else:
            spans.append(-1)
    if left:
        raise BadFrame("lengths of the parts do not give the whole length")
    if at > end:
        raise _Incomplete(at - pos)
    return Parts(table, rows, spans, at)


def scan(buffer: bytes, base: int) -> tuple[Batch, int, int, str]:
    """Find the frames at the start of BUFFER, whose first byte stands at file offset BASE.

    Returns the batch, the number of bytes used, the bytes that the next frame needs in all (0 if unknown), and what
    is wrong with the next frame (empty if nothing is known to be).
    """
    items: list[Item] = []
    append = items.append
    pos = 0
    end = len(buffer)
    last_start = end - layout.BARE_SIZE
    magic, zero, bare = layout.MAGIC, layout.ZERO32, layout.BARE_SIZE
    try:
        while pos <= last_start:
            fields: Fields = _UNPACK(buffer, pos)
            key = fields[1]
            if fields[0] != magic or key[17]:
                raise BadFrame("no header where one should begin")
            if fields[8] == bare:
                if not key.endswith(b"\0\0") or fields[10] != zero:
                    raise BadFrame("a record without parts that speaks of parts")
                append((pos, buffer[pos : pos + bare], fields, None))
                pos += bare
                continue
            parts = _parts(buffer, pos, end, key[18] | key[19] << 8, fields[8])
            append((pos, buffer[pos : pos + bare], fields, parts))
            pos = parts.end
    except _Incomplete as more:
        return Batch(buffer, base, items), pos, more.needed, ""
    except BadFrame as bad:
        return Batch(buffer, base, items), pos, 0, str(bad)
    return Batch(buffer, base, items), pos, 0, ""


class FrameReader:
    """Reads batches of frames from a file descriptor, from OFFSET to the end of the file as it is now or becomes.

    After the iterator ends, `offset` is where the unread rest begins, `rest` holds its first bytes, and `problem` says
    what is wrong with the frame there (empty if it is only incomplete, or if there is no rest).
    """

    def __init__(self, descriptor: int, offset: int, chunk: int = CHUNK) -> None:
        self._descriptor = descriptor
        self._chunk = chunk
        self.offset = offset
        self.rest = b""
        self.problem = ""

    def batches(self) -> Iterator[Batch]:
        """Yield batches until the file ends or a frame contradicts itself. Raises OSError."""
        needed = 0
        while True:
            at = self.offset + len(self.rest)
            data = machine.read_at(self._descriptor, max(self._chunk, needed - len(self.rest)), at)
            if not data:
                return
            batch, used, needed, self.problem = scan(self.rest + data if self.rest else data, self.offset)
            if batch.items:
                yield batch
            self.offset += used
            self.rest = batch.buffer[used:]
            if self.problem:
                return
