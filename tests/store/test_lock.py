from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from tests.harness.scenario import Scenario
from tests.harness.vaults import Owner, Started
from vault_format import machine
from vault_format.errors import Busy, ReadOnly
from vault_format.ledger import Ledger
from vault_format.machine import Access
from vault_format.store import LocalStore, Moved
from vault_format.store.lock import WritersLock


def _lock_of(vault: Path) -> Path:
    return Path(f"{vault}.lock")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _access(vault: Path) -> Access:
    return machine.writers_of(vault.stat())


def test_the_lock_is_another_file_and_stays(vault: Path, owner: Owner) -> None:
    lock = _lock_of(vault)
    inode = lock.stat().st_ino
    owner.note()
    owner.close()
    assert lock.stat().st_ino == inode
    assert (_mode(lock), lock.stat().st_size) == (0o600, 0)


def test_who_may_write_is_who_may_lock(vault: Path, started: Started, owner: Owner) -> None:
    lock = _lock_of(vault)
    for vault_mode, lock_mode in [(0o660, 0o660), (0o644, 0o600), (0o640, 0o600), (0o600, 0o600)]:
        vault.chmod(vault_mode)
        owner.note()
        assert _mode(lock) == lock_mode, oct(vault_mode)
    lock.unlink()
    vault.chmod(0o660)
    before = os.umask(0o077)
    try:
        Owner(vault, started).note()
    finally:
        os.umask(before)
    assert _mode(lock) == 0o660


def test_the_lock_belongs_to_the_vault_s_owner_and_group(vault: Path, started: Started, owner: Owner) -> None:
    if os.geteuid():
        pytest.skip("giving a file away needs root")
    os.chown(vault, 12_345, 23_456)
    owner.note()
    _lock_of(vault).unlink()
    with LocalStore(str(vault)).turn():
        pass
    status = _lock_of(vault).stat()
    assert (status.st_uid, status.st_gid) == (12_345, 23_456)


@pytest.mark.parametrize("what", ["symlink", "dangling symlink", "fifo", "folder"])
def test_what_is_no_lock_is_not_taken_for_one(vault: Path, owner: Owner, what: str) -> None:
    lock, elsewhere = _lock_of(vault), vault.parent / "elsewhere"
    lock.unlink()
    if what == "fifo":
        os.mkfifo(lock)
    elif what == "folder":
        lock.mkdir()
    else:
        if what == "symlink":
            elsewhere.write_bytes(b"")
            elsewhere.chmod(0o644)
        lock.symlink_to(elsewhere)
    before = vault.read_bytes()
    with pytest.raises(ReadOnly, match="lock"):
        owner.note()
    assert vault.read_bytes() == before
    assert elsewhere.exists() == (what == "symlink")
    if what == "symlink":
        assert _mode(elsewhere) == 0o644


def test_the_access_of_a_file_that_is_not_a_mere_lock_is_left_alone(vault: Path, owner: Owner) -> None:
    precious = vault.parent / "precious"
    precious.write_bytes(b"")
    precious.chmod(0o644)
    _lock_of(vault).unlink()
    os.link(precious, _lock_of(vault))
    owner.note()
    assert _mode(precious) == 0o644


def test_who_waits_too_long_is_told_so(vault: Path, started: Started) -> None:
    patient = Ledger(str(vault), machine.now_ms, store=LocalStore(str(vault), patience=0.05))
    mine = Owner(vault, started, ledger=patient)
    with LocalStore(str(vault)).turn(), pytest.raises(Busy):
        mine.note()
    assert mine.note().sequence == 3
    mine.close()


def test_a_lock_that_was_removed_is_not_waited_for_and_not_shared(vault: Path, started: Started) -> None:
    first = WritersLock(str(vault), patience=0)
    with first.held(_access(vault)):
        pass
    _lock_of(vault).unlink()
    second = WritersLock(str(vault), patience=0)
    with second.held(_access(vault)), pytest.raises(Busy), first.held(_access(vault)):
        pass
    with first.held(_access(vault)), pytest.raises(Busy), second.held(_access(vault)):
        pass
    first.close()
    second.close()
    second.close()


def test_a_link_to_the_vault_leads_to_the_same_lock(vault: Path, started: Started, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(vault)
    mine = Owner(link, started)
    mine.note()
    impatient = Ledger(str(vault), machine.now_ms, store=LocalStore(str(vault), patience=0))
    with LocalStore(str(link)).turn(), pytest.raises(Busy):
        Owner(vault, started, ledger=impatient).note()
    assert not _lock_of(link).exists()
    mine.close()


def test_a_link_that_is_turned_elsewhere_ends_the_session(vault: Path, started: Started, tmp_path: Path) -> None:
    link, other = tmp_path / "link", tmp_path / "other"
    link.symlink_to(vault)
    mine = Owner(link, started)
    mine.note()
    other.write_bytes(vault.read_bytes())
    link.unlink()
    link.symlink_to(other)
    before = vault.read_bytes()
    with pytest.raises(Moved):
        mine.note()
    with pytest.raises(Moved):
        mine.ledger.follow()
    assert (vault.read_bytes(), other.read_bytes()) == (before, before)
    mine.close()


def test_a_file_system_without_locks_is_not_written_to(scenario: Scenario) -> None:
    before = scenario.vault.read_bytes()
    told = scenario.run_with_fault("flock", ("error", "ENOLCK"), 1, "note", "note")
    assert told.status == 0
    assert len(told.refused) == 1
    assert told.refused[0].startswith("Unavailable: The vault's lock cannot be taken: No locks available.")
    assert len(told.acks) == 1  # the second time there were locks
    assert len(scenario.vault.read_bytes()) > len(before)
    scenario.check_nothing_lost(told.acks)


def test_a_writer_that_waited_does_not_append_to_a_file_that_was_replaced(
    vault: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = Owner(vault, started)
    mine.note()
    old = os.open(vault, os.O_RDONLY)
    waiting = threading.Event()
    tried = machine.try_lock

    def trying(descriptor: int) -> bool:
        got = tried(descriptor)
        if not got:
            waiting.set()
        return got

    refused: list[BaseException] = []

    def wait_and_write() -> None:
        try:
            mine.note()
        except Moved as moved:
            refused.append(moved)

    store = LocalStore(str(vault))
    with store.turn():
        monkeypatch.setattr(machine, "try_lock", trying)
        writer = threading.Thread(target=wait_and_write)
        writer.start()
        assert waiting.wait(20)
        # What a compaction does, while it holds the lock.
        copy = vault.with_name("copy")
        copy.write_bytes(vault.read_bytes())
        copy.rename(vault)
        size = os.fstat(old).st_size
    writer.join()
    assert len(refused) == 1
    assert mine.ledger.stale
    assert (os.fstat(old).st_size, vault.stat().st_size) == (size, size)
    os.close(old)
    store.close()
    mine.close()
    again = Owner(vault, started)
    assert again.note().sequence == 4
    again.close()
