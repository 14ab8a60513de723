"""What every act of an unlocked session needs: the vault, the keys, the lists, and one way to append."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from core.acts.acting import Acting
from core.catalog import Catalog
from core.keyring import Keyring
from core.session.entrance.refusal import record_refusal
from core.session.entrance.unlocking import FalseKeys, held_keys, open_keyring
from core.session.keeping_up import KeysMoved, KeysReplaced, check_member, in_step, keep_up
from core.session.notes.doubt import Doubts
from core.session.opened import OpenVault
from vault_format.authority.state import Member, State
from vault_format.crypto.sealing import Entropy
from vault_format.errors import NotWhole
from vault_format.frames.record import Draft
from vault_format.ledger import Record, Written


class Desk:
    """An unlocked member at work in one session of a vault. Not thread-safe by itself: Session holds the lock."""

    def __init__(self, vault: OpenVault, keyring: Keyring, number: int, entropy: Entropy = os.urandom) -> None:
        self.vault = vault
        self.keyring = keyring
        self.number = number
        self.entropy = entropy
        self.begun = False
        self.doubts = Doubts()
        self.catalog = self._catalog()
        self._lists = self.who.holds_notes
        self._refused: FalseKeys | None = None

    def _catalog(self) -> Catalog:
        return Catalog(self.vault.gathered, self.keyring, self.name_of, self.vault.clock)

    def renew_catalog(self) -> None:
        """Build the lists anew after the vault was opened anew."""
        self.catalog = self._catalog()
        self.open_indexes()

    def open_indexes(self, limit: int | None = None) -> None:
        """Decrypt what lists show, at most LIMIT of what is new, for a role that is shown lists."""
        if self._lists and self.begun:
            self.catalog.open_indexes(limit)

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

    def check_member(self) -> None:
        """Refuse to go on where the member was removed, given other keys, or may not see what it saw before.

        Raises KeysReplaced.
        """
        check_member(self.keyring, self.state)
        if self.who.holds_notes != self._lists:
            raise KeysReplaced("You were given another role.", safe="What you saved is safe.", todo="Unlock again.")

    def take_keys(self) -> None:
        """Take up keys that were granted or renewed meanwhile, as far as nothing has to be written for it.

        What a colleague saves under a new key set can then be listed before this session writes its next record.
        """
        who, keyring = self.who, self.keyring
        with contextlib.suppress(NotWhole):
            if who.generation != keyring.bundle.generation:
                self.keyring = open_keyring(self.vault.ledger, self.vault.columns, who, keyring.master)
            elif self.state.epoch not in keyring.epochs and keyring.epochs:
                held = held_keys(self.vault.ledger, self.vault.columns, who, keyring.bundle)
                self.keyring = dataclasses.replace(keyring, epochs=held)
        self.catalog.use(self.keyring)

    def append(self, build: Callable[[Acting], Sequence[Draft]], *, leaving: bool = False) -> list[Written]:
        """Append the records that BUILD gives for the newest state; the session's keys are brought up with it first.

        LEAVING is for the lock, which is written wherever the member may still sign. Raises KeysReplaced or FalseKeys
        where the session can only lock, and what Ledger.append and BUILD raise.
        """
        if self._refused is not None and not leaving:
            raise self._refused

        def in_step_or_not() -> Sequence[Draft]:
            if not leaving:
                self.check_member()
            if self._refused is None and not in_step(self.keyring, self.state, begun=self.begun):
                raise KeysMoved
            return build(self.acting())

        while True:
            try:
                return self.vault.append(in_step_or_not, self.keyring.signer)
            except KeysMoved:
                self._keep_up(leaving=leaving)

    def renew_keys(self) -> None:
        """Roll over into the vault's newest key set now, if that was not done. Raises what `append` raises."""
        self.check_member()
        if self._refused is None and not in_step(self.keyring, self.state, begun=self.begun):
            self._keep_up(leaving=False)

    def _keep_up(self, *, leaving: bool) -> None:
        session = self.number if self.begun else 0
        try:
            self.keyring = keep_up(self.vault, self.keyring, session, self.entropy)
        except FalseKeys as refused:
            # before the unlock record nobody is at the desk yet: whoever wanted to sit down records the refusal
            if self.begun:
                self.keyring = record_refusal(self.vault, self.keyring, refused, session, self.entropy)
                self._refused = refused
            if not (self.begun and leaving):
                raise
        self.catalog.use(self.keyring)

    def record(self, sequence: int) -> Record:
        """Return a record from the file. Raises NotWhole if it cannot be read there any more."""
        try:
            return self.vault.ledger.record(sequence)
        except (LookupError, OSError, struct.error, ValueError):
            raise NotWhole(
                f"Record {sequence:,} cannot be read from the file any more.", safe="It stays closed.",
                todo="Verify the vault, and look for a whole copy.",
            ) from None  # fmt: skip

    def local_time(self) -> tuple[str, str]:
        """Return the local time with its offset, to the second, and the zone's name."""
        moment = datetime.fromtimestamp(self.vault.clock() / 1000, UTC).astimezone()
        return moment.isoformat(timespec="seconds"), (moment.tzname() or "")[:64]
