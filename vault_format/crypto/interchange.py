"""The documented interchange form of a sealed part: {iv, ciphertext, tag, metadata}, as JSON and as msgpack.

It is generated from the stored bytes and the part's row, for people and programs that want the structure spelled out;
it is never read back as truth (docs/FORMAT.md, section 6.1).
"""

from __future__ import annotations

import msgspec

from vault_format.codes import PartRole
from vault_format.crypto.sealing import NONCE_SIZE, TAG_SIZE, CannotOpen, split_body
from vault_format.frames.layout import Row


class Metadata(msgspec.Struct, frozen=True):
    """Where the part belongs: all of it is bound as associated data (a body's salt goes into its key)."""

    suite: str
    vault: bytes
    role: int
    kind: int
    note_class: int
    key_type: int
    revision: int
    entity: int
    key_epoch: int
    author: int
    length: int
    digest: bytes
    salt: bytes | None


class SealedPart(msgspec.Struct, frozen=True):
    """One sealed part, taken apart."""

    iv: bytes
    ciphertext: bytes
    tag: bytes
    metadata: Metadata


def take_apart(stored: bytes, row: Row, binding: bytes, author: int) -> SealedPart:
    """Return the structure of a stored AEAD part; BINDING is what it is bound to (birth or vault id, 32 bytes).

    Raises CannotOpen if STORED is too short to be one.
    """
    salt = None
    if row.role == PartRole.BODY:
        salt, stored = split_body(stored)
    if len(stored) < NONCE_SIZE + TAG_SIZE:
        raise CannotOpen("too short")
    metadata = Metadata(
        "XChaCha20-Poly1305", binding, row.role, row.kind, row.note_class, row.key_type, row.revision, row.entity,
        row.key_epoch, author, row.length, row.digest, salt,
    )  # fmt: skip
    return SealedPart(stored[:NONCE_SIZE], stored[NONCE_SIZE:-TAG_SIZE], stored[-TAG_SIZE:], metadata)


def as_json(part: SealedPart) -> bytes:
    """Return PART as JSON, byte strings in base64 (RFC 4648, section 4)."""
    return msgspec.json.encode(part)


def as_msgpack(part: SealedPart) -> bytes:
    """Return PART as msgpack."""
    return msgspec.msgpack.encode(part)
