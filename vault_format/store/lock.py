"""The writers' lock: a separate, permanent file beside the vault.

A lock on the vault itself would let anyone who may read it stop all writing, and would be lost when a compaction
renames a new file over it.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager

from vault_format import machine
from vault_format.errors import Busy, ReadOnly

SUFFIX = ".lock"
_FIRST_WAIT, _LONGEST_WAIT = 0.001, 0.02


def lock_path(vault: str) -> str:
    """Return where the lock of VAULT stands."""
    return vault + SUFFIX


def make_lock(vault: str, mode: int) -> None:
    """Create the lock file with MODE unless it is there. Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(lock_path(vault), flags, mode)
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != mode and os.fstat(descriptor).st_uid == os.geteuid():
            os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def _open(vault: str, mode: int) -> int:
    try:
        make_lock(vault, mode)
        return os.open(lock_path(vault), os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise ReadOnly(
                "This vault cannot be written here.", safe="Nothing was changed.",
                todo="Check it and see the audit trail here; open it where it can be written to read notes.",
            ) from None  # fmt: skip
        if error.errno == errno.ELOOP:
            raise ReadOnly("The vault's lock is a link.", todo="Remove it if you did not put it there.") from None
        raise


@contextmanager
def exclusive(vault: str, mode: int, patience: float) -> Iterator[None]:
    """Hold the lock of VAULT. Waits up to PATIENCE seconds. Raises Busy or ReadOnly."""
    descriptor = _open(vault, mode)
    try:
        deadline = time.monotonic() + patience
        wait = _FIRST_WAIT
        while not machine.try_lock(descriptor):
            if time.monotonic() >= deadline:
                raise Busy(
                    "Another session is writing to this vault.", safe="Nothing is lost.", todo="Try again in a moment."
                )
            time.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        try:
            yield
        finally:
            machine.unlock(descriptor)
    finally:
        os.close(descriptor)
