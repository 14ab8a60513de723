"""Making the file of a new vault: it appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os

from vault_format import machine
from vault_format.errors import UsageError
from vault_format.frames import layout
from vault_format.store import lock
from vault_format.store.failures import raise_for_place

_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def create(path: str, frames: bytes, *, group: bool = False) -> None:
    """Create the vault file at PATH from the preamble and FRAMES, and its lock.

    Mode 0600, or 0660 with GROUP. Raises UsageError if something stands there or nothing can, ReadOnly, NoSpace or
    SyncFailed; then there is no vault.
    """
    folder, name = os.path.split(os.path.abspath(path))
    temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}")
    try:
        if os.path.lexists(path):
            raise FileExistsError
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.PLAIN, 0o600)
        try:
            status = os.fstat(descriptor)
            access = machine.Access(0o660 if group else 0o600, status.st_uid, status.st_gid)
            machine.give_access(descriptor, access)
            machine.write_all(descriptor, layout.PREAMBLE + frames, 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.close(lock.open_lock(path, access))
        put_in_place(temporary, path, folder)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", safe="It was not touched.", todo="Choose another name.") from None
    except FileNotFoundError:
        raise UsageError(f"There is no folder {folder}.", todo="Make it first, or choose another.") from None
    except OSError as error:
        raise_for_place(error, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def put_in_place(temporary: str, path: str, folder: str) -> None:
    """Give the finished file its name unless something has it. Raises OSError, and then nothing has that name."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # No hard links here: reserve the name, then rename over the reservation.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.PLAIN, 0o600))
        try:
            os.replace(temporary, path)
        except OSError:
            os.unlink(path)
            raise
    try:
        machine.sync_folder(folder)
    except OSError:
        os.unlink(path)
        raise
