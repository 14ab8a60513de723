"""What a store must do for the ledger above it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from vault_format.scan import Batch


class Moved(Exception):
    """The vault is not what it was: others appended, or the file was replaced by a compaction."""


class Store(Protocol):
    """Frames in, frames out. Offsets are opaque marks that only the same store understands."""

    name: str
    problem: str

    def preamble(self) -> bytes:
        """Return the first 16 bytes."""
        ...

    def frames(self, offset: int) -> Iterator[Batch]:
        """Yield batches from OFFSET to the present end; afterwards `problem` says what is wrong with the next one."""
        ...

    def size(self) -> int:
        """Return the present end."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return up to LENGTH bytes at OFFSET."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """Hold off other writers. Raises Busy, ReadOnly, and Moved if the file was replaced."""
        ...

    def check_writable(self) -> None:
        """Raise ReadOnly or Moved if nothing could be appended."""
        ...

    def append(self, offset: int, frames: bytes) -> None:
        """Put FRAMES at OFFSET, which must be the end, and return once they are safe.

        Raises Moved, NoSpace, ReadOnly or SyncFailed.
        """
        ...

    def set_aside(self, offset: int, suffix: str) -> None:
        """Copy everything behind OFFSET to a side file, then cut it off. Raises the errors of `append`."""
        ...

    def aside(self) -> list[tuple[str, bytes]]:
        """Return suffix and first 208 bytes of every side file."""
        ...

    def close(self) -> None:
        """Give up whatever is open."""
        ...
