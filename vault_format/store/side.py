"""Side files: bytes that were cut off the end of a vault, kept beside it as NAME.aside-CASE-LENGTH-SHA256.

The name says what the file holds, so that whoever next writes a signed record can account for it, also after a kill
between cut and record. Anyone who may write to the folder can put files there: a name counts only with the bytes that
it names.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Collection, Iterator

from vault_format import bounds, machine
from vault_format.codes import TailCase
from vault_format.frames import layout
from vault_format.machine import Access
from vault_format.store.base import Aside

_MARK = ".aside-"
_UNFINISHED = ".aside-unfinished"
_NAME = re.compile(r"([1-4])-([1-9][0-9]{0,18})-([0-9a-f]{64})", re.ASCII)
_BLOCK = 1024 * 1024
_LARGEST = 256 * 1024 * 1024
"""Zeros and floods in longer side files are accounted for only by the writer that cut them off."""
_LENGTHS = {
    TailCase.SHORT: range(1, layout.BARE_SIZE), TailCase.CUT: range(layout.BARE_SIZE, bounds.MAX_TOTAL),
    TailCase.ZEROS: range(layout.BARE_SIZE, _LARGEST + 1), TailCase.FLOOD: range(layout.BARE_SIZE, _LARGEST + 1),
}  # fmt: skip
_OPENING = 64 * 1024
"""What opening a file counts for, in bytes read."""
_MOST_READ = _LARGEST + _OPENING
"""Bytes that are hashed in one look; the next one goes on."""
_MOST_NAMES = 4_096
_MOST_OTHERS = 16
"""Side files of others that one open vault accounts for: each costs a record, and small ones cost nothing to make."""
_SETTLED_NS = 2_000_000_000
"""Age from which a folder's time of change is trusted to tell of the next change."""

Read = Callable[[int, int], bytes]
_Stamp = tuple[int, int, int, int]


def keep(vault: str, access: Access, read: Read, span: tuple[int, int], case: TailCase) -> Aside:
    """Copy the bytes SPAN (from, to) that READ gives to a side file, and return what it is once it is on the disk.

    Raises OSError; then there is no side file.
    """
    temporary = vault + _UNFINISHED
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)  # what a killed writer left; whoever comes here holds the lock
        copy = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.PLAIN, 0o600)
        try:
            machine.give_access(copy, access)
            hashing, (at, end) = hashlib.sha256(), span
            while at < end:
                block = read(at, min(_BLOCK, end - at))
                if not block:
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                machine.write_all(copy, block, at - span[0])
                hashing.update(block)
                at += len(block)
            os.fsync(copy)
        finally:
            os.close(copy)
        aside = Aside(case, at - span[0], hashing.digest(), read(span[0], min(layout.BARE_SIZE, end - span[0])))
        os.replace(temporary, f"{vault}{_MARK}{int(case)}-{aside.length}-{aside.digest.hex()}")
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
    machine.sync_folder(os.path.dirname(vault))
    return aside


class Beside:
    """What stands beside VAULT, as one open vault sees it. `look` reads it, without the lock; `found` says what it saw.

    A folder that cannot be listed has nothing.
    """

    def __init__(self, vault: str) -> None:
        self._vault = vault
        self._looked: dict[str, tuple[_Stamp, Aside | None]] = {}
        self._when = -1
        self._known: Collection[bytes] = ()
        self._own: list[Aside] = []
        self._others: set[bytes] = set()

    def add(self, aside: Aside) -> None:
        """Take in what this writer has set ASIDE itself."""
        self._own.append(aside)

    def look(self) -> None:
        """Find out which side files hold what their names say: a bounded amount of those not looked at before."""
        changed = _folder_changed(self._vault)
        if self._when == changed:
            return
        left, complete = _MOST_READ, time.time_ns() - changed > _SETTLED_NS
        looked: dict[str, tuple[_Stamp, Aside | None]] = {}
        for path, case, length, digest in self._names():
            stamp = None if digest in self._known else _stamp(path, length)
            if stamp is None or length not in _LENGTHS[case]:
                continue
            before = self._looked.get(path)
            if before is not None and before[0] == stamp:
                looked[path] = before
            elif length + _OPENING > left:
                complete = False
            else:
                left -= length + _OPENING
                looked[path] = (stamp, _checked(path, case, length, digest))
        # Of a folder that has just changed, another change in the same tick of the clock would not show.
        self._looked, self._when = looked, changed if complete else -1

    def _names(self) -> Iterator[tuple[str, TailCase, int, bytes]]:
        folder, name = os.path.split(self._vault)
        start = name + _MARK
        with contextlib.suppress(OSError):
            for entry in sorted(each for each in os.listdir(folder) if each.startswith(start))[:_MOST_NAMES]:
                match = _NAME.fullmatch(entry, len(start))
                if match is not None:
                    path = os.path.join(folder, entry)
                    yield path, TailCase(int(match[1])), int(match[2]), bytes.fromhex(match[3])

    def found(self, known: Collection[bytes]) -> list[Aside]:
        """Return what was set aside, but for what has a KNOWN digest: this writer's own first, a few of others'."""
        self._known = known
        self._own = [each for each in self._own if each.digest not in known]
        kept = {each.digest: each for each in self._own}
        for path, (stamp, aside) in self._looked.items():
            if aside is None or aside.digest in known or aside.digest in kept or stamp != _stamp(path, aside.length):
                continue
            if aside.digest in self._others or len(self._others) < _MOST_OTHERS:
                self._others.add(aside.digest)
                kept[aside.digest] = aside
        return list(kept.values())


def _folder_changed(vault: str) -> int:
    """Return when a name in the folder of VAULT was last made or removed, in ns; 0 if the system does not say."""
    try:
        return os.stat(os.path.dirname(vault)).st_mtime_ns
    except OSError:
        return 0


def _stamp(path: str, length: int) -> _Stamp | None:
    """Return what tells a file's content from another's without reading it, or None if it has not that LENGTH."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size != length:
        return None
    return (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)


def _checked(path: str, case: TailCase, length: int, digest: bytes) -> Aside | None:
    """Return what the side file at PATH holds, or None if that is not what its name says."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size != length:
                return None
            hashing, at = hashlib.sha256(), 0
            while at < length and (block := machine.read_at(descriptor, min(_BLOCK, length - at), at)):
                hashing.update(block)
                at += len(block)
            if hashing.digest() == digest:
                return Aside(case, length, digest, machine.read_at(descriptor, layout.BARE_SIZE, 0))
        finally:
            os.close(descriptor)
    return None
