"""Epoch records: who gets a box, what is handed on, removals, roles, custodians."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import msgspec

from core.acts import authority, epochs, members, trail
from core.acts.acting import Acting
from core.create import random_id
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, broken, saying, with_part
from tests.corpus.scenarios.people import admission, said_by
from tests.corpus.vaults import AUDITOR, CUSTODIANS, FIRST, OWNER, SECOND, SUPERVISOR, early, reeds, small
from vault_format.codes import Action, Reason, Role
from vault_format.frames.record import Draft
from vault_format.public.members import (
    AuthorityAccept,
    AuthoritySet,
    Epoch,
    EpochOpen,
    MemberRemove,
    MemberRole,
)  # fmt: skip


def _epoch(draft: Draft, shape: type, **fields: object) -> Draft:
    said = said_by(draft, shape)
    return saying(draft, msgspec.structs.replace(said, epoch=msgspec.structs.replace(said.epoch, **fields)))


def _without(draft: Draft, at: int) -> Draft:
    return replace(draft, parts=(*draft.parts[:at], *draft.parts[at + 1 :]))


def _opened(kind: str, change: Callable[[Draft], Draft], member: int = OWNER) -> Case:
    vault = early()
    me, owner = vault.acting(member), vault.acting(OWNER)
    draft = change(epochs.epoch_open(owner, Reason.BY_DATE).draft)
    vault.add(replace(draft, session=me.session), me)
    return broken(vault, kind)


def _fewer(draft: Draft) -> Draft:
    boxes = said_by(draft, EpochOpen).epoch.boxes
    return _without(_epoch(draft, EpochOpen, boxes=boxes[:-1]), len(boxes))


def _unsaid(draft: Draft) -> Draft:
    return _without(draft, 2)


def _swapped(draft: Draft) -> Draft:
    boxes = said_by(draft, EpochOpen).epoch.boxes
    parts = list(draft.parts)
    parts[1], parts[2] = parts[2], parts[1]
    return _epoch(replace(draft, parts=tuple(parts)), EpochOpen, boxes=[boxes[1], boxes[0], *boxes[2:]])


def _other_generation(draft: Draft) -> Draft:
    boxes = said_by(draft, EpochOpen).epoch.boxes
    return _epoch(draft, EpochOpen, boxes=[(boxes[0][0], 2), *boxes[1:]])


OPENED: dict[str, tuple[str, str, Callable[[Draft], Draft]]] = {
    "box-missing": ("no box for one member, and none announced", "authority", _fewer),
    "box-announced-and-missing": ("a box that is announced is not there", "format", _unsaid),
    "boxes-out-of-order": ("two boxes changed places", "authority", _swapped),
    "box-of-another-generation": (
        "a box announced for a generation that its row does not name", "format", _other_generation
    ),
    "box-row-of-another-member": (
        "a box whose row names another's enrolment", "format", lambda draft: with_part(draft, 1, entity=7)
    ),
    "box-row-of-the-old-epoch": (
        "a box whose row names the old epoch", "format", lambda draft: with_part(draft, 1, key_epoch=1)
    ),
    "older-keys-missing": ("no older audit keys", "format", lambda draft: _without(draft, len(draft.parts) - 1)),
    "number-of-older-epochs": ("a wrong number of older epochs", "authority", partial(_epoch, shape=EpochOpen, old=0)),
    "header-of-the-new-epoch": ("a header that names the new epoch", "authority", partial(replace, epoch=2)),
    "header-of-a-far-epoch": ("a header that skips epochs", "authority", partial(replace, epoch=9)),
}  # fmt: skip
for _name, (_what, _kind, _change) in OPENED.items():
    variant(f"epoch-{_name}", f"A rotation: {_what}.", partial(_opened, _kind, _change))


@scenario
def epoch_opened_by_a_clinician() -> Case:
    """A rotation by a clinician."""
    return _opened("authority", lambda draft: draft, FIRST)


@scenario
def epoch_with_a_box_for_a_removed_member() -> Case:
    """A rotation: a box for a member who was removed."""
    vault = Vault("clinic")
    vault.cut(vault.find(Action.LOCK))
    me = vault.acting(OWNER)
    draft = epochs.epoch_open(me, Reason.BY_DATE).draft
    gone = me.state.members[SECOND]
    boxes = said_by(draft, EpochOpen).epoch.boxes
    draft = _epoch(draft, EpochOpen, boxes=[*boxes[:2], (SECOND, gone.generation), *boxes[2:]])
    box = members.grant(me, replace(gone, active=True), me.keyring.epochs[me.state.epoch])._replace(
        key_epoch=me.state.epoch + 1
    )
    vault.add(replace(draft, parts=(*draft.parts[:3], box, *draft.parts[3:])), me)
    return broken(vault, "authority")


def _removed(member: int, by: int = OWNER) -> Case:
    vault = reeds(Action.AUTHORITY_ACCEPT)
    me = vault.acting(by)
    draft = epochs.member_remove(vault.acting(OWNER), member, Reason.LEFT).draft
    vault.add(replace(draft, session=me.session), me)
    return broken(vault, "authority")


for _name, _what, _member, _by in (
    ("nobody", "of a number that nobody has", 9, OWNER),
    ("oneself", "of the owner by the owner", OWNER, OWNER),
    ("the-authority", "of the recovery authority", CUSTODIANS, OWNER),
    ("by-a-clinician", "of a colleague by a clinician", SECOND, FIRST),
):
    variant(f"removal-{_name}", f"A removal {_what}.", partial(_removed, _member, _by))


@scenario
def removal_with_a_box_for_the_one_who_goes() -> Case:
    """A removal that still gives the new keys to the member who goes."""
    vault = early()
    me = vault.acting(OWNER)
    opening = epochs.epoch_open(me, Reason.LEFT).draft
    shape = MemberRemove(member=SECOND, reason=Reason.LEFT, epoch=said_by(opening, EpochOpen).epoch)
    vault.add(saying(replace(opening, action=Action.MEMBER_REMOVE), shape), me)
    return broken(vault, "authority")


def _role(change: Callable[[Vault, Acting], Draft]) -> Case:
    vault = early()
    me = vault.acting(OWNER)
    vault.add(change(vault, me), me)
    return broken(vault, "authority")


@scenario
def role_of_the_last_owner() -> Case:
    """The only owner becomes a clinician: nobody could ever add, rotate or remove again."""
    return _role(lambda _, me: epochs.member_role(me, OWNER, Role.CLINICIAN).draft)


@scenario
def role_held_already() -> Case:
    """A role that the member has."""
    return _role(lambda _, me: epochs.member_role(me, FIRST, Role.CLINICIAN).draft)


@scenario
def role_for_nobody() -> Case:
    """A role for a number that nobody has."""

    def change(_: Vault, me: Acting) -> Draft:
        draft = epochs.member_role(me, FIRST, Role.OWNER).draft
        return saying(draft, MemberRole(member=9, role=Role.OWNER, epoch=None))

    return _role(change)


@scenario
def role_for_the_authority() -> Case:
    """The recovery authority is made an owner."""
    vault = reeds(Action.AUTHORITY_ACCEPT)
    me = vault.acting(OWNER)
    draft = epochs.member_role(me, FIRST, Role.OWNER).draft
    draft = with_part(draft, 1, entity=me.state.members[CUSTODIANS].enrolment, revision=1)
    vault.add(saying(draft, MemberRole(member=CUSTODIANS, role=Role.OWNER, epoch=None)), me)
    return broken(vault, "authority")


@scenario
def role_that_loses_a_key_without_an_epoch() -> Case:
    """A clinician becomes an auditor and the keys stay: the notes key would be kept."""

    def change(_: Vault, me: Acting) -> Draft:
        draft = epochs.member_role(me, FIRST, Role.OWNER).draft
        return saying(draft, MemberRole(member=FIRST, role=Role.AUDITOR, epoch=None))

    return _role(change)


@scenario
def role_that_loses_nothing_with_an_epoch() -> Case:
    """A clinician becomes a supervisor with a new epoch that nobody needs."""

    def change(_: Vault, me: Acting) -> Draft:
        opening = epochs.epoch_open(me, Reason.BY_HAND).draft
        epoch: Epoch = said_by(opening, EpochOpen).epoch
        return saying(
            replace(opening, action=Action.MEMBER_ROLE), MemberRole(member=FIRST, role=Role.SUPERVISOR, epoch=epoch)
        )

    return _role(change)


@scenario
def role_given_by_oneself() -> Case:
    """A clinician makes himself an owner."""
    vault = early()
    me = vault.acting(FIRST)
    owner = vault.acting(OWNER)
    draft = epochs.member_role(owner, FIRST, Role.OWNER).draft
    vault.add(replace(draft, session=me.session), me)
    return broken(vault, "authority")


@scenario
def role_with_a_box_for_somebody_else() -> Case:
    """A new role whose box goes to another member."""
    vault = early()
    me = vault.acting(OWNER)
    draft = epochs.member_role(me, FIRST, Role.OWNER).draft
    vault.add(with_part(draft, 1, entity=me.state.members[SECOND].enrolment), me)
    return broken(vault, "format")


@scenario
def grant_refused_that_succeeded() -> Case:
    """A refusal with outcome 0."""
    vault = early()
    me = vault.acting(SUPERVISOR)
    vault.add(replace(members.grant_refused(me, 1), outcome=0), me)
    return broken(vault, "authority")


def _custodians(kind: str, **fields: object) -> Case:
    vault = small()
    me = vault.acting(OWNER)
    draft = epochs.authority_set(
        me, vault.entropy(32), random_id(vault.entropy), threshold=2, custodians=[("notary", 0), ("owner", 1)],
        reason=Reason.BY_HAND,
    ).draft  # fmt: skip
    vault.add(saying(draft, msgspec.structs.replace(said_by(draft, AuthoritySet), **fields)), me)
    return broken(vault, kind)


CUSTODY: dict[str, tuple[str, str, dict[str, object]]] = {
    "threshold-too-high": ("three of two", "authority", {"threshold": 3}),
    "threshold-of-one": ("one alone", "format", {"threshold": 1}),
    "one-alone": ("a single one", "format", {"custodians": [("notary", 0)]}),
    "unknown-member": ("a member who does not exist", "authority", {"custodians": [("notary", 0), ("moth", 9)]}),
    "number-taken": ("the owner's number, so that the boxes do not fit", "format", {"member": 1}),
}
for _name, (_what, _kind, _fields) in CUSTODY.items():
    variant(f"custodians-{_name}", f"Custodians: {_what}.", partial(_custodians, _kind, **_fields))


@scenario
def custodians_whose_name_is_taken() -> Case:
    """Custodians: a member bears the name that they would have."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(admission(vault, me, "recovery 3"), me)
    me = vault.acting(OWNER)
    vault.add(
        epochs.authority_set(
            me, vault.entropy(32), random_id(vault.entropy), threshold=2, custodians=[("notary", 0), ("owner", 1)],
            reason=Reason.BY_HAND,
        ).draft, me,
    )  # fmt: skip
    return broken(vault, "authority")


@scenario
def custodians_with_a_box_for_the_old_ones() -> Case:
    """Custodians: the old authority gets the new keys too."""
    vault = reeds(Action.AUTHORITY_ACCEPT)
    me = vault.acting(OWNER)
    old = me.state.members[CUSTODIANS]
    draft = epochs.authority_set(
        me, vault.entropy(32), random_id(vault.entropy), threshold=2, custodians=[("notary", 0), ("owner", 1)],
        reason=Reason.BY_HAND,
    ).draft  # fmt: skip
    boxes = said_by(draft, AuthoritySet).epoch.boxes
    draft = _epoch(draft, AuthoritySet, boxes=[*boxes[:3], (CUSTODIANS, 1), *boxes[3:]])
    box = draft.parts[1]._replace(entity=old.enrolment, revision=1)
    vault.add(replace(draft, parts=(*draft.parts[:4], box, *draft.parts[4:])), me)
    return broken(vault, "authority")


@scenario
def custodians_set_by_a_clinician() -> Case:
    """Custodians: set by a clinician."""
    vault = early()
    me, owner = vault.acting(FIRST), vault.acting(OWNER)
    draft = epochs.authority_set(
        owner, vault.entropy(32), random_id(vault.entropy), threshold=2, custodians=[("notary", 0), ("owner", 1)],
        reason=Reason.BY_HAND,
    ).draft  # fmt: skip
    vault.add(replace(draft, session=me.session), me)
    return broken(vault, "authority")


def _accepted(kind: str, process: bool, fields: dict[str, object]) -> Case:
    vault = reeds(Action.AUTHORITY_ACCEPT)
    me = vault.acting(FIRST)
    draft = authority.accept(me, process=process)
    vault.add(saying(draft, msgspec.structs.replace(said_by(draft, AuthorityAccept), **fields)), me)
    return broken(vault, kind)


variant("accept-of-a-member", "An acceptance of the owner as authority.", partial(
    _accepted, "authority", False, {"authority": OWNER}
))  # fmt: skip
variant("accept-process-without-a-box", "An acceptance with process notes, but no box.", partial(
    _accepted, "format", False, {"process": True}
))  # fmt: skip
variant("accept-with-a-box-nobody-asked-for", "An acceptance without process notes, but a box.", partial(
    _accepted, "format", True, {"process": False}
))  # fmt: skip


@scenario
def accept_where_there_are_no_custodians() -> Case:
    """An acceptance in a vault without an authority."""
    vault = early()
    me = vault.acting(FIRST)
    vault.add(me.record(Action.AUTHORITY_ACCEPT, AuthorityAccept(authority=1, process=False)), me)
    return broken(vault, "authority")


@scenario
def accept_of_custodians_that_were_replaced() -> Case:
    """An acceptance of the authority before the present one."""
    vault = Vault("recovery")
    vault.cut(vault.find(Action.LOCK, -4))
    me = vault.acting(FIRST)
    vault.add(me.record(Action.AUTHORITY_ACCEPT, AuthorityAccept(authority=CUSTODIANS, process=False)), me)
    return broken(vault, "authority")


@scenario
def format_raised_by_two() -> Case:
    """A format.raise that skips a version."""
    vault = small()
    me = vault.acting(OWNER)
    draft = trail.format_raise(me)
    vault.add(saying(draft, said_by(draft, object).__class__(version=2)), me)
    return broken(vault, "authority")


def _policy(fields: dict[str, int]) -> Case:
    vault = small()
    me = vault.acting(OWNER)
    vault.add(trail.policy(me, msgspec.structs.replace(me.state.current_policy(), **fields)), me)
    return broken(vault, "authority")


variant("policy-under-the-floor", "A policy that would let new slots cost 8 KiB.", partial(_policy, {"memory": 8}))
variant("policy-over-the-ceiling", "A policy that no slot could fulfil.", partial(_policy, {"memory": 2_097_153}))
variant("policy-of-two-passes", "A policy that would let new slots take two passes.", partial(_policy, {"passes": 2}))
variant("policy-of-eleven-passes", "A policy that asks for eleven passes.", partial(_policy, {"passes": 11}))


@scenario
def auditor_opens_an_epoch() -> Case:
    """A rotation by an auditor."""
    return _opened("authority", lambda draft: draft, AUDITOR)
