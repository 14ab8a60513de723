"""What the system's errors mean for somebody who reads or writes a vault."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from vault_format.errors import NoSpace, ReadOnly, SyncFailed, Unavailable, UsageError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ETXTBSY}
_BAD_PLACE = {errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL, errno.EISDIR}


def raise_for(error: OSError) -> NoReturn:
    """Raise NoSpace, ReadOnly or SyncFailed for an ERROR met while writing."""
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


def raise_for_place(error: OSError, path: str) -> NoReturn:
    """Raise UsageError if no file can stand at PATH, else as `raise_for`."""
    if error.errno in _BAD_PLACE:
        raise UsageError(f"No vault can be made at {path}: {error.strerror}.", todo="Choose another name.") from None
    raise_for(error)


@contextmanager
def reading() -> Iterator[None]:
    """Raise Unavailable where bytes of the vault cannot be read."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The system could not read the vault: {error.strerror}.", safe="Nothing was changed.",
            todo="Check the disk, and look for a backup copy.",
        ) from None  # fmt: skip
