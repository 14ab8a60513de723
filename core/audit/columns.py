"""The trail as columns: a million records in some 30 MB, filled beside verification."""

from __future__ import annotations

import struct
from array import array
from typing import NamedTuple

from vault_format.frames.scan import Batch

_KEY = struct.Struct("<BBHIIHBBBBH")


class Shape(NamedTuple):
    """What many records have in common: header bytes 4 to 24."""

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


class Columns:
    """Time (UTC ms), shape, client, entity and session of every record, by sequence."""

    def __init__(self) -> None:
        self.times = array("Q")
        self.clients = array("Q")
        self.entities = array("Q")
        self.sessions = array("Q")
        self.codes = array("I")
        self.shapes: list[Shape] = []
        self._numbers: dict[bytes, int] = {}

    def __len__(self) -> int:
        # filled last and cut first: another thread that counts never sees a record whose columns are not all there
        return len(self.codes)

    def take(self, batch: Batch) -> None:
        """Add the records of BATCH; what stands at their numbers was set aside as a flood and is forgotten."""
        fields = [item[2] for item in batch.items]
        if fields and fields[0][2] < len(self.codes):
            self.cut(fields[0][2])
        self.times.extend([field[3] for field in fields])
        self.sessions.extend([field[4] for field in fields])
        self.clients.extend([field[5] for field in fields])
        self.entities.extend([field[6] for field in fields])
        numbers = self._numbers
        try:
            self.codes.extend([numbers[field[1]] for field in fields])
        except KeyError:
            self.codes.extend([self._number(field[1]) for field in fields])

    def _number(self, key: bytes) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.shapes)
            self.shapes.append(Shape(*_KEY.unpack(key)))
        return number

    def shape(self, seq: int) -> Shape:
        """Return the shape of record SEQ."""
        return self.shapes[self.codes[seq]]

    def cut(self, count: int) -> None:
        """Forget all but the first COUNT records."""
        for column in (self.codes, self.times, self.clients, self.entities, self.sessions):
            del column[count:]
