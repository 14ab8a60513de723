"""An unlocked session: acts, follows, locks. One lock inside makes it safe to call from several threads."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from core.acts import trail
from core.acts.acting import Acting
from core.catalog import Catalog
from core.create import random_id
from core.keyring import Keyring
from core.session.desk import Desk
from core.session.drafting import Drafting, Drafts
from core.session.entrance.failures import FailureCounter
from core.session.entrance.origin import current_origin
from core.session.entrance.unlocking import FalseKeys
from core.session.finding.looking import Looking
from core.session.keeping_up import KeysReplaced
from core.session.notes import reading, writing
from core.session.notes.moving import Moving
from core.session.notes.reading import OpenNote, Revision
from core.session.notes.signing import Signing
from core.session.notes.writing import ClientDraft, NoteDraft, Saved
from core.session.opened import OpenVault
from core.session.practice import clients
from core.session.practice.clients import OpenClient
from core.session.practice.practising import Practising
from vault_format.codes import LockReason, Reason, Role
from vault_format.crypto.sealing import Entropy
from vault_format.errors import Refused, TacendaError, VaultBroken
from vault_format.frames.record import Draft
from vault_format.ledger import Written
from vault_format.public.members import Policy

FIRST_ROWS = 60
"""Indexes that are opened before the unlock returns: more than a screen holds."""


class Session(Signing, Practising, Moving, Looking, Drafts):
    """Opened by Door.unlock; writes its unlock record first, and nothing is opened where that fails.

    Every method may raise TacendaError. After `lock` only `locked`, `member`, `role` and `path` answer. `problem` is
    empty, or says why nothing can be opened or written any more.
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
        self._drafting = Drafting(self._desk)
        self.member = self._desk.who.name
        vault.on_reopen = self._desk.renew_catalog
        try:
            self._begin(failures)
        except BaseException:
            vault.on_reopen = None
            if self._desk.begun:
                with contextlib.suppress(TacendaError, OSError):
                    self._desk.append(lambda acting: [trail.lock(acting, LockReason.SYSTEM)], leaving=True)
                # whoever opens the vault next gathers anew what may have been decrypted here
                vault.ledger.stale = True
            self._desk.keyring.wipe()
            raise

    def _begin(self, failures: FailureCounter) -> None:
        desk, origin = self._desk, current_origin()

        def build(acting: Acting) -> list[Draft]:
            drafts = [
                trail.unlock(acting, origin, failed=failures.count, first=failures.first, last=failures.last)
            ]  # fmt: skip
            if desk.who.holds_notes:
                drafts.append(trail.listed(acting, *desk.catalog.counts()))
            return drafts

        desk.append(build)
        desk.begun = True
        failures.clear()
        desk.open_indexes(FIRST_ROWS)

    def open_rest(self) -> None:
        """Open the indexes that are still sealed; lists are complete after it."""
        with self.at_desk() as desk:
            desk.open_indexes()

    def _require_open(self) -> Desk:
        if self.locked:
            raise Refused("This session is locked.", safe="Nothing is open.", todo="Unlock it again.")
        return self._desk

    @contextmanager
    def at_desk(self) -> Iterator[Desk]:
        """Let one thread act, for what has no method here. What ends all acting is kept in `problem`."""
        with self._lock:
            desk = self._require_open()
            try:
                yield desk
            except (VaultBroken, KeysReplaced, FalseKeys) as error:
                self.problem = str(error)
                raise

    @property
    def number(self) -> int:
        """The session's number, which its records and its journal bear."""
        return self._desk.number

    @property
    def role(self) -> Role:
        """The member's role as it is now."""
        return self._desk.who.role

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

    def require_reader(self) -> None:
        """Refuse a role that is shown no list. Raises Refused."""
        if not self._require_open().who.holds_notes:
            raise Refused(
                f"The role {self.role.name.lower()} is shown no notes and no clients.", safe="Nothing was opened.",
                todo="The audit trail is yours: tacenda audit.",
            )  # fmt: skip

    def require_writer(self) -> None:
        """Refuse a role that does not write, before anything is opened for it. Raises Refused."""
        writing.require_writer(self._require_open())

    def add_client(self, code: str, name: str = "", **more: str) -> int:
        """Add a client and return its number. Further fields are ClientDraft's."""
        with self.at_desk() as desk:
            return writing.save_client(desk, ClientDraft(code, name, **more)).note  # type: ignore[arg-type]

    def save_client(self, draft: ClientDraft, client: int | None = None, base_revision: int = 0) -> Saved:
        """Save a client; see writing.save_client."""
        with self.at_desk() as desk:
            return writing.save_client(desk, draft, client, base_revision)

    def read_client(self, client: int, *, reason: Reason | None = None, words: str = "") -> OpenClient:
        """Open a client, recorded first; see clients.read_client."""
        with self.at_desk() as desk:
            return clients.read_client(desk, client, reason=reason, words=words)

    def save_note(self, draft: NoteDraft, note: int | None = None, base_revision: int = 0) -> Saved:
        """Save a note; see writing.save_note."""
        with self.at_desk() as desk:
            saved = writing.save_note(desk, draft, note, base_revision)
            self.keep_in_step(saved.note, saved.revision, draft.text)
            return saved

    def sign_note(self, note: int, revision: int, passphrase: str | None = None) -> int:
        """Sign a note and return the record; see writing.sign_note."""
        with self.at_desk() as desk:
            return writing.sign_note(desk, note, revision, passphrase)

    def read_note(
        self, note: int, *, revision: int | None = None, reason: Reason | None = None, words: str = "",
        beside: bool = False,
    ) -> OpenNote:  # fmt: skip
        """Open a note, recorded first; see reading.read_note."""
        with self.at_desk() as desk:
            return reading.read_note(desk, note, revision=revision, reason=reason, words=words, beside=beside)

    def revisions(self, note: int) -> list[Revision]:
        """Return a note's revisions, newest first."""
        with self.at_desk() as desk:
            return reading.revisions(desk, note)

    def follow(self) -> bool:
        """Take in what other sessions appended; whether anything changed.

        Where the vault does not verify any more, or the member was removed, `problem` says so and reading stops.
        """
        with self._lock:
            desk = self._require_open()
            try:
                changed = desk.vault.follow()
                desk.check_member()
            except TacendaError as error:
                self.problem = str(error)
                raise
            self.problem = ""
            if changed:
                desk.take_keys()
                desk.open_indexes()
            return changed

    def append(self, build: Callable[[Acting], Sequence[Draft]]) -> list[Written]:
        """Append the records that BUILD gives for the newest state: for acts that have no method here."""
        with self.at_desk() as desk:
            return desk.append(build)

    def lock(self, reason: LockReason = LockReason.PERSON) -> None:
        """Record the lock and forget the keys. The keys go even if the record cannot be written: `problem` says so."""
        with self._lock:
            if self.locked:
                return
            desk = self._desk
            self.problem = ""
            try:
                desk.append(lambda acting: [trail.lock(acting, reason)], leaving=True)
            except (TacendaError, OSError) as error:
                self.problem = str(error)
            finally:
                self.locked = True
                self._forget()
                with contextlib.suppress(OSError):
                    desk.vault.close()

    def _forget(self) -> None:
        """Let go of everything that was decrypted, and of the keys."""
        self.forget_found()
        self._drafting.close()
        self._desk.doubts.forget()
        self._desk.catalog.wipe()
        self._desk.keyring.wipe()
