"""A member's bundle: every key an ordinary unlock needs, sealed under the master key (docs/FORMAT.md, section 6.2)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from core.keys import derive
from vault_format.codes import KeyType, Kind
from vault_format.crypto import padding
from vault_format.crypto.sealing import CannotOpen, Entropy, Place, key_place, open_sealed, seal
from vault_format.encoding import NotCanonical, Shape, decode, decoder, encode
from vault_format.errors import NotWhole
from vault_format.public.types import U16, U32, U64, Bytes16, Bytes32

Bytes20 = Annotated[bytes, Meta(min_length=20, max_length=20)]


class KitKeys(Shape):
    """What extends and rehearses a recovery kit without its printed code."""

    id: Bytes16
    table: Bytes32
    secret: Bytes20
    target: tuple[U32, U32, U32]
    end: U64
    step: U64
    exposed: bool


class Bundle(Shape):
    """Seeds, the current epoch's keys (nil where the role has none), author and draft keys, the origin key."""

    sign: Bytes32
    box: Bytes32
    generation: U16
    epoch: U32
    notes: Bytes32 | None
    index: Bytes32 | None
    audit: Bytes32 | None
    authors: list[tuple[U16, Bytes32]]
    drafts: list[tuple[U32, Bytes32]]
    origin: Bytes32
    kit: KitKeys | None


_decoder = decoder(Bundle)


def bundle_place(enrolment: int, generation: int) -> Place:
    """Return the place of a bundle."""
    return key_place(Kind.BUNDLE, KeyType.MASTER, generation, enrolment, generation)


def seal_bundle(
    bundle: Bundle, master: bytes, *, birth: bytes, binding: bytes, enrolment: int, entropy: Entropy
) -> bytes:
    """Return the stored bundle."""
    key = derive.bundle_key(master, birth, enrolment)
    associated = bundle_place(enrolment, bundle.generation).bind(binding)
    return seal(key, padding.pad(encode(bundle)), associated, entropy)


def open_bundle(
    stored: bytes, master: bytes, *, birth: bytes, binding: bytes, enrolment: int, generation: int
) -> Bundle:
    """Return the bundle. Raises NotWhole if it does not open or is not one."""
    key = derive.bundle_key(master, birth, enrolment)
    try:
        plain = open_sealed(key, stored, bundle_place(enrolment, generation).bind(binding))
        bundle = decode(padding.unpad(plain), _decoder)
    except (CannotOpen, NotCanonical, padding.BadPadding):
        raise NotWhole(
            "Your keys do not open with your master key.", safe="Nothing was changed.", todo="Use a backup copy."
        ) from None
    if bundle.generation != generation:
        raise NotWhole("Your key bundle is of another generation.", todo="Verify the vault.")
    return bundle
