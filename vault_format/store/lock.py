"""The writers' lock: a separate, permanent file beside the vault.

A lock on the vault itself would let anyone who may read it stop all writing, and would be lost when a compaction
renames a new file over it. Only those who may write to the vault may open the lock, for whoever can open a file, if
only for reading, can lock it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager

from vault_format import machine
from vault_format.errors import Busy, ReadOnly, Unavailable
from vault_format.machine import Access

SUFFIX = ".lock"
_FIRST_WAIT, _LONGEST_WAIT = 0.001, 0.02
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FILE = {errno.ELOOP, errno.EISDIR, errno.ENXIO}
_FLAGS = os.O_RDWR | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT
_AUDIT_STILL = "Check it and see the audit trail here; open it where it can be written to read notes."


def lock_path(vault: str) -> str:
    """Return where the lock of VAULT stands."""
    return vault + SUFFIX


def open_lock(vault: str, access: Access) -> int:
    """Return a descriptor of the lock of VAULT, which is made with ACCESS if it is not there. Raises OSError."""
    path = lock_path(vault)
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        try:
            descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            descriptor = os.open(path, _FLAGS)
    try:
        _keep_in_step(descriptor, access)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _keep_in_step(descriptor: int, access: Access) -> None:
    """Refuse what is no file, and give the lock the vault's ACCESS: the vault's may have changed since."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    ours = machine.is_mine(status) and status.st_nlink == 1 and status.st_size == 0
    if ours and Access(stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) != access:
        machine.give_access(descriptor, access)


@contextmanager
def _failing(path: str) -> Iterator[None]:
    """Raise ReadOnly or Unavailable for what the system objects to."""
    try:
        yield
    except OSError as error:
        if error.errno in _DENIED:
            raise ReadOnly(
                "This vault cannot be written here.", safe="Nothing was changed.", todo=_AUDIT_STILL
            ) from None
        if error.errno in _NO_FILE:
            raise ReadOnly(
                f"What stands at {path} is not the vault's lock.", safe="Nothing was changed.",
                todo="Remove it if you did not put it there.",
            ) from None  # fmt: skip
        raise Unavailable(
            f"The vault's lock cannot be taken: {error.strerror}.", safe="Nothing was written.",
            todo="Keep the vault where files can be locked, and see that the disk is not full.",
        ) from None  # fmt: skip


class WritersLock:
    """The lock of VAULT, opened with the first turn and then kept open. Whoever waits does so for PATIENCE seconds."""

    def __init__(self, vault: str, patience: float) -> None:
        self._vault = vault
        self._path = lock_path(vault)
        self._patience = patience
        self._descriptor = -1
        self._inode = (0, 0)
        self._access: Access | None = None

    def _open(self, access: Access) -> None:
        if self._descriptor >= 0 and access == self._access:
            return
        self.close()
        with _failing(self._path):
            self._descriptor = open_lock(self._vault, access)
        status = os.fstat(self._descriptor)
        self._inode, self._access = (status.st_dev, status.st_ino), access

    def _stands(self) -> bool:
        """Whether the open file is the lock still: somebody may have removed it, thinking it was forgotten."""
        try:
            status = os.stat(self._path, follow_symlinks=False)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._inode

    @contextmanager
    def held(self, access: Access) -> Iterator[None]:
        """Hold the lock, made with ACCESS if need be. Raises Busy, ReadOnly, Unavailable if nothing can be locked."""
        deadline = time.monotonic() + self._patience
        wait = _FIRST_WAIT
        while True:
            self._open(access)
            with _failing(self._path):
                got = machine.try_lock(self._descriptor)
            if got and self._stands():
                break
            if got:
                self.close()
            if time.monotonic() >= deadline:
                raise Busy(
                    "Another session is writing to this vault.", safe="Nothing is lost.", todo="Try again in a moment."
                )
            if not got:
                time.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                machine.unlock(self._descriptor)

    def close(self) -> None:
        """Give up the descriptor. May be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
