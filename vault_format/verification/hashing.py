"""Sequence, chain and part hashes of a batch (docs/FORMAT.md, section 4 steps 2 and 3).

Needs nothing but the batch, the number of records before it and the hash of the last of them, so that a stretch of a
file can be checked without what stands before it.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from vault_format import bounds
from vault_format.codes import PartRole
from vault_format.crypto import labels
from vault_format.frames.scan import Batch, Parts

PART_DAMAGED = 1
PUBLIC_DAMAGED = 2
"""Damage after which a record changes no state: its table, or its public part."""

_SMALL = 4_096

Damage = tuple[int, str]
"""0, PART_DAMAGED or PUBLIC_DAMAGED, and what is wrong."""


class Hashed(NamedTuple):
    """How many records of a batch are in the chain, the hash of the last, and damage by position in the batch.

    `broken` says what the next record contradicts; it is empty if all are in the chain.
    """

    accepted: int
    head: bytes
    damaged: dict[int, Damage]
    broken: str


def _digest(buffer: bytes, span: int, length: int) -> bytes:
    hashing = hashlib.sha256(labels.PART)
    hashing.update(memoryview(buffer)[span : span + length])
    return hashing.digest()


def _damage(buffer: bytes, parts: Parts, table_hash: bytes) -> Damage:
    """Return how badly the parts of a record are damaged (0: not)."""
    if hashlib.sha256(labels.TABLE + parts.table).digest() != table_hash:
        return PUBLIC_DAMAGED, "the part table is not the one that was signed"
    for position, (row, span) in enumerate(zip(parts.rows, parts.spans, strict=True)):
        public = position == 0 and row[0] == PartRole.PUBLIC
        if span < 0:
            if public:
                return PUBLIC_DAMAGED, "the public part is missing, which nothing may drop"
        elif _digest(buffer, span, row[6]) != row[8]:
            return PUBLIC_DAMAGED if public else PART_DAMAGED, f"part {position} is not the one that was signed"
    return 0, ""


def check_hashes(batch: Batch, count: int, head: bytes) -> Hashed:
    """Check the records of BATCH, which stand behind COUNT records, the last of which has the hash HEAD."""
    sha256, record, table_label, part_label = hashlib.sha256, labels.REC, labels.TABLE, labels.PART
    buffer, small, public = batch.buffer, _SMALL, int(PartRole.PUBLIC)
    first = count
    damaged: dict[int, Damage] = {}
    for _, raw, fields, parts in batch.items:
        if fields[11] != head or fields[2] != count or count > bounds.MAX_SEQUENCE:
            what = "says it follows another record" if fields[11] != head else "has another number"
            return Hashed(count - first, head, damaged, f"this record {what}")
        head = sha256(record + raw).digest()
        if parts is not None:
            table, rows, spans, _ = parts
            whole = sha256(table_label + table).digest() == fields[10]
            for row, span in zip(rows, spans):  # noqa: B905  the scan made them equally long
                if span < 0:
                    whole = whole and row[0] != public
                elif row[6] <= small:
                    if sha256(part_label + buffer[span : span + row[6]]).digest() != row[8]:
                        whole = False
                elif _digest(buffer, span, row[6]) != row[8]:
                    whole = False
            if not whole:
                damage = _damage(buffer, parts, fields[10])
                if damage[0]:
                    damaged[count - first] = damage
        count += 1
    return Hashed(count - first, head, damaged, "")
