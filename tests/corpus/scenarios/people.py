"""Genesis, and members who are added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from core.acts import members, trail
from core.acts.acting import Acting
from core.keys.pairs import new_pairs
from core.keys.passphrase import FLOOR
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, broken, saying, whole, with_part
from tests.corpus.vaults import FIRST, OWNER, early, small
from vault_format import public
from vault_format.codes import Action, Role
from vault_format.frames.record import Draft
from vault_format.public.members import Genesis, Keys, MemberAdd, Policy

LOW_ORDER = bytes(32)
IDENTITY = b"\1" + bytes(31)
"""The neutral point of Ed25519: a signature under it can be made by anyone."""

Change = Callable[[MemberAdd], MemberAdd]


def admission(vault: Vault, me: Acting, name: str = "clinician-9", role: Role = Role.CLINICIAN) -> Draft:
    """Return a lawful admission by the owner."""
    joining = members.join(
        name, "moths like light", FLOOR, enrolment=0xE17, birth=me.state.birth, vault_id=me.state.vault_id,
        entropy=vault.entropy,
    )  # fmt: skip
    return members.member_add(me, joining.invitation, role)


def said_by(draft: Draft, shape: type[Any]) -> Any:  # noqa: ANN401  whatever SHAPE is
    """Return what a draft's public part says."""
    found = public.read(draft.action, draft.parts[0].data)
    assert isinstance(found, shape)
    return found


def _added(kind: str, change: Change, vault: Vault | None = None) -> Case:
    vault = vault or small()
    me = vault.acting(OWNER)
    draft = admission(vault, me)
    vault.add(saying(draft, change(said_by(draft, MemberAdd))), me)
    return broken(vault, kind)


def _set(**fields: Any) -> Change:  # noqa: ANN401  fields of a shape
    return lambda shape: msgspec.structs.replace(shape, **fields)


def _slot(**fields: Any) -> Change:  # noqa: ANN401  fields of a shape
    return lambda shape: msgspec.structs.replace(shape, slot=msgspec.structs.replace(shape.slot, **fields))


def _keys(**fields: Any) -> Change:  # noqa: ANN401  fields of a shape
    return lambda shape: msgspec.structs.replace(shape, keys=msgspec.structs.replace(shape.keys, **fields))


ADDED: dict[str, tuple[str, str, Change]] = {
    "number-taken": ("A number that somebody has.", "authority", _set(member=1)),
    "number-skipped": ("A number after the next one.", "authority", _set(member=3)),
    "name-taken": ("The owner's name a second time.", "authority", _set(name="owner")),
    "name-taken-in-capitals": ("The owner's name in capitals.", "authority", _set(name="OWNER")),
    "name-with-a-later-control": (
        "A format character that older tables of Unicode do not have.", "format", _set(name="moth\U0001343a")
    ),
    "name-with-a-control": ("A name with an escape character.", "format", _set(name="moth\x1b[2J")),
    "role-of-the-authority": ("A member as recovery authority.", "format", _set(role=5)),
    "proof-of-another-key": ("A proof that is no signature.", "authority", _keys(proof=b"\1" * 64)),
    "box-of-low-order": ("An X25519 key whose every shared secret is zero.", "authority", _keys(box=LOW_ORDER)),
    "sign-of-small-order": ("The neutral point as signing key.", "authority", _keys(sign=IDENTITY)),
    "slot-memory-too-low": ("A slot below 64 MiB.", "authority", _slot(memory=65_535)),
    "slot-memory-of-8-kib": ("A slot of 8 KiB.", "authority", _slot(memory=8)),
    "slot-bomb-of-4-tib": ("A slot that asks for 4 TiB.", "authority", _slot(memory=2**32 - 1)),
    "slot-memory-too-high": ("A slot just above 2 GiB.", "authority", _slot(memory=2_097_153)),
    "slot-passes-too-few": ("A slot of two passes.", "authority", _slot(passes=2)),
    "slot-passes-too-many": ("A slot of eleven passes.", "authority", _slot(passes=11)),
    "slot-lanes-none": ("A slot of no lanes.", "authority", _slot(lanes=0)),
    "slot-lanes-too-many": ("A slot of nine lanes.", "authority", _slot(lanes=9)),
    "slot-salt-too-short": ("A salt of 15 bytes.", "format", _slot(salt=bytes(15))),
    "slot-salt-too-long": ("A salt of 33 bytes.", "format", _slot(salt=bytes(33))),
}  # fmt: skip
for _name, (_what, _kind, _change) in ADDED.items():
    variant(f"member-add-{_name}", f"Member added: {_what[0].lower()}{_what[1:]}", partial(_added, _kind, _change))


def _joined(vault: Vault, me: Acting, name: str, enrolment: int) -> Draft:
    joining = members.join(
        name, "moths like light", FLOOR, enrolment=enrolment, birth=me.state.birth, vault_id=me.state.vault_id,
        entropy=vault.entropy,
    )  # fmt: skip
    return members.member_add(me, joining.invitation, Role.CLINICIAN)


@scenario
def member_add_enrolment_used() -> Case:
    """Member added: the enrolment of somebody else, with a proof that fits it."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(_joined(vault, me, "moth", me.state.members[1].enrolment), me)
    return broken(vault, "authority")


@scenario
def member_add_enrolment_zero() -> Case:
    """Member added: an enrolment of 0, with a proof that fits it."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(_joined(vault, me, "moth", 0), me)
    return broken(vault, "authority")


@scenario
def member_add_name_taken_in_another_form() -> Case:
    """Member added: a name that differs in how its accent is written, which a verifier takes and a program need not."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(_joined(vault, me, "caf\u00e9", 7), me)
    me = vault.acting(OWNER)
    vault.add(_joined(vault, me, "CAFe\u0301", 8), me)
    return whole(vault)


@scenario
def member_add_name_of_a_removed_member() -> Case:
    """Member added: a name that a removed member had."""
    vault = Vault("clinic")
    vault.cut(vault.find(Action.LOCK))
    me = vault.acting(OWNER)
    vault.add(admission(vault, me, "clinician-2"), me)
    return broken(vault, "authority")


@scenario
def member_add_with_a_proof_for_another_vault() -> Case:
    """Member added: an invitation that was made for another vault."""
    vault = small()
    me = vault.acting(OWNER)
    joining = members.join(
        "moth", "moths like light", FLOOR, enrolment=7, birth=me.state.birth, vault_id=Vault("torn").vault_id,
        entropy=vault.entropy,
    )  # fmt: skip
    vault.add(members.member_add(me, joining.invitation, Role.CLINICIAN), me)
    return broken(vault, "authority")


@scenario
def member_add_with_a_substituted_box_key() -> Case:
    """Member added: the invitation's X25519 key was exchanged, so that the grant would go to somebody else."""
    vault = small()
    me = vault.acting(OWNER)
    other = new_pairs(vault.entropy).register(me.state.vault_id, 7, 1)
    draft = admission(vault, me)
    shape = said_by(draft, MemberAdd)
    keys = Keys(sign=shape.keys.sign, box=other.box, proof=shape.keys.proof)
    vault.add(saying(draft, msgspec.structs.replace(shape, keys=keys)), me)
    return broken(vault, "authority")


@scenario
def member_add_without_a_grant() -> Case:
    """Member added: no box with the epoch's keys."""
    vault = small()
    me = vault.acting(OWNER)
    draft = admission(vault, me)
    vault.add(replace(draft, parts=draft.parts[:3]), me)
    return broken(vault, "format")


@scenario
def member_add_with_a_grant_to_somebody_else() -> Case:
    """Member added: the box's row names another enrolment."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(with_part(admission(vault, me), 3, entity=me.state.members[1].enrolment), me)
    return broken(vault, "format")


@scenario
def member_add_with_a_grant_of_another_epoch() -> Case:
    """Member added: the box's row names an epoch that nobody opened."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(with_part(admission(vault, me), 3, key_epoch=2), me)
    return broken(vault, "format")


@scenario
def member_add_by_a_clinician() -> Case:
    """Member added: by a clinician."""
    vault = early()
    me = vault.acting(FIRST)
    vault.add(admission(vault, me), me)
    return broken(vault, "authority")


@scenario
def member_add_under_the_policy() -> Case:
    """Member added: a slot that costs less than the policy asks."""
    vault = small()
    me = vault.acting(OWNER)
    policy: Policy = msgspec.structs.replace(me.state.current_policy(), memory=131_072)
    vault.add(trail.policy(me, policy), me)
    vault.add(admission(vault, me), me)
    return broken(vault, "authority")


GENESIS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "with-boxes": ("grants to members that do not exist", "authority", {"boxes": [(1, 1)]}),
    "with-older-epochs": ("older epochs", "authority", {"old": 1}),
}


def _genesis_epoch(fields: dict[str, Any]) -> Case:
    vault = Vault("small", 1)
    shape = said_by_genesis(vault)
    vault.say(0, msgspec.structs.replace(shape, epoch=msgspec.structs.replace(shape.epoch, **fields)))
    return broken(vault, "authority", 0)


def said_by_genesis(vault: Vault) -> Genesis:
    """Return what genesis says."""
    shape = public.read(Action.GENESIS, vault.frames[0].parts[0] or b"")
    assert isinstance(shape, Genesis)
    return shape


for _name, (_what, _kind, _fields) in GENESIS.items():
    variant(f"genesis-{_name}", f"Genesis that speaks of {_what}.", partial(_genesis_epoch, _fields))


@scenario
def genesis_slot_under_the_policy() -> Case:
    """Genesis whose slot costs less than its own policy asks."""
    vault = Vault("small", 1)
    shape = said_by_genesis(vault)
    vault.say(0, msgspec.structs.replace(shape, policy=msgspec.structs.replace(shape.policy, memory=131_072)))
    return broken(vault, "authority", 0)


@scenario
def genesis_policy_out_of_bounds() -> Case:
    """Genesis whose policy asks for less than 64 MiB."""
    vault = Vault("small", 1)
    shape = said_by_genesis(vault)
    vault.say(0, msgspec.structs.replace(shape, policy=msgspec.structs.replace(shape.policy, memory=8)))
    return broken(vault, "authority", 0)


@scenario
def genesis_of_member_two() -> Case:
    """Genesis that member 2 signed."""
    vault = Vault("small", 1)
    vault.secrets[2, 1] = vault.secrets[1, 1]
    vault.change(0, member=2)
    vault.sign(0)
    return broken(vault, "authority", 0)


@scenario
def genesis_of_generation_two_and_unreadable() -> Case:
    """Genesis of generation 2 whose public part is not one: the header is looked at before it."""
    vault = Vault("small", 1)
    vault.secrets[1, 2] = vault.secrets[1, 1]
    vault.change(0, generation=2)
    vault.put(0, 0, b"\xc1")
    return broken(vault, "authority", 0)


@scenario
def genesis_without_a_bundle() -> Case:
    """Genesis without its third part."""
    vault = Vault("small", 1)
    del vault.frames[0].rows[2], vault.frames[0].parts[2]
    vault.frames[0].settle()
    vault.sign(0)
    return broken(vault, "format", 0)
