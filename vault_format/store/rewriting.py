"""A second file beside a vault that takes its place once it is whole: compaction (docs/FORMAT.md, section 10)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from vault_format import machine
from vault_format.frames import layout
from vault_format.frames.scan import Batch, FrameReader
from vault_format.machine import Access
from vault_format.store.failures import raise_for, reading

_MARK = ".compacting-"


def clear_abandoned(place: str) -> None:
    """Remove what killed compactions of the vault at PLACE left. One that is at work holds its file's lock."""
    folder, name = os.path.split(place)
    with contextlib.suppress(OSError):
        for entry in os.listdir(folder):
            if entry.startswith(f".{name}{_MARK}"):
                _remove_abandoned(os.path.join(folder, entry))


def _remove_abandoned(path: str) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT)
        try:
            if machine.try_lock(descriptor):
                os.unlink(path)
        finally:
            os.close(descriptor)


class Rewriting:
    """The file that may stand at PLACE next, with ACCESS; it begins with the preamble. Raises NoSpace or ReadOnly."""

    def __init__(self, place: str, access: Access) -> None:
        self._place = place
        folder, name = os.path.split(place)
        clear_abandoned(place)
        self._path = os.path.join(folder, f".{name}{_MARK}{os.urandom(6).hex()}")
        self._end = 0
        self._descriptor = -1
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | machine.PLAIN
            self._descriptor = os.open(self._path, flags, 0o600)
            machine.try_lock(self._descriptor)
            machine.give_access(self._descriptor, access)
        except OSError as error:
            self.close()
            raise_for(error)
        self.write(layout.PREAMBLE)

    def write(self, data: bytes) -> None:
        """Add DATA at the end. Raises NoSpace or SyncFailed."""
        try:
            machine.write_all(self._descriptor, data, self._end)
        except OSError as error:
            raise_for(error)
        self._end += len(data)

    def size(self) -> int:
        """Return the size in bytes so far."""
        return self._end

    def frames(self, offset: int) -> Iterator[Batch]:
        """Yield batches from OFFSET to the end, as they can be read back. Raises Unavailable."""
        with reading():
            yield from FrameReader(self._descriptor, offset).batches()

    def sync(self) -> None:
        """Return once everything so far is on the disk. Raises SyncFailed."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise_for(error)

    def take_place(self) -> None:
        """Put this file in the vault's place, for good. Only in the vault's turn. Raises ReadOnly or SyncFailed."""
        self.sync()
        try:
            os.replace(self._path, self._place)
            machine.sync_folder(os.path.dirname(self._place))
        except OSError as error:
            raise_for(error)

    def close(self) -> None:
        """Give the file up; unless it took the vault's place, it is removed. May be called again."""
        if self._descriptor >= 0:
            # once it was renamed there is nothing here any more
            with contextlib.suppress(OSError):
                os.unlink(self._path)
            os.close(self._descriptor)
            self._descriptor = -1
