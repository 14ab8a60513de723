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
from core.session.opened import OpenVault
from core.session.unlocking import EpochBook, current_keys, open_keyring
from vault_format.authority.state import Member, State
from vault_format.codes import Reason
from vault_format.errors import Refused
from vault_format.record import Draft
from vault_format.sealing import Entropy


class KeysReplaced(Refused):
    """The member was removed, re-keyed, or changed the master key elsewhere: this session can only lock."""


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


def keep_up(vault: OpenVault, keyring: Keyring, session: int, entropy: Entropy) -> Keyring:
    """Return a keyring in step with the vault, having written the rollover or bundle that this needs.

    SESSION is the open session, 0 before the unlock record. Raises KeysReplaced, NotWhole over keys that are not what
    their epoch committed to, and what appending raises.
    """
    while True:
        state = vault.ledger.state
        who = state.members[keyring.member]
        if not who.active:
            raise KeysReplaced("You are not a member of this vault any more.", safe="What you saved is in it.")
        if who.generation != keyring.bundle.generation:
            if not derive.same(derive.master_commitment(keyring.master, state.birth), who.master):
                raise KeysReplaced(
                    "Your keys were replaced in another session.", safe="What you saved is safe.", todo="Unlock again."
                )
            keyring = open_keyring(vault.ledger, vault.columns, who, keyring.master)
        if in_step(keyring, state, begun=bool(session)):
            return keyring
        keyring = _renew(vault, keyring, who, session, entropy)


def _renew(vault: OpenVault, keyring: Keyring, who: Member, session: int, entropy: Entropy) -> Keyring:
    """Write the member's rollover into the current epoch or, where the generation is current, its bundle."""
    state = vault.ledger.state
    current = current_keys(vault.ledger, vault.columns, who, keyring.bundle)
    held = EpochBook(vault.ledger).open_all(current)
    keyring = dataclasses.replace(keyring, epochs=held)
    new: list[Keyring] = []

    def build() -> list[Draft]:
        acting = Acting(keyring, vault.ledger.state, session, entropy)
        if vault.ledger.state.epoch != current.number or who.generation != keyring.bundle.generation:
            raise KeysMoved
        if state.is_current(who):
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
