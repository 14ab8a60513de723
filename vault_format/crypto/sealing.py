"""Sealing parts: XChaCha20-Poly1305 with associated data that binds a part to its place (docs/FORMAT.md, 6.1).

The associated data comes from the part's row and from replayed state, never from anything stored beside the
ciphertext. Keys are 32 bytes; nonces are 24 random bytes.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable
from typing import NamedTuple

from nacl import bindings

# libsodium itself, as PyNaCl's own functions call it: what they check of each argument at each call takes longer than
# opening a note does. Lengths are checked here; tests hold the results against theirs and against public vectors.
from nacl._sodium import ffi, lib
from nacl.exceptions import CryptoError

from vault_format.codes import Kind, PartRole
from vault_format.crypto import labels
from vault_format.frames.layout import Part

KEY_SIZE = 32
NONCE_SIZE = 24
SALT_SIZE = 16
TAG_SIZE = 16

Entropy = Callable[[int], bytes]
"""Gives N random bytes."""

_PLACE = struct.Struct("<BBBBIQII")
_NONE = ffi.NULL


class CannotOpen(ValueError):
    """A ciphertext that does not open with this key in this place."""


class Place(NamedTuple):
    """Where a sealed part belongs: its row's fields, and the member number of the entity's author (0: none)."""

    role: int
    kind: int
    note_class: int
    key_type: int
    revision: int
    entity: int
    key_epoch: int
    author: int = 0

    def bind(self, binding: bytes) -> bytes:
        """Return the associated data; BINDING is birth in genesis, else the vault id (32 bytes)."""
        return labels.AAD + binding + _PLACE.pack(*self)

    def part(self, data: bytes) -> Part:
        """Return the part that holds DATA in this place."""
        return Part(
            self.role, data, self.kind, self.note_class, self.key_type, self.revision, self.entity, self.key_epoch
        )


def seal(key: bytes, plaintext: bytes, associated: bytes, entropy: Entropy) -> bytes:
    """Return nonce, ciphertext and tag."""
    nonce = entropy(NONCE_SIZE)
    if len(key) != KEY_SIZE or len(nonce) != NONCE_SIZE:
        raise ValueError("a key has 32 bytes, a nonce 24")
    sealed = bytearray(len(plaintext) + TAG_SIZE)
    lib.crypto_aead_xchacha20poly1305_ietf_encrypt(
        ffi.from_buffer(sealed), _NONE, plaintext, len(plaintext), associated, len(associated), _NONE, nonce, key
    )
    return nonce + sealed


def open_sealed(key: bytes, stored: bytes, associated: bytes) -> bytes:
    """Return the plaintext of what `seal` gave. Raises CannotOpen."""
    sealed, nonce = stored[NONCE_SIZE:], stored[:NONCE_SIZE]
    size = len(sealed) - TAG_SIZE
    if size < 0:
        raise CannotOpen("too short")
    if len(key) != KEY_SIZE:
        raise ValueError("a key has 32 bytes")
    plaintext = bytearray(size)
    if lib.crypto_aead_xchacha20poly1305_ietf_decrypt(
        ffi.from_buffer(plaintext), _NONE, _NONE, sealed, len(sealed), associated, len(associated), nonce, key
    ):
        raise CannotOpen("wrong key, or not what was sealed here")
    return bytes(plaintext)


def split_body(stored: bytes) -> tuple[bytes, bytes]:
    """Return (salt, nonce and ciphertext) of a stored body. Raises CannotOpen."""
    if len(stored) < NONCE_SIZE + SALT_SIZE + TAG_SIZE:
        raise CannotOpen("too short")
    return stored[24:40], stored[:24] + stored[40:]


def join_body(salt: bytes, sealed: bytes) -> bytes:
    """Return the stored form of a body: nonce, salt, ciphertext, tag."""
    return sealed[:NONCE_SIZE] + salt + sealed[NONCE_SIZE:]


def seal_box(plaintext: bytes, public: bytes, entropy: Entropy = os.urandom) -> bytes:
    """Return a `crypto_box_seal` of PLAINTEXT to an X25519 key; it names no sender.

    It is libsodium's construction with the ephemeral private key drawn from ENTROPY. Raises RuntimeError if PUBLIC is
    of low order.
    """
    ephemeral = entropy(KEY_SIZE)
    ephemeral_public = bindings.crypto_scalarmult_base(ephemeral)
    nonce = hashlib.blake2b(ephemeral_public + public, digest_size=NONCE_SIZE).digest()
    return ephemeral_public + bindings.crypto_box(plaintext, nonce, public, ephemeral)


def open_box(stored: bytes, private: bytes) -> bytes:
    """Return the plaintext of a sealed box to the key pair of PRIVATE. Raises CannotOpen."""
    try:
        return bindings.crypto_box_seal_open(stored, bindings.crypto_scalarmult_base(private), private)
    except (CryptoError, ValueError, TypeError):
        raise CannotOpen("wrong key, or not a box") from None


def key_place(kind: Kind, key_type: int, revision: int, entity: int, key_epoch: int) -> Place:
    """Return the place of a key part: a slot, bundle, kit part or older keys."""
    return Place(PartRole.KEY, kind, 0, key_type, revision, entity, key_epoch)
