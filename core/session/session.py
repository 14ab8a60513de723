"""An unlocked session: acts, follows, locks. One lock inside makes it safe to call from several threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence

from core.acts import trail
from core.acts.acting import Acting
from core.catalog import Catalog
from core.create import random_id
from core.keyring import Keyring
from core.session import reading, writing
from core.session.desk import Desk
from core.session.failures import FailureCounter
from core.session.opened import OpenVault
from core.session.origin import current_origin
from core.session.reading import Hit, OpenNote, Revision
from core.session.writing import ClientDraft, NoteDraft, Saved
from vault_format.codes import LockReason, Reason, Role
from vault_format.errors import Refused, TacendaError
from vault_format.ledger import Written
from vault_format.public.members import Policy
from vault_format.record import Draft
from vault_format.sealing import Entropy

FIRST_ROWS = 60
"""Indexes that are opened before the unlock returns: more than a screen holds."""


class Session:
    """Opened by Door.unlock; writes its unlock record first, and nothing is opened where that fails.

    Every method may raise TacendaError. After `lock` only `locked`, `member` and `path` answer.
    """

    def __init__(
        self, vault: OpenVault, keyring: Keyring, failures: FailureCounter, *, folder: str | None = None,
        entropy: Entropy = os.urandom,
    ) -> None:  # fmt: skip
        self.path = vault.path
        self.folder = folder
        self.locked = False
        self.problem = ""
        self._lock = threading.RLock()
        self._desk = Desk(vault, keyring, random_id(entropy), entropy)
        self.member = self._desk.who.name
        self.role: Role = self._desk.who.role
        vault.on_reopen = self._desk.renew_catalog
        self._begin(failures)

    def _begin(self, failures: FailureCounter) -> None:
        desk = self._desk
        chart, process = desk.catalog.counts()
        lists = self.role is not Role.AUDITOR
        desk.append(
            lambda acting: [
                trail.unlock(acting, current_origin(), failed=failures.count, first=failures.first, last=failures.last),
                *([trail.listed(acting, chart, process)] if lists else []),
            ]
        )
        desk.begun = True
        failures.clear()
        if lists:
            desk.catalog.open_indexes(FIRST_ROWS)

    def open_rest(self) -> None:
        """Open the indexes that are still sealed; lists are complete after it."""
        with self._lock:
            self._require_open()
            if self.role is not Role.AUDITOR:
                self._desk.catalog.open_indexes()

    def _require_open(self) -> Desk:
        if self.locked:
            raise Refused("This session is locked.", safe="Nothing is open.", todo="Unlock it again.")
        return self._desk

    @property
    def catalog(self) -> Catalog:
        """What lists show. Raises Refused once locked."""
        return self._require_open().catalog

    @property
    def vault(self) -> OpenVault:
        """The vault, for the audit trail."""
        return self._desk.vault

    @property
    def practice(self) -> str:
        """The practice's name, which anyone who holds the file can read."""
        return self._desk.state.practice

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._desk.state.current_policy()

    @property
    def vault_id(self) -> str:
        """The vault's id, in hex."""
        return self._desk.state.vault_id.hex()

    def add_client(self, code: str, name: str = "", **more: str) -> int:
        """Add a client and return its number. Further fields are ClientDraft's."""
        with self._lock:
            return writing.save_client(self._require_open(), ClientDraft(code, name, **more)).note  # type: ignore[arg-type]

    def save_client(self, draft: ClientDraft, client: int | None = None, base_revision: int = 0) -> Saved:
        """Save a client; see writing.save_client."""
        with self._lock:
            return writing.save_client(self._require_open(), draft, client, base_revision)

    def save_note(self, draft: NoteDraft, note: int | None = None, base_revision: int = 0) -> Saved:
        """Save a note; see writing.save_note."""
        with self._lock:
            return writing.save_note(self._require_open(), draft, note, base_revision)

    def sign_note(self, note: int, revision: int) -> int:
        """Sign a note and return the record; see writing.sign_note."""
        with self._lock:
            return writing.sign_note(self._require_open(), note, revision)

    def read_note(
        self, note: int, *, revision: int | None = None, reason: Reason | None = None, words: str = "",
        beside: bool = False,
    ) -> OpenNote:  # fmt: skip
        """Open a note, recorded first; see reading.read_note."""
        with self._lock:
            desk = self._require_open()
            return reading.read_note(desk, note, revision=revision, reason=reason, words=words, beside=beside)

    def revisions(self, note: int) -> list[Revision]:
        """Return a note's revisions, newest first."""
        with self._lock:
            return reading.revisions(self._require_open(), note)

    def search(self, words: str, cancelled: Callable[[], bool] = lambda: False) -> list[Hit]:
        """Look inside all notes, recorded; see reading.search."""
        with self._lock:
            return reading.search(self._require_open(), words, cancelled=cancelled)

    def follow(self) -> bool:
        """Take in what other sessions appended; whether anything changed.

        Where the vault does not verify any more, `problem` says so and reading stops.
        """
        with self._lock:
            desk = self._require_open()
            try:
                changed = desk.vault.follow()
            except TacendaError as error:
                self.problem = str(error)
                raise
            self.problem = ""
            if changed and self.role is not Role.AUDITOR:
                desk.catalog.open_indexes()
            return changed

    def append(self, build: Callable[[Acting], Sequence[Draft]]) -> list[Written]:
        """Append the records that BUILD gives for the newest state: for acts that have no method here."""
        with self._lock:
            return self._require_open().append(build)

    def lock(self, reason: LockReason = LockReason.PERSON) -> None:
        """Record the lock and forget the keys. The keys go even if the record cannot be written."""
        with self._lock:
            if self.locked:
                return
            desk = self._desk
            try:
                desk.append(lambda acting: [trail.lock(acting, reason)])
            except (TacendaError, OSError) as error:
                self.problem = str(error)
            finally:
                self.locked = True
                desk.catalog.wipe()
                desk.keyring.wipe()
                desk.vault.close()
