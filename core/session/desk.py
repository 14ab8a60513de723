"""What every act of an unlocked session needs: the vault, the keys, the lists, and one way to append."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from core.acts.acting import Acting
from core.catalog import Catalog
from core.keyring import Keyring
from core.session.keeping_up import KeysMoved, in_step, keep_up
from core.session.opened import OpenVault
from vault_format.authority.state import Member, State
from vault_format.ledger import Written
from vault_format.record import Draft
from vault_format.sealing import Entropy


class Desk:
    """An unlocked member at work in one session of a vault. Not thread-safe by itself: Session holds the lock."""

    def __init__(self, vault: OpenVault, keyring: Keyring, number: int, entropy: Entropy = os.urandom) -> None:
        self.vault = vault
        self.keyring = keyring
        self.number = number
        self.entropy = entropy
        self.begun = False
        self.catalog = self._catalog()

    def _catalog(self) -> Catalog:
        return Catalog(self.vault.gathered, self.keyring, self.name_of)

    def renew_catalog(self) -> None:
        """Build the lists anew after the vault was opened anew."""
        self.catalog = self._catalog()
        self.catalog.open_indexes()

    @property
    def state(self) -> State:
        """The verified state of the vault."""
        return self.vault.ledger.state

    @property
    def who(self) -> Member:
        """The member whose session it is."""
        return self.state.members[self.keyring.member]

    def name_of(self, number: int) -> str:
        """Return a member's name, or an empty text."""
        member = self.state.members.get(number)
        return member.name if member else ""

    def acting(self) -> Acting:
        """Return who acts, for the functions that build records."""
        return Acting(self.keyring, self.state, self.number, self.entropy)

    def append(self, build: Callable[[Acting], Sequence[Draft]]) -> list[Written]:
        """Append the records that BUILD gives for the newest state; the session's keys are brought up with it first.

        Raises KeysReplaced where the session can only lock, and what Ledger.append and BUILD raise.
        """

        def in_step_or_not() -> Sequence[Draft]:
            if not in_step(self.keyring, self.state, begun=self.begun):
                raise KeysMoved
            return build(self.acting())

        while True:
            try:
                return self.vault.append(in_step_or_not, self.keyring.signer)
            except KeysMoved:
                self.keyring = keep_up(self.vault, self.keyring, self.number if self.begun else 0, self.entropy)
                self.catalog.use(self.keyring)

    def local_time(self) -> tuple[str, str]:
        """Return the local time with its offset, to the second, and the zone's name."""
        moment = datetime.fromtimestamp(self.vault.clock() / 1000, UTC).astimezone()
        return moment.isoformat(timespec="seconds"), moment.tzname() or ""
