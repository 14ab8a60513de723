"""The draft journal: torn writes, growth, foreign keys."""

from __future__ import annotations

import dataclasses
import errno
import os
import struct
import threading
import tracemalloc
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.create import default_policy, found
from core.drafts import DraftState, Journal, Kept, SealedDraft, clear_emptied, find_kept, in_use, journals, open_kept
from core.drafts.slot import ABOUT, HEAD, LARGEST_SIZE, MAGIC, SLOT_HEAD, VERSION, digest, folder_of
from core.keyring import Keyring
from core.keys.passphrase import FLOOR
from vault_format import machine
from vault_format.errors import NoSpace

SAID = SealedDraft(
    type="progress", form="soap", title="a title", date="2026-11-24", start="10:02", end="", tags=["sleep"],
    attendees="", place="", service="", risk="", goal="", next="", appointment=0, parent=0, addendum=0, cursor=4,
    text="some words",
)  # fmt: skip
DRAFT = DraftState(entity=7, base=2, time=1_795_000_000_000, note_class=1, client=9, said=SAID)


def _keyring() -> Keyring:
    made = found("practice", "owner", "a passphrase", cost=FLOOR, policy=default_policy(FLOOR), now=1)
    return Keyring(1, made.vault_id, made.birth, made.bundle, {1: made.keys}, made.master, made.enrolment)


@pytest.fixture(scope="module")
def keyring() -> Keyring:
    return _keyring()


def _with(text: str) -> DraftState:
    return dataclasses.replace(DRAFT, said=msgspec.structs.replace(SAID, text=text))


def _newest(path: Path, keyring: Keyring) -> tuple[int, str] | None:
    """Return counter and text of the newest whole slot, if it opens."""
    for kept in find_kept(path)[:1]:
        said = open_kept(kept, keyring)
        return (kept.about.counter, said.text or "") if said else None
    return None


def test_the_newest_state_comes_back(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    for text in ("one", "two", "three"):
        journal.keep(_with(text))
    [path] = journals(str(tmp_path), keyring)
    assert _newest(path, keyring) == (3, "three")
    assert (journal.seals, journal.first) == (3, DRAFT.time)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"three" not in path.read_bytes()


def test_a_torn_newest_slot_leaves_the_state_before(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(_with("before"))
    journal.keep(_with("torn"))
    raw = bytearray(journal.path.read_bytes())
    raw[16 + 80 + 60] ^= 1
    journal.path.write_bytes(raw)
    assert [kept.about.counter for kept in find_kept(journal.path)] == [1]
    assert _newest(journal.path, keyring) == (1, "before")


def test_a_longer_text_moves_to_a_larger_file_and_nothing_is_lost(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(_with("short"))
    journal.keep(_with("x" * 1_000_000))
    assert _newest(journal.path, keyring) == (2, "x" * 1_000_000)
    assert [kept.about.counter for kept in find_kept(journal.path)] == [2, 1]
    assert [path.name for path in journal.path.parent.iterdir()] == [journal.path.name]


def _full(descriptor: int, offset: int, length: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_could_not_be_kept_costs_no_state_that_was(
    tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(_with("good"))
    with monkeypatch.context() as disk:
        disk.setattr(os, "posix_fallocate", _full, raising=False)
        with pytest.raises(NoSpace):
            journal.keep(_with("x" * 100_000))
    real = machine.write_at

    def torn(descriptor: int, data: bytes | memoryview, offset: int) -> int:
        real(descriptor, data[:60], offset)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as disk:
        disk.setattr(machine, "write_at", torn)
        with pytest.raises(NoSpace):
            journal.keep(_with("half of it"))
    assert _newest(journal.path, keyring) == (1, "good")
    journal.keep(_with("x" * 100_000))
    assert [kept.about.counter for kept in find_kept(journal.path)] == [2, 1]
    assert open_kept(find_kept(journal.path)[1], keyring) == msgspec.structs.replace(SAID, text="good")


def test_a_larger_journal_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(_with("good"))

    def refused(self: Path, target: Path) -> Path:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", refused)
        with pytest.raises(NoSpace):
            journal.keep(_with("x" * 100_000))
    assert [path.name for path in journal.path.parent.iterdir()] == [journal.path.name]
    assert _newest(journal.path, keyring) == (1, "good")
    journal.keep(_with("next"))
    assert _newest(journal.path, keyring) == (2, "next")


def test_a_pipe_at_a_journals_name_is_no_journal_and_hangs_nobody(tmp_path: Path, keyring: Keyring) -> None:
    folder = folder_of(str(tmp_path), keyring)
    folder.mkdir(parents=True)
    path = folder / f"{5:016x}.draft"
    os.mkfifo(path)
    found: list[list[Kept]] = []
    looking = threading.Thread(target=lambda: found.append(find_kept(path)), daemon=True)
    looking.start()
    looking.join(20)
    assert found == [[]]
    assert not in_use(path)
    clear_emptied(str(tmp_path), keyring)


def test_a_sparse_journal_takes_no_memory_for_what_it_claims(tmp_path: Path) -> None:
    path, size = tmp_path / "0000000000000005.draft", LARGEST_SIZE
    length = size - SLOT_HEAD
    about = ABOUT.pack(1, 5, 7, 1_000, 0, length, 1, 1, 0)
    with path.open("wb") as file:
        file.write(HEAD.pack(MAGIC, VERSION, size, 0) + about + digest(about, bytes(length)))
        file.truncate(HEAD.size + 2 * size)
    tracemalloc.start()
    [kept] = find_kept(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.about.length == length
    assert most < 4 * 1024 * 1024


def test_somebody_else_opens_nothing(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(DRAFT)
    assert _newest(journal.path, _keyring()) is None


def test_emptied_and_discarded_journals_hold_nothing(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(DRAFT)
    journal.empty()
    assert find_kept(journal.path) == []
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
    for kept in find_kept(journal.path):
        assert open_kept(kept, keyring) == SAID


def test_what_a_slot_is_about_is_known_without_a_key_and_bound(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.keep(DRAFT)
    [kept] = find_kept(journal.path)
    assert kept.about[:5] == (1, DRAFT.entity, DRAFT.client, DRAFT.time, DRAFT.base)
    assert kept.about.length == len(kept.sealed())
    for field in ("counter", "entity", "client", "time", "base", "note_class", "kind"):
        about = kept.about._replace(**{field: getattr(kept.about, field) + 1})
        assert open_kept(Kept(kept.path, about, kept.offset), keyring) is None, field


def test_emptied_journals_that_nobody_has_open_are_cleared_away(tmp_path: Path, keyring: Keyring) -> None:
    folder = str(tmp_path)
    crashed, unused, left, live = (Journal(folder, keyring, number) for number in (1, 2, 3, 4))
    for journal in (crashed, left, live):
        journal.keep(DRAFT)
    for journal in (crashed, live):
        journal.empty()
    growing = left.path.with_suffix(".new")
    growing.write_bytes(b"cut short")
    foreign = left.path.with_name("ffff.draft")
    foreign.write_bytes(b"something else")
    for journal in (crashed, unused, left):
        journal.close(discard=False)
    other = _keyring()
    theirs = Journal(folder, other, 5)
    clear_emptied(folder, keyring)
    assert {path.name for path in journals(folder, keyring)} == {left.path.name, live.path.name, foreign.name}
    assert not growing.exists()
    assert _newest(left.path, keyring) == (1, SAID.text)
    assert journals(folder, other) == [theirs.path]
    live.keep(_with("goes on"))
    assert _newest(live.path, keyring) == (2, "goes on")


def test_a_journal_that_another_machine_removed_is_made_again(tmp_path: Path, keyring: Keyring) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.path.unlink()
    journal.keep(_with("still here"))
    assert _newest(journal.path, keyring) == (1, "still here")


def test_nothing_is_cleared_where_locks_cannot_be_had(
    tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int) -> bool:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(machine, "try_lock", no_locks)
    journal = Journal(str(tmp_path), keyring, 5)
    clear_emptied(str(tmp_path), keyring)
    assert journal.path.exists()


def test_clearing_beside_sessions_that_begin_takes_none_of_theirs(tmp_path: Path, keyring: Keyring) -> None:
    folder, over = str(tmp_path), threading.Event()

    def clear() -> None:
        while not over.is_set():
            clear_emptied(folder, keyring)

    thread = threading.Thread(target=clear)
    thread.start()
    try:
        made = [Journal(folder, keyring, number) for number in range(1, 200)]
    finally:
        over.set()
        thread.join()
    assert len(journals(folder, keyring)) == len(made)
    for journal in made:
        assert in_use(journal.path)
        journal.close(discard=True)


@pytest.mark.parametrize("removed", [True, False], ids=["removed", "only looked at"])
def test_a_journal_counts_once_its_lock_is_had_and_it_stands_at_its_name(
    tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, removed: bool
) -> None:
    real, calls = machine.try_lock, list[int]()

    def beside(descriptor: int) -> bool:
        calls.append(descriptor)
        if len(calls) > 1:
            return real(descriptor)
        # somebody who clears away was a moment faster
        if not removed:
            return False
        Path(os.readlink(f"/proc/self/fd/{descriptor}")).unlink()
        return real(descriptor)

    if removed and not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not tell the name of an open file")
    monkeypatch.setattr(machine, "try_lock", beside)
    journal = Journal(str(tmp_path), keyring, 5)
    assert len(calls) == 2
    assert journal.path.exists()
    journal.keep(DRAFT)
    assert in_use(journal.path)
    assert _newest(journal.path, keyring) == (1, SAID.text)


@pytest.mark.parametrize("version", [2, 2**32 - 1])
def test_another_version_is_no_journal_and_is_left_alone(tmp_path: Path, keyring: Keyring, version: int) -> None:
    journal = Journal(str(tmp_path), keyring, 5)
    journal.close(discard=False)
    raw = bytearray(journal.path.read_bytes())
    raw[4:8] = struct.pack("<I", version)
    journal.path.write_bytes(raw)
    clear_emptied(str(tmp_path), keyring)
    assert find_kept(journal.path) == []
    assert journal.path.exists()


_SHARED = _keyring()
