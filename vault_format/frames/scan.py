"""Reading frames in batches (docs/FORMAT.md, section 4 step 1).

A batch is one buffer and a list of plain tuples: an object or a call for each record would halve the speed of
verification. Layers above take whole batches.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from vault_format import bounds, machine
from vault_format.frames import layout

CHUNK = 32 * 1024
"""Bytes read at once. Small, so that a batch is gone before the garbage collector walks through it."""

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


# what NamedTuple's own constructor does, without the Python call around it
_NEW = tuple.__new__
_ONE_TABLE = layout.BARE_SIZE + 1
_ONE_PART = _ONE_TABLE + layout.ROW_SIZE


def _bitmap(buffer: bytes, at: int, count: int) -> int:
    """Return the presence bitmap of COUNT parts at AT. Raises BadFrame."""
    # most records have few parts, and indexing is far cheaper than int.from_bytes
    bitmap = buffer[at] if count <= 8 else int.from_bytes(buffer[at : at + layout.bitmap_size(count)], "little")
    if bitmap >> count:
        raise BadFrame("spare bits of the presence bitmap are set")
    return bitmap


def _parts(buffer: bytes, pos: int, count: int, total: int) -> Parts:
    """Read bitmap and table of the frame at POS. Raises BadFrame, or _Incomplete if the buffer ends too early."""
    if not 0 < count <= bounds.MAX_PARTS or total > bounds.MAX_TOTAL:
        raise BadFrame("number of parts or length out of bounds")
    end = len(buffer)
    table_at = pos + layout.BARE_SIZE + (count + 7 >> 3)
    if table_at > end:
        raise _Incomplete(table_at - pos)
    bitmap = _bitmap(buffer, pos + layout.BARE_SIZE, count)
    at = table_at + count * layout.ROW_SIZE
    if at > end:
        raise _Incomplete(at - pos)
    table = buffer[table_at:at]
    rows: list[RowTuple] = list(layout.ROW.iter_unpack(table))
    left = pos + total - at
    spans: list[int] = []
    for row in rows:
        length = row[6]
        left -= length
        if not 0 < length <= bounds.MAX_PART:
            raise BadFrame("length of a part out of bounds")
        if bitmap & 1:
            spans.append(at)
            at += length
        else:
            spans.append(-1)
        bitmap >>= 1
    if left:
        raise BadFrame("lengths of the parts do not give the whole length")
    if at > end:
        raise _Incomplete(at - pos)
    return _NEW(Parts, (table, rows, spans, at))


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
    unpack, magic, zero, bare = _UNPACK, layout.MAGIC, layout.ZERO32, layout.BARE_SIZE
    row_at, new, most, one_table, one_part = layout.ROW.unpack_from, _NEW, bounds.MAX_PART, _ONE_TABLE, _ONE_PART
    needed, problem = 0, ""
    try:
        while pos <= last_start:
            fields: Fields = unpack(buffer, pos)
            key, total = fields[1], fields[8]
            if fields[0] != magic or key[17]:
                raise BadFrame("no header where one should begin")
            parts = None
            behind = pos + total
            if total == bare:
                if key[18] or key[19] or fields[10] != zero:
                    raise BadFrame("a record without parts that speaks of parts")
            elif (
                key[18] == 1 and not key[19] and one_part < total <= most and behind <= end and buffer[pos + bare] == 1
            ):
                # one part, present: `_parts` would say the same, in three times the time
                row = row_at(buffer, pos + one_table)
                if row[6] != total - one_part:
                    raise BadFrame("lengths of the parts do not give the whole length")
                at = pos + one_part
                parts = new(Parts, (buffer[pos + one_table : at], [row], [at], behind))
            else:
                parts = _parts(buffer, pos, key[18] | key[19] << 8, total)
                behind = parts.end
            append((pos, buffer[pos : pos + bare], fields, parts))
            pos = behind
    except _Incomplete as more:
        needed = more.needed
    except BadFrame as bad:
        problem = str(bad)
    return Batch(buffer, base, items), pos, needed, problem


class FrameReader:
    """Reads batches of frames from a file descriptor, from OFFSET to the end of the file as it is now or becomes.

    After the iterator ends, `offset` is where the unread rest begins and `problem` says what is wrong with the frame
    there (empty if it is only incomplete, or if there is no rest).
    """

    def __init__(self, descriptor: int, offset: int, chunk: int = CHUNK) -> None:
        self._descriptor = descriptor
        self._chunk = max(chunk, layout.BARE_SIZE)
        self.offset = offset
        self.problem = ""

    def batches(self) -> Iterator[Batch]:
        """Yield batches until the file ends or a frame contradicts itself. Raises OSError."""
        wanted = self._chunk
        while not self.problem:
            # a frame that the last read cut is read again from its first byte: cheaper than joining buffers
            data = machine.read_at(self._descriptor, wanted, self.offset)
            batch, used, needed, self.problem = scan(data, self.offset)
            if batch.items:
                yield batch
            self.offset += used
            if not used and len(data) < wanted:
                return
            wanted = max(self._chunk, needed)
