"""What differs between systems: full sync, file locks, the clock that counts sleep, process hardening.

Linux is what the tests run on. The macOS and Windows branches follow those systems' documented calls and are untested.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import time

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl
    import resource

_PR_SET_DUMPABLE = 4


def sync_data(descriptor: int) -> None:
    """Return once what was written to DESCRIPTOR is on the disk. Raises OSError if the system cannot say so."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    elif sys.platform == "win32":
        os.fsync(descriptor)
    else:
        os.fdatasync(descriptor)


def sync_folder(path: str) -> None:
    """Return once names made or changed in the folder PATH are on the disk. Raises OSError."""
    if sys.platform == "win32":
        return  # folders cannot be opened there; the system journals names
    descriptor = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Take an exclusive lock on an open file without waiting; whether it was got."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def unlock(descriptor: int) -> None:
    """Give up the lock."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def now_ms() -> int:
    """Return the time in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def awake_and_asleep() -> float:
    """Return seconds since an arbitrary moment, counting the time the machine slept."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else time.monotonic()


def harden() -> None:
    """Keep this process's memory out of core dumps and away from other processes of the user."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
