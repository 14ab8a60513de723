"""Putting an export on the disk: a folder that appears whole or not at all, readable by its owner alone.

The files are written into a folder beside with a random name; only when all of them are on the disk does it get the
name that was asked for, which nothing may have yet. A file in it says that an export made it: others may write to the
folder around it, and rename what is somebody's own.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Mapping

from vault_format import machine
from vault_format.errors import NoSpace, ReadOnly, Unavailable, UsageError

_NOT_WRITTEN = "Nothing was exported."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_MARK = ".tacenda-export"
"""File in a folder that is not finished: it holds that folder's own name."""
_UNFINISHED = ".tacenda-unfinished-"
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)
_BY_DESCRIPTOR = {os.open, os.unlink} <= os.supports_dir_fd and os.scandir in os.supports_fd


class _Folder:
    """A folder of this user's own, held open: whoever may write around it can put another one at its name.

    Where the system opens no folders, it is its name. Raises OSError for what is none, or somebody else's.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None
        if _BY_DESCRIPTOR:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | machine.PLAIN | machine.NO_LINK)
        self._status = os.lstat(path) if self._descriptor is None else os.fstat(self._descriptor)
        if not stat.S_ISDIR(self._status.st_mode) or not machine.is_mine(self._status):
            self.close()
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def open(self, name: str, flags: int) -> int:
        """Return a descriptor of the file NAME in it, made with mode 0600. Raises OSError."""
        return os.open(self._place(name), flags | machine.PLAIN | machine.NO_LINK, 0o600, dir_fd=self._descriptor)

    def write(self, name: str, data: bytes) -> None:
        """Make the file NAME in it, with DATA, and sync it. Raises OSError."""
        descriptor = self.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            machine.write_all(descriptor, data, 0)
            machine.sync_data(descriptor)
        finally:
            os.close(descriptor)

    def unlink(self, name: str) -> None:
        """Remove the file NAME in it. Raises OSError."""
        os.unlink(self._place(name), dir_fd=self._descriptor)

    def is_marked(self, name: str) -> bool:
        """Whether it holds the file that says it is an unfinished export of that NAME. Raises OSError."""
        descriptor = self.open(_MARK, os.O_RDONLY | machine.NO_WAIT)
        try:
            status, wanted = os.fstat(descriptor), os.fsencode(name)
            mine = stat.S_ISREG(status.st_mode) and machine.is_mine(status)
            return mine and machine.read_at(descriptor, len(wanted) + 1, 0) == wanted
        finally:
            os.close(descriptor)

    def remove(self, *places: str) -> None:
        """Remove the files in it, its mark last, and then it from whichever of PLACES it stands at. Raises OSError.

        Anything else in it stays, and so it.
        """
        with os.scandir(self._path if self._descriptor is None else self._descriptor) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        for name in sorted(names, key=lambda name: name == _MARK):
            self.unlink(name)
        for place in places:
            if self.stands_at(place):
                os.rmdir(place)  # noqa: PTH106

    def stands_at(self, place: str) -> bool:
        """Whether it is what stands at PLACE."""
        try:
            return os.path.samestat(self._status, os.lstat(place))
        except OSError:
            return False

    def close(self) -> None:
        """Give it up."""
        if self._descriptor is not None:
            os.close(self._descriptor)

    def _place(self, name: str) -> str:
        return name if self._descriptor is not None else os.path.join(self._path, name)  # noqa: PTH118


def check_place(path: str) -> str:
    """Return PATH as it will be written to. Raises UsageError or ReadOnly where no new folder can be made there.

    What an export to the same place left when it was killed is removed: plaintext that nobody waits for.
    """
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
    _clear(parent, os.path.basename(whole))  # noqa: PTH119
    return whole


def _clear(parent: str, name: str) -> None:
    """Remove what killed exports to NAME in PARENT left. What does not say that it is such a one stays."""
    start = f".{name}{_UNFINISHED}"
    with contextlib.suppress(OSError):
        for each in os.listdir(parent):  # noqa: PTH208
            if not each.startswith(start) or not _TOKEN.fullmatch(each, len(start)):
                continue
            path = os.path.join(parent, each)  # noqa: PTH118
            with contextlib.suppress(OSError), contextlib.closing(_Folder(path)) as folder:
                if folder.is_marked(each):
                    folder.remove(path)


def lay_down(path: str, files: Mapping[str, bytes]) -> None:
    """Make the folder PATH with FILES in it. Raises NoSpace or Unavailable; nothing of it is left then."""
    parent, wanted = os.path.split(path)
    name = f".{wanted}{_UNFINISHED}{os.urandom(16).hex()}"
    beside = os.path.join(parent, name)  # noqa: PTH118
    try:
        os.mkdir(beside, 0o700)  # noqa: PTH102
        with contextlib.closing(_Folder(beside)) as folder:
            try:
                _fill(folder, name, files)
                if os.path.lexists(path):
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
                # a folder takes no other's place unless that one is empty
                os.rename(beside, path)  # noqa: PTH104
                if not folder.stands_at(path):
                    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            except BaseException:
                with contextlib.suppress(OSError):
                    folder.remove(beside, path)
                raise
            with contextlib.suppress(OSError):
                folder.unlink(_MARK)
    except OSError as error:
        sort = NoSpace if error.errno in _FULL else Unavailable
        said = (error.strerror or "the system refused it").lower()
        raise sort(f"The export could not be written: {said}.", safe="Nothing of it is left.",
                   todo="Make room, or name another folder.") from None  # fmt: skip
    with contextlib.suppress(OSError):
        machine.sync_folder(path)
        machine.sync_folder(parent)


def _fill(folder: _Folder, name: str, files: Mapping[str, bytes]) -> None:
    folder.write(_MARK, os.fsencode(name))
    for each, data in files.items():
        folder.write(each, data)
