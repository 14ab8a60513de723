"""Canonical msgpack: a decode counts only if encoding it again gives the same bytes (docs/FORMAT.md, section 3.3).

msgspec accepts duplicate keys and long forms of integers; the second encoding is what refuses them.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from vault_format import bounds

T = TypeVar("T")

_encoder = msgspec.msgpack.Encoder()


UNREADABLE = (msgspec.DecodeError, RecursionError, ValueError)
"""What a decoder raises for bytes that are no value of its shape."""


class NotCanonical(ValueError):
    """The bytes are not the one encoding of a value of the wanted type."""


class Shape(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of everything that is encoded: a map of exactly its fields, in order, none left out."""


def encode(value: object) -> bytes:
    """Return the canonical bytes of a Shape."""
    return _encoder.encode(value)


def decoder(shape: type[T]) -> msgspec.msgpack.Decoder[T]:
    """Return a reusable decoder for SHAPE."""
    return msgspec.msgpack.Decoder(shape)


def decode(raw: bytes, using: msgspec.msgpack.Decoder[T]) -> T:
    """Return the value that RAW canonically encodes. Raises NotCanonical."""
    if len(raw) > bounds.MAX_PART:
        raise NotCanonical("too long")
    try:
        value = using.decode(raw)
    except UNREADABLE as error:
        raise NotCanonical("not a value of this shape") from error
    if _encoder.encode(value) != raw:
        raise NotCanonical("not the shortest or only encoding")
    return value
