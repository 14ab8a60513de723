"""Who signs, with which key, in which epoch and session, and which header fields an action leaves zero."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from core.acts import epochs, members, trail
from core.acts.acting import Acting
from core.details import Origin
from core.keys.passphrase import FLOOR
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, broken
from tests.corpus.vaults import AUDITOR, FIRST, OWNER, SECOND, SUPERVISOR, early, late, opened, small
from vault_format.codes import Reason, Role
from vault_format.crypto import signing
from vault_format.frames.record import Draft, Signer

ORIGIN = Origin(host="harbour", login="moth", terminal="", client="", agent="tacenda 0")


def listed(vault: Vault, member: int) -> tuple[Draft, Acting]:
    """Return a lawful list by MEMBER, and who acts."""
    me = vault.acting(member)
    return trail.listed(me, 1, 0), me


@scenario
def member_unknown() -> Case:
    """A record of a member number that nobody has."""
    vault = small()
    draft, _ = listed(vault, OWNER)
    vault.add(draft, Signer(77, 1, vault.secrets[1, 1]))
    return broken(vault, "authority")


@scenario
def signed_action_without_a_signature() -> Case:
    """A list by nobody, unsigned."""
    vault = small()
    draft, _ = listed(vault, OWNER)
    vault.add_unsigned(replace(draft, session=0))
    return broken(vault, "authority")


@scenario
def signed_action_in_a_members_name_without_a_signature() -> Case:
    """A list in the owner's name, with zeros where the signature belongs."""
    vault = small()
    draft, me = listed(vault, OWNER)
    seq = vault.add(draft, me)
    vault.frames[seq].signature = bytes(64)
    return broken(vault, "signature")


@scenario
def member_add_signed_by_the_newcomer() -> Case:
    """Somebody adds himself, signing as the member he would become."""
    vault = small()
    state = vault.acting(OWNER).state
    joining = members.join(
        "moth", "moths like light", FLOOR, enrolment=7, birth=state.birth, vault_id=state.vault_id,
        entropy=vault.entropy,
    )  # fmt: skip
    draft = members.member_add(vault.acting(OWNER), joining.invitation, Role.OWNER)
    vault.add(draft, Signer(2, 1, signing.keypair(joining.bundle.sign)[1]))
    return broken(vault, "authority")


@scenario
def member_add_signed_in_the_owners_name() -> Case:
    """Somebody adds himself, signing with his own key what the owner is said to have done."""
    vault = small()
    state = vault.acting(OWNER).state
    joining = members.join(
        "moth", "moths like light", FLOOR, enrolment=7, birth=state.birth, vault_id=state.vault_id,
        entropy=vault.entropy,
    )  # fmt: skip
    draft = members.member_add(vault.acting(OWNER), joining.invitation, Role.OWNER)
    vault.add(draft, Signer(1, 1, signing.keypair(joining.bundle.sign)[1]))
    return broken(vault, "signature")


@scenario
def signed_with_a_colleagues_key() -> Case:
    """A clinician signs in the name of another."""
    vault = early()
    draft, _ = listed(vault, FIRST)
    vault.add(draft, Signer(FIRST, 1, vault.secrets[SECOND, 1]))
    return broken(vault, "signature")


@scenario
def removed_member_acts() -> Case:
    """A member who was removed lists notes in the session that was open."""
    vault = early()
    draft, signer = listed(vault, SECOND)
    owner = vault.acting(OWNER)
    vault.add(epochs.member_remove(owner, SECOND, Reason.LEFT).draft, owner)
    vault.add(replace(draft, epoch=2), signer)
    return broken(vault, "authority")


@scenario
def removed_member_unlocks() -> Case:
    """A member who was removed opens a new session."""
    vault = early()
    second, owner = vault.acting(SECOND), vault.acting(OWNER)
    vault.add(epochs.member_remove(owner, SECOND, Reason.LEFT).draft, owner)
    later = replace(second, session=9)
    vault.add(replace(trail.unlock(later, ORIGIN), epoch=2), second)
    return broken(vault, "authority")


@scenario
def old_generation_acts() -> Case:
    """A key that was rolled over signs again."""
    vault = late()
    draft, _ = listed(vault, FIRST)
    vault.add(draft, vault.signer(FIRST, 1))
    return broken(vault, "authority")


@scenario
def newer_generation_acts_in_the_old_epoch() -> Case:
    """A record of the first epoch, signed with the key of the second: nothing old can be written with a new key."""
    vault = early()
    draft, _ = listed(vault, FIRST)
    vault.add(draft, vault.signer(FIRST, 2))
    return broken(vault, "authority")


@scenario
def old_key_in_a_new_epoch() -> Case:
    """After the keys were rotated a member who did not roll over yet lists notes."""
    vault = early()
    draft, me = listed(vault, FIRST)
    owner = vault.acting(OWNER)
    vault.add(epochs.epoch_open(owner, Reason.BY_DATE).draft, owner)
    vault.add(replace(draft, epoch=2), me)
    return broken(vault, "authority")


@scenario
def old_key_of_the_owner_in_a_new_epoch() -> Case:
    """The owner who rotated the keys goes on without rolling over."""
    vault = opened()
    me = vault.acting(OWNER)
    vault.add(trail.checkpoint(me, 5, bytes(32), bytes(32)), me)
    return broken(vault, "authority")


@scenario
def rollover_twice() -> Case:
    """The old key signs a second rollover."""
    vault = opened()
    me = vault.acting(FIRST)
    vault.add(members.rollover(me, Reason.BY_DATE).draft, me)
    vault.add(members.rollover(me, Reason.BY_DATE).draft, me)
    return broken(vault, "authority")


@scenario
def epoch_behind() -> Case:
    """A header that names the epoch before."""
    vault = late()
    draft, me = listed(vault, FIRST)
    vault.add(replace(draft, epoch=1), me)
    return broken(vault, "authority")


@scenario
def epoch_ahead() -> Case:
    """A header that names an epoch nobody opened."""
    vault = late()
    draft, me = listed(vault, FIRST)
    vault.add(replace(draft, epoch=3), me)
    return broken(vault, "authority")


def _not_allowed(member: int, draft: str) -> Case:
    vault = early()
    me = vault.acting(member)
    policy = me.state.current_policy()
    drafts = {
        "list": lambda: trail.listed(me, 1, 0),
        "policy": lambda: trail.policy(me, policy),
        "format-raise": lambda: trail.format_raise(me),
        "search": lambda: trail.searched(me, 1, 0),
    }
    vault.add(drafts[draft](), me)
    return broken(vault, "authority")


ROLES = {
    "auditor-lists": ("An auditor lists notes.", AUDITOR, "list"),
    "auditor-searches": ("An auditor searches notes.", AUDITOR, "search"),
    "clinician-sets-policy": ("A clinician changes the policy.", FIRST, "policy"),
    "supervisor-raises-format": ("A supervisor raises the format.", SUPERVISOR, "format-raise"),
}
for _name, (_what, _member, _draft) in ROLES.items():
    variant(f"role-{_name}", _what, partial(_not_allowed, _member, _draft))
