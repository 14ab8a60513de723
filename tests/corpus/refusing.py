"""A lawful vault, and one record behind it that a rule refuses."""

from __future__ import annotations

from collections.abc import Callable

from core.acts.acting import Acting
from tests.corpus.case import Case
from tests.corpus.mend import Vault, broken
from tests.corpus.vaults import OWNER, early, small
from vault_format.frames.record import Draft

Make = Callable[[Vault, Acting], Draft]


def refused(kind: str, make: Make, *, member: int = OWNER, vault: Vault | None = None) -> Case:
    """Return the case of the one note's vault (or VAULT) with a record of MEMBER that is refused."""
    vault = vault or small()
    me = vault.acting(member)
    vault.add(make(vault, me), me)
    return broken(vault, kind)


def clinic(kind: str, make: Make, member: int) -> Case:
    """Return the case of the clinic with a record of MEMBER that is refused."""
    return refused(kind, make, member=member, vault=early())
