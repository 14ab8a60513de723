"""A vault as a local file (docs/FORMAT.md, section 10)."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from vault_format import layout, machine
from vault_format.errors import NoSpace, ReadOnly, SyncFailed, UsageError
from vault_format.scan import Batch, FrameReader
from vault_format.store import lock
from vault_format.store.base import Moved
from vault_format.verify import open_for_reading

PATIENCE = 10.0
"""Seconds a writer waits for its turn."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_BLOCK = 1024 * 1024
_ASIDE = ".aside-"


def _raise_for(error: OSError) -> None:
    if error.errno in _FULL:
        raise NoSpace(
            "The disk is full.", safe="What was saved before is safe.", todo="Free some space, then try again."
        ) from None
    if error.errno in _DENIED:
        raise ReadOnly("This vault cannot be written here.", safe="Nothing was changed.") from None
    raise SyncFailed(
        f"The system could not write to the disk: {error.strerror}.", safe="What was saved before is safe.",
        todo="Check the disk, then open the vault again.",
    ) from None  # fmt: skip


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view = view[written:]
        offset += written


def create(path: str, frames: bytes, *, group: bool = False) -> None:
    """Create the vault file at PATH from the preamble and FRAMES; it appears whole or not at all.

    Mode 0600, or 0660 with GROUP. Raises UsageError if something stands there, ReadOnly or NoSpace.
    """
    folder, name = os.path.split(os.path.abspath(path))
    mode = 0o660 if group else 0o600
    temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(descriptor, mode)
            _write_all(descriptor, layout.PREAMBLE + frames, 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        lock.make_lock(path, mode)
        os.link(temporary, path)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", safe="It was not touched.", todo="Choose another name.") from None
    except FileNotFoundError:
        raise UsageError(f"There is no folder {folder}.", todo="Make it first, or choose another.") from None
    except OSError as error:
        _raise_for(error)
    finally:
        with contextlib.suppress(FileNotFoundError, PermissionError):
            os.unlink(temporary)
    machine.sync_folder(folder)


class LocalStore:
    """The file at PATH, opened for reading at once and for writing with the first append.

    Raises NotAVault or ReadOnly if it cannot be read.
    """

    def __init__(self, path: str, patience: float = PATIENCE) -> None:
        self.name = path
        self.problem = ""
        self._patience = patience
        self._reading = open_for_reading(path)
        self._writing: int | None = None
        status = os.fstat(self._reading)
        self._inode = (status.st_dev, status.st_ino)
        self._mode = stat.S_IMODE(status.st_mode) & 0o660 | 0o600
        self._hold: contextlib.AbstractContextManager[None] | None = None

    def preamble(self) -> bytes:
        """Return the first 16 bytes."""
        return os.pread(self._reading, layout.PREAMBLE_SIZE, 0)

    def frames(self, offset: int) -> Iterator[Batch]:
        """Yield batches from OFFSET to the present end of the file."""
        reader = FrameReader(self._reading, offset)
        yield from reader.batches()
        self.problem = reader.problem

    def size(self) -> int:
        """Return the file's size in bytes."""
        return os.fstat(self._reading).st_size

    def read(self, offset: int, length: int) -> bytes:
        """Return up to LENGTH bytes at OFFSET."""
        return os.pread(self._reading, length, offset)

    @property
    def descriptor(self) -> int:
        """The descriptor that is read from."""
        return self._reading

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the lock; the file at the path is the one that is open, or Moved is raised."""
        with lock.exclusive(self.name, self._mode, self._patience):
            self._check_same()
            yield

    def _check_same(self) -> None:
        try:
            status = os.stat(self.name)
        except FileNotFoundError:
            raise Moved from None
        if (status.st_dev, status.st_ino) != self._inode:
            raise Moved

    def _writer(self) -> int:
        if self._writing is None:
            try:
                descriptor = os.open(self.name, os.O_WRONLY | os.O_CLOEXEC)
            except OSError as error:
                _raise_for(error)
                raise
            status = os.fstat(descriptor)
            if (status.st_dev, status.st_ino) != self._inode:
                os.close(descriptor)
                raise Moved
            self._writing = descriptor
        return self._writing

    def check_writable(self) -> None:
        """Open the file for writing if it is not yet. Raises ReadOnly or Moved."""
        self._writer()

    def append(self, offset: int, frames: bytes) -> None:
        """Write FRAMES at OFFSET, the end, and sync; on a full disk the file is cut back to what it was."""
        descriptor = self._writer()
        if self.size() != offset:
            raise Moved
        try:
            _write_all(descriptor, frames, offset)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, offset)
            _raise_for(error)
        try:
            machine.sync_data(descriptor)
        except OSError as error:
            _raise_for(error)

    def set_aside(self, offset: int, suffix: str) -> None:
        """Copy what stands behind OFFSET to a side file, sync it, then cut the vault at OFFSET."""
        descriptor = self._writer()
        side = f"{self.name}{_ASIDE}{suffix}"
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
            copy = os.open(side, flags, self._mode)
            try:
                at, end = offset, self.size()
                while at < end:
                    block = self.read(at, min(_BLOCK, end - at))
                    _write_all(copy, block, at - offset)
                    at += len(block)
                os.fsync(copy)
            finally:
                os.close(copy)
            machine.sync_folder(os.path.dirname(os.path.abspath(self.name)))
            os.ftruncate(descriptor, offset)
            machine.sync_data(descriptor)
        except OSError as error:
            _raise_for(error)

    def digest(self, offset: int) -> tuple[int, bytes]:
        """Return length and SHA-256 of everything behind OFFSET."""
        hashing, at, end = hashlib.sha256(), offset, self.size()
        while at < end:
            block = self.read(at, min(_BLOCK, end - at))
            if not block:
                break
            hashing.update(block)
            at += len(block)
        return at - offset, hashing.digest()

    def aside(self) -> list[tuple[str, bytes]]:
        """Return suffix and first 208 bytes of every side file."""
        folder, name = os.path.split(os.path.abspath(self.name))
        found = []
        for entry in sorted(os.listdir(folder)):
            if entry.startswith(name + _ASIDE):
                with contextlib.suppress(OSError), open(os.path.join(folder, entry), "rb") as file:
                    found.append((entry[len(name + _ASIDE) :], file.read(layout.BARE_SIZE)))
        return found

    def replaced(self) -> bool:
        """Whether another file stands at the path by now."""
        try:
            self._check_same()
        except Moved:
            return True
        return False

    def close(self) -> None:
        """Close both descriptors."""
        os.close(self._reading)
        if self._writing is not None:
            os.close(self._writing)
