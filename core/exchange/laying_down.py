"""Putting an export on the disk: a folder that appears whole or not at all, readable by its owner alone.

The files are written into a folder beside with a name that says what it is; only when all of them are on the disk does
it get the name that was asked for, which nothing may have yet.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Mapping

from vault_format import machine
from vault_format.errors import NoSpace, ReadOnly, Unavailable, UsageError

_NOT_WRITTEN = "Nothing was exported."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def check_place(path: str) -> str:
    """Return PATH as it will be written to. Raises UsageError or ReadOnly where no new folder can be made there."""
    whole = os.path.abspath(os.path.expanduser(path.strip())) if path.strip() else ""  # noqa: PTH100, PTH111
    parent = os.path.dirname(whole)  # noqa: PTH120
    if not whole or not os.path.basename(whole) or "\0" in whole:  # noqa: PTH119
        raise UsageError("An export needs a folder of its own.", safe=_NOT_WRITTEN, todo="Name a folder to be made.")
    if os.path.lexists(whole):
        raise UsageError(f"{whole} is there already.", safe="It was not touched.", todo="Name a folder to be made.")
    if not os.path.isdir(parent):  # noqa: PTH112
        raise UsageError(f"There is no folder {parent}.", safe=_NOT_WRITTEN, todo="Make it, or name another.")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise ReadOnly(f"The folder {parent} cannot be written to.", safe=_NOT_WRITTEN, todo="Name another.")
    _clear(_beside(whole))
    return whole


def _beside(path: str) -> str:
    """Return the name under which an export is written until it is whole."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.tacenda-unfinished")  # noqa: PTH118


def _clear(folder: str) -> None:
    """Remove what an export that was killed left: plaintext that nobody waits for. Raises UsageError for more."""
    try:
        status = os.lstat(folder)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(status.st_mode) or not machine.is_mine(status):
            raise OSError
        remove(folder)
    except OSError:
        raise UsageError(
            f"{folder} stands where an export is written.", safe="It was not touched.",
            todo="Remove it, or name another.",
        ) from None


def remove(folder: str) -> None:
    """Remove a folder with the files in it; anything else in it stays, and so it. Raises OSError."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    for name in names:
        os.unlink(os.path.join(folder, name))  # noqa: PTH108, PTH118
    os.rmdir(folder)  # noqa: PTH106


def lay_down(path: str, files: Mapping[str, bytes]) -> None:
    """Make the folder PATH with FILES in it. Raises NoSpace or Unavailable; nothing of it is left then."""
    beside = _beside(path)
    try:
        os.mkdir(beside, 0o700)  # noqa: PTH102
        try:
            for name, data in files.items():
                _write(os.path.join(beside, name), data)  # noqa: PTH118
            machine.sync_folder(beside)
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            # a folder takes no other's place unless that one is empty
            os.rename(beside, path)  # noqa: PTH104
        except BaseException:
            with contextlib.suppress(OSError):
                remove(beside)
            raise
    except OSError as error:
        sort = NoSpace if error.errno in _FULL else Unavailable
        said = (error.strerror or "the system refused it").lower()
        raise sort(f"The export could not be written: {said}.", safe="Nothing of it is left.",
                   todo="Make room, or name another folder.") from None  # fmt: skip
    with contextlib.suppress(OSError):
        machine.sync_folder(os.path.dirname(path))  # noqa: PTH120


def _write(path: str, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.PLAIN | machine.NO_LINK
    descriptor = os.open(path, flags, 0o600)
    try:
        machine.write_all(descriptor, data, 0)
        machine.sync_data(descriptor)
    finally:
        os.close(descriptor)
