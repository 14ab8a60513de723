"""Members and their keys: genesis, adding, rolling over, re-keying, slots and bundles."""

from __future__ import annotations

import re

from vault_format import bounds
from vault_format.authority import rows
from vault_format.authority.admission import SEQUENCE, TIME, Admitted, Opened, opened
from vault_format.authority.sessions import check_policy
from vault_format.authority.state import EpochState, KitState, Member, State
from vault_format.codes import Action, Role
from vault_format.crypto import labels, signing
from vault_format.frames.scan import Fields
from vault_format.public import members as shapes
from vault_format.verification.findings import Objection

# Spelled out, and not asked of this Python's Unicode tables: every program of every year has to say the same.
_UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u180e\\u200b-\\u200f\\u202a-\\u202e"
    "\\u2060-\\u2064\\u2066-\\u206f\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\U000110bd\\U000110cd\\U00013430-\\U0001343f"
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0001\\U000e0020-\\U000e007f]"
)
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def folded(name: str) -> str:
    """Return the form in which names are compared: A to Z lowered, a rule that no version of Unicode changes."""
    return name.translate(_LOWER)


def check_text(name: str) -> None:
    """Refuse a name that holds control characters, which is a matter of the public part. Raises Objection `format`."""
    if _UNSEEN.search(name):
        raise Objection("format", "a name with control characters")


def check_name(state: State, name: str) -> None:
    """Refuse a name that is taken, for ever. Raises Objection."""
    if folded(name) in state.names:
        raise Objection("authority", "a name that was used before")


def check_cost(slot: shapes.Slot, least_memory: int, least_passes: int) -> None:
    """Refuse a slot whose Argon2id cost is out of bounds or lowered. Raises Objection."""
    if not bounds.ARGON_MEMORY[0] <= slot.memory <= bounds.ARGON_MEMORY[1]:
        raise Objection("authority", "Argon2id memory out of bounds")
    if not bounds.ARGON_PASSES[0] <= slot.passes <= bounds.ARGON_PASSES[1]:
        raise Objection("authority", "Argon2id passes out of bounds")
    if not bounds.ARGON_LANES[0] <= slot.lanes <= bounds.ARGON_LANES[1]:
        raise Objection("authority", "Argon2id lanes out of bounds")
    if slot.memory < least_memory or slot.passes < least_passes:
        raise Objection("authority", "a slot that costs less than the one before, or than the policy asks")


def check_keys(keys: shapes.Keys, binding: bytes, enrolment: int, generation: int) -> None:
    """Refuse public keys that may not be registered. Raises Objection."""
    if not enrolment:
        raise Objection("authority", "an enrolment of zero")
    if not signing.may_register(binding, enrolment, generation, keys.sign, keys.box, keys.proof):
        raise Objection("authority", "keys that are not valid points, or not proven to be held")


def check_new_member(state: State, member: int, name: str, enrolment: int) -> None:
    """Refuse a number that is not the next one, a name or an enrolment used before. Raises Objection."""
    if member != len(state.members) + 1 or member > bounds.MAX_MEMBERS:
        raise Objection("authority", "a member number that is not the next one")
    check_name(state, name)
    if any(other.enrolment == enrolment for other in state.members.values()):
        raise Objection("authority", "an enrolment that was used before")


def genesis(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """Record 0: the founder, epoch 1, the first policy."""
    parts = opened(parts)
    shape = parts.said(shapes.Genesis)
    check_text(shape.name)
    rows.require(parts.rows, [rows.PUBLIC, rows.slot(shape.enrolment, 1), rows.bundle(shape.enrolment, 1)])
    check_keys(shape.keys, shape.birth, shape.enrolment, 1)
    check_policy(shape.policy)
    check_cost(shape.slot, shape.policy.memory, shape.policy.passes)
    check_name(state, shape.name)
    if shape.epoch.boxes or shape.epoch.old:
        raise Objection("authority", "genesis with grants or older epochs")
    state.birth, state.practice, state.policy, state.made = shape.birth, shape.practice, shape.policy, fields[TIME]
    state.continues = shape.continues
    state.epochs.append(EpochState(1, shape.epoch.notes, shape.epoch.index, shape.epoch.audit, 0, fields[TIME]))
    founder = Member(
        number=1, name=shape.name, role=Role.OWNER, enrolment=shape.enrolment, added_by=0, added_seq=0,
        sign=shape.keys.sign, box=shape.keys.box, master=shape.master,
    )  # fmt: skip
    _enrol(state, founder, shape.slot, fields[SEQUENCE], parts.first + 1)


def _enrol(state: State, member: Member, slot: shapes.Slot, seq: int, slot_part: int) -> None:
    member.memory, member.passes = slot.memory, slot.passes
    member.registered_epoch, member.registered_seq = state.epoch, seq
    member.slot_part, member.slot_seq = slot_part, seq
    member.bundle_part, member.bundle_seq = slot_part + 1, seq
    state.members[member.number] = member
    state.names.add(folded(member.name))
    state.registrations[seq] = member.number
    state.changed()


def add(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """20 and 28: a newcomer with keys, slot and bundle of their own making, and a box with the epoch's keys."""
    parts = opened(parts)
    shape = parts.said(shapes.MemberAdd)
    check_text(shape.name)
    by_authority = act.action == Action.OWNER_ADD
    wanted = [
        rows.PUBLIC, rows.slot(shape.enrolment, 1), rows.bundle(shape.enrolment, 1),
        rows.grant(shape.enrolment, 1, state.epoch),
    ]  # fmt: skip
    rows.require(parts.rows, [*wanted, rows.detail(0, state.epoch)] if by_authority else wanted)
    if by_authority and shape.role != Role.OWNER:
        raise Objection("authority", "the recovery authority adds owners only")
    check_new_member(state, shape.member, shape.name, shape.enrolment)
    check_keys(shape.keys, state.vault_id, shape.enrolment, 1)
    policy = state.current_policy()
    check_cost(shape.slot, policy.memory, policy.passes)
    member = Member(
        number=shape.member, name=shape.name, role=Role(shape.role), enrolment=shape.enrolment, added_by=act.member,
        added_seq=fields[SEQUENCE], sign=shape.keys.sign, box=shape.keys.box, master=shape.master,
    )  # fmt: skip
    _enrol(state, member, shape.slot, fields[SEQUENCE], parts.first + 1)
    state.epochs[-1].box_parts.append(parts.first + 3)


def rollover(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """23: the member's next generation, signed by the one it replaces."""
    parts = opened(parts)
    shape = parts.said(shapes.Rollover)
    who = act.signer
    generation = who.generation + 1
    rows.require(parts.rows, _rolled_rows(state, who, shape))
    renewed = shape.master != who.master
    if generation > bounds.MAX_GENERATION:
        raise Objection("authority", "no generation is left")
    if state.epoch - who.registered_epoch > state.current_policy().late_epochs:
        raise Objection("authority", "keys too old to roll over")
    if renewed != (shape.slot is not None) or (shape.kit is not None and not renewed):
        raise Objection("authority", "a new master key comes with its slot, and only it does")
    if shape.slot is not None:
        check_cost(shape.slot, who.memory, who.passes)
    if shape.kit is not None:
        check_kit(state, who, shape.kit)
    check_keys(shape.keys, state.vault_id, who.enrolment, generation)
    _register(state, who, shape.keys, generation, fields[SEQUENCE])
    _replace_bundle(state, who, fields[SEQUENCE], parts.first + 1)
    if shape.slot is not None:
        who.master = shape.master
        _replace_slot(state, who, shape.slot, fields[SEQUENCE], parts.first + 2)
        drop_kit(state, who)
    if shape.kit is not None:
        chunks = range(parts.first + 3, parts.first + 4 + len(shape.kit.counts))
        who.kit = KitState(shape.kit.id, shape.kit.first + sum(shape.kit.counts), list(chunks))


def _rolled_rows(state: State, who: Member, shape: shapes.Rollover) -> list[rows.Wanted]:
    generation = who.generation + 1
    wanted = [rows.PUBLIC, rows.bundle(who.enrolment, generation)]
    if shape.slot is not None:
        wanted.append(rows.slot(who.enrolment, generation))
    if shape.kit is not None:
        wanted += [rows.kit_slot(who.enrolment, generation), *rows.kit_chunks(who.enrolment, len(shape.kit.counts))]
    if who.process_opt_in and who.accepted == state.authority:
        wanted.append(rows.author_box(who.enrolment, generation))
    return wanted


def rekey(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """24: the recovery authority gives new keys to a member who accepted it."""
    parts = opened(parts)
    shape = parts.said(shapes.Rekey)
    who = state.members.get(shape.member)
    # what depends on a member that is not there is taken from the row itself: the next check refuses the record
    generation = who.generation + 1 if who else parts.rows[1][4]
    enrolment = who.enrolment if who else parts.rows[1][5]
    wanted = [
        rows.PUBLIC,
        rows.bundle(enrolment, generation),
        rows.slot(enrolment, generation),
        rows.detail(0, state.epoch),
    ]
    rows.require(parts.rows, wanted)
    if who is None or not who.active or who.accepted != act.member:
        raise Objection("authority", "a member who did not accept this recovery authority")
    if generation > bounds.MAX_GENERATION:
        raise Objection("authority", "no generation is left")
    if shape.master == who.master:
        raise Objection("authority", "re-keying keeps no master key")
    policy = state.current_policy()
    check_cost(shape.slot, policy.memory, policy.passes)
    check_keys(shape.keys, state.vault_id, who.enrolment, generation)
    _register(state, who, shape.keys, generation, fields[SEQUENCE])
    who.master = shape.master
    _replace_bundle(state, who, fields[SEQUENCE], parts.first + 1)
    _replace_slot(state, who, shape.slot, fields[SEQUENCE], parts.first + 2)
    drop_kit(state, who)
    who.accepted, who.process_opt_in = 0, False


def slot_set(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """25: another passphrase for the same master key, never cheaper than before."""
    parts = opened(parts)
    shape = parts.said(shapes.SlotSet)
    who = act.signer
    rows.require(parts.rows, [rows.PUBLIC, rows.slot(who.enrolment, who.generation)])
    same_master(who, shape.master)
    check_cost(shape.slot, who.memory, who.passes)
    _replace_slot(state, who, shape.slot, fields[SEQUENCE], parts.first + 1)


def bundle_set(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """29: the bundle written anew under the same master key."""
    parts = opened(parts)
    who = act.signer
    rows.require(parts.rows, [rows.PUBLIC, rows.bundle(who.enrolment, who.generation)])
    same_master(who, parts.said(shapes.BundleSet).master)
    _replace_bundle(state, who, fields[SEQUENCE], parts.first + 1)


def check_kit(state: State, who: Member, kit: shapes.Kit) -> None:
    """Refuse a kit whose cost is out of bounds or lowered, or that repeats an id. Raises Objection."""
    check_cost(kit.slot, who.memory, who.passes)
    if who.kit is not None and who.kit.id == kit.id:
        raise Objection("authority", "a kit id that was used before")


def drop_kit(state: State, who: Member) -> None:
    """Void the member's kit; its parts become droppable."""
    if who.kit is not None:
        for part in who.kit.parts:
            state.parts.allow_drop(part)
        who.kit = None


def same_master(who: Member, master: bytes) -> None:
    """Refuse a record that names another master key than the member's. Raises Objection."""
    if master != who.master:
        raise Objection("authority", "another master key than the member's")


def _register(state: State, who: Member, keys: shapes.Keys, generation: int, seq: int) -> None:
    who.sign, who.box, who.generation = keys.sign, keys.box, generation
    who.registered_epoch, who.registered_seq = state.epoch, seq
    state.registrations[seq] = who.number
    state.changed()


def _replace_bundle(state: State, who: Member, seq: int, part: int) -> None:
    state.parts.allow_drop(who.bundle_part)
    who.bundle_part, who.bundle_seq = part, seq


def _replace_slot(state: State, who: Member, slot: shapes.Slot, seq: int, part: int) -> None:
    state.parts.allow_drop(who.slot_part)
    who.slot_part, who.slot_seq = part, seq
    who.memory, who.passes = slot.memory, slot.passes


def continues_message(birth: bytes, continues: shapes.Continues) -> bytes:
    """Return what the countersignature of a carried-on vault covers (docs/FORMAT.md, section 9)."""
    return b"".join(
        (
            labels.CONTINUES, birth, continues.vault, continues.sequence.to_bytes(8, "little"),
            continues.head, continues.digest,
        )
    )  # fmt: skip
