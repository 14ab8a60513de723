"""Epoch records: a rotation, and what cannot be written without one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from core.acts.acting import Acting
from core.acts.members import current_keys, grant
from core.keys.authority import authority_pairs
from core.keys.epochs import WITH_AUDIT, WITH_NOTES, EpochKeys, descriptor, matches, new_epoch_keys, old_place, seal_old
from vault_format.authority.epochs import MOST_BOXES
from vault_format.authority.state import AUDIT_KEYS, NOTE_KEYS, Member
from vault_format.codes import Action, Reason, Role
from vault_format.errors import NotWhole, UsageError
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft
from vault_format.public.members import AuthoritySet, Epoch, EpochOpen, MemberRemove, MemberRole


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """An epoch record that is ready to be written, and the keys that hold once it is (None: no new epoch)."""

    draft: Draft
    keys: EpochKeys | None


def _entitled(acting: Acting, without: int = 0, instead: Member | None = None) -> list[Member]:
    """Return who gets the next epoch's keys, by number; INSTEAD stands for the member of its number."""
    state = acting.state
    found = {
        member.number: member
        for member in state.members.values()
        if member.active and (member.role is not Role.AUTHORITY or member.number == state.authority)
    }
    if instead is not None:
        if instead.role is Role.AUTHORITY:
            found.pop(state.authority, None)
        found[instead.number] = instead
    found.pop(without, None)
    return [found[number] for number in sorted(found)]


def _opening(acting: Acting, recipients: Sequence[Member]) -> tuple[Epoch, list[Part], EpochKeys]:
    """Return the public map, the boxes and older keys, and the new keys.

    Raises NotWhole over a false older key, UsageError for more recipients than one record has room for.
    """
    state, keyring = acting.state, acting.keyring
    if len(recipients) > MOST_BOXES:
        raise UsageError(
            f"New keys would go to {len(recipients):,} members; one record has room for {MOST_BOXES:,}.",
            safe="Nothing was written.", todo="Remove a member who has left.",
        )  # fmt: skip
    older = []
    for epoch in state.epochs:
        keys = keyring.epochs.get(epoch.number)
        whole = keys is not None and keys.notes is not None and keys.index is not None and keys.audit is not None
        if keys is None or not whole or not matches(keys, epoch, state.birth):
            raise NotWhole(
                f"The keys of key set {epoch.number} are not the ones it was made with.",
                safe="Nothing was written.", todo="Unlock again.",
            )  # fmt: skip
        older.append(keys)
    new = new_epoch_keys(state.epoch + 1, acting.entropy)
    parts = [grant(acting, member, new) for member in recipients]
    sealed = seal_old(new, older, birth=state.birth, binding=state.vault_id, entropy=acting.entropy)
    for which, stored in zip((WITH_NOTES, WITH_AUDIT), sealed, strict=True):
        parts.append(old_place(which, new.number).part(stored))
    return descriptor(new, state.birth, [(member.number, member.generation) for member in recipients]), parts, new


def epoch_open(acting: Acting, reason: Reason) -> NewEpoch:
    """30: new keys for everybody. The opener's own rollover comes right behind it."""
    epoch, parts, keys = _opening(acting, _entitled(acting))
    return NewEpoch(acting.record(Action.EPOCH_OPEN, EpochOpen(reason=reason, epoch=epoch), *parts), keys)


def member_remove(acting: Acting, member: int, reason: Reason) -> NewEpoch:
    """21: MEMBER goes, and the keys change in the same record."""
    epoch, parts, keys = _opening(acting, _entitled(acting, without=member))
    shape = MemberRemove(member=member, reason=reason, epoch=epoch)
    return NewEpoch(acting.record(Action.MEMBER_REMOVE, shape, *parts), keys)


def _keeps(old: Role, new: Role) -> bool:
    return (old not in NOTE_KEYS or new in NOTE_KEYS) and (old not in AUDIT_KEYS or new in AUDIT_KEYS)


def member_role(acting: Acting, member: int, role: Role) -> NewEpoch:
    """22: another role for MEMBER; a new epoch with it if a key is lost. Raises UsageError if there is no such."""
    who = acting.state.members.get(member)
    if who is None or who.role is Role.AUTHORITY:
        raise UsageError("There is no such member.", todo="List the members.")
    changed = dataclasses.replace(who, role=role)
    if _keeps(who.role, role):
        shape = MemberRole(member=member, role=role, epoch=None)
        box = grant(acting, changed, current_keys(acting))
        return NewEpoch(acting.record(Action.MEMBER_ROLE, shape, box), None)
    epoch, parts, keys = _opening(acting, _entitled(acting, instead=changed))
    shape = MemberRole(member=member, role=role, epoch=epoch)
    return NewEpoch(acting.record(Action.MEMBER_ROLE, shape, *parts), keys)


def authority_set(
    acting: Acting, secret: bytes, enrolment: int, *, threshold: int, custodians: Sequence[tuple[str, int]],
    reason: Reason,
) -> NewEpoch:  # fmt: skip
    """26: a recovery authority whose SECRET (32 bytes) THRESHOLD of CUSTODIANS, (name, member or 0), put together."""
    state = acting.state
    number = len(state.members) + 1
    keys = authority_pairs(secret, state.birth, enrolment).register(state.vault_id, enrolment, 1)
    authority = Member(
        number=number, name=f"recovery {number}", role=Role.AUTHORITY, enrolment=enrolment, added_by=0, added_seq=0,
        sign=keys.sign, box=keys.box, master=bytes(32),
    )  # fmt: skip
    epoch, parts, new = _opening(acting, _entitled(acting, instead=authority))
    shape = AuthoritySet(
        member=number, enrolment=enrolment, keys=keys, threshold=threshold, custodians=list(custodians),
        reason=reason, epoch=epoch,
    )  # fmt: skip
    return NewEpoch(acting.record(Action.AUTHORITY_SET, shape, *parts), new)
