"""Nothing is decrypted before the record that says so is on the disk; where it cannot be, nothing is opened."""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.session import NoteDraft, Session
from tests.core.practice import PASSPHRASES, Practice, damage, decryptions
from tests.harness import faults
from vault_format import machine
from vault_format.codes import Action, LockReason
from vault_format.errors import NoSpace, NotWhole, ReadOnly, Refused, SyncFailed, VaultBroken


def _read(session: Session, practice: Practice) -> object:
    return session.read_note(practice.notes["signed"])


def _read_earlier(session: Session, practice: Practice) -> object:
    return session.read_note(practice.notes["draft"], revision=1)


def _search(session: Session, practice: Practice) -> object:
    return session.search("text")


ACTS: dict[str, Callable[[Session, Practice], object]] = {
    "read": _read, "read an earlier revision": _read_earlier, "search": _search,
}  # fmt: skip


def test_the_spy_sees_what_is_opened(practice: Practice) -> None:
    session = practice.unlock()
    with decryptions() as opened:
        session.read_note(practice.notes["signed"])
    # index and body of the note, and of what was added to it
    assert len(opened) == 4
    session.lock()


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_opened_where_the_disk_is_full(made_practice: Practice, act: str) -> None:
    with faults.tmpfs(1 << 20) as disk:
        practice = made_practice.copied(disk)
        session = practice.unlock()
        # up to the end of a page, so that not one record more goes in
        size = practice.path.stat().st_size
        while (size + 208) // 4096 == size // 4096:
            session.search("nothing like it")
            size = practice.path.stat().st_size
        faults.fill(disk)
        with decryptions() as opened:
            while True:
                try:
                    ACTS[act](session, practice)
                except NoSpace:
                    break
                opened.clear()
        assert opened == []
        # what was saved before is whole, and a lock without room still forgets the keys
        session.lock()
        assert session.locked
        assert practice.verdict().intact


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_opened_where_the_file_became_read_only(made_practice: Practice, tmp_path: Path, act: str) -> None:
    with faults.tmpfs(1 << 20) as disk:
        practice = dataclasses.replace(made_practice.copied(disk), folder=tmp_path)
        session = practice.unlock()
        session.vault.ledger.close()
        with faults.read_only(disk):
            with decryptions() as opened, pytest.raises(ReadOnly):
                ACTS[act](session, practice)
            # the lists are built anew when the file is opened anew, from indexes alone
            assert all(size < 400 for size in opened)
        session.lock()


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_opened_where_the_sync_fails(practice: Practice, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    session = practice.unlock()
    real = machine.sync_data

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(machine, "sync_data", failing)
    with decryptions() as opened, pytest.raises(SyncFailed):
        ACTS[act](session, practice)
    assert opened == []
    monkeypatch.setattr(machine, "sync_data", real)
    # the session opens the file again, verifies it, and goes on
    ACTS[act](session, practice)
    session.lock()
    assert practice.verdict().intact


def test_nothing_is_opened_in_a_vault_that_broke_meanwhile(practice: Practice) -> None:
    session = practice.unlock()
    with practice.path.open("ab") as file:
        file.write(b"\xa7" * 300)
    with decryptions() as opened, pytest.raises(VaultBroken):
        session.read_note(practice.notes["signed"])
    assert opened == []
    assert session.problem
    session.lock()
    assert session.locked


def test_no_unlock_is_recorded_and_no_list_opened_where_the_sync_fails(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = practice.door()
    door.wait()
    real = machine.sync_data

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(machine, "sync_data", failing)
    with decryptions() as opened, pytest.raises(SyncFailed):
        door.unlock("owner", PASSPHRASES["owner"])
    assert opened == []
    monkeypatch.setattr(machine, "sync_data", real)
    # the keys that were opened for it are gone; the same door lets in afterwards, with whole lists
    session = door.unlock("owner", PASSPHRASES["owner"])
    session.open_rest()
    assert {row.code for row in session.catalog.clients()} == {"OTTER", "MAPLE", "HERON"}
    session.lock()


def test_a_damaged_note_is_closed_recorded_and_closes_nothing_else(practice: Practice) -> None:
    session = practice.unlock()
    plan = session.catalog.entry(practice.notes["plan"])
    damage(practice, plan.live[0], 2)
    before = len(practice.actions())
    with pytest.raises(NotWhole):
        session.read_note(practice.notes["plan"])
    assert practice.actions()[before:] == [Action.READ, Action.ACT_FAILED]
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    session.lock()

    # nor in the next session, which finds the damage when it verifies
    door = practice.door()
    door.wait()
    facts = door.facts()
    assert facts is not None
    assert [finding.kind for finding in facts.findings] == ["payload"]
    assert not facts.broken
    session = door.unlock("owner", PASSPHRASES["owner"])
    session.open_rest()
    assert session.read_note(practice.notes["draft"]).text == "second wording"
    with pytest.raises(NotWhole):
        session.read_note(practice.notes["plan"])
    session.lock()


def test_a_damaged_addition_leaves_the_note_open(practice: Practice) -> None:
    session = practice.unlock()
    damage(practice, session.catalog.entry(practice.notes["addition"]).live[0], 2)
    before = len(practice.actions())
    opened = session.read_note(practice.notes["signed"])
    assert opened.text == "signed text"
    assert opened.additions == ()
    assert [row.id for row in opened.closed] == [practice.notes["addition"]]
    assert practice.actions()[before:] == [Action.READ, Action.READ, Action.ACT_FAILED]
    session.lock()


def test_a_damaged_index_closes_its_own_row(practice: Practice) -> None:
    session = practice.unlock()
    entry = session.catalog.entry(practice.notes["plan"])
    heron = session.catalog.entry(practice.clients["HERON"])
    session.lock()
    damage(practice, entry.live[0], 1)
    damage(practice, heron.live[0], 1)
    session = practice.unlock()
    row = session.catalog.note(practice.notes["plan"])
    assert row.problem == row.state_words == "damaged or replaced"
    # a client whose name is lost can still be found, by the pseudonym that the trail shows
    lost = session.catalog.client(practice.clients["HERON"])
    assert lost.code == f"c{practice.clients['HERON']:016x}"[:5]
    assert lost.to_do == "damaged or replaced"
    assert session.catalog.note(practice.notes["assigned"]).client_code == lost.code
    assert session.read_note(practice.notes["assigned"]).text == "heron's text"
    session.lock()


def test_a_search_tells_what_it_could_not_open(practice: Practice) -> None:
    session = practice.unlock()
    damage(practice, session.catalog.entry(practice.notes["plan"]).live[0], 2)
    before = len(practice.actions())
    found = session.search("text")
    assert {hit.row.title for hit in found} >= {"first session", "assigned", "theirs"}
    assert [row.title for row in found.closed] == ["plan"]
    assert practice.actions()[before:] == [Action.SEARCH, Action.ACT_FAILED]
    session.lock()


def test_a_save_that_cannot_be_written_leaves_what_was_there(made_practice: Practice) -> None:
    with faults.tmpfs(1 << 20) as disk:
        practice = made_practice.copied(disk)
        session = practice.unlock()
        ballast = faults.fill(disk)
        draft = NoteDraft(practice.clients["OTTER"], "x" * 20_000, title="too much")
        with pytest.raises(NoSpace):
            session.save_note(draft)
        assert practice.verdict().intact
        ballast.unlink()
        saved = session.save_note(draft)
        assert session.read_note(saved.note).text == draft.text
        session.lock()
        assert practice.verdict().intact


def test_a_lock_forgets_everything(practice: Practice) -> None:
    session = practice.unlock()
    keys, catalog = session._desk.keyring, session.catalog
    session.read_note(practice.notes["signed"])
    session.lock(LockReason.IDLE)
    assert keys.master == bytes(32)
    assert keys.epochs == {}
    assert keys._index_keys == {}
    assert (keys.bundle.sign, keys.bundle.box) == (bytes(32), bytes(32))
    assert (keys.bundle.notes, keys.bundle.index, keys.bundle.audit) == (None, None, None)
    assert keys.bundle.authors == []
    assert catalog.clients() == []
    assert catalog.notes() == []
    for act in ACTS.values():
        with pytest.raises(Refused, match="locked"):
            act(session, practice)
    with pytest.raises(Refused):
        session.catalog  # noqa: B018
    session.lock()
    assert practice.actions()[-1] == Action.LOCK


def test_a_lock_that_cannot_be_recorded_says_so_and_locks(practice: Practice, tmp_path: Path) -> None:
    session = practice.unlock()
    practice.path.rename(tmp_path / "elsewhere")
    session.lock()
    assert session.locked
    assert "no file" in session.problem
    assert session._desk.keyring.master == bytes(32)
