"""The draft journal: what was typed since the vault last had it, never more than a few seconds behind.

A file of two slots that are written in turn, so that a torn write loses only the newest state. Its space is taken when
the editor opens: it works on a full disk and beside a vault that cannot be written.
"""

from __future__ import annotations

import contextlib
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from core.drafts.shape import DraftState
from core.keyring import Keyring
from core.keys import derive
from vault_format import labels, machine, padding
from vault_format.encoding import NotCanonical, decode, decoder, encode
from vault_format.errors import NoSpace, Unavailable
from vault_format.sealing import NONCE_SIZE, TAG_SIZE, CannotOpen, Entropy, open_sealed, seal

MAGIC = bytes.fromhex("a754444a")
VERSION = 0
SUFFIX = ".draft"
_HEAD = struct.Struct("<4sIII")
_SLOT = struct.Struct("<QII")
FIRST_SIZE = 65_536
"""Size of a slot at first; a longer text moves to a larger file."""
LARGEST_SIZE = 32 * 1024 * 1024

_decoder = decoder(DraftState)


@dataclass(frozen=True, slots=True)
class Kept:
    """A state that was found in a journal: the file, the counter, the draft."""

    path: Path
    counter: int
    draft: DraftState


def _folder(state_folder: str, keyring: Keyring) -> Path:
    return Path(state_folder, "drafts", f"{keyring.vault_id.hex()[:32]}-{keyring.enrolment:016x}")


def _associated(keyring: Keyring, counter: int, number: int) -> bytes:
    return labels.DRAFT + keyring.vault_id + struct.pack("<QQI", keyring.enrolment, counter, number)


class Journal:
    """One session's journal, for the draft that is open in it. `seals`, `first` and `last` (UTC ms) tell what it did.

    Raises NoSpace if the space cannot be taken, Unavailable if the state folder cannot be written.
    """

    def __init__(self, state_folder: str, keyring: Keyring, session: int, entropy: Entropy = os.urandom) -> None:
        self._keyring = keyring
        self._entropy = entropy
        self._number, self._key = keyring.bundle.drafts[-1]
        self._counter = 0
        self.seals = 0
        self.first = 0
        self.last = 0
        folder = _folder(state_folder, keyring)
        self.path = folder / f"{session:016x}{SUFFIX}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise _unavailable(error) from None
        self._size = FIRST_SIZE
        self._descriptor = self._allocate(self.path, self._size)

    def _allocate(self, path: Path, size: int) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
        try:
            descriptor = os.open(path, flags, 0o600)
        except OSError as error:
            raise _unavailable(error) from None
        # the lock says that a session is at it; a file system without locks says it of no journal
        with contextlib.suppress(OSError):
            machine.try_lock(descriptor)
        try:
            _take_space(descriptor, _HEAD.size + 2 * size)
            os.pwrite(descriptor, _HEAD.pack(MAGIC, VERSION, size, 0), 0)
            machine.sync_data(descriptor)
        except OSError as error:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise _unavailable(error) from None
        return descriptor

    def keep(self, draft: DraftState) -> None:
        """Seal DRAFT into the older slot and sync. Raises NoSpace or Unavailable; the state before stays."""
        self._counter += 1
        stored = self._seal(draft)
        if _SLOT.size + len(stored) > self._size:
            self._grow(_SLOT.size + len(stored))
        slot = _SLOT.pack(self._counter, len(stored), self._number) + stored
        try:
            os.pwrite(self._descriptor, slot, _HEAD.size + self._size * (self._counter % 2))
            machine.sync_data(self._descriptor)
        except OSError as error:
            raise _unavailable(error) from None
        self.seals += 1
        self.first = self.first or draft.time
        self.last = draft.time

    def _seal(self, draft: DraftState) -> bytes:
        key = derive.draft_key(self._key, self._keyring.birth, self._keyring.enrolment)
        associated = _associated(self._keyring, self._counter, self._number)
        return seal(key, padding.pad(encode(draft)), associated, self._entropy)

    def _grow(self, needed: int) -> None:
        """Move to a file with slots of at least twice the size; the old one stays until the new one is whole."""
        size = self._size
        while size < needed:
            size *= 2
        if size > LARGEST_SIZE:
            raise NoSpace("This draft is too long to be kept outside the vault.", todo="Save it, in several notes.")
        larger = self.path.with_suffix(".new")
        descriptor = self._allocate(larger, size)
        old = os.pread(self._descriptor, self._size, _HEAD.size + self._size * ((self._counter - 1) % 2))
        os.pwrite(descriptor, old, _HEAD.size + size * ((self._counter - 1) % 2))
        machine.sync_data(descriptor)
        larger.replace(self.path)
        machine.sync_folder(str(self.path.parent))
        os.close(self._descriptor)
        self._descriptor, self._size = descriptor, size

    def empty(self) -> None:
        """Overwrite both slots' heads: the vault has the text. The space stays taken."""
        with contextlib.suppress(OSError):
            for slot in (0, 1):
                os.pwrite(self._descriptor, bytes(_SLOT.size + NONCE_SIZE), _HEAD.size + self._size * slot)
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


def journals(state_folder: str, keyring: Keyring) -> list[Path]:
    """Return this member's journals for this vault, oldest first."""
    folder = _folder(state_folder, keyring)
    with contextlib.suppress(OSError):
        return sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime_ns)
    return []


def in_use(path: Path) -> bool:
    """Whether a session that is still open writes in this journal."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        return not machine.try_lock(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)


def read_journal(path: Path, keyring: Keyring) -> Kept | None:
    """Return the newest state in a journal that opens with the member's draft keys, or None."""
    try:
        raw = path.read_bytes()
        magic, version, size, _ = _HEAD.unpack_from(raw)
    except (OSError, struct.error):
        return None
    if magic != MAGIC or version != VERSION or not 0 < size <= LARGEST_SIZE:
        return None
    found = [_read_slot(raw, _HEAD.size + size * slot, size, keyring) for slot in (0, 1)]
    kept = [state for state in found if state is not None]
    if not kept:
        return None
    counter, draft = max(kept, key=lambda state: state[0])
    return Kept(path, counter, draft)


def _read_slot(raw: bytes, at: int, size: int, keyring: Keyring) -> tuple[int, DraftState] | None:
    try:
        counter, length, number = _SLOT.unpack_from(raw, at)
    except struct.error:
        return None
    if not NONCE_SIZE + TAG_SIZE < length <= size - _SLOT.size:
        return None
    stored = raw[at + _SLOT.size : at + _SLOT.size + length]
    for known, key in keyring.bundle.drafts:
        if known == number:
            using = derive.draft_key(key, keyring.birth, keyring.enrolment)
            try:
                plain = open_sealed(using, stored, _associated(keyring, counter, number))
                return counter, decode(padding.unpad(plain), _decoder)
            except (CannotOpen, padding.BadPadding, NotCanonical):
                return None
    return None
