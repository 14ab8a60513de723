"""Recovery kits: set, extended, rehearsed; and the end of a recovery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from core.acts.acting import Acting
from core.keyring import Keyring
from core.keys import derive
from core.keys.bundle import Bundle, KitKeys
from core.keys.kit import KitSecrets, Target, seal_chunk, seal_kit_slot, table, table_key
from core.keys.passphrase import Cost
from vault_format.codes import Action, KeyType, Kind
from vault_format.crypto.sealing import Entropy, key_place
from vault_format.errors import Refused
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft
from vault_format.public.members import Drill, Kit, KitExtend, KitSet, RecoveryDone


@dataclass(frozen=True, slots=True)
class SealedKit:
    """A kit ready to be written: its public map, its parts, and what the bundle keeps of it."""

    shape: Kit
    parts: list[Part]
    keys: KitKeys


def _chunks(
    keyring: Keyring, key: bytes, secret: bytes, target: Target, kit_id: bytes, first: int, counts: Sequence[int],
    entropy: Entropy,
) -> list[Part]:  # fmt: skip
    parts = []
    for position, count in enumerate(counts):
        stored = seal_chunk(
            key, table(secret, target, first, count), position=position, first=first, kit_id=kit_id,
            enrolment=keyring.enrolment, vault_id=keyring.vault_id, entropy=entropy,
        )  # fmt: skip
        parts.append(key_place(Kind.KIT_CHUNK, KeyType.KIT, position, keyring.enrolment, 0).part(stored))
        first += count
    return parts


def sealed_kit(
    keyring: Keyring, kit: KitSecrets, cost: Cost, first: int, counts: Sequence[int], entropy: Entropy, *,
    spent: int = 0,
) -> SealedKit:  # fmt: skip
    """Return KIT around the keyring's master key, with a table of COUNTS slots a chunk from slot FIRST.

    SPENT is the time step (30 s) of the code that confirmed its phone: no drill takes that one again.
    """
    generation = keyring.bundle.generation
    slot, payload = seal_kit_slot(
        kit, keyring.master, cost, birth=keyring.birth, vault_id=keyring.vault_id, enrolment=keyring.enrolment,
        generation=generation, entropy=entropy,
    )  # fmt: skip
    key = table_key(kit.code, keyring.birth, kit.id)
    place = key_place(Kind.KIT_SLOT, KeyType.KIT, generation, keyring.enrolment, 0)
    chunks = _chunks(keyring, key, kit.secret, kit.target, kit.id, first, counts, entropy)
    keys = KitKeys(
        id=kit.id, table=key, secret=kit.secret, target=kit.target, end=first + sum(counts), step=spent, exposed=False
    )
    return SealedKit(
        Kit(id=kit.id, slot=slot, first=first, counts=list(counts)), [place.part(payload), *chunks], keys
    )  # fmt: skip


def kit_set(
    acting: Acting, kit: KitSecrets, cost: Cost, first: int, counts: Sequence[int], *, spent: int = 0
) -> tuple[Draft, Bundle]:
    """50: a first kit, or one after the old was voided. SPENT as in `sealed_kit`.

    Returns the record and the bundle that a `bundle_set` writes right behind it.
    """
    keyring = acting.keyring
    sealed = sealed_kit(keyring, kit, cost, first, counts, acting.entropy, spent=spent)
    shape = KitSet(master=derive.master_commitment(keyring.master, keyring.birth), kit=sealed.shape)
    draft = acting.record(Action.KIT_SET, shape, *sealed.parts)
    return draft, msgspec.structs.replace(keyring.bundle, kit=sealed.keys)


def _held(acting: Acting) -> KitKeys:
    kit = acting.keyring.bundle.kit
    if kit is None:
        raise Refused("You have no recovery kit.", safe="Nothing was written.", todo="Make one first.")
    return kit


def kit_extend(acting: Acting, counts: Sequence[int]) -> tuple[Draft, Bundle]:
    """51: COUNTS more slots at the end of the table, without the printed code.

    Returns the record and the bundle that a `bundle_set` writes right behind it. Raises Refused without a kit.
    """
    keyring, kit = acting.keyring, _held(acting)
    chunks = _chunks(keyring, kit.table, kit.secret, kit.target, kit.id, kit.end, counts, acting.entropy)
    draft = acting.record(Action.KIT_EXTEND, KitExtend(id=kit.id, first=kit.end, counts=list(counts)), *chunks)
    longer = msgspec.structs.replace(kit, end=kit.end + sum(counts))
    return draft, msgspec.structs.replace(keyring.bundle, kit=longer)


def drill(acting: Acting, *, code: bool, phone: bool) -> Draft:
    """52: a rehearsal: whether the printed code and the phone's code matched. Raises Refused without a kit."""
    shape = Drill(id=_held(acting).id, code=code, phone=phone)
    return acting.record(Action.DRILL, shape, outcome=0 if code and phone else 1)


def recovery_done(acting: Acting, registered_seq: int, factors: int, steps: Sequence[tuple[int, int]]) -> Draft:
    """55: a recovery ended well; REGISTERED_SEQ is the record with the new keys, STEPS are (code, UTC ms)."""
    shape = RecoveryDone(factors=factors, steps=list(steps))
    return acting.record(Action.RECOVERY_DONE, shape, ref=registered_seq, outside=True)
