"""The door of a vault: what can be known without a key, verified while the passphrase is typed, and the unlock."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from core.acts import trail
from core.names import fold
from core.session.failures import FailureCounter, seconds_to_wait
from core.session.opened import OpenVault
from core.session.session import Session
from core.session.unlocking import open_keyring, open_master
from vault_format import machine
from vault_format.authority.state import Member, State
from vault_format.codes import Action
from vault_format.errors import Refused, TacendaError, UsageError
from vault_format.findings import Finding, Notice
from vault_format.ledger import Clock, Ledger


@dataclass(frozen=True, slots=True)
class Checking:
    """How far verification is, in bytes."""

    done: int
    all: int
    finished: bool


@dataclass(frozen=True, slots=True)
class LastUse:
    """The last session: whose, when its last record was (UTC ms), whether it was locked at the end."""

    member: str
    time: int
    locked: bool


@dataclass(frozen=True, slots=True)
class DoorFacts:
    """What a stranger who holds the file could compute, and what this machine remembers."""

    vault_id: str
    practice: str
    known_here: bool
    records: int
    seen_here: int
    new_here: int
    last_use: LastUse | None
    failed_unlocks: list[int]
    members: list[str]
    findings: list[Finding]
    notices: list[Notice]
    torn: int
    writable: str
    head: str = ""
    unattested: int = 0
    finding_count: int = 0
    problem: str = field(default="")


class RefusedUnlock(Refused):
    """A wrong passphrase; `retry_after` is how many seconds the next try waits."""

    def __init__(self, what: str, *, safe: str = "", todo: str = "", retry_after: int = 0) -> None:
        super().__init__(what, safe=safe, todo=todo)
        self.retry_after = retry_after


def grouped(raw: bytes, digits: int = 16) -> str:
    """Return the first hex DIGITS of RAW in groups of four."""
    text = raw.hex()[:digits]
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


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

    def start(self) -> None:
        """Begin to verify, unless it was begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._verify, name="verify", daemon=True)
            self._thread.start()

    def _verify(self) -> None:
        try:
            self._opened = OpenVault(self.path, self._clock, folder=self._folder, progress=self._tell)
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
            seen_here=seen, new_here=ledger.count - seen, last_use=self._last_use(),
            failed_unlocks=self._failed(), members=[member.name for member in state.active_members()],
            findings=list(ledger.findings), notices=list(ledger.notices), torn=ledger.torn,
            writable=self._writable(ledger), head=grouped(ledger.head),
            unattested=ledger.walk.replay.unattested, finding_count=ledger.walk.report.finding_count,
        )  # fmt: skip

    def _writable(self, ledger: Ledger) -> str:
        """Return why the file cannot be written here, or nothing."""
        try:
            ledger.check_writable()
        except TacendaError as error:
            return error.what
        return ""

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
        """Return an unlocked session.

        Raises RefusedUnlock for a wrong passphrase, which is recorded; VaultBroken, ReadOnly, Busy or NoSpace where the
        unlock could not be recorded, and then nothing was tried.
        """
        self.wait()
        opened = self.opened
        opened.follow()
        opened.ledger.check_whole()
        opened.ledger.check_writable()
        who = find_member(opened.ledger.state, member)
        counter = FailureCounter(opened.ledger.state.vault_id, opened.folder)
        self._check_pause(counter)
        try:
            master = open_master(opened.ledger, who, passphrase)
        except Refused:
            self._record_failure(who, counter)
            raise
        keyring = open_keyring(opened.ledger, opened.columns, who, master)
        session = Session(opened, keyring, counter, folder=self._folder)
        self._opened = None
        self._thread = None
        return session

    def _check_pause(self, counter: FailureCounter) -> None:
        failed = self._failed()
        last = max([*failed[-1:], counter.last], default=0)
        pause = seconds_to_wait(len(failed) + counter.count, last, self._clock())
        if pause:
            raise RefusedUnlock(
                f"The last passphrase was wrong. Next try in {pause} s.", safe="Nothing was tried.", retry_after=pause
            )

    def _record_failure(self, who: Member, counter: FailureCounter) -> None:
        opened = self.opened
        replay = opened.ledger.walk.replay
        now = self._clock()
        failures, _ = replay.allowed(now)
        taken = sum(1 for action in replay.run if action != Action.RECOVERY_BEGUN)
        if taken < failures:
            seq = opened.append(lambda: [trail.unlock_failed(who.number)], None)[0].sequence
            told = f"Recorded as record {seq:,}, nothing opened."
        else:
            counter.add(now)
            told = "Counted on this machine, nothing opened; the file holds as many failures as it may."
        pause = seconds_to_wait(len(self._failed()) + counter.count, now, now)
        raise RefusedUnlock("Not this passphrase.", safe=told, todo=f"Next try in {pause} s.", retry_after=pause)

    def close(self) -> None:
        """Give up the file, unless a session took it over."""
        if self._thread is not None:
            self._thread.join()
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def find_member(state: State, name: str | None) -> Member:
    """Return the active member with this name, or the only one. Raises UsageError."""
    members = state.active_members()
    if name is None:
        if len(members) == 1:
            return members[0]
        raise UsageError(
            "This vault has several members.", todo=f"Say who you are: {', '.join(each.name for each in members)}."
        )
    for each in members:
        if fold(each.name) == fold(name):
            return each
    raise UsageError(f"No member of this vault is called {name}.", todo="Check the name.")
