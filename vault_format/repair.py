"""Proposing the repair of one wrong byte, accepted only where a hash proves it (docs/FORMAT.md, section 5.3).

Record k hashes to what record k+1 names; a table to what its header says; a part to its row's hash. A change is
proposed only if it makes such a hash match, so a repair cannot be steered by whoever damaged the file. The file itself
is never changed: a repair is written into a new file and verified there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from vault_format import bounds, labels, layout, machine
from vault_format.errors import UsageError
from vault_format.findings import Finding
from vault_format.scan import FrameReader, scan
from vault_format.verify import open_for_reading, verify
from vault_format.walk import Walk

_LARGEST_PART = 4_096
"""Parts up to this size are tried byte by byte; a larger one would take minutes."""
_WINDOW = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that a hash proves: in which record, where in the file, which bytes in place of which."""

    seq: int
    offset: int
    was: bytes
    becomes: bytes
    proof: str


@dataclass(frozen=True, slots=True)
class _Broken:
    """Where the walk met the damage: the record's sequence and offset, and the hash of the record before."""

    seq: int
    offset: int
    head: bytes


def single_changes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (position, changed data) for every change of one byte."""
    changing = bytearray(data)
    for position, old in enumerate(data):
        for new in range(256):
            if new != old:
                changing[position] = new
                yield position, bytes(changing)
        changing[position] = old


def _matching(data: bytes, label: bytes, digest: bytes) -> tuple[int, bytes] | None:
    for position, changed in single_changes(data):
        if hashlib.sha256(label + changed).digest() == digest:
            return position, changed
    return None


def propose(path: str, finding: Finding) -> Repair | None:
    """Return the change that mends what FINDING found in the vault at PATH, or None if no hash proves one.

    Raises NotAVault, ReadOnly or OSError.
    """
    descriptor = open_for_reading(path)
    try:
        if finding.kind not in {"chain", "format", "payload", "signature", "authority"}:
            return None
        place = _locate(descriptor, finding.seq)
        if place is None:
            return None
        if finding.kind == "payload":
            return _mend_parts(descriptor, place) or _mend_record(descriptor, place)
        return _mend_record(descriptor, place) or _mend_frame(descriptor, place)
    finally:
        os.close(descriptor)


def _locate(descriptor: int, seq: int) -> list[_Broken] | None:
    """Return the places of the record before SEQ and of SEQ itself, as far as frames lead there."""
    walk = Walk(machine.read_at(descriptor, layout.PREAMBLE_SIZE, 0))
    places = [_Broken(0, walk.offset, walk.head)]
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE).batches():
        for position, raw, fields, parts in batch.items:
            end = batch.base + (parts.end if parts else position + layout.BARE_SIZE)
            here = places[-1]
            if here.seq > seq:
                return places[-3:]
            places = [*places[-2:], _Broken(here.seq + 1, end, layout.record_hash(raw))]
            del fields
    return places[-3:]


def next_header(descriptor: int, after: int, seq: int) -> tuple[int, bytes] | None:
    """Return offset and header of the record SEQ, looked for behind AFTER by magic and sequence."""
    wanted = layout.MAGIC
    size = os.fstat(descriptor).st_size
    limit = min(size, after + bounds.MAX_TOTAL + layout.BARE_SIZE)
    while after < limit:
        window = machine.read_at(descriptor, _WINDOW + layout.HEADER_SIZE, after)
        at = window.find(wanted)
        while 0 <= at < _WINDOW:
            header = window[at : at + layout.HEADER_SIZE]
            if len(header) == layout.HEADER_SIZE and header[4] == 0 and int.from_bytes(header[24:32], "little") == seq:
                return after + at, header
            at = window.find(wanted, at + 1)
        after += _WINDOW
    return None


def _mend_record(descriptor: int, places: list[_Broken]) -> Repair | None:
    """Mend 208 bytes whose successor says what they must hash to."""
    for place in places:
        raw = machine.read_at(descriptor, layout.BARE_SIZE, place.offset)
        following = next_header(descriptor, place.offset + 1, place.seq + 1)
        if len(raw) < layout.BARE_SIZE or following is None:
            continue
        expected = following[1][112:144]
        if layout.record_hash(raw) == expected:
            continue
        found = _matching(raw, labels.REC, expected)
        if found is not None:
            at, changed = found
            return Repair(
                place.seq, place.offset + at, raw[at : at + 1], changed[at : at + 1],
                f"record {place.seq + 1:,} names this hash",
            )  # fmt: skip
        mended = _mend_link(descriptor, place, following)
        if mended is not None:
            return mended
    return None


def _mend_link(descriptor: int, place: _Broken, following: tuple[int, bytes]) -> Repair | None:
    """Mend the successor's own `prev`, if the record after it proves that it named PLACE."""
    offset, header = following
    raw = machine.read_at(descriptor, layout.BARE_SIZE, place.offset)
    right = header[:112] + layout.record_hash(raw)
    signature = machine.read_at(descriptor, layout.SIGNATURE_SIZE, offset + layout.HEADER_SIZE)
    later = next_header(descriptor, offset + 1, place.seq + 2)
    if later is None or layout.record_hash(right + signature) != later[1][112:144]:
        return None
    return Repair(
        place.seq + 1, offset + 112, header[112:144], right[112:144], f"record {place.seq + 2:,} names this hash"
    )


def _mend_frame(descriptor: int, places: list[_Broken]) -> Repair | None:
    """Mend what follows an intact header: a bit of the bitmap, a byte of the table."""
    place = places[-1]
    raw = machine.read_at(descriptor, layout.BARE_SIZE, place.offset)
    if len(raw) < layout.BARE_SIZE:
        return None
    header = layout.unpack_header(raw)
    if not 0 < header.parts <= bounds.MAX_PARTS or header.total > bounds.MAX_TOTAL:
        return None
    table_at = place.offset + layout.BARE_SIZE + layout.bitmap_size(header.parts)
    table = machine.read_at(descriptor, header.parts * layout.ROW_SIZE, table_at)
    if layout.table_digest(table) != header.table:
        found = _matching(table, labels.TABLE, header.table)
        if found is None:
            return None
        at, changed = found
        return Repair(place.seq, table_at + at, table[at : at + 1], changed[at : at + 1], "the header names this hash")
    return _mend_bitmap(descriptor, place, header)


def _mend_bitmap(descriptor: int, place: _Broken, header: layout.Header) -> Repair | None:
    """Try each presence bit; accept the one with which the frame ends where the next record begins, hashes matching."""
    frame = machine.read_at(descriptor, header.total, place.offset)
    at = layout.BARE_SIZE
    size = layout.bitmap_size(header.parts)
    for bit in range(size * 8):
        changed = bytearray(frame)
        changed[at + bit // 8] ^= 1 << bit % 8
        batch, used, _, _ = scan(bytes(changed), place.offset)
        if len(batch.items) != 1 or batch.items[0][3] is None:
            continue
        parts = batch.items[0][3]
        whole = all(
            layout.part_digest(batch.buffer[span : span + row[6]]) == row[8]
            for row, span in zip(parts.rows, parts.spans, strict=True)
            if span >= 0
        )
        follows = machine.read_at(descriptor, 4, place.offset + used) in (layout.MAGIC, b"")
        if whole and follows:
            where = at + bit // 8
            return Repair(
                place.seq, place.offset + where, frame[where : where + 1], bytes(changed[where : where + 1]),
                "with it every part hashes to its row",
            )  # fmt: skip
    return None


def _mend_parts(descriptor: int, places: list[_Broken]) -> Repair | None:
    """Mend a table or one small part that does not hash to what was signed."""
    for place in places:
        raw = machine.read_at(descriptor, layout.BARE_SIZE, place.offset)
        if len(raw) < layout.BARE_SIZE:
            continue
        batch, _, _, _ = scan(machine.read_at(descriptor, layout.unpack_header(raw).total, place.offset), place.offset)
        if not batch.items or batch.items[0][3] is None:
            continue
        parts, named = batch.items[0][3], batch.items[0][2][10]
        if layout.table_digest(parts.table) != named:
            return _mend_frame(descriptor, [place])
        for row, span in zip(parts.rows, parts.spans, strict=True):
            data = batch.buffer[span : span + row[6]]
            if span < 0 or layout.part_digest(data) == row[8] or row[6] > _LARGEST_PART:
                continue
            found = _matching(data, labels.PART, row[8])
            if found is not None:
                at, changed = found
                return Repair(
                    place.seq, place.offset + span + at, data[at : at + 1], changed[at : at + 1],
                    "the part table names this hash",
                )  # fmt: skip
    return None


def repaired_copy(path: str, target: str, repair: Repair, now: int) -> bool:
    """Write a copy of PATH with REPAIR into TARGET, a new file of mode 0600; whether the copy verifies whole.

    Raises UsageError if TARGET is there already, OSError where the disk is full.
    """
    try:
        descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | machine.PLAIN, 0o600)
    except FileExistsError:
        raise UsageError(
            f"{target} is there already.", safe="It was not touched.", todo="Choose another name."
        ) from None
    with _closing(descriptor), open(path, "rb") as source, os.fdopen(os.dup(descriptor), "wb") as copy:
        shutil.copyfileobj(source, copy, _WINDOW)
        copy.flush()
        machine.write_all(descriptor, repair.becomes, repair.offset)
        machine.sync_data(descriptor)
    return verify(target, now).intact


@contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)
