"""Proposing the repair of one wrong byte, accepted only where a hash proves it (docs/FORMAT.md, section 5.3).

Record k hashes to what record k+1 names; a table to what its header says; a part to its row's hash. A change is
proposed only if it makes such a hash match, so a repair cannot be steered by whoever damaged the file. The file itself
is never changed: a repair is written into a new file and verified there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from vault_format import bounds, machine
from vault_format.crypto import labels
from vault_format.errors import UsageError
from vault_format.frames import layout
from vault_format.frames.resync import next_header
from vault_format.frames.scan import FrameReader, scan
from vault_format.verification.findings import Finding
from vault_format.verification.verify import open_for_reading, verify
from vault_format.verification.walk import Walk

_LARGEST_PART = 4_096
"""Parts and tables up to this size are tried byte by byte; the time grows with the square, to hours for the largest."""
_MOST_PARTS = 4
"""Damaged parts of one record that are tried: one wrong byte damages one."""
_WINDOW = 1024 * 1024

Cancelled = Callable[[], bool]


class _GivenUp(Exception):
    """Whoever asked does not want to know any more."""


class _Effort:
    """Counts what is tried byte by byte, and ends it as soon as nobody waits for it."""

    def __init__(self, cancelled: Cancelled) -> None:
        self._cancelled = cancelled
        self._parts = _MOST_PARTS

    def check(self) -> None:
        """Raise _GivenUp if it was cancelled."""
        if self._cancelled():
            raise _GivenUp

    def matching(self, data: bytes, label: bytes, digest: bytes) -> tuple[int, bytes] | None:
        """Return the one change of DATA that hashes to DIGEST: where, and the data with it."""
        if len(data) > _LARGEST_PART:
            return None
        for number, (position, changed) in enumerate(single_changes(data)):
            if not number % 255:
                self.check()
            if hashlib.sha256(label + changed).digest() == digest:
                return position, changed
        return None

    def another_part(self) -> bool:
        """Whether one more damaged part may be tried."""
        self._parts -= 1
        return self._parts >= 0


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


def _never() -> bool:
    return False


def propose(path: str, finding: Finding, cancelled: Cancelled = _never) -> Repair | None:
    """Return the change that mends what FINDING found in the vault at PATH, or None if no hash proves one.

    CANCELLED is asked again and again while it looks, from the thread that does; once it says so, the answer is None.
    It takes some seconds at most but for reading the file up to the damage. Raises NotAVault, ReadOnly or OSError.
    """
    effort = _Effort(cancelled)
    descriptor = open_for_reading(path)
    try:
        if finding.kind not in {"chain", "format", "payload", "signature", "authority"}:
            return None
        place = _locate(descriptor, finding.seq, effort)
        if finding.kind == "payload":
            return _mend_parts(descriptor, place, effort) or _mend_record(descriptor, place, effort)
        return _mend_record(descriptor, place, effort) or _mend_frame(descriptor, place, effort)
    except _GivenUp:
        return None
    finally:
        os.close(descriptor)


def _locate(descriptor: int, seq: int, effort: _Effort) -> list[_Broken]:
    """Return the places of the record before SEQ and of SEQ itself, as far as frames lead there."""
    walk = Walk(machine.read_at(descriptor, layout.PREAMBLE_SIZE, 0))
    places = [_Broken(0, walk.offset, walk.head)]
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE).batches():
        effort.check()
        for position, raw, _, parts in batch.items:
            end = batch.base + (parts.end if parts else position + layout.BARE_SIZE)
            here = places[-1]
            if here.seq > seq:
                return places[-3:]
            places = [*places[-2:], _Broken(here.seq + 1, end, layout.record_hash(raw))]
    return places[-3:]


def _mend_record(descriptor: int, places: list[_Broken], effort: _Effort) -> Repair | None:
    """Mend 208 bytes whose successor says what they must hash to."""
    for place in places:
        effort.check()
        raw = machine.read_at(descriptor, layout.BARE_SIZE, place.offset)
        following = next_header(descriptor, place.offset + 1, place.seq + 1)
        if len(raw) < layout.BARE_SIZE or following is None:
            continue
        expected = following[1][112:144]
        if layout.record_hash(raw) == expected:
            continue
        found = effort.matching(raw, labels.REC, expected)
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


def _mend_frame(descriptor: int, places: list[_Broken], effort: _Effort) -> Repair | None:
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
        found = effort.matching(table, labels.TABLE, header.table)
        if found is None:
            return None
        at, changed = found
        return Repair(place.seq, table_at + at, table[at : at + 1], changed[at : at + 1], "the header names this hash")
    return _mend_bitmap(descriptor, place, header, table, effort)


def _mend_bitmap(
    descriptor: int, place: _Broken, header: layout.Header, table: bytes, effort: _Effort
) -> Repair | None:
    """Try each presence bit; accept the one with which the frame ends where the next record begins, hashes matching."""
    rows = layout.unpack_rows(table)
    if layout.total_of([row.length for row in rows]) != header.total:
        return None
    start, size = place.offset + layout.BARE_SIZE, layout.bitmap_size(header.parts)
    raw = machine.read_at(descriptor, size, start)
    present = int.from_bytes(raw, "little")
    for bit in range(header.parts):
        effort.check()
        tried = present ^ 1 << bit
        spans, at = [], start + size + len(table)
        for number, row in enumerate(rows):
            if tried >> number & 1:
                spans.append((at, row))
                at += row.length
        # where it would end is looked at first: to hash is dear
        if tried >> header.parts or machine.read_at(descriptor, 4, at) not in (layout.MAGIC, b""):
            continue
        if all(_holds(descriptor, offset, row, effort) for offset, row in spans):
            where = bit // 8
            changed = tried.to_bytes(size, "little")
            return Repair(
                place.seq, start + where, raw[where : where + 1], changed[where : where + 1],
                "with it every part hashes to its row",
            )  # fmt: skip
    return None


def _holds(descriptor: int, offset: int, row: layout.Row, effort: _Effort) -> bool:
    effort.check()
    return layout.part_digest(machine.read_at(descriptor, row.length, offset)) == row.digest


def _mend_parts(descriptor: int, places: list[_Broken], effort: _Effort) -> Repair | None:
    """Mend a table or one small part that does not hash to what was signed."""
    for place in places:
        raw = machine.read_at(descriptor, layout.BARE_SIZE, place.offset)
        if len(raw) < layout.BARE_SIZE:
            continue
        total = min(layout.unpack_header(raw).total, bounds.MAX_TOTAL)
        batch, _, _, _ = scan(machine.read_at(descriptor, total, place.offset), place.offset)
        if not batch.items or batch.items[0][3] is None:
            continue
        parts, named = batch.items[0][3], batch.items[0][2][10]
        if layout.table_digest(parts.table) != named:
            return _mend_frame(descriptor, [place], effort)
        for row, span in zip(parts.rows, parts.spans, strict=True):
            data = batch.buffer[span : span + row[6]]
            if span < 0 or layout.part_digest(data) == row[8] or not effort.another_part():
                continue
            found = effort.matching(data, labels.PART, row[8])
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
