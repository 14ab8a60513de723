"""A vault as a local file (docs/FORMAT.md, section 10)."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from vault_format import machine
from vault_format.codes import TailCase
from vault_format.frames.scan import Batch, FrameReader
from vault_format.store import lock, side
from vault_format.store.base import Aside, Moved, Replacement
from vault_format.store.failures import raise_for, reading
from vault_format.store.rewriting import Rewriting
from vault_format.verification.verify import open_for_reading

_PIECE = 1 << 20
PATIENCE = 10.0
"""Seconds a writer waits for its turn."""
_unsure: dict[tuple[int, int], int] = {}
"""By device and inode, where that begins on which a sync failed and which could not be cut back.

Longer than a store: whoever opens the file anew finds it in the system's memory and would take it for written.
"""


class LocalStore:
    """The file at PATH, opened for reading at once and for writing with the first turn.

    Raises NotAVault or ReadOnly if it cannot be read. Lock and side files stand beside the file itself, also where
    PATH is a link: whoever comes by another name must meet the same lock.
    """

    def __init__(self, path: str, patience: float = PATIENCE) -> None:
        self.problem = ""
        self._reading = open_for_reading(path)
        self._writing = -1
        self._named = os.path.abspath(path)
        self._place = os.path.realpath(path)
        self._lock = lock.WritersLock(self._place, patience)
        self._beside = side.Beside(self._place)
        self._in_turn = False
        status = os.fstat(self._reading)
        self._inode = (status.st_dev, status.st_ino)

    def frames(self, offset: int) -> Iterator[Batch]:
        """Yield batches from OFFSET to the present end of the file."""
        reader = FrameReader(self._reading, offset)
        with reading():
            yield from reader.batches()
        self.problem = reader.problem

    def size(self) -> int:
        """Return the file's size in bytes."""
        return os.fstat(self._reading).st_size

    def read(self, offset: int, length: int) -> bytes:
        """Return up to LENGTH bytes at OFFSET."""
        with reading():
            return machine.read_at(self._reading, length, offset)

    def sync(self) -> None:
        """Return once the file as it is now is on the disk, whoever wrote it. Raises SyncFailed."""
        if self._inode in _unsure and not self._in_turn:
            with self.turn():
                self.sync()
            return
        try:
            if self._inode in _unsure:
                self._write_again(self._writer())
            machine.sync_data(self._reading)
        except OSError as error:
            raise_for(error)
        _unsure.pop(self._inode, None)

    def _same(self, path: str) -> bool:
        try:
            status = os.stat(path)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._inode

    def replaced(self) -> bool:
        """Whether another file, or none, stands at the path by now."""
        return not self._same(self._named)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock; the file at the path is the one that is open, or Moved is raised."""
        # First the vault itself: who may not write to it must not make its lock.
        access = machine.writers_of(os.fstat(self._writer()))
        self._beside.look()
        with self._lock.held(access):
            if self.replaced() or (self._place != self._named and not self._same(self._place)):
                raise Moved
            self._in_turn = True
            try:
                yield
            finally:
                self._in_turn = False

    def _writer(self) -> int:
        if self._writing < 0:
            try:
                descriptor = os.open(self._place, os.O_WRONLY | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT)
            except OSError as error:
                if self.replaced():
                    raise Moved from None
                raise_for(error)
            status = os.fstat(descriptor)
            if (status.st_dev, status.st_ino) != self._inode:
                os.close(descriptor)
                raise Moved
            self._writing = descriptor
        return self._writing

    def append(self, offset: int, frames: bytes) -> None:
        """Write FRAMES at OFFSET, the end, and sync; where that fails, the file is cut back to what it was."""
        descriptor = self._writer()
        if self.size() != offset:
            raise Moved
        try:
            self._write_again(descriptor)
            machine.write_all(descriptor, frames, offset)
        except BaseException as error:
            self._cut_back(descriptor, offset, len(frames))
            if isinstance(error, OSError):
                raise_for(error)
            raise
        try:
            machine.sync_data(descriptor)
        except OSError as error:
            # The system may forget what it could not write and call the next sync a success. A record that was
            # appended behind would then be safe, and this one a hole in front of it.
            self._cut_back(descriptor, offset, len(frames))
            raise_for(error)
        _unsure.pop(self._inode, None)

    def _cut_back(self, descriptor: int, offset: int, length: int) -> None:
        """Take back our own unfinished write, and nothing else. Where even that fails, it is written again later."""
        try:
            if offset < self.size() <= offset + length:
                os.ftruncate(descriptor, offset)
                machine.sync_data(descriptor)
        except OSError:
            _unsure[self._inode] = min(offset, _unsure.get(self._inode, offset))

    def _write_again(self, descriptor: int) -> None:
        """Write once more what a sync failed on: the system holds it for written, and the next sync would skip it."""
        end = self.size()
        for offset in range(_unsure.get(self._inode, end), end, _PIECE):
            machine.write_all(descriptor, machine.read_at(self._reading, min(_PIECE, end - offset), offset), offset)

    def set_aside(self, offset: int, case: TailCase) -> None:
        """Copy what stands behind OFFSET to a side file, sync it, then cut the vault at OFFSET."""
        descriptor = self._writer()
        access = machine.writers_of(os.fstat(descriptor))
        try:
            self._beside.add(side.keep(self._place, access, self.read, (offset, self.size()), case))
            os.ftruncate(descriptor, offset)
            machine.sync_data(descriptor)
        except OSError as error:
            raise_for(error)

    def aside(self, known: Collection[bytes]) -> list[Aside]:
        """Return what side files hold, but for what has a KNOWN digest: in a turn, as it was seen before the turn."""
        if not self._in_turn:
            self._beside.look()
        return self._beside.found(known)

    @contextmanager
    def replacement(self) -> Iterator[Replacement]:
        """Make a file beside the vault, for the same users, that may take its place."""
        status = os.fstat(self._writer())
        new = Rewriting(self._place, machine.Access(stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid))
        try:
            yield new
        finally:
            new.close()

    def close(self) -> None:
        """Close both descriptors. May be called again."""
        self._lock.close()
        reading_end, writing_end = self._reading, self._writing
        self._reading = self._writing = -1
        for descriptor in (reading_end, writing_end):
            if descriptor >= 0:
                os.close(descriptor)
