from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from tests.harness.faults import fill, tmpfs
from tests.harness.vaults import NOW, founding
from vault_format import machine
from vault_format.errors import NoSpace, SyncFailed, TacendaError, UsageError
from vault_format.frames import layout
from vault_format.store import create
from vault_format.verification.verify import verify


def _modes(vault: Path) -> tuple[int, int]:
    return stat.S_IMODE(vault.stat().st_mode), stat.S_IMODE(Path(f"{vault}.lock").stat().st_mode)


def _no_links(*paths: object) -> None:
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_vault_is_its_owner_s_alone_or_the_group_s(vault: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        create(str(vault), founding().frame)
        assert _modes(vault) == (0o600, 0o600)
        assert sorted(path.name for path in vault.parent.iterdir()) == ["vault", "vault.lock"]
        group = vault.with_name("group")
        create(str(group), founding().frame, group=True)
        assert _modes(group) == (0o660, 0o660)
    finally:
        os.umask(before)
    assert verify(str(vault), NOW).intact
    assert vault.stat().st_nlink == 1


def test_what_stands_there_is_not_touched(vault: Path) -> None:
    create(str(vault), founding().frame)
    before = vault.read_bytes()
    with pytest.raises(UsageError, match="there already"):
        create(str(vault), founding().frame, group=True)
    assert vault.read_bytes() == before
    assert _modes(vault) == (0o600, 0o600)
    link = vault.with_name("dangling")
    link.symlink_to(vault.with_name("nowhere"))
    with pytest.raises(UsageError, match="there already"):
        create(str(link), founding().frame)
    assert not vault.with_name("nowhere").exists()


def test_places_where_nothing_can_stand_are_named(vault: Path) -> None:
    vault.write_bytes(b"a file")
    for place, words in [
        (vault.parent / "no" / "vault", "no folder"),
        (vault / "vault", "Not a directory"),
        (vault.parent / ("x" * 250), "too long"),
    ]:
        with pytest.raises(UsageError, match=words):
            create(str(place), founding().frame)
    assert [path.name for path in vault.parent.iterdir()] == ["vault"]


def test_a_vault_appears_whole_or_not_at_all() -> None:
    with tmpfs(64 * 1024) as disk:
        ballast = fill(disk, leave=0)
        with pytest.raises(NoSpace):
            create(str(disk / "vault"), founding().frame)
        assert [path.name for path in disk.iterdir()] == ["ballast"]
        ballast.unlink()
        create(str(disk / "vault"), founding().frame)
        assert verify(str(disk / "vault"), NOW).intact


def test_a_file_system_without_hard_links_will_do(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*paths: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)
    create(str(vault), founding().frame)
    assert vault.read_bytes() == layout.PREAMBLE + founding().frame
    assert _modes(vault) == (0o600, 0o600)
    with pytest.raises(UsageError, match="there already"):
        create(str(vault), founding().frame)
    assert sorted(path.name for path in vault.parent.iterdir()) == ["vault", "vault.lock"]


@pytest.mark.parametrize("hard_links", [True, False])
def test_a_name_that_is_not_safe_is_taken_back(vault: Path, monkeypatch: pytest.MonkeyPatch, hard_links: bool) -> None:
    def fails(*paths: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    if not hard_links:
        monkeypatch.setattr(os, "link", _no_links)
    monkeypatch.setattr(machine, "sync_folder", fails)
    with pytest.raises(SyncFailed):
        create(str(vault), founding().frame)
    assert not vault.exists()
    monkeypatch.undo()
    create(str(vault), founding().frame)
    assert verify(str(vault), NOW).intact


def test_every_failure_is_one_for_people(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in (errno.EIO, errno.EROFS, errno.EDQUOT, errno.EMFILE):
        error = OSError(code, os.strerror(code))

        def fails(*args: object, error: OSError = error) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fails)
            with pytest.raises(TacendaError):
                create(str(vault), founding().frame)
        assert not vault.exists()
