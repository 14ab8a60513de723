"""The draft journal: torn writes, growth, foreign keys."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.create import default_policy, found
from core.drafts import DraftState, Journal, journals, read_journal
from core.keyring import Keyring
from core.keys.passphrase import FLOOR
from vault_format.errors import NoSpace

DRAFT = DraftState(
    entity=7, base=2, time=1_795_000_000_000, note_class=1, client=9, type="progress", form="soap", title="a title",
    date="2026-11-24", start="10:02", end="", tags=["sleep"], attendees="", place="", service="", risk="", goal="",
    next="", appointment=0, parent=0, cursor=4, text="some words",
)  # fmt: skip


def _keyring() -> Keyring:
    made = found("practice", "owner", "a passphrase", cost=FLOOR, policy=default_policy(FLOOR), now=1)
    return Keyring(1, made.vault_id, made.birth, made.bundle, {1: made.keys}, made.master, made.enrolment)


@pytest.fixture(scope="module")
def keyring() -> Keyring:
    return _keyring()


def _with(text: str) -> DraftState:
    return msgspec.structs.replace(DRAFT, text=text)


def test_the_newest_state_comes_back(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    for text in ("one", "two", "three"):
        journal.keep(_with(text))
    [path] = journals(str(tmp_path), keyring)
    kept = read_journal(path, keyring)
    assert kept is not None
    assert (kept.counter, kept.draft.text) == (3, "three")
    assert (journal.seals, journal.first) == (3, DRAFT.time)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"three" not in path.read_bytes()


def test_a_torn_newest_slot_leaves_the_state_before(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(_with("before"))
    journal.keep(_with("torn"))
    raw = bytearray(journal.path.read_bytes())
    raw[16 + 60] ^= 1
    journal.path.write_bytes(raw)
    kept = read_journal(journal.path, keyring)
    assert kept is not None
    assert kept.draft.text == "before"


def test_a_longer_text_moves_to_a_larger_file_and_nothing_is_lost(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(_with("short"))
    journal.keep(_with("x" * 1_000_000))
    kept = read_journal(journal.path, keyring)
    assert kept is not None
    assert len(kept.draft.text) == 1_000_000
    assert [path.name for path in journal.path.parent.iterdir()] == [journal.path.name]


def test_somebody_else_opens_nothing(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(DRAFT)
    assert read_journal(journal.path, _keyring()) is None


def test_emptied_and_discarded_journals_hold_nothing(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(DRAFT)
    journal.empty()
    assert read_journal(journal.path, keyring) is None
    journal.close(discard=True)
    assert journals(str(tmp_path), keyring) == []


def test_a_state_folder_that_cannot_be_made_is_said(tmp_path: Path, keyring: Keyring) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(NoSpace):
        Journal(str(blocked), keyring, 5)


@given(st.binary(max_size=300), st.integers(0, 200_000))
def test_no_bytes_in_the_file_make_it_fail(tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int) -> None:
    keyring = _SHARED
    folder = tmp_path_factory.mktemp("journal")
    journal = Journal(str(folder), keyring, 5)
    journal.keep(DRAFT)
    raw = bytearray(journal.path.read_bytes())
    raw[at : at + len(noise)] = noise
    journal.path.write_bytes(raw)
    kept = read_journal(journal.path, keyring)
    assert kept is None or kept.draft == DRAFT


_SHARED = _keyring()
