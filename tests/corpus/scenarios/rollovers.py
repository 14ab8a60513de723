"""Slots, bundles and rollovers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from core.acts import epochs, members, trail
from core.keyring import Keyring
from core.keys.passphrase import FLOOR, Cost
from tests.corpus.case import Case, scenario
from tests.corpus.mend import broken, saying, with_part
from tests.corpus.scenarios.people import said_by
from tests.corpus.vaults import FIRST, OWNER, early, opened, small
from vault_format.codes import Reason, Role
from vault_format.public.members import Rollover, Slot


@scenario
def slot_lowered() -> Case:
    """A slot that costs less memory than the one before, both within bounds."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(members.slot_set(me, "newts sleep under stones", Cost(98_304, 3, 4)), me)
    vault.add(members.slot_set(me, "newts sleep under stones", FLOOR), me)
    return broken(vault, "authority")


@scenario
def slot_with_fewer_passes() -> Case:
    """A slot of fewer passes than the one before, but more memory: both must hold."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(members.slot_set(me, "newts sleep under stones", Cost(65_536, 4, 4)), me)
    vault.add(members.slot_set(me, "newts sleep under stones", Cost(98_304, 3, 4)), me)
    return broken(vault, "authority")


@scenario
def slot_of_another_master() -> Case:
    """A slot that names another master key than the member's."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(members.slot_set(replace(me, keyring=replace(me.keyring, master=bytes(32))), "x", FLOOR), me)
    return broken(vault, "authority")


@scenario
def slot_in_a_colleagues_name() -> Case:
    """A clinician writes a slot whose row names the owner's enrolment."""
    vault = early()
    me = vault.acting(FIRST)
    draft = members.slot_set(me, "mine now", FLOOR)
    vault.add(with_part(draft, 1, entity=me.state.members[OWNER].enrolment), me)
    return broken(vault, "format")


@scenario
def bundle_of_another_master() -> Case:
    """A bundle that names another master key than the member's."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(members.bundle_set(replace(me, keyring=replace(me.keyring, master=bytes(32))), me.keyring.bundle), me)
    return broken(vault, "authority")


@scenario
def bundle_of_another_generation() -> Case:
    """A bundle whose row names a generation that was never registered."""
    vault = small()
    me = vault.acting(OWNER)
    draft = members.bundle_set(me, me.keyring.bundle)
    vault.add(with_part(draft, 1, revision=2, key_epoch=2), me)
    return broken(vault, "format")


def _rolled(kind: str, change: Callable[[Rollover], Rollover], *, renewal: bool = False) -> Case:
    vault = opened()
    me = vault.acting(FIRST)
    renewed = members.Renewal("first clinician, changed", FLOOR) if renewal else None
    draft = members.rollover(me, Reason.BY_DATE, renewed).draft
    vault.add(saying(draft, change(said_by(draft, Rollover))), me)
    return broken(vault, kind)


@scenario
def rollover_with_another_proof() -> Case:
    """Rollover: the new keys are not proven to be held."""
    return _rolled("authority", lambda shape: msgspec.structs.replace(
        shape, keys=msgspec.structs.replace(shape.keys, proof=bytes(64))
    ))  # fmt: skip


@scenario
def rollover_to_another_master_without_a_slot() -> Case:
    """Rollover: another master key, and no slot that leads to it."""
    return _rolled("authority", lambda shape: msgspec.structs.replace(shape, master=b"\1" * 32))


@scenario
def rollover_with_a_slot_for_the_same_master() -> Case:
    """Rollover: a slot, though the master key stays."""
    vault = opened()
    me = vault.acting(FIRST)
    draft = members.rollover(me, Reason.BY_DATE, members.Renewal("first clinician, changed", FLOOR)).draft
    same = me.state.members[FIRST].master
    vault.add(saying(draft, msgspec.structs.replace(said_by(draft, Rollover), master=same)), me)
    return broken(vault, "authority")


@scenario
def rollover_with_a_lowered_slot() -> Case:
    """Rollover: the new slot costs less than the bounds allow."""

    def lower(shape: Rollover) -> Rollover:
        slot = shape.slot
        assert isinstance(slot, Slot)
        return msgspec.structs.replace(shape, slot=msgspec.structs.replace(slot, memory=1_024))

    return _rolled("authority", lower, renewal=True)


@scenario
def rollover_with_a_bundle_of_the_old_generation() -> Case:
    """Rollover: the bundle's row still names the old generation."""
    vault = opened()
    me = vault.acting(FIRST)
    draft = members.rollover(me, Reason.BY_DATE).draft
    vault.add(with_part(draft, 1, revision=1, key_epoch=1), me)
    return broken(vault, "format")


@scenario
def rollover_of_a_colleague() -> Case:
    """Rollover: the owner signs one in a clinician's name."""
    vault = opened()
    me = vault.acting(FIRST)
    draft = members.rollover(me, Reason.BY_DATE).draft
    vault.add(draft, replace(vault.signer(FIRST, 1), secret=vault.secrets[OWNER, 1]))
    return broken(vault, "signature")


@scenario
def rollover_with_a_box_nobody_asked_for() -> Case:
    """Rollover: a box with author keys, though the member accepted no custodians."""
    vault = opened()
    me = vault.acting(FIRST)
    draft = members.rollover(me, Reason.BY_DATE).draft
    box = draft.parts[1]._replace(kind=22, key_type=8, key_epoch=0, revision=2)
    vault.add(replace(draft, parts=(*draft.parts, box)), me)
    return broken(vault, "format")


@scenario
def rollover_too_late() -> Case:
    """Rollover: two epochs behind where the policy allows one."""
    vault = small()
    owner = vault.acting(OWNER)
    vault.add(trail.policy(owner, msgspec.structs.replace(owner.state.current_policy(), late_epochs=1)), owner)
    joining = members.join(
        "moth", "moths like light", FLOOR, enrolment=7, birth=owner.state.birth, vault_id=owner.state.vault_id,
        entropy=vault.entropy,
    )  # fmt: skip
    vault.add(members.member_add(owner, joining.invitation, Role.CLINICIAN), owner)
    state = owner.state
    vault.knows(Keyring(2, state.vault_id, state.birth, joining.bundle, {}, joining.master, 7))
    for _ in range(2):
        owner = vault.acting(OWNER)
        vault.add(epochs.epoch_open(owner, Reason.BY_DATE).draft, owner)
        owner = vault.acting(OWNER)
        rolled = members.rollover(owner, Reason.BY_DATE)
        vault.add(rolled.draft, owner)
        vault.knows(rolled.keyring)
    late = vault.acting(2)
    vault.add(members.rollover(replace(late, session=0), Reason.BY_DATE).draft, late)
    return broken(vault, "authority")
