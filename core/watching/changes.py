"""Knowing that a file changed: inotify where there is one, else a look now and then."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import struct
import sys
import time
from collections.abc import Sequence

POLL_SECONDS = 0.5
_MODIFY, _CREATE, _MOVED_TO, _ATTRIB = 0x2, 0x100, 0x80, 0x4
_MASK = _MODIFY | _CREATE | _MOVED_TO | _ATTRIB
_EVENT = struct.Struct("iIII")
_NONBLOCK, _CLOEXEC = 0x800, 0x80000
_BUFFER = 1 << 16


class Changes:
    """Waits until one of PATHS may have changed. `notified` says whether the system tells, or files are looked at.

    Folders are watched, not files: a compaction puts another file in a vault's place.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._names = {os.path.abspath(path): path for path in paths}  # noqa: PTH100  names as they were given
        self._stamps: dict[str, tuple[int, int, int]] = {}
        self._descriptor = -1
        self._folders: dict[int, str] = {}
        if sys.platform == "linux":
            with contextlib.suppress(OSError, AttributeError):
                self._begin(ctypes.CDLL(None, use_errno=True))
        self._changed()

    @property
    def notified(self) -> bool:
        """Whether the system tells of changes."""
        return self._descriptor >= 0

    def _begin(self, library: ctypes.CDLL) -> None:
        descriptor = library.inotify_init1(_NONBLOCK | _CLOEXEC)
        if descriptor < 0:
            return
        for folder in {os.path.dirname(name) for name in self._names}:  # noqa: PTH120  as above
            watch = library.inotify_add_watch(descriptor, os.fsencode(folder), _MASK)
            if watch < 0:
                # no more watches for this user, or no folder: look at everything instead
                os.close(descriptor)
                return
            self._folders[watch] = folder
        self._descriptor = descriptor

    def _stamp(self, name: str) -> tuple[int, int, int]:
        try:
            status = os.stat(name)  # noqa: PTH116  as above
        except OSError:
            return (0, 0, 0)
        return (status.st_ino, status.st_size, status.st_mtime_ns)

    def _changed(self) -> list[str]:
        found = []
        for name, path in self._names.items():
            stamp = self._stamp(name)
            if self._stamps.get(name) != stamp:
                self._stamps[name] = stamp
                found.append(path)
        return found

    def wait(self, seconds: float) -> list[str]:
        """Return the paths that changed, as soon as one did, or nothing after SECONDS."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if self.notified:
                # not select(), which takes no descriptor above 1,023
                poll = select.poll()
                poll.register(self._descriptor, select.POLLIN)
                if poll.poll(max(0.0, left) * 1000) and self._drained():
                    found = self._changed()
                    if found:
                        return found
            else:
                found = self._changed()
                if found:
                    return found
                time.sleep(max(0.0, min(POLL_SECONDS, left)))
            if time.monotonic() >= deadline:
                return []

    def _drained(self) -> bool:
        """Read what was told; whether any of it concerns one of the files."""
        data = b""
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._descriptor, _BUFFER)
        at = 0
        while at + _EVENT.size <= len(data):
            watch, mask, _, length = _EVENT.unpack_from(data, at)
            name = data[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0")
            at += _EVENT.size + length
            folder = self._folders.get(watch, "")
            # a queue that ran over has lost names: then everything is looked at
            if mask & 0x4000 or os.path.join(folder, os.fsdecode(name)) in self._names:  # noqa: PTH118  as above
                return True
        return False

    def close(self) -> None:
        """Give up. May be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
