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
from collections.abc import Callable, Collection

from vault_format import layout, machine
from vault_format.codes import TailCase
from vault_format.machine import Access
from vault_format.store.base import Aside

_MARK = ".aside-"
_UNFINISHED = ".aside-unfinished"
_NAME = re.compile(r"([1-4])-([1-9][0-9]{0,18})-([0-9a-f]{64})", re.ASCII)
_BLOCK = 1024 * 1024

Read = Callable[[int, int], bytes]


def keep(vault: str, access: Access, read: Read, span: tuple[int, int], case: TailCase) -> None:
    """Copy the bytes SPAN (from, to) that READ gives to a side file, and return once it is on the disk.

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
        os.replace(temporary, f"{vault}{_MARK}{int(case)}-{at - span[0]}-{hashing.hexdigest()}")
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
    machine.sync_folder(os.path.dirname(vault))


def folder_changed(vault: str) -> int:
    """Return when a name in the folder of VAULT was last made or removed, in ns; 0 if the system does not say."""
    try:
        return os.stat(os.path.dirname(vault)).st_mtime_ns
    except OSError:
        return 0


def found(vault: str, known: Collection[bytes]) -> list[Aside]:
    """Return what stands beside VAULT, but for what has a KNOWN digest; a folder that cannot be listed has nothing."""
    folder, name = os.path.split(vault)
    start = name + _MARK
    kept: list[Aside] = []
    with contextlib.suppress(OSError):
        for entry in sorted(os.listdir(folder)):
            match = _NAME.fullmatch(entry, len(start)) if entry.startswith(start) else None
            if match is None or bytes.fromhex(match[3]) in known:
                continue
            with contextlib.suppress(OSError):
                head = _checked(os.path.join(folder, entry), int(match[2]), match[3])
                if head is not None:
                    kept.append(Aside(TailCase(int(match[1])), int(match[2]), bytes.fromhex(match[3]), head))
    return kept


def _checked(path: str, length: int, digest: str) -> bytes | None:
    """Return the first 208 bytes of the side file at PATH, or None if it does not hold what its name says."""
    descriptor = os.open(path, os.O_RDONLY | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size != length:
            return None
        hashing, at = hashlib.sha256(), 0
        while block := machine.read_at(descriptor, _BLOCK, at):
            hashing.update(block)
            at += len(block)
        return machine.read_at(descriptor, layout.BARE_SIZE, 0) if hashing.hexdigest() == digest else None
    finally:
        os.close(descriptor)
