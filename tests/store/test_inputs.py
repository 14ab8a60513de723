from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.harness.vaults import NOW, Owner, Started
from vault_format.errors import NotAVault, TacendaError
from vault_format.ledger import Ledger
from vault_format.verification.verify import verify


def _refused(path: str) -> TacendaError:
    """Return what both the verifier and the ledger say of PATH."""
    with pytest.raises(NotAVault) as by_verify:
        verify(path, NOW)
    with pytest.raises(NotAVault) as by_ledger:
        Ledger(path, lambda: NOW)
    assert str(by_verify.value) == str(by_ledger.value)
    assert by_verify.value.exit_code == 2
    return by_verify.value


def test_what_is_no_file_is_no_vault(tmp_path: Path) -> None:
    assert "no file" in str(_refused(str(tmp_path / "missing")))
    assert "not a file" in str(_refused(str(tmp_path)))
    assert "not a file" in str(_refused("/dev/zero"))
    os.mkfifo(tmp_path / "fifo")
    assert "not a file" in str(_refused(str(tmp_path / "fifo")))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "Too many levels" in str(_refused(str(tmp_path / "loop")))
    assert "File name too long" in str(_refused(str(tmp_path / ("x" * 300))))
    assert "no file name has" in str(_refused(str(tmp_path / "a\0b")))


def test_a_socket_is_no_vault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path has at most 107 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert "cannot be opened" in str(_refused("socket"))


@pytest.mark.parametrize("content", [b"", b"\xa7", b"\xa7TACENDA\0\0\1\0\0\0\0", b"SQLite format 3\0" * 40])
def test_a_file_of_something_else_is_no_vault(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert "not a Tacenda vault" in str(_refused(str(path)))
    assert path.read_bytes() == content


def test_a_preamble_alone_is_a_broken_vault_for_everybody(vault: Path, started: Started) -> None:
    os.truncate(vault, 16)
    assert [(finding.seq, finding.kind) for finding in verify(str(vault), NOW).findings] == [(0, "format")]
    ledger = Ledger(str(vault), lambda: NOW)
    assert [(finding.seq, finding.kind) for finding in ledger.findings] == [(0, "format")]
    with pytest.raises(TacendaError):
        Owner(vault, started, ledger=ledger).fail()
    assert vault.stat().st_size == 16
    ledger.close()


def test_a_link_to_a_vault_is_a_way_to_it(vault: Path, started: Started, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(vault)
    assert verify(str(link), NOW).intact
    owner = Owner(link, started)
    assert owner.note().sequence == 3
    assert link.is_symlink()
    owner.close()
