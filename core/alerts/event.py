"""A record as the rules see it: a few fields of its header, and what its public part says."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from core.audit.columns import Shape
from vault_format import public
from vault_format.codes import Action
from vault_format.encoding import NotCanonical
from vault_format.frames.scan import Batch, Item

_READ = frozenset({
    Action.GENESIS, Action.UNLOCK, Action.CLIENT_SET, Action.DISCLOSE, Action.REVIEWED, Action.MEMBER_ROLLOVER,
    Action.POLICY, Action.ALERT, Action.ROTATION_DUE,
})  # fmt: skip
"""Actions whose public part a rule looks into."""
_KEY = struct.Struct("<BBHIIHBBBBH")


@dataclass(frozen=True, slots=True)
class Event:
    """One record as rules see it."""

    seq: int
    time: int
    session: int
    shape: Shape
    client: int
    said: public.Shape | None


class Events:
    """Reads events out of batches; records whose headers begin alike share their Shape."""

    def __init__(self) -> None:
        self._shapes: dict[bytes, Shape] = {}

    def of(self, batch: Batch, item: Item) -> Event:
        """Return ITEM of BATCH."""
        fields = item[2]
        key = fields[1]
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = Shape(*_unpacked(key))
        said = _said(batch, item, shape.action) if shape.action in _READ else None
        return Event(fields[2], fields[3], fields[4], shape, fields[5], said)


def _said(batch: Batch, item: Item, action: int) -> public.Shape | None:
    parts = item[3]
    if parts is None or parts.spans[0] < 0:
        return None
    start = parts.spans[0]
    try:
        return public.read(action, batch.buffer[start : start + parts.rows[0][6]])
    except (NotCanonical, KeyError):
        return None


def _unpacked(key: bytes) -> tuple[int, int, int, int, int, int, int, int, int, int, int]:
    found: tuple[int, int, int, int, int, int, int, int, int, int, int] = _KEY.unpack(key)
    return found
