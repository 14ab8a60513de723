"""Members and their keys: joining, rolling over, passphrases, bundles."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import msgspec

from core.acts.acting import Acting
from core.acts.kit import sealed_kit
from core.keyring import Keyring
from core.keys import derive
from core.keys.authority import author_box
from core.keys.bundle import Bundle, bundle_place, seal_bundle
from core.keys.epochs import EpochKeys, matches, seal_grant
from core.keys.kit import KitSecrets
from core.keys.pairs import new_pairs
from core.keys.passphrase import Cost, NewSlot, make_slot, slot_place
from core.names import check_name
from vault_format.authority.epochs import MOST_BOXES
from vault_format.authority.state import Member, State
from vault_format.codes import Action, KeyType, Kind, Reason, Role
from vault_format.crypto.sealing import Entropy, key_place
from vault_format.errors import NotWhole, UsageError
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft
from vault_format.public.members import BundleSet, GrantRefused, Keys, MemberAdd, Rollover, Slot, SlotSet


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a newcomer hands to an owner: nothing in it is secret, and nothing in it needs an epoch's keys.

    `master` is the commitment to the newcomer's master key; `slot_payload` and `bundle_payload` are sealed under the
    newcomer's passphrase and master key.
    """

    name: str
    enrolment: int
    keys: Keys
    master: bytes
    slot: Slot
    slot_payload: bytes
    bundle_payload: bytes


@dataclass(frozen=True, slots=True)
class Joining:
    """An invitation, and the secrets that stay with the newcomer."""

    invitation: Invitation
    master: bytes
    bundle: Bundle


def join(
    name: str, passphrase: str, cost: Cost, *, enrolment: int, birth: bytes, vault_id: bytes, entropy: Entropy
) -> Joining:  # fmt: skip
    """Make a newcomer's keys, for generation 1. Raises UsageError for a name or passphrase out of bounds."""
    check_name(name)
    master, pairs = entropy(32), new_pairs(entropy)
    bundle = Bundle(
        sign=pairs.sign, box=pairs.box, generation=1, epoch=0, notes=None, index=None, audit=None,
        authors=[(1, entropy(32))], drafts=[(1, entropy(32))], origin=entropy(32), kit=None,
    )  # fmt: skip
    slot = make_slot(
        passphrase, master, cost, birth=birth, binding=vault_id, enrolment=enrolment, generation=1, entropy=entropy
    )
    sealed = seal_bundle(bundle, master, birth=birth, binding=vault_id, enrolment=enrolment, entropy=entropy)
    invitation = Invitation(
        name, enrolment, pairs.register(vault_id, enrolment, 1), derive.master_commitment(master, birth),
        slot.descriptor, slot.payload, sealed,
    )  # fmt: skip
    return Joining(invitation, master, bundle)


def as_member(invitation: Invitation, number: int, role: Role) -> Member:
    """Return the member that an invitation would become, as far as a box to it needs."""
    return Member(
        number=number, name=invitation.name, role=role, enrolment=invitation.enrolment, added_by=0, added_seq=0,
        sign=invitation.keys.sign, box=invitation.keys.box, master=invitation.master,
    )  # fmt: skip


def grant(acting: Acting, recipient: Member, keys: EpochKeys) -> Part:
    """Return the box that gives RECIPIENT the KEYS its role is entitled to."""
    stored = seal_grant(keys, recipient, acting.state.vault_id, acting.entropy)
    return key_place(
        Kind.GRANT_BOX, KeyType.MEMBER, recipient.generation, recipient.enrolment, keys.number
    ).part(stored)  # fmt: skip


def current_keys(acting: Acting) -> EpochKeys:
    """Return the current epoch's keys. Raises NotWhole unless they are held and are the ones committed to."""
    keys = acting.keyring.epochs.get(acting.state.epoch)
    if keys is None or not matches(keys, acting.state.epochs[-1], acting.state.birth):
        raise NotWhole("The present keys are not among yours.", safe="Nothing was written.", todo="Unlock again.")
    return keys


def _admission(acting: Acting, invitation: Invitation, role: Role) -> tuple[MemberAdd, list[Part]]:
    state = acting.state
    number = len(state.members) + 1
    if len(state.active_members()) + bool(state.authority) >= MOST_BOXES:
        raise UsageError(
            f"This vault has {MOST_BOXES:,} members, as many as new keys can be given to.", safe="Nothing was written.",
            todo="Remove a member who has left.",
        )  # fmt: skip
    shape = MemberAdd(
        member=number, name=invitation.name, role=role, enrolment=invitation.enrolment, keys=invitation.keys,
        master=invitation.master, slot=invitation.slot,
    )  # fmt: skip
    parts = [
        slot_place(invitation.enrolment, 1).part(invitation.slot_payload),
        bundle_place(invitation.enrolment, 1).part(invitation.bundle_payload),
        grant(acting, as_member(invitation, number, role), current_keys(acting)),
    ]  # fmt: skip
    return shape, parts


def member_add(acting: Acting, invitation: Invitation, role: Role) -> Draft:
    """20: an owner admits a newcomer. Raises UsageError where no new keys could be given to one more."""
    shape, parts = _admission(acting, invitation, role)
    return acting.record(Action.MEMBER_ADD, shape, *parts)


def owner_add(acting: Acting, invitation: Invitation, words: str) -> Draft:
    """28: the recovery authority, as which ACTING acts, admits a new owner; WORDS say why and on whose word."""
    shape, parts = _admission(acting, invitation, Role.OWNER)
    detail = acting.words(Action.OWNER_ADD, words, session=0)
    return acting.record(Action.OWNER_ADD, shape, *parts, detail, outside=True)


def slot_set(acting: Acting, passphrase: str, cost: Cost) -> Draft:
    """25: another passphrase for the same master key; COST is never below the present slot's."""
    keyring = acting.keyring
    generation = keyring.bundle.generation
    slot = make_slot(
        passphrase, keyring.master, cost, birth=keyring.birth, binding=keyring.vault_id,
        enrolment=keyring.enrolment, generation=generation, entropy=acting.entropy,
    )  # fmt: skip
    shape = SlotSet(master=derive.master_commitment(keyring.master, keyring.birth), slot=slot.descriptor)
    return acting.record(Action.SLOT_SET, shape, slot_place(keyring.enrolment, generation).part(slot.payload))


def _check_epochs(keyring: Keyring, state: State) -> None:
    """Refuse to write a bundle while keys in it are not those of their epoch's record. Raises NotWhole."""
    for epoch in state.epochs:
        keys = keyring.epochs.get(epoch.number)
        if keys is not None and not matches(keys, epoch, keyring.birth):
            raise NotWhole(
                f"The keys of key set {epoch.number} are not the ones it was made with.",
                safe="Nothing was written.", todo="Tell the owner.",
            )  # fmt: skip


def bundle_part(keyring: Keyring, bundle: Bundle, master: bytes, entropy: Entropy) -> Part:
    """Return BUNDLE as the part of a record after genesis, sealed under MASTER."""
    sealed = seal_bundle(
        bundle, master, birth=keyring.birth, binding=keyring.vault_id, enrolment=keyring.enrolment, entropy=entropy
    )
    return bundle_place(keyring.enrolment, bundle.generation).part(sealed)


def bundle_set(acting: Acting, bundle: Bundle) -> Draft:
    """29: BUNDLE in place of the present one, under the same master key. Raises NotWhole over a false key."""
    keyring = acting.keyring
    _check_epochs(keyring, acting.state)
    shape = BundleSet(master=derive.master_commitment(keyring.master, keyring.birth))
    return acting.record(Action.BUNDLE_SET, shape, bundle_part(keyring, bundle, keyring.master, acting.entropy))


def grant_refused(acting: Acting, epoch: int, reason: Reason = Reason.REFUSED) -> Draft:
    """2A: the keys in a box were not those that the record of EPOCH committed to."""
    return acting.record(Action.GRANT_REFUSED, GrantRefused(epoch=epoch, reason=reason), outcome=1)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A new master key comes with a passphrase and, if the person made one, a confirmed kit that begins at FIRST.

    SPENT is the time step of the code that confirmed the kit's phone.
    """

    passphrase: str
    cost: Cost
    kit: KitSecrets | None = None
    first: int = 0
    counts: tuple[int, ...] = ()
    spent: int = 0


@dataclass(frozen=True, slots=True)
class RolledOver:
    """A rollover that is ready to be written, and the keyring that holds once it is."""

    draft: Draft
    keyring: Keyring


def rollover(acting: Acting, reason: Reason, renewal: Renewal | None = None, *, refused: bool = False) -> RolledOver:
    """23: the member's next generation, signed by the present one; with RENEWAL a new master key too.

    ACTING holds the current epoch's keys already, from its box. Where these were REFUSED, the bundle keeps the epoch's
    keys that it has, and the box key, so that nothing is lost that could still be mended. Raises NotWhole over a false
    key.
    """
    old, entropy, state = acting.keyring, acting.entropy, acting.state
    _check_epochs(old, state)
    had = EpochKeys(old.bundle.epoch, old.bundle.notes, old.bundle.index, old.bundle.audit)
    keys, generation = had if refused else current_keys(acting), old.bundle.generation + 1
    pairs = new_pairs(entropy)
    if refused:
        pairs = pairs._replace(box=old.bundle.box)
    authors = [*old.bundle.authors, (generation, entropy(32))]
    master = entropy(32) if renewal else old.master
    bundle = msgspec.structs.replace(
        old.bundle, sign=pairs.sign, box=pairs.box, generation=generation, epoch=keys.number, notes=keys.notes,
        index=keys.index, audit=keys.audit, authors=authors,
    )  # fmt: skip
    slot: NewSlot | None = None
    kit, kit_parts = None, []
    if renewal is not None:
        slot = make_slot(
            renewal.passphrase, master, renewal.cost, birth=old.birth, binding=old.vault_id,
            enrolment=old.enrolment, generation=generation, entropy=entropy,
        )  # fmt: skip
        drafts = [*bundle.drafts, (max(number for number, _ in bundle.drafts) + 1, entropy(32))]
        bundle = msgspec.structs.replace(bundle, drafts=drafts, origin=entropy(32), kit=None)
    new = dataclasses.replace(old, bundle=bundle, master=master)
    if renewal is not None and renewal.kit is not None:
        sealed = sealed_kit(new, renewal.kit, renewal.cost, renewal.first, renewal.counts, entropy, spent=renewal.spent)
        kit, kit_parts = sealed.shape, sealed.parts
        new.bundle = msgspec.structs.replace(bundle, kit=sealed.keys)
    parts = [bundle_part(new, new.bundle, master, entropy)]
    if slot is not None:
        parts.append(slot_place(old.enrolment, generation).part(slot.payload))
    parts += [*kit_parts, *_renewed_opt_in(acting, new)]
    shape = Rollover(
        keys=pairs.register(old.vault_id, old.enrolment, generation),
        master=derive.master_commitment(master, old.birth), slot=slot.descriptor if slot else None, kit=kit,
        reason=reason,
    )  # fmt: skip
    return RolledOver(acting.record(Action.MEMBER_ROLLOVER, shape, *parts), new)


def _renewed_opt_in(acting: Acting, keyring: Keyring) -> list[Part]:
    """Return the box with the author keys, for a member who opened process notes to the present custodians."""
    state = acting.state
    who = state.members[keyring.member]
    if not who.process_opt_in or who.accepted != state.authority:
        return []
    authority = state.members[state.authority]
    part = author_box(
        keyring.bundle.authors, public=authority.box, authority=authority.enrolment, author=keyring.enrolment,
        generation=keyring.bundle.generation, vault_id=keyring.vault_id, entropy=acting.entropy,
    )  # fmt: skip
    return [part]
