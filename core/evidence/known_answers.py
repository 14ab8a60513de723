"""Known answers for every primitive in use, from the documents that define them."""

from __future__ import annotations

import hashlib

from argon2.low_level import Type, hash_secret_raw
from nacl import bindings

from core.keys.kit import code_at
from vault_format.crypto import sealing

_XCHACHA_PLAIN = (
    b"Ladies and Gentlemen of the class of '99: "
    b"If I could offer you only one tip for the future, sunscreen would be it."
)
_XCHACHA_TAG = bytes.fromhex("c0875924c1c7987947deafd8780acf49")


def xchacha20_poly1305() -> bool:
    """draft-irtf-cfrg-xchacha-03, appendix A.3.1."""
    key, nonce = bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58))
    associated = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    sealed = sealing.seal(key, _XCHACHA_PLAIN, associated, lambda _: nonce)
    opened = sealing.open_sealed(key, sealed, associated)
    return sealed[-16:] == _XCHACHA_TAG and opened == _XCHACHA_PLAIN and len(key) * 8 == 256


def ed25519() -> bool:
    """RFC 8032, section 7.1, test 1."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public, secret = bindings.crypto_sign_seed_keypair(seed)
    signature = bindings.crypto_sign(b"", secret)[:64]
    return public.hex().startswith("d75a980182b10ab7d54bfed3c964073a") and signature.hex().startswith(
        "e5564300c360ac729086e2cc806e828a"
    )


def x25519() -> bool:
    """RFC 7748, section 5.2, the first vector."""
    scalar = bytes.fromhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
    point = bytes.fromhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
    return bindings.crypto_scalarmult(scalar, point).hex().startswith("c3da55379de9c6908e94ea4df28d084f")


def argon2id() -> bool:
    """RFC 9106, section 5.3, without secret and associated data: the answer that the reference program gives."""
    tag = hash_secret_raw(b"password", b"somesalt", 2, 65_536, 1, 32, Type.ID, version=0x13)
    return tag.hex() == "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"


def sha256() -> bool:
    """FIPS 180-4, the message abc."""
    return hashlib.sha256(b"abc").hexdigest().startswith("ba7816bf8f01cfea414140de5dae2223")


def blake2b() -> bool:
    """RFC 7693, appendix A."""
    return hashlib.blake2b(b"abc").hexdigest().startswith("ba80a53f981c4d0d6a2797b69f12f6e9")


def totp() -> bool:
    """RFC 6238, appendix B, the row of 59 seconds, its last six digits."""
    return code_at(b"12345678901234567890", 59 // 30) == 287_082


ALL = {
    "XChaCha20-Poly1305": xchacha20_poly1305, "Ed25519": ed25519, "X25519": x25519, "Argon2id": argon2id,
    "SHA-256": sha256, "BLAKE2b": blake2b, "TOTP": totp,
}  # fmt: skip
