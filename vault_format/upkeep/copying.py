"""A consistent copy of a vault while others write in it, verified before it has a name (docs/FORMAT.md, section 10)."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from vault_format import machine
from vault_format.errors import Unavailable, UsageError, VaultBroken
from vault_format.store.failures import raise_for_place
from vault_format.store.making import put_in_place
from vault_format.verification.verify import Pinned, verify
from vault_format.view import Clock, View

Watch = Callable[[int, int], None]
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was verified: where, bytes, records, hash of the last record, SHA-256 of the file."""

    path: str
    size: int
    records: int
    head: bytes
    digest: bytes


class Source(View):
    """A verified vault that is copied up to its last record as it is now."""

    def copy_to(self, descriptor: int, watch: Watch | None, cancelled: Callable[[], bool]) -> bytes:
        """Write everything up to the last verified record to DESCRIPTOR; return its SHA-256. Raises Unavailable."""
        hashing, at, end = hashlib.sha256(), 0, self.walk.offset
        while at < end:
            if cancelled():
                raise Unavailable("Stopped.", safe="No copy was made.")
            block = self._store.read(at, min(_BLOCK, end - at))
            if not block:
                raise Unavailable("The vault became shorter while it was copied.", safe="No copy was made.")
            machine.write_all(descriptor, block, at)
            hashing.update(block)
            at += len(block)
            if watch is not None:
                watch(at, end)
        os.fsync(descriptor)
        return hashing.digest()


def copy_vault(
    path: str, destination: str, clock: Clock, *, pin: Pinned | None = None, watch: Watch | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Copied:  # fmt: skip
    """Copy the vault at PATH to DESTINATION, mode 0600, and verify the copy before it gets that name.

    WATCH is told (bytes copied, bytes in all). Raises UsageError if something stands at DESTINATION or nothing can,
    VaultBroken if the vault or the copy does not verify, ReadOnly, NoSpace, SyncFailed, Unavailable if CANCELLED says
    so; then nothing is there.
    """
    source = Source(path, clock, pin=pin)
    try:
        source.check_whole()
        return _copied(source, destination, watch, cancelled)
    finally:
        source.close()


def _copied(source: Source, destination: str, watch: Watch | None, cancelled: Callable[[], bool]) -> Copied:
    folder, name = os.path.split(os.path.abspath(destination))
    temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}")
    try:
        if os.path.lexists(destination):
            raise FileExistsError
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.PLAIN, 0o600)
        try:
            digest = source.copy_to(descriptor, watch, cancelled)
        finally:
            os.close(descriptor)
        verdict = verify(temporary, source.clock())
        known = {(each.seq, each.kind) for each in source.findings}
        found = {(each.seq, each.kind) for each in verdict.findings}
        if (verdict.records, verdict.head) != (source.count, source.head) or not found <= known:
            raise VaultBroken(
                "The copy does not verify.", safe="The vault is untouched; the copy was thrown away.",
                todo="Check the disk it was made on, then try again.",
            )  # fmt: skip
        put_in_place(temporary, destination, folder)
    except FileExistsError:
        raise UsageError(
            f"{destination} is there already.", safe="It was not touched.", todo="Choose another name."
        ) from None
    except FileNotFoundError:
        raise UsageError(f"There is no folder {folder}.", todo="Make it first, or choose another.") from None
    except OSError as error:
        raise_for_place(error, destination)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
    return Copied(destination, source.walk.offset, source.count, source.head, digest)
