"""What stands behind the last whole record: nothing, a torn tail, or damage (docs/FORMAT.md, section 5.1)."""

from __future__ import annotations

import os
from dataclasses import dataclass

from vault_format import bounds, layout, signing
from vault_format.authority.admission import admit
from vault_format.authority.rules import RESERVED, RULES
from vault_format.codes import TailCase
from vault_format.walk import Walk

_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tail:
    """Bytes behind the last record: how many, and the case that lets them be set aside (None: it is damage)."""

    length: int
    case: TailCase | None
    head: bytes = b""


def _all_zero(descriptor: int, offset: int, end: int) -> bool:
    while offset < end:
        block = os.pread(descriptor, min(_BLOCK, end - offset), offset)
        if not block or block.strip(b"\0"):
            return False
        offset += len(block)
    return True


def _is_cut_record(walk: Walk, rest: bytes) -> bool:
    """Whether REST is a proper prefix of a record that a member lawfully began to write here."""
    header = layout.unpack_header(rest)
    if (
        header.magic != layout.MAGIC or header.version or header.zero or header.sequence != walk.count
        or header.prev != walk.head or not 0 < header.parts <= bounds.MAX_PARTS
        or not len(rest) < header.total <= bounds.MAX_TOTAL
    ):  # fmt: skip
        return False
    verdict = admit(walk.state, rest[4:24], RULES, RESERVED)
    if verdict.problem or verdict.who is None:
        return False
    message = layout.signed_message(walk.state.vault_id, rest[:144])
    if not signing.holds(rest[144:208], message, verdict.who.sign):
        return False
    return _declared(header, rest[layout.BARE_SIZE :])


def _declared(header: layout.Header, after: bytes) -> bool:
    """Whether what follows the signature is the start of the frame that HEADER declares."""
    full = layout.full_bitmap(header.parts)
    if after[: len(full)] != full[: len(after)]:
        return False
    table_end = len(full) + header.parts * layout.ROW_SIZE
    if len(after) < table_end:
        return True
    table = after[len(full) : table_end]
    rows = layout.unpack_rows(table)
    if layout.table_digest(table) != header.table or layout.total_of([row.length for row in rows]) != header.total:
        return False
    at = table_end
    for row in rows:
        if at + row.length > len(after):
            return True
        if layout.part_digest(after[at : at + row.length]) != row.digest:
            return False
        at += row.length
    return True


def classify(walk: Walk, descriptor: int, size: int) -> Tail:
    """Say what stands between the walk's end and SIZE, the file's size in bytes. Raises OSError."""
    length = size - walk.offset
    if length <= 0:
        return Tail(0, None)
    if length < layout.BARE_SIZE:
        return Tail(length, TailCase.SHORT)
    if _all_zero(descriptor, walk.offset, size):
        return Tail(length, TailCase.ZEROS)
    if length < bounds.MAX_TOTAL and walk.count:
        rest = os.pread(descriptor, length, walk.offset)
        if len(rest) == length and _is_cut_record(walk, rest):
            return Tail(length, TailCase.CUT, rest[: layout.BARE_SIZE])
    return Tail(length, None)
