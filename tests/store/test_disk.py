from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.faults import fill, read_only, tmpfs
from tests.harness.scenario import Scenario
from tests.harness.tools import need_root, need_tool
from tests.harness.vaults import Owner, record_hashes, start
from vault_format import machine
from vault_format.errors import NoSpace, ReadOnly, SyncFailed
from vault_format.ledger import Written
from vault_format.store import Moved
from vault_format.store.local import LocalStore
from vault_format.verification.verify import verify

LATER = 1_800_000_000_000


def _fill_with_notes(owner: Owner, text: str) -> list[Written]:
    """Save notes until the disk is full; return those that were acknowledged."""
    saved = []
    while True:
        try:
            saved.append(owner.note(text))
        except NoSpace:
            return saved


@pytest.mark.parametrize("text", ["short", "a long one " * 3_000])
def test_a_full_disk_loses_nothing_and_leaves_nothing_half_done(text: str) -> None:
    with tmpfs(1024 * 1024) as disk:
        vault = disk / "vault"
        ballast = fill(disk, leave=600_000)
        started = start(vault)
        owner = Owner(vault, started)
        pinned = owner.ledger.pin()
        saved = _fill_with_notes(owner, text)
        assert len(saved) > 10
        assert owner.ledger.stale
        assert owner.ledger.pin().sequence == saved[-1].sequence > pinned.sequence
        verdict = verify(str(vault), LATER)
        assert (verdict.intact, verdict.notices) == (True, ())
        assert (verdict.records, verdict.head) == (saved[-1].sequence + 1, saved[-1].head)
        with pytest.raises(Moved):
            owner.note(text)
        owner.close()
        again = Owner(vault, started, pin=owner.ledger.pin())
        with pytest.raises(NoSpace):
            again.note(text)
        again.close()
        ballast.unlink()
        after = Owner(vault, started)
        assert after.note(text).sequence == saved[-1].sequence + 1
        sequences = [each.sequence for each in saved]
        assert record_hashes(after.ledger, sequences) == [each.head for each in saved]
        after.close()
        assert verify(str(vault), LATER).intact


def test_a_write_that_cannot_be_taken_back_is_a_torn_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(descriptor: int, length: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with tmpfs(1024 * 1024) as disk:
        vault = disk / "vault"
        ballast = fill(disk, leave=100_000)
        started = start(vault)
        owner = Owner(vault, started)
        with monkeypatch.context() as patched:
            patched.setattr(os, "ftruncate", fails)
            with pytest.raises(NoSpace):
                owner.note("x" * 200_000)
        owner.close()
        verdict = verify(str(vault), LATER)
        assert verdict.intact
        assert [notice.kind for notice in verdict.notices] == ["torn"]
        again = Owner(vault, started)
        before = vault.read_bytes()
        with pytest.raises(NoSpace):  # there is no room to keep what must be set aside
            again.note()
        assert vault.read_bytes() == before
        again.close()
        assert [path.name for path in disk.iterdir() if "aside" in path.name] == []
        ballast.unlink()
        after = Owner(vault, started)
        after.note()
        assert len(after.ledger.state.tails) == 1
        after.close()
        assert verify(str(vault), LATER).notices == ()


@pytest.mark.parametrize(
    ("syscall", "error", "name"),
    [("fdatasync", "EIO", "SyncFailed"), ("pwrite64", "EIO", "SyncFailed"), ("pwrite64", "ENOSPC", "NoSpace"),
     ("fdatasync", "EDQUOT", "NoSpace"), ("pwrite64", "EFBIG", "NoSpace"), ("pwrite64", "EROFS", "ReadOnly")],
)  # fmt: skip
def test_a_failing_disk_is_believed_and_not_asked_again(
    scenario: Scenario, syscall: str, error: str, name: str
) -> None:
    # The second append fails; the third is refused without a try; the vault opened anew takes the fourth.
    steps = ("note:one", "note:two", "note:three", "again", "note:four")
    told = scenario.run_with_fault(syscall, ("error", error), 2, *steps, paths=[scenario.vault])
    assert told.status == 0, told.stderr
    assert [ack.sequence for ack in told.acks] == [3, 4]
    assert [line.partition(":")[0] for line in told.refused] == [name, "Moved"]
    verdict = scenario.check_nothing_lost(told.acks)
    assert (verdict.records, verdict.notices) == (5, ())


def test_what_was_not_synced_is_not_left_to_be_built_upon(scenario: Scenario) -> None:
    before = scenario.vault.read_bytes()
    failed = scenario.run_with_fault("fdatasync", ("error", "EIO"), 1, "note", paths=[scenario.vault])
    assert failed.acks == []
    assert scenario.vault.read_bytes() == before


@pytest.mark.parametrize("asked", ["sync", "append"])
def test_what_could_be_neither_synced_nor_cut_back_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """The system calls the next sync a success, though it has dropped what it could not write."""
    path = tmp_path / "vault"
    path.write_bytes(b"as it was.")
    broken = [True]
    dirty: set[int] = set()
    wrote, synced, cut = machine.write_all, machine.sync_data, os.ftruncate

    def write(descriptor: int, data: bytes, offset: int) -> None:
        wrote(descriptor, data, offset)
        dirty.update(range(offset, offset + len(data)))

    def sync(descriptor: int) -> None:
        lost = broken[0] and bool(dirty)
        dirty.clear()
        if lost:
            raise OSError(errno.EIO, "no")
        synced(descriptor)

    def truncate(descriptor: int, length: int) -> None:
        if broken[0]:
            raise OSError(errno.EIO, "no")
        cut(descriptor, length)

    monkeypatch.setattr(machine, "write_all", write)
    monkeypatch.setattr(machine, "sync_data", sync)
    monkeypatch.setattr(os, "ftruncate", truncate)
    store = LocalStore(str(path))
    with store.turn(), pytest.raises(SyncFailed):
        store.append(10, b"first")
    store.close()
    broken[0] = False
    anew = LocalStore(str(path))
    reached: set[int] = set()
    monkeypatch.setattr(machine, "sync_data", lambda _: reached.update(dirty))
    if asked == "sync":
        anew.sync()
        assert reached == set(range(10, 15))
    with anew.turn():
        anew.append(15, b"second")
    assert reached == set(range(10, 21))
    dirty.clear()
    anew.sync()
    assert not dirty
    anew.close()
    assert path.read_bytes() == b"as it was.firstsecond"


@pytest.mark.parametrize("syscall", ["fsync", "openat", "fdatasync", "ftruncate", "rename"])
def test_a_tail_that_cannot_be_set_aside_stays_where_it_is(scenario: Scenario, syscall: str) -> None:
    tail = b"torn" * 40
    scenario.reset(tail)
    whole = scenario.vault.read_bytes()
    calls = [point.when for point in scenario.points("note", syscalls=[syscall])]
    assert calls
    for when in calls:
        scenario.reset(tail)
        failed = scenario.run_with_fault(syscall, ("error", "EIO"), when, "note")
        assert failed.status == 0, failed.stderr
        kept = [path for path in scenario.folder.iterdir() if ".aside-" in path.name]
        if scenario.vault.read_bytes()[: len(whole)] != whole:
            assert [path.read_bytes() for path in kept if "unfinished" not in path.name] == [tail]
        scenario.check_nothing_lost(failed.acks)


@contextlib.contextmanager
def _immutable(path: Path) -> Iterator[None]:
    need_root("making a file immutable")
    done = subprocess.run([need_tool("chattr", "e2fsprogs"), "+i", path], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"this file system has no immutable files: {done.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run([need_tool("chattr", "e2fsprogs"), "-i", path], check=True)


def test_a_file_that_cannot_be_written_can_be_read(scenario: Scenario) -> None:
    before = scenario.vault.read_bytes()
    with _immutable(scenario.vault):
        owner = Owner(scenario.vault, scenario.started)
        assert owner.ledger.findings == []
        for _ in range(2):
            with pytest.raises(ReadOnly):
                owner.note()
            with pytest.raises(ReadOnly):
                owner.ledger.check_writable()
        assert not owner.ledger.stale
        assert owner.ledger.follow() == 0
        assert owner.ledger.pin().sequence == 2
        assert scenario.verify().intact
        assert scenario.vault.read_bytes() == before
    owner.ledger.check_writable()
    assert owner.note().sequence == 3
    with _immutable(scenario.vault), pytest.raises(ReadOnly):  # it is open for writing by now
        owner.note()
    owner.close()
    assert scenario.verify().records == 4


def test_a_read_only_disk_can_be_read() -> None:
    with tmpfs(1024 * 1024) as disk:
        started = start(disk / "vault")
        with read_only(disk):
            owner = Owner(disk / "vault", started)
            with pytest.raises(ReadOnly):
                owner.note()
            assert owner.ledger.pin().sequence == 2
            assert verify(str(disk / "vault"), LATER).intact
        assert owner.note().sequence == 3
        owner.close()


def test_a_disk_that_cannot_be_read_is_not_called_a_broken_vault(scenario: Scenario) -> None:
    opened = [point.when for point in scenario.points("note", syscalls=["pread64"], paths=[scenario.vault])]
    for when in opened:
        failed = scenario.run_with_fault("pread64", ("error", "EIO"), when, "note", paths=[scenario.vault])
        assert failed.stderr == ""
        assert failed.refused[0].startswith("Unavailable: The system could not read the vault"), failed
        scenario.reset()
