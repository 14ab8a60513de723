"""What strangers put beside a vault: it holds up nobody, and costs few records."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tests.harness.vaults import NOW, Counting, Owner, Started
from vault_format import machine, public
from vault_format.codes import Action, TailCase
from vault_format.public.trail import TailRepaired

LATER = NOW + 60_000


def _opened(vault: Path, started: Started) -> Owner:
    return Owner(vault, started, clock=Counting(LATER))


def _accounted(owner: Owner) -> list[bytes]:
    """Return the digests that the records of a repaired tail name."""
    records = [owner.ledger.record(seq) for seq in range(owner.ledger.count)]
    found = [
        public.read(Action.TAIL_REPAIRED, record.parts[0] or b"") for record in records
        if record.header.action == Action.TAIL_REPAIRED
    ]  # fmt: skip
    return [said.digest for said in found if isinstance(said, TailRepaired)]


def _sparse(vault: Path, case: TailCase, length: int, digest: str) -> int:
    """Make a side file of zeros that takes no space; return its inode."""
    path = vault.parent / f"vault.aside-{int(case)}-{length}-{digest}"
    with path.open("wb") as file:
        file.truncate(length)
    return path.stat().st_ino


def _lock_is_free(vault: Path) -> bool:
    path = Path(f"{vault}.lock")
    if not path.exists():
        return True
    with path.open("rb") as lock:
        free = machine.try_lock(lock.fileno())
        if free:
            machine.unlock(lock.fileno())
        return free


def test_long_side_files_hold_up_nobody_who_writes(
    vault: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    zeros = hashlib.sha256(bytes(500_000)).hexdigest()
    genuine = _sparse(vault, TailCase.ZEROS, 500_000, zeros)
    forged = {
        _sparse(vault, case, length, "0" * 63 + str(number))
        for number, (case, length) in enumerate([
            (TailCase.SHORT, 208), (TailCase.SHORT, 2 << 30), (TailCase.CUT, 207), (TailCase.CUT, 32 << 20),
            (TailCase.ZEROS, 2 << 30), (TailCase.FLOOD, 2 << 30),
        ])
    }  # fmt: skip
    false = {_sparse(vault, TailCase.ZEROS, 200 << 20, f"{number}" * 64) for number in range(4)}
    read: dict[int, int] = {}
    held: list[int] = []
    real = machine.read_at

    def watched(descriptor: int, length: int, offset: int) -> bytes:
        found, inode = real(descriptor, length, offset), os.fstat(descriptor).st_ino
        read[inode] = read.get(inode, 0) + len(found)
        if inode == genuine or inode in false:
            held.extend([inode] * (not _lock_is_free(vault)))
        return found

    late = _opened(vault, started)
    monkeypatch.setattr(machine, "read_at", watched)
    late.note()
    assert sum(read.get(inode, 0) for inode in false) <= 256 << 20
    for _ in range(4):
        late.note()
    assert not forged & read.keys()
    assert not held
    assert [digest.hex() for digest in _accounted(late)] == [zeros]
    seen = {inode: read.get(inode, 0) for inode in false}
    late.note()
    assert seen == {inode: read.get(inode, 0) for inode in false}
    late.close()


def test_small_side_files_that_somebody_made_up_cause_few_records(vault: Path, started: Started) -> None:
    for number in range(100):
        made_up = b"made up %d" % number
        name = f"vault.aside-1-{len(made_up)}-{hashlib.sha256(made_up).hexdigest()}"
        (vault.parent / name).write_bytes(made_up)
    late = _opened(vault, started)
    for _ in range(10):
        late.note()
    assert len(_accounted(late)) == 16
    # what this writer cuts off itself is accounted for all the same
    with vault.open("ab") as file:
        file.write(b"torn")
    late.note()
    assert _accounted(late)[16:] == [hashlib.sha256(b"torn").digest()]
    late.close()
