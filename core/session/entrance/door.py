"""The door of a vault: what can be known without a key, verified while the passphrase is typed, and the unlock."""

from __future__ import annotations

import contextlib
import os
import threading

from core.acts import trail
from core.names import fold
from core.session.entrance.facts import Checking, DoorFacts, LastUse, grouped
from core.session.entrance.failures import FailureCounter, missed, seconds_to_wait
from core.session.entrance.refusal import record_refusal
from core.session.entrance.unlocking import FalseKeys, held_keys, keyring_of, open_bundle_of, open_master
from core.session.opened import OpenVault
from core.session.session import Session
from vault_format import machine
from vault_format.authority.state import Member, State
from vault_format.codes import Action
from vault_format.errors import Busy, CapReached, ReadOnly, Refused, TacendaError, Unavailable, UsageError
from vault_format.ledger import Clock
from vault_format.store import Moved


class RefusedUnlock(Refused):
    """A wrong passphrase; `retry_after` is how many seconds the next try waits."""

    def __init__(self, what: str, *, safe: str = "", todo: str = "", retry_after: int = 0) -> None:
        super().__init__(what, safe=safe, todo=todo)
        self.retry_after = retry_after


class Door:
    """A vault that is not unlocked. `start` verifies in a thread of its own; `facts` is None until that is done.

    Raises NotAVault, ReadOnly or NewerFormat from `wait` or `facts`, not before.
    """

    def __init__(self, path: str, *, clock: Clock = machine.now_ms, folder: str | None = None) -> None:
        self.path = path
        self._clock = clock
        self._folder = folder
        self._progress = (0, 0)
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        self._opened: OpenVault | None = None
        self._unwritable = ""

    def start(self) -> None:
        """Begin to verify, unless it was begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._verify, name="verify", daemon=True)
            self._thread.start()

    def _verify(self) -> None:
        try:
            opened = OpenVault(self.path, self._clock, folder=self._folder, progress=self._tell)
            self._unwritable = _why_not_writable(opened)
            self._opened = opened
        except BaseException as error:  # noqa: BLE001  it is raised again where somebody waits for the result
            self._error = error

    def _tell(self, done: int, of: int) -> None:
        self._progress = (done, of)

    def progress(self) -> Checking:
        """Return how far verification is."""
        finished = self._thread is not None and not self._thread.is_alive()
        return Checking(*self._progress, finished)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for verification; whether it is done. Raises what it ran into."""
        self.start()
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                return False
        if self._error is not None:
            raise self._error
        return True

    @property
    def opened(self) -> OpenVault:
        """The verified vault. Raises LookupError before `wait` returned True."""
        if self._opened is None:
            raise LookupError("not verified yet")
        return self._opened

    def facts(self) -> DoorFacts | None:
        """Return what is known without a key, or None while verification goes on."""
        if self._opened is None:
            if self._error is not None:
                raise self._error
            return None
        opened = self._opened
        ledger, pinned = opened.ledger, opened.seen_before
        state = ledger.state
        known = pinned is not None and pinned.vault_id == state.vault_id
        seen = pinned.sequence + 1 if pinned is not None and known else 0
        return DoorFacts(
            vault_id=grouped(state.vault_id), practice=state.practice, known_here=known, records=ledger.count,
            seen_here=seen, new_here=max(0, ledger.count - seen), last_use=self._last_use(),
            failed_unlocks=self._failed(), members=[member.name for member in state.active_members()],
            findings=list(ledger.findings), notices=list(ledger.notices), torn=ledger.torn,
            writable=self._unwritable, head=grouped(ledger.head),
            unattested=ledger.walk.replay.unattested, finding_count=ledger.walk.report.finding_count,
            broken=ledger.broken,
        )  # fmt: skip

    def check(self) -> None:
        """Raise what keeps anybody from unlocking, as far as it is known: VaultBroken, NewerFormat, ReadOnly."""
        self.opened.ledger.check_whole()
        with contextlib.suppress(Busy, Moved):
            _check_writable(self.opened)

    def _last_use(self) -> LastUse | None:
        columns, state = self.opened.columns, self.opened.ledger.state
        for seq in range(len(columns) - 1, 0, -1):
            shape = columns.shape(seq)
            if shape.generation:
                member = state.members.get(shape.member)
                return LastUse(member.name if member else "", columns.times[seq], shape.action == Action.LOCK)
        return None

    def _failed(self) -> list[int]:
        """Return the times of the failed unlocks since the last signed record."""
        columns = self.opened.columns
        times: list[int] = []
        for seq in range(len(columns) - 1, 0, -1):
            shape = columns.shape(seq)
            if shape.generation:
                break
            if shape.action == Action.UNLOCK_FAILED:
                times.append(columns.times[seq])
        return times[::-1]

    def unlock(self, member: str | None, passphrase: str) -> Session:
        """Return an unlocked session; MEMBER may be None where there is one only.

        Raises RefusedUnlock for a wrong passphrase, which is recorded; FalseKeys where the member was given other keys
        than everybody else, which is recorded too; VaultBroken, ReadOnly, Busy or NoSpace where the unlock could not be
        recorded, and then nothing was opened.
        """
        self.wait()
        opened = self.opened
        opened.follow()
        opened.ledger.check_whole()
        _check_writable(opened)
        who = find_member(opened.ledger.state, member)
        counter = FailureCounter(opened.ledger.state.vault_id, who.enrolment, opened.folder)
        self._check_pause(who, counter)
        try:
            master = open_master(opened.ledger, who, passphrase)
        except Refused:
            raise self._record_failure(who, counter) from None
        session = self._begin(who, master, counter)
        self._opened = None
        self._thread = None
        return session

    def _begin(self, who: Member, master: bytes, counter: FailureCounter) -> Session:
        opened = self.opened
        bundle = open_bundle_of(opened.ledger, who, master)
        keyring = keyring_of(opened.ledger.state, who, master, bundle)
        try:
            keyring.epochs = held_keys(opened.ledger, opened.columns, who, bundle)
            return Session(opened, keyring, counter, folder=self._folder)
        except FalseKeys as refused:
            keyring = keyring_of(opened.ledger.state, who, master, bundle)
            record_refusal(opened, keyring, refused, 0, os.urandom).wipe()
            raise

    def _failures_in_a_row(self, who: Member, counter: FailureCounter) -> list[tuple[int, int]]:
        """Return what makes the next try wait, as counts with the time of the last: WHO's failures, and everybody's.

        Who tries one name after another waits, too: for all since the last signed record, whoever signed it. Of the
        unsigned records at the end those past the cap do not count: anybody may have added any number of them.
        """
        now, (here, last_here) = self._clock(), counter.here()
        replay = self.opened.ledger.walk.replay
        everybody = self._failed()[: replay.allowed(now)[0]]
        own = missed(self.opened.columns, who, replay.lawful_run(now))
        found = [(len(everybody) + here, last) for last in (*everybody[-1:], last_here)]
        return found + [(len(own) + counter.count, last) for last in (*own[-1:], counter.last)]

    def _pause(self, who: Member, counter: FailureCounter, now: int) -> int:
        return max(seconds_to_wait(count, last, now) for count, last in self._failures_in_a_row(who, counter))

    def _check_pause(self, who: Member, counter: FailureCounter) -> None:
        pause = self._pause(who, counter, self._clock())
        if pause:
            raise RefusedUnlock(
                f"The last passphrase was wrong. Next try in {pause} s.", safe="Nothing was tried.", retry_after=pause
            )

    def _record_failure(self, who: Member, counter: FailureCounter) -> RefusedUnlock:
        """Record a failed unlock, in the vault or, where that takes none, on this machine; return what to raise."""
        opened, now = self.opened, self._clock()

        try:
            seq = opened.append(lambda: [trail.unlock_failed(who.number)], None)[0].sequence
            told = f"Recorded as record {seq:,}, nothing opened."
        except CapReached:
            counter.add(now)
            told = "Counted on this machine, nothing opened; the file holds as many failures as it may."
        except Unavailable as error:
            counter.add(now)
            told = f"Counted on this machine, nothing opened; the file could not take the record: {error.what}"
        pause = self._pause(who, counter, now)
        return RefusedUnlock("Not this passphrase.", safe=told, todo=f"Next try in {pause} s.", retry_after=pause)

    def close(self) -> None:
        """Give up the file, unless a session took it over."""
        if self._thread is not None:
            self._thread.join()
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _check_writable(opened: OpenVault) -> None:
    """Raise ReadOnly or Busy where no record could be written, before anything is made beside the vault."""
    if not os.access(opened.path, os.W_OK):
        raise ReadOnly(
            "This vault cannot be written here, so no reading could be recorded.", safe="Nothing was opened.",
            todo="Check it and see its audit trail here; open it where it can be written to read notes.",
        )  # fmt: skip
    opened.ledger.check_writable()


def _why_not_writable(opened: OpenVault) -> str:
    """Return why the file cannot be written here, or nothing. That somebody writes just now is no reason."""
    try:
        _check_writable(opened)
    except (Busy, Moved):
        return ""
    except TacendaError as error:
        return error.what
    except OSError as error:
        return error.strerror or "The system refused it."
    return ""


def find_member(state: State, name: str | None) -> Member:
    """Return the active member with this name, or the only one. Raises UsageError.

    Names may differ only in what case folding makes equal: then the exact spelling decides.
    """
    members = state.active_members()
    told = f"Say who you are: {', '.join(each.name for each in members)}."
    if name is None:
        if len(members) == 1:
            return members[0]
        raise UsageError("This vault has several members.", todo=told)
    alike = [each for each in members if fold(each.name.strip()) == fold(name.strip())]
    exact = [each for each in alike if each.name == name]
    if len(exact or alike) == 1:
        return (exact or alike)[0]
    if alike:
        raise UsageError(f"Several members are called {name}.", todo=told)
    raise UsageError(f"No member of this vault is called {name}.", todo=told)
