"""Random bytes that are the same in every run."""

from __future__ import annotations

import hashlib


class Seeded:
    """Gives the bytes of SHA-256(NAME ‖ block number u64), block after block from 0, as they are asked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._block = 0
        self._left = b""

    def __call__(self, length: int) -> bytes:
        """Return the next LENGTH bytes."""
        while len(self._left) < length:
            seed = self.name.encode() + self._block.to_bytes(8, "little")
            self._left += hashlib.sha256(seed).digest()
            self._block += 1
        given, self._left = self._left[:length], self._left[length:]
        return given
