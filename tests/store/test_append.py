from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.acts import trail
from tests.harness.faults import count_syscalls
from tests.harness.scenario import Scenario
from tests.harness.vaults import NOW, ORIGIN, Counting, Owner, Started, forge_failures
from vault_format import bounds
from vault_format.codes import Action
from vault_format.errors import CapReached, SyncFailed, VaultBroken
from vault_format.frames.scan import Batch
from vault_format.ledger import Ledger
from vault_format.store import LocalStore, Moved
from vault_format.verification.verify import verify

HOUR = 3_600_000


class Watched(LocalStore):
    """The real store, which tells in which order it was asked for what."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.log: list[str] = []

    @contextmanager
    def turn(self) -> Iterator[None]:
        with super().turn():
            self.log.append("turn")
            yield
        self.log.append("given up")

    def frames(self, offset: int) -> Iterator[Batch]:
        self.log.append("read")
        return super().frames(offset)

    def append(self, offset: int, frames: bytes) -> None:
        self.log.append("append")
        super().append(offset, frames)

    def sync(self) -> None:
        self.log.append("sync")
        super().sync()


def _watched(vault: Path, started: Started, clock: Counting) -> tuple[Owner, Watched]:
    store = Watched(str(vault))
    return Owner(vault, started, ledger=Ledger(str(vault), clock, store=store)), store


def test_the_turn_comes_before_the_newest_state_and_that_before_the_record(
    vault: Path, started: Started, owner: Owner, clock: Counting
) -> None:
    mine, store = _watched(vault, started, clock)
    owner.note()
    store.log.clear()

    def build() -> list[object]:
        store.log.append(f"build at {mine.ledger.count}")
        return [mine.note_draft("mine")]

    written = mine.ledger.append(build, mine.ring.signer)  # type: ignore[arg-type]
    assert store.log == ["turn", "read", "build at 4", "append", "given up"]
    assert [each.sequence for each in written] == [4]
    mine.close()


THREE = """
import sys
from pathlib import Path
from tests.harness.vaults import Owner, load_started
owner = Owner(Path(sys.argv[2]), load_started(Path(sys.argv[1])))
owner.append(*(owner.note_draft(text) for text in ("one", "two", "three")))
"""


def test_several_records_are_one_write_and_one_sync(scenario: Scenario) -> None:
    argv = scenario.argv()
    argv[argv.index("-m") : argv.index("-m") + 2] = ["-c", THREE]
    calls = [point.syscall for point in count_syscalls(argv, path=scenario.vault, env=scenario.env)]
    writing = {"pwrite64", "write", "writev", "pwritev", "fdatasync", "fsync", "ftruncate"}
    assert [call for call in calls if call in writing] == ["pwrite64", "fdatasync"]
    assert scenario.verify().records == 6


def test_nothing_to_say_writes_nothing(vault: Path, owner: Owner) -> None:
    before = vault.read_bytes()
    assert owner.append() == []
    assert vault.read_bytes() == before
    assert owner.note().sequence == 3


def test_whoever_thinks_better_of_it_while_building_costs_nothing(vault: Path, owner: Owner) -> None:
    before = vault.read_bytes()

    def build() -> list[object]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        owner.ledger.append(build, owner.ring.signer)  # type: ignore[arg-type]
    assert vault.read_bytes() == before
    assert not owner.ledger.stale
    assert owner.note().sequence == 3


def test_what_the_rules_forbid_is_not_written(vault: Path, owner: Owner) -> None:
    before = vault.read_bytes()
    pinned = owner.ledger.pin()
    unlock = trail.unlock(owner.acting(), ORIGIN)
    with pytest.raises(VaultBroken, match="not allowed"):
        owner.append(unlock)  # the session is open already
    assert vault.read_bytes() == before
    assert owner.ledger.stale
    assert owner.ledger.pin() == pinned
    with pytest.raises(Moved):
        owner.note()
    with pytest.raises(Moved):
        owner.ledger.follow()


def test_time_does_not_step_back_for_a_clock_that_is_a_little_behind(owner: Owner, clock: Counting) -> None:
    seq = owner.note().sequence
    late = owner.ledger.record(seq).header.time
    clock.now -= 30_000
    seq = owner.note().sequence
    assert owner.ledger.record(seq).header.time == late
    clock.now -= 2 * HOUR
    seq = owner.note().sequence
    assert owner.ledger.record(seq).header.time == clock.now
    assert [notice.kind for notice in owner.ledger.notices] == ["clock"]


def test_no_more_unsigned_records_are_written_than_may_stand_there(vault: Path, owner: Owner, clock: Counting) -> None:
    owner.note()
    for _ in range(bounds.UNLOCK_FAILURES):
        owner.fail()
        clock.now = NOW
    before = vault.read_bytes()
    with pytest.raises(CapReached):
        owner.fail()
    assert vault.read_bytes() == before
    assert not owner.ledger.stale
    owner.ledger.append(lambda: [trail.recovery_begun()] * bounds.RECOVERY_BEGINNINGS, None)
    with pytest.raises(CapReached):
        owner.ledger.append(lambda: [trail.recovery_begun()], None)
    with pytest.raises(CapReached):
        owner.fail(2)
    clock.now = NOW + 2 * HOUR + 60_000
    owner.fail(2)
    with pytest.raises(CapReached):
        owner.fail()
    owner.note()
    owner.fail()
    verdict = verify(str(vault), clock.now)
    assert verdict.intact
    assert verdict.notices == ()
    assert verdict.unattested == bounds.UNLOCK_FAILURES + bounds.RECOVERY_BEGINNINGS + 3


def test_a_cap_that_another_program_reached_meanwhile_counts(vault: Path, owner: Owner, clock: Counting) -> None:
    owner.note()
    forge_failures(vault, bounds.UNLOCK_FAILURES, at=clock.now)
    with pytest.raises(CapReached):
        owner.fail()
    assert verify(str(vault), clock.now).notices == ()


def test_a_listener_that_fails_does_not_unsay_what_is_on_the_disk(
    vault: Path, started: Started, clock: Counting
) -> None:
    failing = False

    def listener(batch: Batch) -> None:
        if failing:
            raise ZeroDivisionError

    mine = Owner(vault, started, ledger=Ledger(str(vault), clock, listener=listener))
    failing = True
    written = mine.note()
    assert verify(str(vault), clock.now).head == written.head
    with pytest.raises(Moved):
        mine.note()
    mine.close()


def test_a_listener_that_fails_while_others_are_followed_has_missed_something(
    vault: Path, started: Started, owner: Owner, clock: Counting
) -> None:
    def listener(batch: Batch) -> None:
        if batch.items[-1][2][2] == 3:
            raise ZeroDivisionError

    ledger = Ledger(str(vault), clock, listener=listener)
    owner.note()
    with pytest.raises(ZeroDivisionError):
        ledger.follow()
    with pytest.raises(Moved):
        ledger.follow()
    ledger.close()
    with pytest.raises(ZeroDivisionError):
        Ledger(str(vault), clock, listener=listener)


class Interrupted(LocalStore):
    """The real store, stopped by the person at the keyboard in the middle of an append."""

    def append(self, offset: int, frames: bytes) -> None:
        raise KeyboardInterrupt


def test_an_append_that_was_interrupted_is_in_doubt(vault: Path, started: Started, clock: Counting) -> None:
    mine = Owner(vault, started, ledger=Ledger(str(vault), clock, store=Interrupted(str(vault))))
    pinned = mine.ledger.pin()
    with pytest.raises(KeyboardInterrupt):
        mine.note()
    assert mine.ledger.stale
    assert mine.ledger.pin() == pinned
    mine.close()


def test_a_pin_covers_what_a_sync_covers(vault: Path, started: Started, owner: Owner, clock: Counting) -> None:
    mine, store = _watched(vault, started, clock)
    assert mine.ledger.pin().sequence == 2
    assert store.log.count("sync") == 1
    mine.note()
    assert mine.ledger.pin().sequence == 3
    assert store.log.count("sync") == 1  # the append's own
    owner.note()
    mine.ledger.follow()
    assert mine.ledger.pin().sequence == 4
    assert store.log.count("sync") == 2
    mine.close()


class Unsynced(LocalStore):
    """The real store on a disk that cannot say what is safe."""

    def sync(self) -> None:
        raise SyncFailed("The system could not write to the disk.")


def test_what_no_sync_covers_is_not_pinned(vault: Path, started: Started, owner: Owner, clock: Counting) -> None:
    ledger = Ledger(str(vault), clock, store=Unsynced(str(vault)))
    pinned = ledger.pin()
    assert (pinned.sequence, pinned.head) == (0, started.made.vault_id)
    owner.note()
    ledger.follow()
    assert ledger.pin() == pinned
    ledger.close()


def test_a_pin_never_covers_what_may_be_set_aside(vault: Path, owner: Owner, clock: Counting) -> None:
    head = owner.note().head
    forge_failures(vault, 500, at=clock.now)
    owner.ledger.follow()
    assert owner.ledger.count == 504
    assert (owner.ledger.pin().sequence, owner.ledger.pin().head) == (3, head)


def test_a_closed_ledger_is_stale_and_closes_only_once(vault: Path, owner: Owner) -> None:
    owner.close()
    kept = os.open(vault, os.O_RDONLY)  # gets the number that was free
    owner.close()
    assert os.pread(kept, 2, 0) == b"\xa7T"
    os.close(kept)
    with pytest.raises(Moved):
        owner.ledger.follow()


def test_the_actions_are_those_that_were_written(owner: Owner) -> None:
    owner.note()
    assert owner.actions() == [Action.GENESIS, Action.UNLOCK, Action.SAVE, Action.SAVE]
