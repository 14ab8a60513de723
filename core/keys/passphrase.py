"""Passphrase slots: Argon2id, a key commitment, then the master key (docs/FORMAT.md, section 6.2; RFC 9106)."""

from __future__ import annotations

import struct
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import argon2.low_level as argon2
from argon2.exceptions import HashingError

from core.keys import derive
from vault_format import bounds
from vault_format.codes import KeyType, Kind
from vault_format.crypto import labels
from vault_format.crypto.sealing import CannotOpen, Entropy, Place, key_place, open_sealed, seal
from vault_format.errors import NotWhole, Refused, Unavailable, UsageError
from vault_format.public.members import Slot

SALT_SIZE = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id cost: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int


FLOOR = Cost(65_536, 3, 4)
"""The least a slot may cost; used in tests and where a machine has no more."""
DEFAULT = Cost(262_144, 3, 4)
TARGET_SECONDS = 0.5


def normalise(passphrase: str) -> bytes:
    """Return the bytes that are hashed: NFKC, UTF-8. Raises UsageError if empty or over 1,024 bytes."""
    if len(passphrase) > bounds.MAX_PASSPHRASE:
        raise UsageError("The passphrase is longer than 1,024 bytes.", todo="Use a shorter one.")
    try:
        raw = unicodedata.normalize("NFKC", passphrase).encode()
    except UnicodeEncodeError:
        raise UsageError("The passphrase holds characters that are no text.", todo="Type it again.") from None
    if not raw:
        raise UsageError("The passphrase is empty.", todo="Type at least one character.")
    if len(raw) > bounds.MAX_PASSPHRASE:
        raise UsageError("The passphrase is longer than 1,024 bytes.", todo="Use a shorter one.")
    return raw


def check_cost(memory: int, passes: int, lanes: int, salt: bytes) -> None:
    """Refuse a cost out of bounds, before a byte is allocated for it. Raises NotWhole."""
    within = (
        bounds.ARGON_MEMORY[0] <= memory <= bounds.ARGON_MEMORY[1]
        and bounds.ARGON_PASSES[0] <= passes <= bounds.ARGON_PASSES[1]
        and bounds.ARGON_LANES[0] <= lanes <= bounds.ARGON_LANES[1]
        and bounds.ARGON_SALT[0] <= len(salt) <= bounds.ARGON_SALT[1]
    )
    if not within:
        raise NotWhole("The slot asks for a cost out of bounds.", safe="Nothing was tried.")


def stretch(passphrase: str, cost: Cost, salt: bytes) -> bytes:
    """Return the 32-byte Argon2id tag.

    Raises NotWhole for a cost out of bounds, UsageError for a bad passphrase, Unavailable without the memory.
    """
    check_cost(cost.memory, cost.passes, cost.lanes, salt)
    return argon2id(normalise(passphrase), cost, salt)


def argon2id(secret: bytes, cost: Cost, salt: bytes) -> bytes:
    """Return the 32-byte Argon2id tag of SECRET. Raises Unavailable where the machine has not the memory for it."""
    try:
        return argon2.hash_secret_raw(
            secret, salt, cost.passes, cost.memory, cost.lanes, 32, argon2.Type.ID, version=0x13
        )  # fmt: skip
    except HashingError:
        raise Unavailable(
            f"There is not enough memory: checking a passphrase here takes {cost.memory // 1024:,} MiB.",
            safe="Nothing was tried.", todo="End other programs, or use a machine with more memory.",
        ) from None  # fmt: skip


def slot_kek(tag: bytes, birth: bytes, enrolment: int, cost: Cost, salt: bytes) -> bytes:
    """Return the key that wraps the master key: the tag, bound to member and parameters."""
    data = birth + struct.pack("<QIIIB", enrolment, cost.memory, cost.passes, cost.lanes, len(salt)) + salt
    return derive.blake(tag, labels.SLOT_KEK, data)


def slot_commitment(kek: bytes) -> bytes:
    """Return what is compared before the AEAD is tried: the AEAD alone would open under two passphrases."""
    return derive.blake(kek, labels.SLOT_COMMIT)


def slot_place(enrolment: int, generation: int) -> Place:
    """Return the place of a slot's payload."""
    return key_place(Kind.SLOT, KeyType.PASSPHRASE, generation, enrolment, 0)


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A slot that was made: its public descriptor and its payload."""

    descriptor: Slot
    payload: bytes


def make_slot(
    passphrase: str, master: bytes, cost: Cost, *, birth: bytes, binding: bytes, enrolment: int, generation: int,
    entropy: Entropy,
) -> NewSlot:  # fmt: skip
    """Return a slot that leads from PASSPHRASE to MASTER, proven by opening it once."""
    salt = entropy(SALT_SIZE)
    kek = slot_kek(stretch(passphrase, cost, salt), birth, enrolment, cost, salt)
    associated = slot_place(enrolment, generation).bind(binding)
    payload = seal(kek, master, associated, entropy)
    if open_sealed(kek, payload, associated) != master:
        raise UsageError("The new slot does not open.", safe="Nothing was written.", todo="Try again.")
    return NewSlot(Slot(cost.memory, cost.passes, cost.lanes, salt, slot_commitment(kek)), payload)


def open_slot(
    passphrase: str, slot: Slot, payload: bytes, *, birth: bytes, binding: bytes, enrolment: int, generation: int
) -> bytes:
    """Return the master key. Raises Refused if the passphrase is not the slot's, NotWhole if the slot is damaged."""
    cost = Cost(slot.memory, slot.passes, slot.lanes)
    kek = slot_kek(stretch(passphrase, cost, slot.salt), birth, enrolment, cost, slot.salt)
    if not derive.same(slot_commitment(kek), slot.commitment):
        raise Refused("Not this passphrase.", safe="Nothing was opened.")
    try:
        return open_sealed(kek, payload, slot_place(enrolment, generation).bind(binding))
    except CannotOpen:
        raise NotWhole(
            "The passphrase is right, but its slot was altered.", safe="Nothing was opened.", todo="Verify the vault."
        ) from None


def calibrate(target_seconds: float = TARGET_SECONDS, clock: Callable[[], float] = time.perf_counter) -> Cost:
    """Return a cost that takes about TARGET_SECONDS on this machine, between the floor and 1 GiB.

    One run at 64 MiB is timed with CLOCK (seconds) and scaled: the time is proportional to memory.
    """
    began = clock()
    argon2.hash_secret_raw(b"calibration", bytes(16), 3, bounds.ARGON_MEMORY[0], 4, 32, argon2.Type.ID, version=0x13)
    spent = max(clock() - began, 1e-3)
    wanted = int(bounds.ARGON_MEMORY[0] * target_seconds / spent)
    memory = max(bounds.ARGON_MEMORY[0], min(1_048_576, wanted // 16_384 * 16_384))
    return Cost(memory, 3, 4)
