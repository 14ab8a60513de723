"""Ed25519 as libsodium verifies it, and the checks a key must pass before it is registered (docs/FORMAT.md, 6.2)."""

from __future__ import annotations

import struct

from nacl import bindings
from nacl.exceptions import CryptoError

from vault_format.crypto import labels

SEED_SIZE = 32
_PROBE = bytes([1]) + bytes(31)


def keypair(seed: bytes) -> tuple[bytes, bytes]:
    """Return (public 32, secret 64) for an Ed25519 seed of 32 bytes (RFC 8032, section 5.1.5)."""
    public, secret = bindings.crypto_sign_seed_keypair(seed)
    return public, secret


def sign(message: bytes, secret: bytes) -> bytes:
    """Return the 64-byte signature of MESSAGE under SECRET (64 bytes)."""
    return bindings.crypto_sign(message, secret)[:64]


def holds(signature: bytes, message: bytes, public: bytes) -> bool:
    """Whether SIGNATURE (64 bytes) of MESSAGE verifies under PUBLIC (32 bytes)."""
    try:
        bindings.crypto_sign_open(signature + message, public)
    except (CryptoError, ValueError):
        return False
    return True


def box_public(private: bytes) -> bytes:
    """Return the X25519 public key of a private key of 32 bytes (RFC 7748)."""
    return bindings.crypto_scalarmult_base(private)


def proof_message(binding: bytes, enrolment: int, generation: int, sign_public: bytes, box_key: bytes) -> bytes:
    """Return what a proof of possession signs; BINDING is birth in genesis, else the vault id."""
    return labels.POP + binding + struct.pack("<QH", enrolment, generation) + sign_public + box_key


def prove(binding: bytes, enrolment: int, generation: int, secret: bytes, box_key: bytes) -> bytes:
    """Return the proof that SECRET (64 bytes) is held."""
    return sign(proof_message(binding, enrolment, generation, secret[32:], box_key), secret)


def may_register(
    binding: bytes, enrolment: int, generation: int, sign_public: bytes, box_key: bytes, proof: bytes
) -> bool:
    """Whether a pair of public keys may be registered: valid point, no low order, possession proven."""
    if not bindings.crypto_core_ed25519_is_valid_point(sign_public):
        return False
    try:
        # libsodium refuses a shared secret of zero, which is what every low-order point gives
        bindings.crypto_scalarmult(_PROBE, box_key)
    except (CryptoError, RuntimeError):
        return False
    return holds(proof, proof_message(binding, enrolment, generation, sign_public, box_key), sign_public)
