"""A ciphertext of 32 bytes that XChaCha20-Poly1305 opens under two keys: why a slot commits to its key.

The tag is linear in the ciphertext's blocks, so that one block can be solved for such that both keys give one tag.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

PRIME = 2**130 - 5
WORD = 2**32
_CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
_CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")
_QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def _rounds(state: list[int]) -> list[int]:
    words = list(state)
    for _ in range(10):
        for a, b, c, d in _QUARTERS:
            for one, two, three, shift in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                words[one] = (words[one] + words[two]) % WORD
                mixed = words[three] ^ words[one]
                words[three] = (mixed << shift | mixed >> 32 - shift) % WORD
    return words


def _block(key: bytes, counter: int, nonce: bytes) -> bytes:
    state = [*_CONSTANTS, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce)]
    return struct.pack("<16I", *((one + two) % WORD for one, two in zip(_rounds(state), state, strict=True)))


def stream(key: bytes, nonce: bytes) -> tuple[int, int, bytes]:
    """Return Poly1305's r and s, and the first 32 bytes of key stream, of a 24-byte nonce (RFC 8439, XChaCha draft)."""
    words = _rounds([*_CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce[:16])])
    subkey = struct.pack("<8I", *words[:4], *words[12:])
    inner = bytes(4) + nonce[16:]
    one_time = _block(subkey, 0, inner)
    r = int.from_bytes(one_time[:16], "little") & _CLAMP
    return r, int.from_bytes(one_time[16:32], "little"), _block(subkey, 1, inner)[:32]


def _number(block: bytes) -> int:
    return int.from_bytes(block, "little") + 2**128


def _sum(r: int, blocks: list[int]) -> int:
    total = 0
    for block in blocks:
        total = (total + block) * r % PRIME
    return total


def both(
    one: bytes, two: bytes, associated: bytes, entropy: Callable[[int], bytes]
) -> tuple[bytes, bytes, bytes]:  # fmt: skip
    """Return (nonce, ciphertext and tag; what it opens to under ONE; under TWO). The keys are 32 bytes each."""
    padded = associated + bytes(-len(associated) % 16)
    head = [_number(padded[at : at + 16]) for at in range(0, len(padded), 16)]
    end = _number(struct.pack("<QQ", len(associated), 32))
    while True:
        nonce, first = entropy(24), entropy(16)
        (r1, s1, stream1), (r2, s2, stream2) = stream(one, nonce), stream(two, nonce)
        fixed1 = _sum(r1, [*head, _number(first), 0, end])
        fixed2 = _sum(r2, [*head, _number(first), 0, end])
        divisor = pow((r1 * r1 - r2 * r2) % PRIME, -1, PRIME)
        for wrap in range(-4, 5):
            block = (fixed2 - fixed1 + s2 - s1 + wrap * 2**128) * divisor % PRIME
            tag1 = ((fixed1 + block * r1 * r1) % PRIME + s1) % 2**128
            tag2 = ((fixed2 + block * r2 * r2) % PRIME + s2) % 2**128
            if 2**128 <= block < 2**129 and tag1 == tag2:
                text = first + (block - 2**128).to_bytes(16, "little")
                opened = [bytes(a ^ b for a, b in zip(text, keys, strict=True)) for keys in (stream1, stream2)]
                return nonce + text + tag1.to_bytes(16, "little"), opened[0], opened[1]
