"""The demonstration: an ordinary vault of inventions, made by the ordinary session, gone when one leaves."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.demo import demo_folder, make_demo
from core.session import Door
from tests.core.practice import NOW
from vault_format.errors import UsageError
from vault_format.verification.verify import verify


def test_the_demonstration_is_whole_and_opens_with_what_stands_on_its_page(tmp_path: Path) -> None:
    path = tmp_path / "demo.tacenda"
    made = make_demo(str(path), NOW)
    verdict = verify(made.path, NOW)
    assert verdict.intact
    assert verdict.notices == ()
    session = Door(made.path, clock=lambda: NOW, folder=str(tmp_path / "state")).unlock(made.member, made.passphrase)
    session.open_rest()
    rows = session.catalog.notes()
    assert len(rows) > 5
    assert {row.status for row in rows} == {"draft", "signed"}
    assert all(row.updated <= NOW for row in rows)
    for row in rows:
        assert session.read_note(row.id).text
    session.lock()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"precious")
    with pytest.raises(UsageError):
        make_demo(str(tmp_path / "there"), NOW)
    assert (tmp_path / "there").read_bytes() == b"precious"


def test_its_folder_is_closed_to_others_and_erased() -> None:
    with demo_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        make_demo(str(folder / "demo.tacenda"), NOW)
    assert not folder.exists()
