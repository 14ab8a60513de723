"""The recovery authority's keys, and the boxes that open process notes to it (docs/FORMAT.md, 6.3)."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence

from core.keys import derive
from core.keys.pairs import Pairs
from vault_format.codes import KeyType, Kind
from vault_format.crypto import labels
from vault_format.crypto.sealing import CannotOpen, Entropy, key_place, open_box, seal_box
from vault_format.errors import NotWhole
from vault_format.frames.layout import Part

SECRET_SIZE = 32
_HEAD = struct.Struct("<QQH")
_AUTHOR = struct.Struct("<H32s")


def authority_pairs(secret: bytes, birth: bytes, enrolment: int) -> Pairs:
    """Return the authority's private keys from SECRET, the 32 bytes that custodians hold shares of."""
    data = birth + struct.pack("<Q", enrolment)
    return Pairs(
        derive.blake(secret, labels.AUTHORITY_SIGN, data), derive.blake(secret, labels.AUTHORITY_BOX, data)
    )  # fmt: skip


def author_box(
    authors: Sequence[tuple[int, bytes]], *, public: bytes, authority: int, author: int, generation: int,
    vault_id: bytes, entropy: Entropy = os.urandom,
) -> Part:  # fmt: skip
    """Return the part that gives AUTHORS' keys, as (generation, 32 bytes), to the authority with the box key PUBLIC.

    AUTHORITY and AUTHOR are enrolments; GENERATION is the author's that the record registers or is signed with.
    """
    plain = b"".join(
        (
            labels.AUTHOR_GRANT, vault_id, _HEAD.pack(authority, author, len(authors)),
            *(_AUTHOR.pack(number, key) for number, key in authors),
        )
    )  # fmt: skip
    place = key_place(Kind.AUTHOR_BOX, KeyType.MEMBER, generation, author, 0)
    return place.part(seal_box(plain, public, entropy))


def open_author_box(
    stored: bytes, private: bytes, *, authority: int, author: int, vault_id: bytes
) -> list[tuple[int, bytes]]:
    """Return the author keys in a box, as (generation, 32 bytes). Raises NotWhole."""
    head = labels.AUTHOR_GRANT + vault_id
    try:
        plain = open_box(stored, private)
        if plain[: len(head)] != head:
            raise CannotOpen("another box")
        whose, who, count = _HEAD.unpack_from(plain, len(head))
        keys = list(_AUTHOR.iter_unpack(plain[len(head) + _HEAD.size :]))
    except (CannotOpen, struct.error):
        raise NotWhole("This member's box for the custodians does not open.", safe="Nothing was changed.") from None
    if (whose, who, count) != (authority, author, len(keys)):
        raise NotWhole("This member's box for the custodians is not theirs.", safe="Nothing was changed.")
    return keys
