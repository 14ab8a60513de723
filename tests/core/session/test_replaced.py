"""Another file at the vault's place while a session is open: a copy, an older copy, another vault, nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from core.session import NoteDraft
from tests.core.practice import Practice, build_practice, rotate
from tests.harness.wait import DEADLINE, wait_until
from vault_format.errors import NotAVault, VaultBroken


def test_a_copy_renamed_over_the_file_is_verified_and_followed(practice: Practice, tmp_path: Path) -> None:
    session = practice.unlock()
    copy = tmp_path / "copy"
    shutil.copyfile(practice.path, copy)
    copy.replace(practice.path)
    version = session.catalog.version
    assert session.follow()
    assert session.catalog.version > version
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    # and without following first
    shutil.copyfile(practice.path, copy)
    copy.replace(practice.path)
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], "into the copy"))
    assert session.read_note(saved.note).text == "into the copy"
    session.lock()
    assert practice.verdict().intact


def test_a_copy_with_a_newer_key_set_is_listed_whole(practice: Practice, tmp_path: Path) -> None:
    session, other = practice.unlock("clinician"), practice.unlock()
    rotate(other)
    saved = other.save_note(NoteDraft(practice.clients["OTTER"], "under new keys", title="under new keys"))
    other.sign_note(saved.note, 1)
    copy = tmp_path / "copy"
    shutil.copyfile(practice.path, copy)
    copy.replace(practice.path)
    assert session.follow()
    assert session.catalog.note(saved.note).title == "under new keys"
    assert session.catalog.note(practice.notes["signed"]).title == "first session"
    session.lock()
    other.lock()
    assert practice.verdict().intact


@pytest.mark.parametrize("remembers", [True, False])
def test_an_older_copy_put_in_its_place_is_an_alarm(practice: Practice, tmp_path: Path, remembers: bool) -> None:
    older = tmp_path / "older"
    shutil.copyfile(practice.path, older)
    if not remembers:
        # a state folder that cannot be made: a file stands there
        practice.folder.write_bytes(b"")
    session = practice.unlock()
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], "newer"))
    older.replace(practice.path)
    before = practice.path.read_bytes()
    with pytest.raises(VaultBroken, match="pin"):
        session.follow()
    with pytest.raises(VaultBroken, match="pin"):
        session.read_note(practice.notes["signed"])
    with pytest.raises(VaultBroken):
        session.save_note(NoteDraft(practice.clients["OTTER"], "more"), saved.note, 1)
    assert session.problem
    assert practice.path.read_bytes() == before
    # what was listed stays listed: it was verified
    assert session.catalog.note(saved.note).revision == 1
    session.lock()
    assert practice.path.read_bytes() == before


def test_an_older_copy_written_into_the_file_is_an_alarm(practice: Practice) -> None:
    older = practice.path.read_bytes()
    session = practice.unlock()
    with practice.path.open("r+b") as file:
        file.truncate(0)
        file.write(older)
    with pytest.raises(VaultBroken, match="pin"):
        session.read_note(practice.notes["signed"])
    session.lock()
    assert practice.path.read_bytes() == older


def test_another_vault_in_its_place_is_an_alarm(practice: Practice, tmp_path: Path) -> None:
    practice.folder.write_bytes(b"")
    (tmp_path / "other").mkdir()
    other = build_practice(tmp_path / "other")
    session = practice.unlock()
    shutil.copyfile(other.path, tmp_path / "copy")
    (tmp_path / "copy").replace(practice.path)
    before = practice.path.read_bytes()
    with pytest.raises(VaultBroken, match="another vault"):
        session.read_note(practice.notes["signed"])
    session.lock()
    assert practice.path.read_bytes() == before


def test_a_file_that_is_gone_comes_back(practice: Practice, tmp_path: Path) -> None:
    session = practice.unlock()
    practice.path.rename(tmp_path / "away")
    for _ in range(3):
        with pytest.raises(NotAVault):
            session.follow()
        with pytest.raises(NotAVault):
            session.read_note(practice.notes["signed"])
    assert "no file" in session.problem
    (tmp_path / "away").rename(practice.path)
    assert session.follow()
    assert session.problem == ""
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    session.lock()


def test_no_descriptor_is_left_behind(practice: Practice, tmp_path: Path) -> None:
    before = set(os.listdir("/proc/self/fd"))
    session = practice.unlock()
    for number in range(3):
        shutil.copyfile(practice.path, tmp_path / f"copy{number}")
        (tmp_path / f"copy{number}").replace(practice.path)
        session.follow()
        practice.path.rename(tmp_path / "away")
        with pytest.raises(NotAVault):
            session.follow()
        (tmp_path / "away").rename(practice.path)
        session.follow()
    session.lock()
    wait_until(lambda: len(set(os.listdir("/proc/self/fd")) - before) <= 1, DEADLINE, "descriptors to be closed")
