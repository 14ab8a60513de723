"""What stands behind the last whole record: nothing, a torn tail, or damage (docs/FORMAT.md, section 5.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from vault_format import bounds
from vault_format.authority.admission import admit
from vault_format.authority.rules import RESERVED, RULES
from vault_format.codes import TailCase
from vault_format.crypto import labels, signing
from vault_format.frames import layout
from vault_format.verification.walk import Walk

_BLOCK = 1024 * 1024
_LOOKS = 10

Read = Callable[[int, int], bytes]
"""Gives up to LENGTH bytes at OFFSET."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Bytes behind the last record: how many, and the case that lets them be set aside (None: it is damage)."""

    length: int
    case: TailCase | None


def _all_zero(read: Read, offset: int, end: int) -> bool:
    while offset < end:
        block = read(offset, min(_BLOCK, end - offset))
        if not block or block.strip(b"\0"):
            return False
        offset += len(block)
    return True


def _is_cut_record(walk: Walk, read: Read, length: int) -> bool:
    """Whether LENGTH bytes behind WALK are a proper prefix of a record that a member lawfully began to write here."""
    head = read(walk.offset, layout.BARE_SIZE)
    if len(head) < layout.BARE_SIZE:
        return False
    header = layout.unpack_header(head)
    if (
        header.magic != layout.MAGIC or header.version or header.zero or header.sequence != walk.count
        or header.prev != walk.head or not 0 < header.parts <= bounds.MAX_PARTS
        or not length < header.total <= bounds.MAX_TOTAL
    ):  # fmt: skip
        return False
    verdict = admit(walk.state, head[4:24], RULES, RESERVED)
    if verdict.problem or verdict.who is None:
        return False
    message = layout.signed_message(walk.state.vault_id, head[: layout.HEADER_SIZE])
    if not signing.holds(head[layout.HEADER_SIZE :], message, verdict.who.sign):
        return False
    return _declared(header, read, walk.offset + layout.BARE_SIZE, walk.offset + length)


def _declared(header: layout.Header, read: Read, at: int, end: int) -> bool:
    """Whether what stands from AT, behind the signature, to END is the start of the frame that HEADER declares."""
    full = layout.full_bitmap(header.parts)
    wanted = len(full) + header.parts * layout.ROW_SIZE
    start = read(at, min(wanted, end - at))
    if start[: len(full)] != full[: len(start)]:
        return False
    if len(start) < wanted:
        return len(start) == end - at
    table = start[len(full) :]
    rows = layout.unpack_rows(table)
    if layout.table_digest(table) != header.table or layout.total_of([row.length for row in rows]) != header.total:
        return False
    at += wanted
    for row in rows:
        if at + row.length > end:
            return True
        if _part_digest(read, at, row.length) != row.digest:
            return False
        at += row.length
    return True


def _part_digest(read: Read, at: int, length: int) -> bytes:
    hashing, end = hashlib.sha256(labels.PART), at + length
    while at < end:
        block = read(at, min(_BLOCK, end - at))
        if not block:
            break
        hashing.update(block)
        at += len(block)
    return hashing.digest()


def classify(walk: Walk, read: Read, size: int) -> Tail:
    """Say what stands between the walk's end and SIZE, where READ finds the file's end."""
    length = size - walk.offset
    if length <= 0:
        return Tail(0, None)
    if length < layout.BARE_SIZE:
        return Tail(length, TailCase.SHORT)
    if _all_zero(read, walk.offset, size):
        return Tail(length, TailCase.ZEROS)
    if length < bounds.MAX_TOTAL and walk.count and _is_cut_record(walk, read, length):
        return Tail(length, TailCase.CUT)
    return Tail(length, None)


def settled(walk: Walk, read: Read, size: Callable[[], int], catch_up: Callable[[], None]) -> Tail:
    """Judge the tail of a file that others may be writing to.

    SIZE gives the present end; CATCH_UP feeds WALK whatever whole records there are. Bytes are called damage only if
    they are still there, no record, after the walk caught up with them.
    """
    for _ in range(_LOOKS):
        end = size()
        catch_up()
        if walk.ended:
            break
        tail = classify(walk, read, end)
        if not tail.length or tail.case is not None or size() == end:
            return tail
    return Tail(0, None) if walk.ended else classify(walk, read, size())
