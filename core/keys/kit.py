"""A recovery kit's keys: printed code and phone codes together lead to the master key (docs/FORMAT.md, 6.6).

Time codes follow RFC 6238 with SHA-1, six digits and steps of 30 seconds.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.keys import derive
from core.keys.passphrase import SALT_SIZE, Cost, argon2id, check_cost, slot_commitment
from vault_format.codes import KeyType, Kind
from vault_format.crypto import labels
from vault_format.crypto.sealing import CannotOpen, Entropy, key_place, open_sealed, seal
from vault_format.errors import Refused
from vault_format.public.members import Slot

MODULUS = 1_000_000
SLOT_SECONDS = 900
STEPS = 30
"""Time steps in one slot; its first three give the codes."""
CHUNK_SLOTS = 17_532
"""Slots in half a year: the size of one sealed chunk of the table."""

Target = tuple[int, int, int]
_ENTRY = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class KitSecrets:
    """What one kit is made of, together and new: id 16, printed code 20, phone secret 20, target."""

    id: bytes
    code: bytes
    secret: bytes
    target: Target


def new_kit(entropy: Entropy) -> KitSecrets:
    """Return a random kit."""
    return KitSecrets(
        entropy(16), entropy(20), entropy(20), (_below(entropy), _below(entropy), _below(entropy))
    )  # fmt: skip


def _below(entropy: Entropy) -> int:
    """Return a uniform number below 10^6: 32 bits, drawn again where the remainder would be biased."""
    limit = 2**32 - 2**32 % MODULUS
    while True:
        number = int.from_bytes(entropy(4), "little")
        if number < limit:
            return number % MODULUS


def coder(secret: bytes) -> Callable[[int], int]:
    """Return what gives the time code of a step as a number (RFC 4226, section 5.3), for hundreds of thousands."""
    begun = hmac.new(secret, digestmod="sha1")

    def code(step: int) -> int:
        counted = begun.copy()
        counted.update(step.to_bytes(8, "big"))
        digest = counted.digest()
        at = digest[-1] & 15
        return (int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF) % MODULUS

    return code


def code_at(secret: bytes, step: int) -> int:
    """Return the time code of STEP as a number."""
    return coder(secret)(step)


def slot_codes(code: Callable[[int], int], slot: int) -> Target:
    """Return the three codes of SLOT, which begins at Unix time 900 × SLOT; CODE is what `coder` gives."""
    first = slot * STEPS
    return code(first), code(first + 1), code(first + 2)


def entry(target: Target, codes: Sequence[int]) -> int:
    """Return the table's entry: what leads from CODES to TARGET."""
    (one, two, three), (first, second, third) = target, codes
    return (one - first) % MODULUS | (two - second) % MODULUS << 20 | (three - third) % MODULUS << 40


def target_of(packed: int, codes: Sequence[int]) -> Target:
    """Return the target that CODES lead to by an entry."""
    one, two, three = (((packed >> 20 * at & 0xFFFFF) + code) % MODULUS for at, code in enumerate(codes))
    return one, two, three


def table(secret: bytes, target: Target, first: int, count: int) -> bytes:
    """Return the entries of COUNT slots from FIRST, 8 bytes each."""
    code = coder(secret)
    entries = [entry(target, slot_codes(code, slot)) for slot in range(first, first + count)]
    return struct.pack(f"<{count}Q", *entries)


def entry_in(chunk: bytes, at: int) -> int:
    """Return the entry at position AT of an opened chunk."""
    (packed,) = _ENTRY.unpack_from(chunk, 8 * at)
    return int(packed)


def table_key(code: bytes, birth: bytes, kit_id: bytes) -> bytes:
    """Return the key that seals a kit's table."""
    return derive.blake(code, labels.KIT_TABLE, birth + kit_id)


def _bound(kind: Kind, revision: int, enrolment: int, binding: bytes, kit_id: bytes, first: int) -> bytes:
    place = key_place(kind, KeyType.KIT, revision, enrolment, 0)
    return place.bind(binding) + kit_id + struct.pack("<Q", first)


def seal_chunk(
    key: bytes, entries: bytes, *, position: int, first: int, kit_id: bytes, enrolment: int, vault_id: bytes,
    entropy: Entropy,
) -> bytes:  # fmt: skip
    """Return a chunk: ENTRIES from slot FIRST, the POSITION-th chunk of its record, sealed under the table key."""
    return seal(key, entries, _bound(Kind.KIT_CHUNK, position, enrolment, vault_id, kit_id, first), entropy)


def open_chunk(
    key: bytes, stored: bytes, *, position: int, first: int, kit_id: bytes, enrolment: int, vault_id: bytes
) -> bytes:
    """Return a chunk's entries. Raises Refused if the printed code is not this kit's."""
    try:
        return open_sealed(key, stored, _bound(Kind.KIT_CHUNK, position, enrolment, vault_id, kit_id, first))
    except CannotOpen:
        raise Refused("Not the printed code of this kit.", safe="Nothing was opened.") from None


def kit_kek(
    code: bytes, target: Target, cost: Cost, salt: bytes, *, birth: bytes, enrolment: int, kit_id: bytes
) -> bytes:
    """Return the key that wraps the master key in a kit's slot. Raises NotWhole if the cost is out of bounds."""
    check_cost(cost.memory, cost.passes, cost.lanes, salt)
    password = code + struct.pack("<III", *target)
    tag = argon2id(password, cost, salt)
    data = birth + struct.pack("<Q", enrolment) + kit_id
    data += struct.pack("<IIIB", cost.memory, cost.passes, cost.lanes, len(salt)) + salt
    return derive.blake(tag, labels.KIT, data)


def seal_kit_slot(
    kit: KitSecrets, master: bytes, cost: Cost, *, birth: bytes, vault_id: bytes, enrolment: int, generation: int,
    entropy: Entropy,
) -> tuple[Slot, bytes]:  # fmt: skip
    """Return the slot's public descriptor and its payload, proven by opening it once."""
    salt = entropy(SALT_SIZE)
    kek = kit_kek(kit.code, kit.target, cost, salt, birth=birth, enrolment=enrolment, kit_id=kit.id)
    associated = _bound(Kind.KIT_SLOT, generation, enrolment, vault_id, kit.id, 0)
    payload = seal(kek, master, associated, entropy)
    if open_sealed(kek, payload, associated) != master:
        raise Refused("The new kit does not open.", safe="Nothing was written.", todo="Try again.")
    return Slot(
        memory=cost.memory, passes=cost.passes, lanes=cost.lanes, salt=salt, commitment=slot_commitment(kek)
    ), payload  # fmt: skip


def open_kit_slot(
    code: bytes, target: Target, slot: Slot, payload: bytes, *, birth: bytes, vault_id: bytes, enrolment: int,
    generation: int, kit_id: bytes,
) -> bytes:  # fmt: skip
    """Return the master key. Raises Refused if code and phone codes are not the kit's."""
    cost = Cost(slot.memory, slot.passes, slot.lanes)
    kek = kit_kek(code, target, cost, slot.salt, birth=birth, enrolment=enrolment, kit_id=kit_id)
    if not derive.same(slot_commitment(kek), slot.commitment):
        raise Refused("These codes do not open this kit.", safe="Nothing was opened.")
    try:
        return open_sealed(kek, payload, _bound(Kind.KIT_SLOT, generation, enrolment, vault_id, kit_id, 0))
    except CannotOpen:
        raise Refused(
            "The codes are right, but the kit's slot was altered.", safe="Nothing was opened.",
            todo="Verify the vault.",
        ) from None  # fmt: skip
