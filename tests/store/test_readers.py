"""A second user of the system who may only read a vault: can verify it, and can stop nobody's writing."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import processes
from tests.harness.os_user import ROOT, Installation, OsUser, install_for_all, public_folder, run_as, throwaway_user
from tests.harness.vaults import Owner, Started, save_started, start
from tests.harness.wait import wait_until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="adding a user needs root")

MAY_NOT = """
import sys
from vault_format.errors import TacendaError
from vault_format.verification.verify import verify
try:
    verify(sys.argv[1], 0)
except TacendaError as error:
    print(type(error).__name__, error.exit_code)
"""

# Tries whatever could stand in a writer's way, says what it got, and holds it until it is ended.
IN_THE_WAY = """
import fcntl, os, sys, time
from vault_format import machine
from vault_format.errors import TacendaError
from vault_format.ledger import Ledger

vault, mark = sys.argv[1:]
held = []
for path in (vault, vault + ".lock"):
    for flags in (os.O_RDONLY, os.O_RDWR):
        try:
            descriptor = os.open(path, flags)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.append((os.path.basename(path), flags, descriptor))
        except OSError as error:
            print(os.path.basename(path), flags, type(error).__name__)
ledger = Ledger(vault, machine.now_ms)
print(ledger.findings, ledger.count, ledger.pin().sequence)
for attempt in (ledger.check_writable, lambda: ledger.append(lambda: [], None)):
    try:
        attempt()
    except TacendaError as error:
        print(type(error).__name__)
print("holding", [name for name, _, _ in held], flush=True)
open(mark, "w").close()
while not os.path.exists(mark + ".end"):
    time.sleep(0.05)
print(ledger.follow(), ledger.pin().sequence)
"""


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with public_folder() as folder:
        yield install_for_all(folder)


@pytest.fixture
def user() -> Iterator[OsUser]:
    with throwaway_user() as user:
        yield user


@pytest.fixture
def shelf() -> Iterator[Path]:
    with public_folder() as folder:
        yield folder


def _readable(folder: Path) -> tuple[Path, Started]:
    vault = folder / "vault"
    started = start(vault)
    vault.chmod(0o644)
    return vault, started


def test_who_may_only_read_verifies_and_exits_with_0(installation: Installation, user: OsUser, shelf: Path) -> None:
    vault, started = _readable(shelf)
    before = {path.name: path.stat() for path in shelf.iterdir()}
    told = run_as(user, [installation.tacenda, "verify", vault])
    assert (told.returncode, told.stderr) == (0, "")
    assert "whole, 3 records" in told.stdout
    assert {path.name for path in shelf.iterdir()} == set(before)
    owner = Owner(vault, started)
    owner.note()
    owner.close()
    vault.chmod(0o600)
    told = run_as(user, [installation.python, "-c", MAY_NOT, vault])
    assert told.stdout == "ReadOnly 4\n", told.stderr


@pytest.mark.parametrize("lock_is_there", [True, False])
def test_who_may_only_read_stops_nobody_s_writing(
    installation: Installation, user: OsUser, shelf: Path, lock_is_there: bool
) -> None:
    shelf.chmod(0o1777)  # as a shared folder: everybody may make files, nobody may remove another's
    vault, started = _readable(shelf)
    lock = Path(f"{vault}.lock")
    if not lock_is_there:
        lock.unlink()  # as after a copy of the vault alone
    mark = user.home / "mark"
    child = os.fork()
    if child == 0:
        told = run_as(user, [installation.python, "-c", IN_THE_WAY, vault, mark])
        (shelf / "told").write_text(told.stdout + told.stderr, "utf-8")
        os._exit(0)
    try:
        wait_until(lambda: mark.exists() or (shelf / "told").exists(), what="the reader to stand in the way")
        owner = Owner(vault, started)
        assert owner.note().sequence == 3
        assert owner.note().sequence == 4
        owner.close()
        (user.home / "mark.end").touch()
        wait_until(lambda: not processes.is_running(child), what="the reader to end")
    finally:
        os.waitpid(child, 0)
    missing = "PermissionError" if lock_is_there else "FileNotFoundError"
    assert (shelf / "told").read_text("utf-8").splitlines() == [
        f"vault {os.O_RDWR} PermissionError",
        f"vault.lock {os.O_RDONLY} {missing}",
        f"vault.lock {os.O_RDWR} {missing}",
        "[] 3 2",
        "ReadOnly",
        "ReadOnly",
        "holding ['vault']",
        "2 4",
    ]
    assert (lock.stat().st_uid, stat.S_IMODE(lock.stat().st_mode)) == (os.geteuid(), 0o600)


def test_the_group_writes_together(installation: Installation, user: OsUser, shelf: Path) -> None:
    vault = shelf / "vault"
    started = start(vault, group=True)
    os.chown(vault, -1, pwd.getpwuid(user.uid).pw_gid)
    owner = Owner(vault, started)
    owner.note()  # takes the lock along to the vault's group
    handed = save_started(started, shelf / "handed")
    handed.chmod(0o644)
    library = shelf / "library"
    for name in ("__init__.py", "harness/__init__.py", "harness/vaults.py", "harness/appender.py"):
        target = library / "tests" / name
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "tests" / name, target)
        target.chmod(0o644)
    script = f"import runpy, sys; sys.path.insert(0, {str(library)!r}); sys.argv[0:1] = ['appender']; "
    script += "runpy.run_module('tests.harness.appender', run_name='__main__')"
    told = run_as(user, [installation.python, "-c", script, handed, vault, "note", "note"])
    assert told.stdout.splitlines()[:1] == ["ready"], told
    assert [line.split()[:2] for line in told.stdout.splitlines()[1:]] == [["ack", "4"], ["ack", "5"]]
    assert owner.note().sequence == 6
    owner.close()
    assert stat.S_IMODE(Path(f"{vault}.lock").stat().st_mode) == 0o660
