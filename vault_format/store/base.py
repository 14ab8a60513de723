"""What a store must do for the ledger above it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from vault_format.codes import TailCase
from vault_format.errors import Unavailable
from vault_format.frames.scan import Batch


class Moved(Unavailable):
    """The vault is not what was verified: the file was replaced, cut, or changed by something else than an append."""

    def __init__(self) -> None:
        super().__init__(
            "The vault file was replaced or changed since it was opened.", safe="Nothing was written.",
            todo="Open it again.",
        )  # fmt: skip


class Aside(NamedTuple):
    """Bytes that were set aside: why, how many, their SHA-256, and the first 208 of them (fewer if there are)."""

    case: TailCase
    length: int
    digest: bytes
    head: bytes


class Replacement(Protocol):
    """A vault that is written anew beside another. It begins with the preamble."""

    def write(self, data: bytes) -> None:
        """Add frames at the end. Raises NoSpace or SyncFailed."""
        ...

    def size(self) -> int:
        """Return the present end."""
        ...

    def frames(self, offset: int) -> Iterator[Batch]:
        """Yield batches from OFFSET to the present end, as they can be read back."""
        ...

    def take_place(self) -> None:
        """Stand in the old vault's place for good. Only in the old one's turn. Raises ReadOnly or SyncFailed."""
        ...


class Store(Protocol):
    """Frames in, frames out. Offsets are marks in the vault that only the store can turn into bytes.

    Every method may raise Unavailable where the bytes cannot be reached.
    """

    problem: str

    def frames(self, offset: int) -> Iterator[Batch]:
        """Yield batches from OFFSET to the present end; afterwards `problem` says what is wrong with the next one."""
        ...

    def size(self) -> int:
        """Return the present end."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return up to LENGTH bytes at OFFSET."""
        ...

    def sync(self) -> None:
        """Return once everything up to the present end would survive a loss of power."""
        ...

    def replaced(self) -> bool:
        """Whether another vault stands in this one's place by now."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """Hold off other writers. Raises Busy, ReadOnly, and Moved if the vault was replaced."""
        ...

    def append(self, offset: int, frames: bytes) -> None:
        """Put FRAMES at OFFSET, which must be the end, and return once they are safe; else nothing of them stays.

        Only in a turn. Raises Moved, NoSpace, ReadOnly or SyncFailed.
        """
        ...

    def set_aside(self, offset: int, case: TailCase) -> None:
        """Keep everything behind OFFSET in a safe place beside the vault, then cut it off.

        Only in a turn. Raises the errors of `append`.
        """
        ...

    def aside(self, known: Collection[bytes]) -> list[Aside]:
        """Return what was set aside, but for what has one of the KNOWN digests."""
        ...

    def replacement(self) -> AbstractContextManager[Replacement]:
        """Give a second, empty vault that may take this one's place; where it does not, it is gone afterwards.

        Raises NoSpace or ReadOnly.
        """
        ...

    def close(self) -> None:
        """Give up whatever is open."""
        ...
