"""A ciphertext that opens under two keys: XChaCha20-Poly1305 does not commit to its key.

Poly1305 is a polynomial over the blocks, modulo 2^130 - 5 (RFC 8439, section 2.5): with both one-time keys in hand,
one block of the ciphertext can be solved for such that both give the same tag. The stream cipher is written out here
because no public call gives its one-time keys (draft-irtf-cfrg-xchacha-03, section 2).
"""

from __future__ import annotations

import struct
from random import Random

_PRIME = (1 << 130) - 5
_WORD = 0xFFFFFFFF
_CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
_SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def _quarter(state: list[int], a: int, b: int, c: int, d: int) -> None:
    for one, other, mixed, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        state[one] = (state[one] + state[other]) & _WORD
        word = state[mixed] ^ state[one]
        state[mixed] = (word << turn | word >> (32 - turn)) & _WORD


def _rounds(state: list[int]) -> list[int]:
    mixed = list(state)
    for _ in range(10):
        for column in range(4):
            _quarter(mixed, column, 4 + column, 8 + column, 12 + column)
        for column in range(4):
            _quarter(mixed, column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
    return mixed


def _block(key: bytes, counter: int, nonce: bytes) -> bytes:
    state = [*_SIGMA, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce)]
    return struct.pack("<16I", *((a + b) & _WORD for a, b in zip(state, _rounds(state), strict=True)))


def _stream(key: bytes, nonce: bytes) -> tuple[int, int, bytes]:
    """Return r, s and the first block of the key stream."""
    mixed = _rounds([*_SIGMA, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce[:16])])
    subkey = struct.pack("<8I", *mixed[:4], *mixed[12:])
    once = _block(subkey, 0, bytes(4) + nonce[16:])
    r = int.from_bytes(once[:16], "little") & _CLAMP
    return r, int.from_bytes(once[16:32], "little"), _block(subkey, 1, bytes(4) + nonce[16:])


def _sum(r: int, blocks: list[int]) -> int:
    total = 0
    for block in blocks:
        total = (total + block + (1 << 128)) * r % _PRIME
    return total


def open_under_both(one: bytes, other: bytes, nonce: bytes, associated: bytes) -> tuple[bytes, bytes, bytes]:
    """Return a sealed part (nonce, 32 bytes, tag) that opens under both keys, and the two plaintexts."""
    streams = [_stream(key, nonce) for key in (one, other)]
    padded = associated + bytes(-len(associated) % 16)
    head = [int.from_bytes(padded[at : at + 16], "little") for at in range(0, len(padded), 16)]
    lengths = len(associated) | 32 << 64
    (r1, s1, _), (r2, s2, _) = streams
    slope = pow(r1 * r1 - r2 * r2, -1, _PRIME)
    random = Random(1)
    while True:
        first = random.getrandbits(128)
        # everything but the second block, which stands at r squared
        rest1, rest2 = (_sum(r, [*head, first, 0, lengths]) for r in (r1, r2))
        for carry in range(-4, 5):
            second = (rest2 - rest1 + s2 - s1 + carry * (1 << 128)) * slope % _PRIME
            if second >> 128:
                continue
            tags = {(_sum(r, [*head, first, second, lengths]) + s) % (1 << 128) for r, s, _ in streams}
            if len(tags) == 1:
                sealed = first.to_bytes(16, "little") + second.to_bytes(16, "little")
                plain = [bytes(a ^ b for a, b in zip(sealed, stream[2], strict=False)) for stream in streams]
                return nonce + sealed + tags.pop().to_bytes(16, "little"), plain[0], plain[1]
