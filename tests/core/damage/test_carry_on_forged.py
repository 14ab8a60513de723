"""What somebody puts behind a break without a key that signs: it replaces nothing and is never taken for proven."""

from __future__ import annotations

import copy
import os
from collections import Counter
from pathlib import Path

import pytest

from core.acts import entries
from core.acts.acting import Acting, Target
from core.carry_on import Carried, Survey, carry_on, survey
from core.indexes import NoteIndex
from core.keys.passphrase import FLOOR
from core.session import Door, Session
from tests.corpus.mend import Vault
from tests.corpus.vaults import OWNER, SUPERVISOR, early
from vault_format import machine
from vault_format.codes import Action, ClientStatus, Kind, NoteClass, Reason
from vault_format.crypto import signing
from vault_format.frames import layout
from vault_format.frames.record import Draft, Signer
from vault_format.pins import PinFile
from vault_format.verification.verify import Pinned

PASSPHRASE = "herons wait in shallow water"
UNSIGNED = {Action.UNLOCK_FAILED, Action.RECOVERY_FAILED, Action.RECOVERY_BEGUN}


def _nobody(member: int) -> Signer:
    """Return a key that no member ever had, under a member's name."""
    return Signer(member, 1, signing.keypair(bytes(range(32)))[1])


def _signed_note(vault: Vault) -> int:
    state = vault.acting(OWNER).state
    return next(
        number for number, entity in state.entities.items()
        if entity.kind == Kind.NOTE and entity.note_class == NoteClass.CHART and entity.signed
    )  # fmt: skip


def _version(vault: Vault, note: int, text: str) -> Draft:
    """Return a later version of NOTE as its author would save it, made by who holds the notes key but may not write."""
    thief = vault.acting(SUPERVISOR)
    known = thief.state.entities.get(note)
    assert known is not None
    ring = copy.copy(thief.keyring)
    ring.member = known.author
    fake = Acting(ring, thief.state, next(iter(thief.state.sessions)), vault.entropy)
    index = NoteIndex(
        c=bytes(32), local="2026-11-24T09:30:00+00:00", zone="UTC", client=known.client, type="progress", form="soap",
        title="another", date="2026-11-24", start="", end="", tags=["sleep"], attendees="", place="", service="",
        risk="", goal="", next="", appointment=0, parent=0,
    )  # fmt: skip
    about = Target(Kind.NOTE, NoteClass.CHART, known.client, note, known.revision + 1)
    return entries.save(fake, about, index, text).draft


def _put(vault: Vault, tmp_path: Path) -> Path:
    path = tmp_path / "broken.tacenda"
    path.write_bytes(vault.data())
    return path


def _survey(vault: Vault, tmp_path: Path) -> Survey:
    return survey(str(_put(vault, tmp_path)), vault.now, str(tmp_path))


def _carried(vault: Vault, tmp_path: Path) -> tuple[Carried, Session]:
    old = _survey(vault, tmp_path)
    new, later = str(tmp_path / "new.tacenda"), vault.now + 1_000_000
    done = carry_on(old, "owner", PASSPHRASE, new, clock=lambda: later, cost=FLOOR, folder=str(tmp_path))
    old.close()
    session = Door(new, clock=lambda: later + 1_000, folder=str(tmp_path)).unlock("owner", PASSPHRASE)
    session.open_rest()
    return done, session


def test_a_forged_version_of_a_signed_note_replaces_nothing_and_is_marked(tmp_path: Path) -> None:
    vault = early()
    note = _signed_note(vault)
    vault.add(_version(vault, note, "never said"), _nobody(2))
    done, session = _carried(vault, tmp_path)
    assert session.read_note(note).text != "never said"
    marked = [row for row in session.catalog.notes() if "unproven" in row.tags]
    assert [session.read_note(row.id).text for row in marked] == ["never said"]
    assert [row.id == note for row in marked] == [False]
    assert (done.behind, done.unproven) == (1, 1)
    session.lock()


def test_a_member_who_may_not_write_forges_nothing_with_a_true_signature_either(tmp_path: Path) -> None:
    vault = early()
    note = _signed_note(vault)
    draft = _version(vault, note, "never said")
    vault.add(draft, vault.signer(SUPERVISOR))
    old = _survey(vault, tmp_path)
    assert note not in old.behind.proven.entries
    assert note in old.behind.loose.entries
    old.close()


def test_not_even_its_author_replaces_a_signed_note(tmp_path: Path) -> None:
    vault = early()
    note = _signed_note(vault)
    author = vault.acting(OWNER).state.entities.get(note)
    assert author is not None
    vault.add(_version(vault, note, "thought better of"), vault.signer(author.author))
    old = _survey(vault, tmp_path)
    assert note not in old.behind.proven.entries
    assert note in old.behind.loose.entries
    old.close()


def test_a_forged_status_or_shredding_is_ignored_and_a_signed_one_counts(tmp_path: Path) -> None:
    vault = early()
    acting = vault.acting(OWNER)
    one, two = [number for number, entity in acting.state.entities.items() if entity.kind == Kind.CLIENT][:2]
    closed = entries.client_status(acting, one, ClientStatus(3))
    also = entries.client_status(acting, two, ClientStatus(2))
    note = _signed_note(vault)
    shred = entries.shred(acting, note, Reason.OTHER)
    vault.add(closed, _nobody(OWNER))
    vault.add(shred, _nobody(OWNER))
    old = _survey(vault, tmp_path)
    assert not old.witness.statuses
    assert not old.witness.shredded(note)
    old.close()
    vault.add(also, acting)
    vault.add(shred, acting)
    old = _survey(vault, tmp_path)
    assert old.witness.statuses == {two: 2}
    assert old.witness.shredded(note)
    old.close()


@pytest.mark.parametrize("name", ["staff", "recovery", "clinic"])
def test_what_members_signed_is_proven_also_with_keys_that_came_behind_the_break(name: str, tmp_path: Path) -> None:
    vault = Vault(name)
    # nothing hangs on the record that breaks, but all that follows
    vault.frames[1].signature = bytes(64)
    old = _survey(vault, tmp_path)
    assert old.finding.seq == 1
    signed = {
        frame.header.sequence for frame in vault.frames[2:] if frame.header.action not in UNSIGNED
        and frame.header.action < 0x80
    }  # fmt: skip
    actions = Counter(Action(vault.frames[seq].header.action).name for seq in signed - old.behind.members.keys())
    assert not actions
    assert not old.behind.loose.entries
    old.close()


def test_a_draft_goes_on_behind_the_break_with_its_author_s_signature_only(tmp_path: Path) -> None:
    vault = early()
    acting = vault.acting(2)
    client = next(number for number, entity in acting.state.entities.items() if entity.kind == Kind.CLIENT)
    index = NoteIndex(
        c=bytes(32), local="2026-11-24T09:30:00+00:00", zone="UTC", client=client, type="progress", form="soap",
        title="a draft", date="2026-11-24", start="", end="", tags=[], attendees="", place="", service="",
        risk="", goal="", next="", appointment=0, parent=0,
    )  # fmt: skip
    texts = {1: "first", 2: "second", 3: "third", 4: "fourth"}
    drafts = {
        revision: entries.save(acting, Target(Kind.NOTE, NoteClass.CHART, client, 77, revision), index, text).draft
        for revision, text in texts.items()
    }
    vault.add(drafts[1], acting)
    vault.add(drafts[2], _nobody(2))
    vault.add(drafts[3], acting)
    vault.add(drafts[4], _nobody(2))
    done, session = _carried(vault, tmp_path)
    assert session.read_note(77, reason=Reason.OTHER).text == "third"
    marked = [row for row in session.catalog.notes() if "unproven" in row.tags]
    assert [session.read_note(row.id).text for row in marked] == ["fourth"]
    assert (done.behind, done.unproven) == (2, 1)
    session.lock()


def test_look_alikes_behind_the_break_are_gone_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault("small", 5)
    seq, tail = len(vault.frames), b""
    for number in range(200):
        head = layout.Header(
            layout.MAGIC, 0, 0, Action.UNLOCK, 1, 1, 1, 0, 0, 0, 0, 0, seq + number % 60, vault.now, 1, 0, 0, 0, 208, 0,
            bytes(32), bytes(32),
        )  # fmt: skip
        tail += head.pack() + bytes(64) + b"\1" * 10_000
    genuine = vault.add(entries.client_status(vault.acting(1), _client(vault), ClientStatus(2)), vault.signer(1))
    vault.tail = tail + vault.frames.pop().raw()
    path = _put(vault, tmp_path)
    size, read = path.stat().st_size, 0
    real = machine.read_at

    def counted(descriptor: int, length: int, offset: int) -> bytes:
        nonlocal read
        found = real(descriptor, length, offset)
        read += len(found)
        return found

    monkeypatch.setattr(machine, "read_at", counted)
    old = survey(str(path), vault.now, str(tmp_path))
    assert genuine in old.behind.members
    assert read < 8 * size
    old.close()


def _client(vault: Vault) -> int:
    state = vault.acting(1).state
    return next(number for number, entity in state.entities.items() if entity.kind == Kind.CLIENT)


def test_what_this_machine_has_seen_and_the_file_lacks_is_told(tmp_path: Path) -> None:
    vault = Vault("staff")
    vault.frames[1].signature = bytes(64)
    seen = Pinned(vault.vault_id, len(vault.frames) - 1, vault.frames[-1].hash)
    pins = PinFile(str(tmp_path), str(tmp_path / "broken.tacenda"))
    pins.remember(seen)
    pins.close()
    old = _survey(vault, tmp_path)
    assert old.warning == ""
    old.close()
    vault.frames.pop()
    old = _survey(vault, tmp_path)
    assert f"record {seen.sequence:,}" in old.warning
    old.close()


def test_the_file_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault("small", 5)
    vault.frames[2].signature = bytes(64)
    path, real, opened = _put(vault, tmp_path), os.open, []

    def counted(name: str, *rest: int) -> int:
        opened.append(name)
        return real(name, *rest)

    monkeypatch.setattr(os, "open", counted)
    survey(str(path), vault.now, str(tmp_path)).close()
    assert opened.count(str(path)) == 1
