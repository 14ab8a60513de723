"""The bytes of a draft journal (docs/FORMAT.md, section 11): its head, and what stands in front of each slot."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path
from typing import NamedTuple

from core.keyring import Keyring
from vault_format import machine
from vault_format.crypto import labels
from vault_format.crypto.sealing import NONCE_SIZE

MAGIC = bytes.fromhex("a754444a")
VERSION = 1
"""What is written. Journals of version 0 are read as well: they hold drafts of notes only."""
SUFFIX = ".draft"
GROWING = ".new"
"""Of a journal that is being made larger; it takes the other's name once it is whole."""
FLAGS = os.O_RDWR | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT
HEAD = struct.Struct("<4sIII")
"""Magic, version, size of a slot, zero."""
ABOUT = struct.Struct("<QQQQIIIBBxx")
SLOT_HEAD = ABOUT.size + 32
"""What stands in front of a slot's ciphertext: 80 bytes."""
WIPED = SLOT_HEAD + NONCE_SIZE
"""Bytes that are zero at the front of a slot that holds nothing."""
FIRST_SIZE = 65_536
"""Size of a slot at first; a longer text moves to a larger file."""
LARGEST_SIZE = 32 * 1024 * 1024


class About(NamedTuple):
    """What a slot says of its draft in the clear: the note, its client and class, the revision that was edited.

    TIME (UTC ms) is when it was sealed, LENGTH the size of what is sealed, NUMBER the draft key's, KIND a DraftKind; of
    a client's entry ENTITY is the client.
    """

    counter: int
    entity: int
    client: int
    time: int
    base: int
    length: int
    number: int
    note_class: int
    kind: int


def associated(keyring: Keyring, about: bytes) -> bytes:
    """Return the associated data of a slot; ABOUT is its first 48 bytes."""
    return labels.DRAFT + keyring.vault_id + struct.pack("<Q", keyring.enrolment) + about


def digest(about: bytes, sealed: bytes) -> bytes:
    """Return what tells a slot that was written whole from a torn one, without a key."""
    hashing = hashing_of(about)
    hashing.update(sealed)
    return hashing.digest()


def hashing_of(about: bytes) -> hashlib._Hash:
    """Return the hash of `digest` to which only what is sealed must be added."""
    return hashlib.sha256(labels.DRAFT + about)


def folder_of(state_folder: str, keyring: Keyring) -> Path:
    """Return where a member's journals for a vault stand."""
    return Path(state_folder, "drafts", f"{keyring.vault_id.hex()[:32]}-{keyring.enrolment:016x}")


def stands_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one at PATH."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False
