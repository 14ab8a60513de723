"""The draft journal: what was typed since the vault last had it, never more than a few seconds behind.

A file of two slots that are written in turn, so that a torn write loses only the newest state. Its space is taken when
the editor opens: it works on a full disk and beside a vault that cannot be written. What a slot is about stands in the
clear in front of it, as it does in the vault's records: a draft is offered before anything is decrypted.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from core.drafts.shape import DraftState
from core.drafts.slot import (
    ABOUT,
    FIRST_SIZE,
    FLAGS,
    GROWING,
    HEAD,
    LARGEST_SIZE,
    MAGIC,
    SUFFIX,
    VERSION,
    WIPED,
    associated,
    digest,
    folder_of,
    stands_at,
)  # fmt: skip
from core.keyring import Keyring
from core.keys import derive
from vault_format import machine
from vault_format.crypto import padding
from vault_format.crypto.sealing import NONCE_SIZE, TAG_SIZE, Entropy, seal
from vault_format.encoding import encode
from vault_format.errors import NoSpace, Unavailable

_PATIENCE = 2.0
"""Seconds to wait for a new journal's lock, which somebody who looks for what was left may hold for a moment."""


class Journal:
    """One session's journal, for the draft that is open in it. `seals`, `first` and `last` (UTC ms) tell what it did.

    SIZE is a slot's at first, in bytes. Raises NoSpace if the space cannot be taken, Unavailable if the state folder
    cannot be written.
    """

    def __init__(
        self, state_folder: str, keyring: Keyring, session: int, entropy: Entropy = os.urandom, *,
        size: int = FIRST_SIZE,
    ) -> None:  # fmt: skip
        self._keyring = keyring
        self._entropy = entropy
        self._number, self._key = keyring.bundle.drafts[-1]
        self._counter = 0
        self.seals = 0
        self.first = 0
        self.last = 0
        folder = folder_of(state_folder, keyring)
        self.path = folder / f"{session:016x}{SUFFIX}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unavailable(error) from None
        self._size = size
        self._descriptor = self._allocate(self.path, self._size)

    def _allocate(self, path: Path, size: int) -> int:
        descriptor = _open_locked(path)
        try:
            _take_space(descriptor, HEAD.size + 2 * size)
            os.pwrite(descriptor, HEAD.pack(MAGIC, VERSION, size, 0), 0)
            machine.sync_data(descriptor)
        except OSError as error:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise _unavailable(error) from None
        return descriptor

    def keep(self, draft: DraftState) -> None:
        """Seal DRAFT into the older slot and sync. Raises NoSpace or Unavailable; the state before stays."""
        counter = self._counter + 1
        slot = self._seal(draft, counter)
        if not stands_at(self._descriptor, self.path):
            # removed by a machine whose locks do not reach this one: what is sealed must stand at its name
            gone, self._descriptor = self._descriptor, self._allocate(self.path, self._size)
            with contextlib.suppress(OSError):
                os.close(gone)
        if len(slot) > self._size:
            self._grow(len(slot))
        try:
            machine.write_all(self._descriptor, slot, HEAD.size + self._size * (counter % 2))
            machine.sync_data(self._descriptor)
        except OSError as error:
            raise _unavailable(error) from None
        # counted only now: what is tried again after a failure must not fall on the slot that is whole
        self._counter = counter
        self.seals += 1
        self.first = self.first or draft.time
        self.last = draft.time

    def _seal(self, draft: DraftState, counter: int) -> bytes:
        """Return the slot of DRAFT: what it is about, the digest of that and of what is sealed, what is sealed."""
        key = derive.draft_key(self._key, self._keyring.birth, self._keyring.enrolment)
        padded = padding.pad(encode(draft.said))
        about = ABOUT.pack(
            counter, draft.entity, draft.client, draft.time, draft.base,
            NONCE_SIZE + len(padded) + TAG_SIZE, self._number, draft.note_class, draft.kind,
        )  # fmt: skip
        sealed = seal(key, padded, associated(self._keyring, about), self._entropy)
        return about + digest(about, sealed) + sealed

    def _grow(self, needed: int) -> None:
        """Move to a file with slots of at least twice the size; the old one stays until the new one is whole.

        Raises NoSpace or Unavailable; the old one stays then.
        """
        size = self._size
        while size < needed:
            size *= 2
        if size > LARGEST_SIZE:
            raise NoSpace("This draft is too long to be kept outside the vault.", todo="Save it, in several notes.")
        larger = self.path.with_suffix(GROWING)
        descriptor = self._allocate(larger, size)
        try:
            newest = self._counter % 2
            slot = machine.read_at(self._descriptor, self._size, HEAD.size + self._size * newest)
            machine.write_all(descriptor, slot, HEAD.size + size * newest)
            machine.sync_data(descriptor)
            larger.replace(self.path)
        except OSError as error:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                larger.unlink()
            raise _unavailable(error) from None
        gone, self._descriptor, self._size = self._descriptor, descriptor, size
        with contextlib.suppress(OSError):
            os.close(gone)
        with contextlib.suppress(OSError):
            machine.sync_folder(str(self.path.parent))

    def empty(self) -> None:
        """Overwrite both slots' heads: the vault has the text. The space stays taken."""
        with contextlib.suppress(OSError):
            for slot in (0, 1):
                os.pwrite(self._descriptor, bytes(WIPED), HEAD.size + self._size * slot)
            machine.sync_data(self._descriptor)
        self.seals = self.first = self.last = 0

    def close(self, *, discard: bool) -> None:
        """Close the file; with DISCARD remove it."""
        os.close(self._descriptor)
        if discard:
            self.path.unlink(missing_ok=True)


def _take_space(descriptor: int, size: int) -> None:
    allocate = getattr(os, "posix_fallocate", None)
    if allocate is not None:
        allocate(descriptor, 0, size)
    else:
        os.pwrite(descriptor, bytes(size), 0)


def _unavailable(error: OSError) -> Unavailable:
    return NoSpace(
        f"The space for unsaved text cannot be taken ({error.strerror}).", safe="What was saved is safe.",
        todo="Free some space in your home folder.",
    )  # fmt: skip


def _open_locked(path: Path) -> int:
    """Return a new journal's descriptor, locked as long as it is open: a session is at it. Raises Unavailable.

    A file system without locks says it of no journal.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            descriptor = os.open(path, FLAGS | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise _unavailable(error) from None
        try:
            if machine.try_lock(descriptor) and stands_at(descriptor, path):
                return descriptor
        except OSError:
            return descriptor
        # somebody looks just now whether it was left behind, and may have removed it
        os.close(descriptor)
        if time.monotonic() > until:
            raise NoSpace("The file for unsaved text is in use elsewhere.", safe="What was saved is safe.")
        time.sleep(0.001)
