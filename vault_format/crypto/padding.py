"""Padding that hides most of a length (docs/FORMAT.md, section 6.1; Padmé is from Nikitin et al., PoPETs 2019)."""

from __future__ import annotations

import struct

FLOOR = 256
_LENGTH = struct.Struct("<I")


class BadPadding(ValueError):
    """A plaintext whose length or padding is not the one rule gives."""


def padded_size(length: int) -> int:
    """Return the size in bytes that LENGTH bytes are padded to."""
    if length <= FLOOR:
        return FLOOR
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


def pad(data: bytes) -> bytes:
    """Return the length of DATA (u32), DATA, and zeros up to the padded size."""
    return (_LENGTH.pack(len(data)) + data).ljust(padded_size(4 + len(data)), b"\0")


def unpad(padded: bytes) -> bytes:
    """Return what was padded. Raises BadPadding unless PADDED is exactly what `pad` gives."""
    if len(padded) < FLOOR:
        raise BadPadding("too short")
    (length,) = _LENGTH.unpack_from(padded)
    end = 4 + length
    if end > len(padded) or padded_size(end) != len(padded) or padded[end:].strip(b"\0"):
        raise BadPadding("not the padding that belongs to this length")
    return padded[4:end]
