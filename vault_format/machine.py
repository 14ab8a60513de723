"""What differs between systems: flags, full sync, file locks, access, the clock that counts sleep, process hardening.

Linux is what the tests run on. The macOS and Windows branches follow those systems' documented calls and are untested.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from typing import NamedTuple

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl
    import resource

_PR_SET_DUMPABLE = 4


PLAIN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)
"""Flags for every file that is opened: no child inherits it, no byte is translated."""
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
"""Refuse a symbolic link as the last part of a path."""
NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Do not wait for the other end of a pipe that stands where a file should."""
_NO_FULL_SYNC = {errno.ENOTSUP, errno.ENOTTY, errno.EINVAL}


if sys.platform == "win32":

    def read_at(descriptor: int, length: int, offset: int) -> bytes:
        """Return up to LENGTH bytes at OFFSET. Raises OSError. Threads that share a descriptor take turns."""
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)

    def write_at(descriptor: int, data: bytes | memoryview, offset: int) -> int:
        """Write DATA at OFFSET and return how many bytes were taken. Raises OSError."""
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)

else:
    read_at = os.pread
    write_at = os.pwrite


def write_all(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of DATA at OFFSET, in one call if the system takes it whole. Raises OSError."""
    view = memoryview(data)
    while view:
        written = write_at(descriptor, view, offset)
        if written <= 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        view = view[written:]
        offset += written


class Access(NamedTuple):
    """Who may do what with a file: mode, and the user and group that own it."""

    mode: int
    user: int
    group: int


def writers_of(status: os.stat_result) -> Access:
    """Return access for those alone who may write to a file with STATUS: 0600, or 0660 if its group may."""
    return Access(0o660 if status.st_mode & stat.S_IWGRP else 0o600, status.st_uid, status.st_gid)


def give_access(descriptor: int, access: Access) -> None:
    """Give an open file ACCESS as far as this user may give it away. Raises OSError if its mode cannot be set."""
    if sys.platform != "win32":  # there it is inherited from the folder
        status = os.fstat(descriptor)
        if (status.st_uid, status.st_gid) != (access.user, access.group):
            try:
                os.fchown(descriptor, access.user, access.group)
            except PermissionError:
                with contextlib.suppress(PermissionError):
                    os.fchown(descriptor, -1, access.group)
        if stat.S_IMODE(status.st_mode) != access.mode:
            os.fchmod(descriptor, access.mode)


def is_mine(status: os.stat_result) -> bool:
    """Whether a file with STATUS belongs to the user that this process acts as."""
    return sys.platform == "win32" or status.st_uid == os.geteuid()


def sync_data(descriptor: int) -> None:
    """Return once what was written to DESCRIPTOR is on the disk. Raises OSError if the system cannot say so."""
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in _NO_FULL_SYNC:
                raise
            os.fsync(descriptor)
    elif sys.platform == "win32":
        os.fsync(descriptor)
    else:
        os.fdatasync(descriptor)


def sync_folder(path: str) -> None:
    """Return once names made or changed in the folder PATH are on the disk. Raises OSError."""
    if sys.platform != "win32":  # there folders cannot be opened, and the system journals names
        descriptor = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | PLAIN)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Take an exclusive lock on an open file without waiting; whether it was got.

    Raises OSError where the file system has no locks.
    """
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
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":  # noqa: RET505  the type checker tells platforms apart in this form only
        # time.monotonic() stops there while the machine sleeps; this clock goes on.
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    else:
        return time.monotonic()


def harden() -> None:
    """Keep this process's memory out of core dumps and away from other processes of the user."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  what only verifies does without

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
