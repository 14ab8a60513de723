"""What an export leaves on the disk when it is killed, and what it leaves alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.exchange.outward import laying_down
from core.exchange.outward.laying_down import check_place, lay_down
from vault_format.errors import Unavailable


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with nothing in it."""
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


class Killed(BaseException):
    """Stands for a kill: nothing may clear up behind it."""


def _killed(out: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave what an export to OUT leaves when it is killed before it gets its name."""

    def kill(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", kill)
        patched.setattr(laying_down._Folder, "remove", kill)
        with pytest.raises(Killed):
            lay_down(str(out), {"notes.json": b"plaintext"})
    (left,) = out.parent.glob(f".{out.name}.*")
    return left


def test_what_a_killed_export_left_is_removed_by_the_next(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = place / "out"
    left = _killed(out, monkeypatch)
    assert (left / "notes.json").read_bytes() == b"plaintext"
    assert left.stat().st_mode & 0o777 == 0o700
    check_place(str(out))
    assert list(place.iterdir()) == []
    lay_down(str(out), {"notes.json": b"plaintext"})
    assert [path.name for path in place.iterdir()] == ["out"]
    assert [path.name for path in out.iterdir()] == ["notes.json"]


@pytest.mark.parametrize("name", [".out.tacenda-unfinished", f".out.tacenda-unfinished-{'0a' * 16}"])
def test_a_folder_that_no_export_made_keeps_what_is_in_it(place: Path, name: str) -> None:
    private = place / name
    private.mkdir(mode=0o700)
    (private / "thesis").write_text("mine")
    check_place(str(place / "out"))
    assert (private / "thesis").read_text() == "mine"


def test_neither_does_one_whose_mark_is_another_s(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = _killed(place / "out", monkeypatch)
    renamed = left.rename(place / f".out.tacenda-unfinished-{'0a' * 16}")
    check_place(str(place / "out"))
    assert (renamed / "notes.json").exists()
    linked = place / f".out.tacenda-unfinished-{'0b' * 16}"
    linked.symlink_to(renamed)
    (renamed / ".tacenda-export").write_text(linked.name)
    check_place(str(place / "out"))
    assert (renamed / "notes.json").exists()


def test_a_folder_that_is_put_in_its_place_meanwhile_gets_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, elsewhere = place / "out", place / "moved"
    real = laying_down._fill

    def swapped(folder: object, name: str, files: object) -> None:
        (place / name).rename(elsewhere)
        (place / name).mkdir()
        real(folder, name, files)  # type: ignore[arg-type]

    monkeypatch.setattr(laying_down, "_fill", swapped)
    with pytest.raises(Unavailable):
        lay_down(str(out), {"notes.json": b"plaintext"})
    assert [path for path in place.rglob("*") if path.is_file()] == []
