"""Reading what stands behind a break, in one pass: proven records, and saves that nobody signed as they stand."""

from __future__ import annotations

import os

from core.carry_on.witness import SAVES, Witness
from core.catalog.gather import Gathered
from vault_format import bounds, machine
from vault_format.authority.rules import RULES
from vault_format.frames import layout
from vault_format.frames.resync import AnyHeader
from vault_format.frames.scan import Batch, scan

_MOST_LOOSE = 4_096
_MOST_LOOSE_BYTES = 256 * 1024 * 1024
"""Unproven saves that are looked at: anybody can append them."""
LOOSE = 2**32 - 1
"""Unproven saves are numbered from here down: the sequences in their headers are nobody's word."""


class Behind:
    """What was found behind the break at OFFSET, where record FIRST should stand.

    `proven` has what signed records say, `loose` the saves that are no member's as they stand or that a signed note
    contradicts; `offsets` says where each record begins, `members` whose it is or claims to be, `hashes` the hash of
    the proven record WATCHED, if it was found. `left_out` counts unproven saves beyond what is looked at.
    """

    def __init__(self, descriptor: int, offset: int, first: int, witness: Witness, watched: int = -1) -> None:
        self.proven, self.loose = Gathered(), Gathered()
        self.offsets: dict[int, int] = {}
        self.members: dict[int, int] = {}
        self.watched_hash = b""
        self.left_out = 0
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._witness = witness
        self._watched = watched
        self._loose_bytes = _MOST_LOOSE_BYTES
        self._read(offset, first)

    def _read(self, offset: int, seq: int) -> None:
        headers = AnyHeader(self._descriptor, offset)
        while (found := headers.next()) is not None:
            at, raw = found
            header = layout.unpack_header(raw)
            if header.sequence < seq or header.action not in RULES:
                continue
            signed = self._witness.signed(machine.read_at(self._descriptor, layout.BARE_SIZE, at), header)
            if not signed and (header.action not in SAVES or header.parts not in RULES[header.action].counts):
                continue
            used = self._extent(at, header)
            if not used or (not signed and not self._has_room(used)):
                continue
            batch, end, _, _ = scan(machine.read_at(self._descriptor, used, at), at)
            if len(batch.items) != 1 or end != used:
                continue
            if signed and self._witness.take(batch):
                seq = header.sequence + 1
                self._keep(self.proven, batch, header.sequence, header.member)
                # what stands inside a proven record is its ciphertext
                headers.jump(at + used)
                if header.sequence == self._watched:
                    self.watched_hash = layout.record_hash(batch.items[0][1])
            elif header.action in SAVES and (not signed or self._has_room(used)):
                self._keep_loose(batch, header)

    def _extent(self, at: int, header: layout.Header) -> int:
        """Return how many bytes the frame at AT takes as far as its table says, 0 if it is no frame or cut short."""
        if not header.parts:
            return layout.BARE_SIZE if header.total == layout.BARE_SIZE and at + header.total <= self._size else 0
        if header.parts > bounds.MAX_PARTS or header.total > bounds.MAX_TOTAL:
            return 0
        start, size = at + layout.BARE_SIZE, layout.bitmap_size(header.parts)
        raw = machine.read_at(self._descriptor, size + header.parts * layout.ROW_SIZE, start)
        if len(raw) < size + header.parts * layout.ROW_SIZE:
            return 0
        present = int.from_bytes(raw[:size], "little")
        rows = layout.unpack_rows(raw[size:])
        used = layout.BARE_SIZE + len(raw) + sum(row.length for n, row in enumerate(rows) if present >> n & 1)
        return used if used <= min(header.total, self._size - at) else 0

    def _has_room(self, size: int) -> bool:
        if len(self.loose.entries) >= _MOST_LOOSE or size > self._loose_bytes:
            self.left_out += 1
            return False
        self._loose_bytes -= size
        return True

    def _keep(self, where: Gathered, batch: Batch, number: int, member: int) -> None:
        self.offsets[number] = batch.base
        self.members[number] = member
        where.take(batch)
        # opened from the file, one at a time
        for entry in where.fresh.values():
            entry.sealed = None
        where.fresh.clear()

    def _keep_loose(self, batch: Batch, header: layout.Header) -> None:
        number = LOOSE - len(self.offsets)
        position, raw, fields, parts = batch.items[0]
        renumbered = (*fields[:2], number, *fields[3:])
        self._keep(self.loose, batch._replace(items=[(position, raw, renumbered, parts)]), number, header.member)
