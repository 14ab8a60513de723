"""Finding the next header behind damage, by magic, version and sequence (docs/FORMAT.md, section 5.3)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from vault_format import bounds, machine
from vault_format.frames import layout

_WINDOW = 1024 * 1024


def _pattern(seq: int, ahead: int) -> re.Pattern[bytes]:
    """Return what a header of one of the AHEAD sequences from SEQ on begins with: magic, version 0, the sequence."""
    numbers: dict[bytes, bytearray] = {}
    for number in range(seq, seq + ahead):
        low, *high = number.to_bytes(8, "little")
        numbers.setdefault(bytes(high), bytearray()).append(low)
    choices = b"|".join(b"[%s]%s" % (_escaped(lows), _escaped(high)) for high, lows in numbers.items())
    return _pattern_of(choices)


def _pattern_of(sequence: bytes) -> re.Pattern[bytes]:
    # found without being consumed: of headers that stand inside each other, each one is
    return re.compile(b"(?=%s\\x00.{19}(?:%s))" % (_escaped(layout.MAGIC), sequence), re.DOTALL)


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


class AnyHeader:
    """Goes through a file from AFTER on, to what begins like a header of any sequence, each once."""

    _PATTERN = _pattern_of(rb".{4}\x00\x00\x00\x00")

    def __init__(self, descriptor: int, after: int) -> None:
        self._descriptor = descriptor
        self._window, self._base, self._at = b"", after, 0

    def next(self) -> tuple[int, bytes] | None:
        """Return offset and bytes of the next one, or None. Raises OSError."""
        while True:
            match = self._PATTERN.search(self._window, self._at)
            if match is not None and match.start() + layout.HEADER_SIZE <= len(self._window):
                at, self._at = match.start(), match.start() + 1
                return self._base + at, self._window[at : at + layout.HEADER_SIZE]
            # a header that the window cut begins the next one
            kept = max(self._at, len(self._window) - layout.HEADER_SIZE + 1)
            window = machine.read_at(self._descriptor, _WINDOW, self._base + kept)
            if len(window) < layout.HEADER_SIZE:
                return None
            self._window, self._base, self._at = window, self._base + kept, 0

    def jump(self, offset: int) -> None:
        """Go on at OFFSET, which is further."""
        self._at = offset - self._base
