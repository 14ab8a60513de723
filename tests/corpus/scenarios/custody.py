"""Kits, custodians at work, and the end of a recovery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import msgspec

from core.acts import authority, kit, members, trail
from core.acts.acting import Acting
from core.keys.kit import KitSecrets, new_kit
from core.keys.passphrase import FLOOR, Cost
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, broken, saying, with_part
from tests.corpus.scenarios.people import said_by
from tests.corpus.scenarios.signers import ORIGIN
from tests.corpus.vaults import CUSTODIANS, FIRST, HEIR, OWNER, SECOND, reeds, small
from vault_format.codes import Action, Reason, Role
from vault_format.frames.record import Draft
from vault_format.public.members import Drill, KitExtend, KitSet, Rekey, Rollover


def _kit(vault: Vault, me: Acting, cost: Cost = FLOOR) -> tuple[Draft, Acting]:
    """Return a lawful kit.set of two chunks, and the member whose bundle then holds it."""
    draft, bundle = kit.kit_set(me, new_kit(vault.entropy), cost, 1_992_896, (4, 4))
    return draft, replace(me, keyring=replace(me.keyring, bundle=bundle))


def _changed(kind: str, change: Callable[[Draft], Draft]) -> Case:
    vault = small()
    me = vault.acting(OWNER)
    draft, _ = _kit(vault, me)
    vault.add(change(draft), me)
    return broken(vault, kind)


@scenario
def kit_of_another_master() -> Case:
    """A kit that names another master key than the member's."""
    return _changed("authority", lambda draft: saying(
        draft, msgspec.structs.replace(said_by(draft, KitSet), master=bytes(32))
    ))  # fmt: skip


@scenario
def kit_with_a_chunk_missing() -> Case:
    """A kit that announces two chunks and holds one."""
    return _changed("format", lambda draft: replace(draft, parts=draft.parts[:3]))


@scenario
def kit_with_chunks_out_of_order() -> Case:
    """A kit whose chunks changed places."""
    return _changed("format", lambda draft: replace(draft, parts=(*draft.parts[:2], draft.parts[3], draft.parts[2])))


@scenario
def kit_that_is_a_bomb() -> Case:
    """A kit whose slot asks for 4 TiB."""

    def change(draft: Draft) -> Draft:
        said = said_by(draft, KitSet)
        slot = msgspec.structs.replace(said.kit.slot, memory=2**32 - 1)
        return saying(draft, msgspec.structs.replace(said, kit=msgspec.structs.replace(said.kit, slot=slot)))

    return _changed("authority", change)


@scenario
def kit_beside_a_kit() -> Case:
    """A second kit while the first is in force."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(_kit(vault, me)[0], me)
    vault.add(_kit(vault, me)[0], me)
    return broken(vault, "authority")


@scenario
def kit_cheaper_than_the_slot() -> Case:
    """A kit that costs less than the member's passphrase."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(members.slot_set(me, "newts sleep under stones", Cost(98_304, 3, 4)), me)
    vault.add(_kit(vault, me)[0], me)
    return broken(vault, "authority")


def _extended(change: Callable[[KitExtend], KitExtend]) -> Case:
    vault = small()
    me = vault.acting(OWNER)
    draft, holder = _kit(vault, me)
    vault.add(draft, me)
    longer, _ = kit.kit_extend(holder, (4,))
    vault.add(saying(longer, change(said_by(longer, KitExtend))), me)
    return broken(vault, "authority")


variant("kit-extended-with-a-gap", "A table that goes on one slot too late.", partial(
    _extended, lambda said: msgspec.structs.replace(said, first=said.first + 1)
))  # fmt: skip
variant("kit-extended-over-itself", "A table that gives one slot a second entry.", partial(
    _extended, lambda said: msgspec.structs.replace(said, first=said.first - 1)
))  # fmt: skip
variant("kit-extended-of-another", "A table that goes on for another kit.", partial(
    _extended, lambda said: msgspec.structs.replace(said, id=bytes(16))
))  # fmt: skip


@scenario
def kit_extended_where_there_is_none() -> Case:
    """A table that goes on though there is no kit."""
    vault = small()
    me = vault.acting(OWNER)
    _, holder = _kit(vault, me)
    vault.add(kit.kit_extend(holder, (4,))[0], me)
    return broken(vault, "authority")


@scenario
def kit_void_after_a_new_master() -> Case:
    """A drill with a kit that a new master key made void."""
    vault = reeds(Action.RECOVERY_DONE, -2)
    me = vault.acting(OWNER)
    vault.now += 1
    owner = replace(me, session=77)
    vault.add(trail.unlock(owner, ORIGIN), me)
    old = bytes.fromhex(vault.described["kits"][0]["id"])
    vault.add(owner.record(Action.DRILL, Drill(id=old, code=True, phone=True)), me)
    return broken(vault, "authority")


@scenario
def drill_of_another_kit() -> Case:
    """A drill of a kit that is not the member's."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(_kit(vault, me)[0], me)
    vault.add(me.record(Action.DRILL, Drill(id=bytes(16), code=True, phone=True)), me)
    return broken(vault, "authority")


@scenario
def rollover_with_a_kit_for_the_same_master() -> Case:
    """Rollover: a kit, though the master key stays."""
    vault = small()
    me = vault.acting(OWNER)
    renewal = members.Renewal("newts wake", FLOOR, new_kit(vault.entropy), 1_992_896, (4,))
    draft = members.rollover(me, Reason.BY_HAND, renewal).draft
    said = msgspec.structs.replace(said_by(draft, Rollover), master=me.state.members[1].master, slot=None)
    parts = (draft.parts[0], draft.parts[1], *draft.parts[3:])
    vault.add(saying(replace(draft, parts=parts), said), me)
    return broken(vault, "authority")


@scenario
def rollover_with_a_kit_used_before() -> Case:
    """Rollover: a new master key with the kit that is in force."""
    vault = reeds(Action.MEMBER_REKEY)
    me = replace(vault.acting(FIRST), session=0)
    made = vault.described["kits"][1]
    one, two, three = made["target"]
    kit_id, code, secret = (bytes.fromhex(made[name]) for name in ("id", "code", "secret"))
    old = KitSecrets(kit_id, code, secret, (one, two, three))
    renewal = members.Renewal("changed again", FLOOR, old, 1_992_896, (4,))
    vault.add(members.rollover(me, Reason.BY_HAND, renewal).draft, me)
    return broken(vault, "authority")


@scenario
def rollover_without_the_box_for_the_custodians() -> Case:
    """Rollover: the member had opened process notes to the custodians, and the new author key is not given."""
    vault = reeds(Action.LOCK)
    me = vault.acting(FIRST)
    draft = members.rollover(me, Reason.BY_HAND).draft
    vault.add(replace(draft, parts=draft.parts[:-1]), me)
    return broken(vault, "format")


def _rekeyed(kind: str, change: Callable[[Draft], Draft], member: int = FIRST) -> Case:
    vault = reeds(Action.MEMBER_REKEY)
    me = vault.custodians()
    draft = authority.rekey(me, member, "changed", FLOOR, Reason.CUSTODIAN_RECOVERY, "Forgotten.").draft
    vault.add(change(draft), me)
    return broken(vault, kind)


@scenario
def rekey_of_one_who_did_not_accept() -> Case:
    """Re-keying: a member who never accepted these custodians."""
    return _rekeyed("authority", lambda draft: draft, SECOND)


@scenario
def rekey_of_oneself() -> Case:
    """Re-keying: the authority gives itself new keys."""
    return _rekeyed("authority", lambda draft: draft, CUSTODIANS)


@scenario
def rekey_in_a_session() -> Case:
    """Re-keying: in a session, which the authority has none of."""
    return _rekeyed("authority", lambda draft: replace(draft, session=5))


@scenario
def rekey_that_keeps_the_master() -> Case:
    """Re-keying: the master key that may be lost stays in force."""
    vault = reeds(Action.MEMBER_REKEY)
    me = vault.custodians()
    draft = authority.rekey(me, FIRST, "changed", FLOOR, Reason.CUSTODIAN_RECOVERY, "Forgotten.").draft
    said = msgspec.structs.replace(said_by(draft, Rekey), master=me.state.members[FIRST].master)
    vault.add(saying(draft, said), me)
    return broken(vault, "authority")


@scenario
def rekey_without_a_reason() -> Case:
    """Re-keying: nobody said why, or on whose word."""
    return _rekeyed("format", lambda draft: replace(draft, parts=draft.parts[:3]))


@scenario
def rekey_of_another_generation() -> Case:
    """Re-keying: a bundle whose row skips a generation."""
    return _rekeyed("format", lambda draft: with_part(draft, 1, revision=9, key_epoch=9))


@scenario
def rekey_by_the_owner() -> Case:
    """Re-keying: an owner tries to become somebody else."""
    vault = reeds(Action.LOCK)
    me, signer = vault.custodians(), vault.acting(OWNER)
    draft = authority.rekey(me, FIRST, "mine now", FLOOR, Reason.CUSTODIAN_RECOVERY, "No reason.").draft
    vault.add(draft, signer)
    return broken(vault, "authority")


@scenario
def rekey_twice() -> Case:
    """Re-keying: a second time, though the acceptance was used up."""
    vault = reeds(Action.RECOVERY_DONE)
    me = vault.custodians()
    vault.add(authority.rekey(me, FIRST, "again", FLOOR, Reason.CUSTODIAN_RECOVERY, "Forgotten.").draft, me)
    return broken(vault, "authority")


@scenario
def authority_lists_notes() -> Case:
    """The recovery authority lists notes."""
    vault = reeds(Action.MEMBER_REKEY)
    me = vault.custodians()
    vault.add(trail.listed(me, 1, 1), me)
    return broken(vault, "authority")


@scenario
def authority_adds_a_clinician() -> Case:
    """The recovery authority admits somebody who is no owner."""
    vault = reeds(Action.OWNER_ADD)
    me = vault.custodians()
    joining = members.join(
        "moth", "moths like light", FLOOR, enrolment=7, birth=me.state.birth, vault_id=me.state.vault_id,
        entropy=vault.entropy,
    )  # fmt: skip
    added = members.owner_add(me, joining.invitation, "On the notary's word.")
    said = said_by(added, object)
    vault.add(saying(added, msgspec.structs.replace(said, role=Role.CLINICIAN)), me)
    return broken(vault, "authority")


@scenario
def authority_that_was_replaced() -> Case:
    """The custodians before the present ones admit an owner."""
    vault = reeds(Action.OWNER_ADD)
    me = vault.custodians()
    joining = members.join(
        "moth", "moths like light", FLOOR, enrolment=7, birth=me.state.birth, vault_id=me.state.vault_id,
        entropy=vault.entropy,
    )  # fmt: skip
    draft = members.owner_add(me, joining.invitation, "On nobody's word.")
    later = reeds(Action.LOCK, -4)
    later.add(replace(draft, epoch=later.acting(OWNER).state.epoch), me)
    return broken(later, "authority")


def _done(ref: int | None, member: int) -> Case:
    vault = reeds(Action.LOCK, -4)
    me = vault.acting(member)
    seq = vault.find(Action.MEMBER_REKEY) if ref is None else ref
    vault.add(kit.recovery_done(me, seq, 1, [(1, vault.now)]), me)
    return broken(vault, "authority")


@scenario
def recovery_done_by_custodians_who_did_nothing() -> Case:
    """The custodians end a recovery that registered no keys."""
    vault = reeds(Action.MEMBER_REKEY)
    me = vault.custodians()
    vault.add(kit.recovery_done(me, 1, 3, [(1, vault.now)]), me)
    return broken(vault, "authority")


variant("recovery-done-without-new-keys", "A recovery that registered no keys.", partial(_done, 1, OWNER))
variant("recovery-done-of-somebody-else", "The end of somebody else's recovery.", partial(_done, None, HEIR))
variant("recovery-done-long-ago", "A recovery whose keys were replaced since.", partial(_done, None, FIRST))
