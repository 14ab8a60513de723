"""Finding the next header behind damage, by magic, version and sequence (docs/FORMAT.md, section 5.3)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from vault_format import bounds, layout, machine

_WINDOW = 1024 * 1024


def _pattern(seq: int, ahead: int) -> re.Pattern[bytes]:
    """Return what a header of one of the AHEAD sequences from SEQ on begins with: magic, version 0, the sequence."""
    numbers: dict[bytes, bytearray] = {}
    for number in range(seq, seq + ahead):
        low, *high = number.to_bytes(8, "little")
        numbers.setdefault(bytes(high), bytearray()).append(low)
    choices = b"|".join(b"[%s]%s" % (_escaped(lows), _escaped(high)) for high, lows in numbers.items())
    # found without being consumed: of headers that stand inside each other, each one is
    return re.compile(b"(?=%s\\x00.{19}(?:%s))" % (_escaped(layout.MAGIC), choices), re.DOTALL)


def _escaped(raw: bytes | bytearray) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in raw)


def headers(descriptor: int, after: int, seq: int, ahead: int, limit: int) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of what begins like a header of one of the AHEAD sequences from SEQ on.

    Looks from AFTER up to the offset LIMIT, in one pass. Raises OSError.
    """
    pattern = _pattern(seq, ahead)
    while after < limit:
        window = machine.read_at(descriptor, _WINDOW + layout.HEADER_SIZE, after)
        for match in pattern.finditer(window):
            at = match.start()
            if at >= min(_WINDOW, limit - after):
                break
            header = window[at : at + layout.HEADER_SIZE]
            if len(header) == layout.HEADER_SIZE:
                yield after + at, header
        after += _WINDOW


def next_header(descriptor: int, after: int, seq: int) -> tuple[int, bytes] | None:
    """Return offset and header of the record SEQ, looked for behind AFTER by magic and sequence."""
    limit = min(os.fstat(descriptor).st_size, after + bounds.MAX_TOTAL + layout.BARE_SIZE)
    return next(headers(descriptor, after, seq, 1, limit), None)
