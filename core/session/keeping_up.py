"""Keeping a session's keys up with the vault: new epochs, the member's own rollover, keys replaced elsewhere.

After an epoch was opened a member's key may sign exactly one thing, its rollover; so a live session rolls over before
its next record, and a late member before the unlock record.
"""

from __future__ import annotations

import dataclasses

import msgspec

from core.acts import members
from core.acts.acting import Acting
from core.keyring import Keyring
from core.keys import derive
from core.session.entrance.unlocking import held_keys, open_keyring
from core.session.opened import OpenVault
from vault_format.authority.state import Member, State
from vault_format.codes import Reason
from vault_format.crypto.sealing import Entropy
from vault_format.errors import Refused
from vault_format.frames.record import Draft


class KeysReplaced(Refused):
    """The member was removed, given another role or new keys elsewhere: this session can only lock."""


class KeysMoved(Exception):
    """The vault's keys are newer than the session's: keep up, then build the records again."""


def in_step(keyring: Keyring, state: State, *, begun: bool) -> bool:
    """Whether the session's keys are the member's current ones, of the current epoch.

    Before the unlock record (not BEGUN) a bundle may still lack the epoch's keys: it can only be written in a session.
    """
    bundle, who, epoch = keyring.bundle, state.members[keyring.member], state.epoch
    if not begun:
        return who.active and who.generation == bundle.generation and state.is_current(who)
    complete = (bundle.notes is not None or not who.holds_notes) and (bundle.audit is not None or not who.holds_audit)
    return who.active and who.generation == bundle.generation and bundle.epoch == epoch and complete


def check_member(keyring: Keyring, state: State) -> None:
    """Refuse to go on for a member who was removed or whose keys were replaced. Raises KeysReplaced."""
    who = state.members.get(keyring.member)
    if who is None or not who.active:
        raise KeysReplaced("You are not a member of this vault any more.", safe="What you saved is in it.")
    moved = who.generation != keyring.bundle.generation
    if moved and not derive.same(derive.master_commitment(keyring.master, state.birth), who.master):
        raise KeysReplaced(
            "Your keys were replaced in another session.", safe="What you saved is safe.", todo="Unlock again."
        )


def _check_not_too_late(who: Member, state: State) -> None:
    if state.epoch - who.registered_epoch > state.current_policy().late_epochs:
        raise Refused(
            f"Your keys are of key set {who.registered_epoch}, and the vault is at {state.epoch}: too far behind.",
            safe="Nothing was opened, and nothing is lost.",
            todo="Ask an owner to admit you under a new name, or the custodians to give you new keys.",
        )


def keep_up(vault: OpenVault, keyring: Keyring, session: int, entropy: Entropy) -> Keyring:
    """Return a keyring in step with the vault, having written the rollover or bundle that this needs.

    SESSION is the open session, 0 before the unlock record. Raises KeysReplaced, FalseKeys, Refused for a member who
    was away too long, and what appending raises.
    """
    while True:
        state = vault.ledger.state
        check_member(keyring, state)
        who = state.members[keyring.member]
        if who.generation != keyring.bundle.generation:
            keyring = open_keyring(vault.ledger, vault.columns, who, keyring.master)
        if in_step(keyring, state, begun=bool(session)):
            return keyring
        _check_not_too_late(who, state)
        keyring = _renew(vault, keyring, who, session, entropy)


def _renew(vault: OpenVault, keyring: Keyring, who: Member, session: int, entropy: Entropy) -> Keyring:
    """Write the member's rollover into the current epoch or, where the generation is current, its bundle."""
    state = vault.ledger.state
    held = held_keys(vault.ledger, vault.columns, who, keyring.bundle)
    current = held[state.epoch]
    keyring = dataclasses.replace(keyring, epochs=held)
    new: list[Keyring] = []

    def build() -> list[Draft]:
        newest = vault.ledger.state
        acting, now = Acting(keyring, newest, session, entropy), newest.members[keyring.member]
        if newest.epoch != current.number or now.generation != keyring.bundle.generation:
            raise KeysMoved
        if newest.is_current(now):
            bundle = msgspec.structs.replace(
                keyring.bundle, epoch=current.number, notes=current.notes, index=current.index, audit=current.audit
            )
            new.append(dataclasses.replace(keyring, bundle=bundle))
            return [members.bundle_set(acting, bundle)]
        rolled = members.rollover(acting, Reason.BY_DATE)
        new.append(rolled.keyring)
        return [rolled.draft]

    try:
        vault.append(build, keyring.signer)
    except KeysMoved:
        return keyring
    return new[-1]
