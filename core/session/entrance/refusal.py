"""Refusing keys that are not the ones everybody else has: the refusal is recorded where all can see it.

A member whose generation is current signs the refusal at once. One who is late may sign nothing but a rollover, so it
rolls over without the false keys: the bundle keeps the ones it has.
"""

from __future__ import annotations

import contextlib

from core.acts import members, trail
from core.acts.acting import Acting
from core.create import random_id
from core.keyring import Keyring
from core.session.entrance.origin import current_origin
from core.session.entrance.unlocking import FalseKeys
from core.session.opened import OpenVault
from vault_format.codes import LockReason, Reason
from vault_format.crypto.sealing import Entropy
from vault_format.errors import TacendaError
from vault_format.frames.record import Draft


def record_refusal(vault: OpenVault, keyring: Keyring, refused: FalseKeys, session: int, entropy: Entropy) -> Keyring:
    """Write that REFUSED was refused, in SESSION or, if that is 0, in a session that holds nothing else.

    Returns the keyring that holds afterwards. Where even this cannot be written, the refusal stands all the same.
    """
    why = Reason.DAMAGE if refused.damaged else Reason.REFUSED
    with contextlib.suppress(TacendaError):
        keyring = _rolled_over(vault, keyring, session, entropy)
        if session:
            vault.append(lambda: [_refusal(vault, keyring, refused, session, entropy, why)], keyring.signer)
            return keyring
        number = random_id(entropy)

        def build() -> list[Draft]:
            acting = Acting(keyring, vault.ledger.state, number, entropy)
            return [
                trail.unlock(acting, current_origin()), _refusal(vault, keyring, refused, number, entropy, why),
                trail.lock(acting, LockReason.SYSTEM),
            ]  # fmt: skip

        vault.append(build, keyring.signer)
    return keyring


def _refusal(
    vault: OpenVault, keyring: Keyring, refused: FalseKeys, session: int, entropy: Entropy, why: Reason
) -> Draft:
    return members.grant_refused(Acting(keyring, vault.ledger.state, session, entropy), refused.epoch, why)


def _rolled_over(vault: OpenVault, keyring: Keyring, session: int, entropy: Entropy) -> Keyring:
    """Return a keyring that may sign in the current epoch, having written the rollover that this needs."""
    state = vault.ledger.state
    if state.is_current(state.members[keyring.member]):
        return keyring
    new: list[Keyring] = []

    def build() -> list[Draft]:
        acting = Acting(keyring, vault.ledger.state, session, entropy)
        rolled = members.rollover(acting, Reason.REFUSED, refused=True)
        new.append(rolled.keyring)
        return [rolled.draft]

    vault.append(build, keyring.signer)
    return new[-1]
