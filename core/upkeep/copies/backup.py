"""Copies: made while others write, verified before they count, recorded, and tried by opening one.

The records say when a copy was made and what it held; where it lies is known only to the machine that made it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import tomli_w

from core.acts import trail
from core.acts.acting import Acting
from core.session.desk import Desk
from core.session.entrance.door import Door
from core.session.notes.reading import NeedsReason
from core.session.session import Session
from vault_format import machine, public
from vault_format.codes import Action, Kind, NoteClass, Reason, Role
from vault_format.encoding import NotCanonical
from vault_format.errors import NotAVault, TacendaError, Unavailable, UsageError
from vault_format.frames.record import Draft
from vault_format.public.trail import Backup, RestoreTest
from vault_format.upkeep import copying

S = TypeVar("S", bound=public.Shape)
_LIST = "copies.toml"
_LIST_MOST = 1 << 20
_BLOCK = 1 << 20
_MOST_MEANWHILE = 4_096
"""Records between the end of a copy and its own that are looked through; more are a head that is not there."""
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that the records know: its record, when it was made (UTC ms), bytes, SHA-256, the key set of then.

    `path` is where this machine put it (empty: made elsewhere), `there` whether a file of that size stands there;
    `tested` is when it was last opened (0: never), `worked` how that went, `opened_in` how many ms it took, `read`
    how many notes were read in it.
    """

    sequence: int
    time: int
    size: int
    digest: bytes
    epoch: int
    path: str = ""
    there: bool = False
    tested: int = 0
    worked: bool = False
    opened_in: int = 0
    read: int = 0

    @property
    def tried(self) -> str:
        """How the last try went, for people."""
        seconds = f"{self.opened_in / 1000:.1f} s"
        if self.read:
            return f"verified, unlocked and a note read in {seconds}"
        return f"verified and unlocked in {seconds}; no note was read: there is none that opens for you"


def back_up(
    session: Session, destination: str, *, watch: Watch | None = None, cancelled: Callable[[], bool] = lambda: False
) -> Copy:
    """Copy the vault to DESTINATION, verify the copy, then record it. Raises what copying and appending raise."""
    with session.at_desk() as desk:
        vault = desk.vault
        pin = vault.ledger.pin()
    made = copying.copy_vault(
        vault.path, str(Path(destination).expanduser()), vault.clock, pin=pin, watch=watch, cancelled=cancelled
    )
    with session.at_desk() as desk:
        sequence = desk.append(lambda acting: [trail.backup(acting, made.size, made.head, made.digest)])[-1].sequence
        _remember(Path(vault.folder), made.digest, str(Path(made.path).resolve()))
    return next(copy for copy in copies(session) if copy.sequence == sequence)


def copies(session: Session) -> list[Copy]:
    """Return the copies that the records know, newest first. Nothing is opened."""
    with session.at_desk() as desk:
        return known_copies(desk)


def known_copies(desk: Desk) -> list[Copy]:
    """Return the copies that the vault at DESK knows, newest first."""
    known = places(Path(desk.vault.folder))
    columns, found = desk.vault.columns, {}
    for seq in range(len(columns)):
        action = columns.shape(seq).action
        if action == Action.BACKUP:
            said = _said(desk, seq, Backup)
            if said is not None:
                path = known.get(said.digest.hex(), "")
                found[seq] = Copy(
                    seq, columns.times[seq], said.size, said.digest, _epoch_at(desk, seq, said.head), path,
                    bool(path) and _stands(path, said.size),
                )  # fmt: skip
        elif action == Action.RESTORE_TEST:
            said_test, of = _said(desk, seq, RestoreTest), desk.record(seq).header.ref
            if said_test is not None and of in found:
                made = found[of]
                found[of] = Copy(
                    made.sequence, made.time, made.size, made.digest, made.epoch, made.path, made.there,
                    columns.times[seq], columns.shape(seq).outcome == 0, said_test.milliseconds, said_test.opened,
                )  # fmt: skip
    return list(found.values())[::-1]


def _said(desk: Desk, seq: int, wanted: type[S]) -> S | None:
    record = desk.record(seq)
    try:
        said = public.read(record.header.action, record.parts[0] or b"")
    except (NotCanonical, KeyError, IndexError):
        return None
    return said if isinstance(said, wanted) else None


def _epoch_at(desk: Desk, seq: int, head: bytes) -> int:
    """Return the key set of the copy that ends with HEAD and was recorded at SEQ, which others may have written before.

    Between its end and its record stands what others wrote while it was made.
    """
    epochs = [epoch.seq for epoch in desk.state.epochs if epoch.seq < seq]
    newest, last = desk.record(seq).header.prev, seq - _MOST_MEANWHILE
    while len(epochs) > 1 and newest != head and seq > last:
        seq -= 1
        newest = desk.record(seq).header.prev
        if seq == epochs[-1]:
            epochs.pop()
    return len(epochs)


def _stands(path: str, size: int) -> bool:
    try:
        return Path(path).stat().st_size == size
    except OSError:
        return False


def try_copy(session: Session, path: str, passphrase: str) -> Copy:
    """Open the copy at PATH elsewhere, read a note in it, and record how that went. Returns what is known of it then.

    Raises UsageError if no record knows this file, Refused for a wrong passphrase.
    """
    digest = _digest(path)
    copy = next((each for each in copies(session) if each.digest == digest), None)
    if copy is None:
        raise UsageError(
            f"{path} is no copy that this vault's records know.", safe="Nothing was opened.",
            todo="A copy that was used since is not the same file any more.",
        )  # fmt: skip
    began, worked = time.monotonic(), False
    opened = 0
    try:
        opened = _read_one(session, path, passphrase)
        worked = True
    finally:
        spent = int((time.monotonic() - began) * 1000)

        def build(acting: Acting) -> list[Draft]:
            return [trail.restore_test(acting, copy.sequence, milliseconds=spent, opened=opened, worked=worked)]

        with session.at_desk() as desk:
            desk.append(build)
    return next(each for each in copies(session) if each.sequence == copy.sequence)


@contextmanager
def _elsewhere(path: str) -> Iterator[tuple[str, str]]:
    """Give a second copy of PATH and an empty state folder: what is tried must not change the copy itself."""
    with tempfile.TemporaryDirectory(prefix="tacenda-") as folder:
        target = Path(folder) / "copy.tacenda"
        with Path(path).open("rb") as source, target.open("xb") as sink:
            target.chmod(0o600)
            while block := source.read(_BLOCK):
                sink.write(block)
        yield str(target), str(Path(folder) / "state")


def _read_one(session: Session, path: str, passphrase: str) -> int:
    """Unlock a second copy of PATH as the member of SESSION and read the newest note that opens for them.

    Returns how many were read: 1, or 0 where there is none. Its record stands in the second copy only, which goes.
    """
    try:
        with _elsewhere(path) as (copy, state):
            door = Door(copy, clock=session.vault.clock, folder=state)
            there = door.unlock(session.member, passphrase)
            try:
                with there.at_desk() as desk:
                    desk.open_indexes()
                    open_for_them = [
                        entry for entry in desk.catalog.entries()
                        if entry.kind == Kind.NOTE and not entry.shredded and desk.who.role is not Role.AUDITOR
                        and (entry.note_class == NoteClass.CHART or entry.author == desk.who.number)
                    ]  # fmt: skip
                if not open_for_them:
                    return 0
                newest = max(open_for_them, key=lambda entry: (entry.author == desk.who.number, entry.saved_time))
                try:
                    there.read_note(newest.entity)
                except NeedsReason:
                    there.read_note(newest.entity, reason=Reason.OTHER, words="a restore test")
                return 1
            finally:
                there.lock()
    except OSError as error:
        raise Unavailable(f"The copy could not be tried: {error.strerror}.", safe="The copy is untouched.") from None


def _digest(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise NotAVault(f"{path} cannot be read: {error.strerror}.", todo="Check the name.") from None


def places(folder: Path) -> dict[str, str]:
    """Return where this machine put copies, by SHA-256 in hex; nothing where that cannot be read."""
    try:
        raw = (folder / _LIST).read_bytes()[:_LIST_MOST]
        found = tomllib.loads(raw.decode()).get("copies", {})
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}


def _remember(folder: Path, digest: bytes, path: str) -> None:
    """Note where a copy lies. It is a convenience of this machine: where it cannot be kept, the record stands."""
    known = {**places(folder), digest.hex(): path}
    temporary = folder / f".{_LIST}.{os.urandom(6).hex()}"
    with contextlib.suppress(OSError, TacendaError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.PLAIN, 0o600)
        try:
            machine.write_all(descriptor, tomli_w.dumps({"copies": known}).encode(), 0)
        finally:
            os.close(descriptor)
        temporary.replace(folder / _LIST)
