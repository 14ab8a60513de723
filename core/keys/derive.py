"""Keys and commitments that are derived with keyed BLAKE2b (docs/FORMAT.md, section 6; RFC 7693).

Master, author and kit keys only ever derive; none of them seals anything itself.
"""

from __future__ import annotations

import hashlib
import hmac
import struct

from vault_format.crypto import labels

NOTES, INDEX = 1, 2
"""Which of an epoch's keys a commitment is to."""


def blake(key: bytes, person: bytes, data: bytes = b"") -> bytes:
    """Return BLAKE2b-256 of DATA under KEY (up to 64 bytes) with PERSON (16 bytes)."""
    return hashlib.blake2b(data, key=key, person=person, digest_size=32).digest()


def same(one: bytes, other: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)


def master_commitment(master: bytes, birth: bytes) -> bytes:
    """Return what every slot and bundle descriptor names of its master key."""
    return blake(master, labels.MASTER_COMMIT, birth)


def bundle_key(master: bytes, birth: bytes, enrolment: int) -> bytes:
    """Return the key that seals a member's bundle."""
    return blake(master, labels.BUNDLE, birth + struct.pack("<Q", enrolment))


def epoch_commitment(key: bytes, birth: bytes, epoch: int, which: int) -> bytes:
    """Return the public commitment to an epoch's notes key (1) or index key (2)."""
    return blake(key, labels.EPOCH_COMMIT, birth + struct.pack("<IB", epoch, which))


def old_keys_key(key: bytes, birth: bytes, epoch: int, which: int) -> bytes:
    """Return the key that seals earlier epochs' keys under a new notes key (1) or audit private key (2)."""
    return blake(key, labels.OLD_KEYS, birth + struct.pack("<IB", epoch, which))


def chart_index_key(index_key: bytes, epoch: int) -> bytes:
    """Return the key that seals indexes of the chart class in EPOCH."""
    return blake(index_key, labels.INDEX, struct.pack("<I", epoch))


def process_index_key(author_key: bytes, generation: int) -> bytes:
    """Return the key that seals indexes of an author's process notes."""
    return blake(author_key, labels.AUTHOR_INDEX, struct.pack("<I", generation))


def body_key(key: bytes, entity: int, revision: int, salt: bytes) -> bytes:
    """Return the key of one body, from the notes key or the author key."""
    return blake(key, labels.BODY, struct.pack("<QI", entity, revision) + salt)


def commitment(
    secret: bytes, vault_id: bytes, entity: int, revision: int, author: int, index: bytes, body: bytes
) -> bytes:
    """Return an author's commitment to index and body; SECRET is the index's field `c` (32 bytes)."""
    fields = struct.pack("<QIII", entity, revision, author, len(index))
    return blake(secret, labels.COMMIT, vault_id + fields + index + body)


def origin_pseudonym(origin_key: bytes, host: str, login: str) -> bytes:
    """Return the 8 bytes that stand for where a session came from, comparable within one member only."""
    return blake(origin_key, labels.ORIGIN, host.encode() + b"\0" + login.encode())[:8]


def draft_key(key: bytes, birth: bytes, enrolment: int) -> bytes:
    """Return the key that seals a draft journal."""
    return blake(key, labels.DRAFT, birth + struct.pack("<Q", enrolment))
