"""Details that only an auditor or an owner opens: where a session came from, typed reasons (docs/FORMAT.md, 6.5)."""

from __future__ import annotations

import os
import struct
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from vault_format.codes import KeyType, PartRole
from vault_format.crypto import labels, padding
from vault_format.crypto.sealing import CannotOpen, Entropy, open_box, seal_box
from vault_format.encoding import NotCanonical, Shape, decode, decoder, encode
from vault_format.errors import NotWhole
from vault_format.frames.layout import Part

Text = Annotated[str, Meta(max_length=4_096)]
_HEAD = struct.Struct("<QHQ")


class Origin(Shape):
    """Where a session came from: machine, OS login, terminal, SSH client, program version."""

    host: Text
    login: Text
    terminal: Text
    client: Text
    agent: Text


class Words(Shape):
    """Typed words, and further lines an act asks for (a recipient, who was present)."""

    words: Text
    more: Annotated[list[Text], Meta(max_length=32)]


S = TypeVar("S", Origin, Words)
_ORIGIN = decoder(Origin)
_WORDS = decoder(Words)


def seal_detail(
    shape: Origin | Words, audit_public: bytes, *, vault_id: bytes, session: int, action: int, entity: int, epoch: int,
    entropy: Entropy = os.urandom,
) -> Part:  # fmt: skip
    """Return the detail part that goes with a record of ACTION."""
    plain = labels.DETAIL + vault_id + _HEAD.pack(session, action, entity) + encode(shape)
    stored = seal_box(padding.pad(plain), audit_public, entropy)
    return Part(PartRole.DETAIL, stored, key_type=KeyType.AUDIT, entity=entity, key_epoch=epoch)


def _open(
    stored: bytes, private: bytes, vault_id: bytes, place: tuple[int, int, int], using: msgspec.msgpack.Decoder[S]
) -> S:
    head = labels.DETAIL + vault_id + _HEAD.pack(*place)
    try:
        plain = padding.unpad(open_box(stored, private))
        if plain[: len(head)] != head:
            raise CannotOpen("the detail of another record")
        return decode(plain[len(head) :], using)
    except (CannotOpen, padding.BadPadding, NotCanonical):
        raise NotWhole("This detail was damaged or replaced.", safe="Everything else stays open.") from None


def open_origin(stored: bytes, private: bytes, vault_id: bytes, session: int, action: int) -> Origin:
    """Return the origin sealed to an audit key. Raises NotWhole."""
    return _open(stored, private, vault_id, (session, action, 0), _ORIGIN)


def open_words(stored: bytes, private: bytes, vault_id: bytes, session: int, action: int, entity: int) -> Words:
    """Return the words sealed to an audit key. Raises NotWhole."""
    return _open(stored, private, vault_id, (session, action, entity), _WORDS)
