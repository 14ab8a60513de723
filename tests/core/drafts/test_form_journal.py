"""The draft journal with a client's form in it: what is sealed, which kinds and versions are known."""

from __future__ import annotations

import dataclasses
import struct
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.drafts import (
    MAX_TYPED,
    DraftKind,
    DraftState,
    Journal,
    Sealed,
    SealedClient,
    clear_emptied,
    find_kept,
    open_kept,
)
from core.drafts.slot import ABOUT, FIRST_SIZE, HEAD, SLOT_HEAD, digest
from core.keyring import Keyring
from tests.core.drafts.test_journal import DRAFT, SAID, _keyring

FORM = SealedClient(
    code="OTTER", name=None, born=None, people="HERON, WREN, ", goals="sleep; ", next=None, risk=None, field="people",
    cursor=13, text="rings at noon",
)  # fmt: skip
ENTRY = DraftState(entity=9, base=3, time=DRAFT.time, note_class=1, client=9, said=FORM)
FIRST_SLOT = HEAD.size + FIRST_SIZE
"""Where the first state of a session stands."""


@pytest.fixture(scope="module")
def keyring() -> Keyring:
    return _keyring()


def patch(path: Path, at: int, value: bytes) -> None:
    """Put VALUE at AT, and the right digest into the slot of the first state again."""
    raw = bytearray(path.read_bytes())
    raw[at : at + len(value)] = value
    slot = FIRST_SLOT
    (length,) = struct.unpack_from("<I", raw, slot + 36)
    about, sealed = bytes(raw[slot : slot + ABOUT.size]), bytes(raw[slot + SLOT_HEAD : slot + SLOT_HEAD + length])
    raw[slot + ABOUT.size : slot + SLOT_HEAD] = digest(about, sealed)
    path.write_bytes(raw)


def test_a_form_comes_back_to_the_letter_and_stands_nowhere_in_the_clear(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(ENTRY)
    [kept] = find_kept(journal.path)
    assert (kept.about.kind, kept.about.entity, kept.about.base) == (DraftKind.CLIENT, 9, 3)
    assert open_kept(kept, keyring) == FORM
    assert not any(word in journal.path.read_bytes() for word in (b"OTTER", b"HERON", b"sleep", b"noon", b"people"))
    # two kinds beside each other: the newest is what counts, the other is what a torn write leaves
    journal.keep(DRAFT)
    assert [open_kept(kept, keyring) for kept in find_kept(journal.path)] == [SAID, FORM]
    # the space that it takes tells its length in steps only
    lengths = set[int]()
    for count in range(40):
        journal.keep(dataclasses.replace(ENTRY, said=msgspec.structs.replace(FORM, name="x" * count)))
        lengths.add(find_kept(journal.path)[0].about.length)
    assert len(lengths) == 1


def test_a_form_whose_write_was_torn_leaves_the_older_state(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(ENTRY)
    journal.keep(dataclasses.replace(ENTRY, said=msgspec.structs.replace(FORM, text="rings at noon, or")))
    raw = bytearray(journal.path.read_bytes())
    raw[HEAD.size + SLOT_HEAD + 30] ^= 1
    journal.path.write_bytes(raw)
    [kept] = find_kept(journal.path)
    assert open_kept(kept, keyring) == FORM


def test_the_longest_form_is_kept(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    most: Sealed = msgspec.structs.replace(FORM, people="p" * MAX_TYPED, goals="木" * MAX_TYPED, text="é" * 1_000_000)
    journal.keep(dataclasses.replace(ENTRY, said=most))
    assert open_kept(find_kept(journal.path)[0], keyring) == most


@pytest.mark.parametrize("kind", [2, 255])
def test_a_slot_of_a_kind_that_is_not_known_is_left_alone(tmp_path: Path, keyring: Keyring, kind: int) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(ENTRY)
    journal.close(discard=False)
    patch(journal.path, FIRST_SLOT + 45, bytes([kind]))
    assert find_kept(journal.path) == []
    clear_emptied(str(tmp_path), keyring)
    assert journal.path.exists()


def test_a_journal_of_version_0_is_read_and_holds_notes_only(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(DRAFT)
    patch(journal.path, 4, struct.pack("<I", 0))
    [kept] = find_kept(journal.path)
    assert open_kept(kept, keyring) == SAID
    journal.empty()
    journal.close(discard=False)
    clear_emptied(str(tmp_path), keyring)
    assert not journal.path.exists()
    form = Journal(str(tmp_path), keyring, 6)
    form.keep(ENTRY)
    patch(form.path, 4, struct.pack("<I", 0))
    assert find_kept(form.path) == []


@given(st.binary(max_size=300), st.integers(0, 200_000))
def test_no_bytes_in_the_file_make_it_fail(tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int) -> None:
    journal = Journal(str(tmp_path_factory.mktemp("journal")), _SHARED, 5)
    journal.keep(ENTRY)
    raw = bytearray(journal.path.read_bytes())
    raw[at : at + len(noise)] = noise
    journal.path.write_bytes(raw)
    for kept in find_kept(journal.path):
        assert open_kept(kept, _SHARED) == FORM


_SHARED = _keyring()
