"""Epoch keys: made, granted in boxes, and handed on to the next epoch (docs/FORMAT.md, section 6.3)."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass

from core.keys import derive
from vault_format.authority.state import EpochState, Member
from vault_format.codes import KeyType, Kind
from vault_format.crypto import labels, signing
from vault_format.crypto.sealing import CannotOpen, Entropy, Place, key_place, open_box, open_sealed, seal, seal_box
from vault_format.errors import NotWhole
from vault_format.public.members import Epoch

_BOX = struct.Struct("<IQHB")
_OLD_NOTES = struct.Struct("<I32s32s")
_OLD_AUDIT = struct.Struct("<I32s")
WITH_NOTES, WITH_AUDIT = 1, 2


@dataclass(frozen=True, slots=True)
class EpochKeys:
    """An epoch's keys as far as a role holds them, 32 bytes each."""

    number: int
    notes: bytes | None
    index: bytes | None
    audit: bytes | None


def new_epoch_keys(number: int, entropy: Entropy) -> EpochKeys:
    """Return random keys for epoch NUMBER."""
    return EpochKeys(number, entropy(32), entropy(32), entropy(32))


def descriptor(keys: EpochKeys, birth: bytes, boxes: list[tuple[int, int]]) -> Epoch:
    """Return the public map of an epoch whose keys are all held."""
    if keys.notes is None or keys.index is None or keys.audit is None:
        raise ValueError("an epoch is described by whoever made all its keys")
    return Epoch(
        notes=derive.epoch_commitment(keys.notes, birth, keys.number, derive.NOTES),
        index=derive.epoch_commitment(keys.index, birth, keys.number, derive.INDEX),
        audit=signing.box_public(keys.audit),
        boxes=boxes,
        old=keys.number - 1,
    )


def matches(keys: EpochKeys, epoch: EpochState, birth: bytes) -> bool:
    """Whether KEYS are the ones that the epoch's record committed to."""
    checks = []
    if keys.notes is not None:
        checks.append(derive.same(derive.epoch_commitment(keys.notes, birth, epoch.number, derive.NOTES), epoch.notes))
    if keys.index is not None:
        checks.append(derive.same(derive.epoch_commitment(keys.index, birth, epoch.number, derive.INDEX), epoch.index))
    if keys.audit is not None:
        checks.append(derive.same(signing.box_public(keys.audit), epoch.audit))
    return keys.number == epoch.number and all(checks)


def seal_grant(keys: EpochKeys, recipient: Member, binding: bytes, entropy: Entropy = os.urandom) -> bytes:
    """Return the box that gives RECIPIENT the keys its role is entitled to."""
    mask, secret = 0, b""
    if recipient.holds_notes and keys.notes is not None and keys.index is not None:
        mask |= WITH_NOTES
        secret += keys.notes + keys.index
    if recipient.holds_audit and keys.audit is not None:
        mask |= WITH_AUDIT
        secret += keys.audit
    head = _BOX.pack(keys.number, recipient.enrolment, recipient.generation, mask)
    return seal_box(labels.GRANT + binding + head + secret, recipient.box, entropy)


def open_grant(
    stored: bytes, private: bytes, recipient: Member, epoch: EpochState, *, binding: bytes, birth: bytes
) -> EpochKeys:
    """Return the keys in a box. Raises NotWhole if they are not what the epoch's record committed to."""
    bad = NotWhole(
        "The keys you were given are not the ones everybody else has.",
        safe="They were not used.", todo="Tell the owner; the refusal is recorded.",
    )  # fmt: skip
    try:
        plain = open_box(stored, private)
    except CannotOpen:
        raise bad from None
    head = labels.GRANT + binding
    if len(plain) < len(head) + _BOX.size or plain[: len(head)] != head:
        raise bad
    number, enrolment, generation, mask = _BOX.unpack_from(plain, len(head))
    secret = plain[len(head) + _BOX.size :]
    wanted = (WITH_NOTES if recipient.holds_notes else 0) | (WITH_AUDIT if recipient.holds_audit else 0)
    size = 64 * bool(mask & WITH_NOTES) + 32 * bool(mask & WITH_AUDIT)
    if (enrolment, generation, mask, len(secret)) != (recipient.enrolment, recipient.generation, wanted, size):
        raise bad
    notes, index = (secret[:32], secret[32:64]) if mask & WITH_NOTES else (None, None)
    keys = EpochKeys(number, notes, index, secret[-32:] if mask & WITH_AUDIT else None)
    if not matches(keys, epoch, birth):
        raise bad
    return keys


def old_place(which: int, epoch: int) -> Place:
    """Return the place of the older keys: WHICH is 1 for notes and index keys, 2 for audit keys."""
    key_type = KeyType.NOTES if which == WITH_NOTES else KeyType.AUDIT
    return key_place(Kind.OLD_KEYS, key_type, 0, 0, epoch)


def seal_old(
    new: EpochKeys, older: list[EpochKeys], *, birth: bytes, binding: bytes, entropy: Entropy
) -> tuple[bytes, bytes]:
    """Return the two sealed lists of earlier epochs' keys, under the new notes key and the new audit key."""
    if new.notes is None or new.audit is None:
        raise ValueError("older keys are sealed by whoever made all the new ones")
    notes = b"".join(_OLD_NOTES.pack(keys.number, keys.notes or b"", keys.index or b"") for keys in older)
    audit = b"".join(_OLD_AUDIT.pack(keys.number, keys.audit or b"") for keys in older)
    sealed = []
    for which, key, plain in ((WITH_NOTES, new.notes, notes), (WITH_AUDIT, new.audit, audit)):
        wrapping = derive.old_keys_key(key, birth, new.number, which)
        sealed.append(seal(wrapping, plain, old_place(which, new.number).bind(binding), entropy))
    return sealed[0], sealed[1]


def open_old(
    current: EpochKeys, stored: Callable[[int], bytes], epochs: list[EpochState], *, birth: bytes, binding: bytes
) -> dict[int, EpochKeys]:
    """Return every epoch's keys that CURRENT leads to, itself included, by epoch.

    STORED(which) gives the sealed older keys. Raises NotWhole if a key is not its own epoch's.
    """
    found = {current.number: current}
    if current.number == 1:
        return found
    notes: dict[int, tuple[bytes, bytes]] = {}
    audit: dict[int, bytes] = {}
    try:
        if current.notes is not None:
            key = derive.old_keys_key(current.notes, birth, current.number, WITH_NOTES)
            plain = open_sealed(key, stored(WITH_NOTES), old_place(WITH_NOTES, current.number).bind(binding))
            notes = {number: (one, two) for number, one, two in _OLD_NOTES.iter_unpack(plain)}
        if current.audit is not None:
            key = derive.old_keys_key(current.audit, birth, current.number, WITH_AUDIT)
            plain = open_sealed(key, stored(WITH_AUDIT), old_place(WITH_AUDIT, current.number).bind(binding))
            audit = dict(_OLD_AUDIT.iter_unpack(plain))
    except (CannotOpen, struct.error):
        raise NotWhole("The older keys do not open.", safe="Newer notes stay open.", todo="Tell the owner.") from None
    for epoch in epochs[: current.number - 1]:
        one, two = notes.get(epoch.number, (None, None))
        keys = EpochKeys(epoch.number, one, two, audit.get(epoch.number))
        if not matches(keys, epoch, birth):
            raise NotWhole(
                f"The keys of key set {epoch.number} are not the ones it was made with.", todo="Tell the owner."
            )
        found[epoch.number] = keys
    return found
