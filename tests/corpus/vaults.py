"""The vaults that scenarios begin with, and the members in them."""

from __future__ import annotations

from tests.corpus.mend import Vault
from vault_format.codes import Action

OWNER, FIRST, SECOND, SUPERVISOR, AUDITOR = 1, 2, 3, 4, 5
"""Members of the clinic; CUSTODIANS and HEIR are of the practice in the reeds, where 1 to 3 are the same."""
CUSTODIANS, HEIR = 4, 5


def small() -> Vault:
    """A vault with one signed note and an open session."""
    return Vault("small", 5)


def early() -> Vault:
    """The clinic in its first epoch, every session open."""
    vault = Vault("staff")
    return vault.cut(vault.find(Action.READ))


def opened() -> Vault:
    """The clinic right after its second epoch was opened: nobody rolled over yet."""
    vault = Vault("staff")
    return vault.cut(vault.find(Action.EPOCH_OPEN) + 1)


def late() -> Vault:
    """The clinic after everybody rolled over, and before anything was re-encrypted."""
    vault = Vault("staff")
    return vault.cut(vault.find(Action.REENCRYPT))


def reeds(until: Action, nth: int = 0) -> Vault:
    """The practice in the reeds up to its NTH record of an action."""
    vault = Vault("recovery")
    return vault.cut(vault.find(until, nth))
