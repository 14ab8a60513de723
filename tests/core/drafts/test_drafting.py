"""What was typed and is not in the vault: sealed beside it, offered to the next session, recorded."""

from __future__ import annotations

import dataclasses
import errno
import os
import struct

import pytest

from core.drafts import left as left_behind
from core.drafts.slot import digest
from core.session import NoteDraft, Session, Taken
from tests.core.practice import PASSPHRASES, Practice
from vault_format import machine
from vault_format.codes import Action, LockReason
from vault_format.crypto import sealing
from vault_format.errors import Conflict, NotWhole, Refused, SyncFailed

DRAFTS = {Action.DRAFT_BEGUN, Action.DRAFT_KEPT, Action.DRAFT_RECOVERED, Action.DRAFT_DISCARDED}


def open_as(practice: Practice, who: str) -> Session:
    return practice.door().unlock(who, PASSPHRASES[who])


def said(session: Session) -> list[Action]:
    """Return the actions of the records about drafts, oldest first."""
    columns = session.vault.columns
    return [action for seq in range(len(columns)) if (action := Action(columns.shape(seq).action)) in DRAFTS]


def draft_for(practice: Practice, text: str) -> NoteDraft:
    return NoteDraft(practice.clients["OTTER"], text, title="a title", date="2026-11-24", tags=("sleep",))


def crash(session: Session) -> None:
    """End a session as a killed process does: nothing is recorded, its locks are gone."""
    session._drafting.close()


def test_a_new_note_goes_on_after_a_crash(practice: Practice) -> None:
    session = open_as(practice, "clinician")
    note = session.reserve_note()
    draft = draft_for(practice, "half a sentence")
    session.begin_draft(draft, note, 0)
    session.keep_draft(draft, note, 0, 4)
    assert session.unfinished() == []
    crash(session)

    later = open_as(practice, "clinician")
    [left] = later.unfinished()
    assert (left.client, left.entity, left.base, left.process) == (draft.client, note, 0, False)
    assert (left.old, left.last, left.ended) == (False, True, None)
    taken = later.recover_draft(left)
    assert taken == Taken(draft, note, 0, 4)
    assert not left.path.exists()
    saved = later.save_note(taken.draft, taken.note, taken.base)
    later.draft_kept(taken.draft, saved.note, saved.revision, later.empty_journal())
    assert later.read_note(note).text == "half a sentence"
    assert said(later) == [Action.DRAFT_BEGUN, Action.DRAFT_RECOVERED, Action.DRAFT_KEPT]
    later.lock()
    assert open_as(practice, "clinician").unfinished() == []


def test_what_the_vault_has_moved_on_from_becomes_a_note_of_its_own(practice: Practice) -> None:
    session = open_as(practice, "clinician")
    draft = draft_for(practice, "first")
    saved = session.save_note(draft)
    older = dataclasses.replace(draft, text="typed on the first")
    session.keep_draft(older, saved.note, 1, 0)
    session.save_note(dataclasses.replace(draft, text="second"), saved.note, 1)
    crash(session)

    later = open_as(practice, "clinician")
    [left] = later.unfinished()
    assert left.old
    taken = later.recover_draft(left)
    assert taken.note != saved.note
    assert taken.base == 0
    later.save_note(taken.draft, taken.note, taken.base)
    assert later.read_note(saved.note).text == "second"
    assert later.read_note(taken.note).text == "typed on the first"


def test_a_note_that_was_signed_meanwhile_is_old(practice: Practice) -> None:
    session = open_as(practice, "clinician")
    draft = draft_for(practice, "first")
    saved = session.save_note(draft)
    session.keep_draft(dataclasses.replace(draft, text="more"), saved.note, 1, 0)
    session.sign_note(saved.note, 1)
    crash(session)
    later = open_as(practice, "clinician")
    [left] = later.unfinished()
    assert left.old
    later.discard_draft(left)
    assert later.unfinished() == []
    assert said(later) == [Action.DRAFT_DISCARDED]


def test_each_session_has_its_own_and_each_member(practice: Practice) -> None:
    notes = []
    for words, reason in (("one", LockReason.HANGUP), ("two", LockReason.IDLE)):
        session = open_as(practice, "clinician")
        notes.append(session.reserve_note())
        session.keep_draft(draft_for(practice, words), notes[-1], 0, 0)
        session.lock(reason)
        practice.clock.later(60)
    assert open_as(practice, "owner").unfinished() == []
    later = open_as(practice, "clinician")
    found = [(left.entity, left.last, left.ended) for left in later.unfinished()]
    assert found == [(notes[0], False, LockReason.HANGUP), (notes[1], True, LockReason.IDLE)]
    # two sessions at once: what is still being written is offered to nobody
    later.keep_draft(draft_for(practice, "three"), later.reserve_note(), 0, 0)
    assert [left.entity for left in open_as(practice, "clinician").unfinished()] == notes


def test_an_offer_decrypts_nothing_and_a_draft_opens_after_its_record_alone(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_as(practice, "clinician")
    session.keep_draft(draft_for(practice, "half a sentence"), session.reserve_note(), 0, 0)
    crash(session)
    later = open_as(practice, "clinician")
    opened: list[int] = []

    def counted(key: bytes, stored: bytes, associated: bytes) -> bytes:
        opened.append(1)
        return sealing.open_sealed(key, stored, associated)

    monkeypatch.setattr(left_behind, "open_sealed", counted)
    [left] = later.unfinished()
    assert left.size >= 256
    assert opened == []

    real = machine.sync_data

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(machine, "sync_data", failing)
    with pytest.raises(SyncFailed):
        later.recover_draft(left)
    assert opened == []
    monkeypatch.setattr(machine, "sync_data", real)
    assert later.recover_draft(left).draft.text == "half a sentence"
    assert opened == [1]


def test_a_draft_that_does_not_open_is_said_and_recorded(practice: Practice) -> None:
    session = open_as(practice, "clinician")
    note = session.reserve_note()
    session.keep_draft(draft_for(practice, "half a sentence"), note, 0, 0)
    crash(session)
    later = open_as(practice, "clinician")
    [path] = practice.folder.glob("drafts/*/*.draft")
    raw = bytearray(path.read_bytes())
    at = 16 + 65_536
    raw[at + 16 : at + 24] = struct.pack("<Q", practice.clients["MAPLE"])
    length = struct.unpack_from("<I", raw, at + 36)[0]
    raw[at + 48 : at + 80] = digest(bytes(raw[at : at + 48]), bytes(raw[at + 80 : at + 80 + length]))
    path.write_bytes(raw)
    [left] = later.unfinished()
    assert left.client == practice.clients["MAPLE"]
    before = len(practice.actions())
    with pytest.raises(NotWhole, match="damaged or replaced"):
        later.recover_draft(left)
    assert practice.actions()[before:] == [Action.DRAFT_RECOVERED, Action.ACT_FAILED]
    assert path.exists()
    assert later.problem == ""
    later.lock()
    assert practice.verdict().intact


def test_a_draft_that_says_another_client_than_its_note_is_old(practice: Practice) -> None:
    session = open_as(practice, "clinician")
    saved = session.save_note(draft_for(practice, "first"))
    moved = dataclasses.replace(draft_for(practice, "second"), client=practice.clients["MAPLE"])
    session.keep_draft(moved, saved.note, 1, 0)
    crash(session)
    later = open_as(practice, "clinician")
    [left] = later.unfinished()
    assert left.old
    assert later.recover_draft(left).note != saved.note
    assert later.problem == ""


def test_an_emptied_journal_of_a_crashed_session_is_cleared_away(practice: Practice) -> None:
    session = open_as(practice, "clinician")
    draft = draft_for(practice, "all of it")
    note = session.reserve_note()
    session.keep_draft(draft, note, 0, 0)
    session.save_note(draft, note, 0)
    session.empty_journal()
    [path] = practice.folder.glob("drafts/*/*.draft")
    later = open_as(practice, "clinician")
    assert later.unfinished() == []
    assert path.exists()
    journal = session._drafting._journal
    assert journal is not None
    os.close(journal._descriptor)
    assert later.unfinished() == []
    assert not path.exists()


def test_nothing_stays_behind_where_the_vault_has_the_text(practice: Practice) -> None:
    session = open_as(practice, "clinician")
    draft = draft_for(practice, "all of it")
    note = session.reserve_note()
    session.begin_draft(draft, note, 0)
    session.keep_draft(draft, note, 0, 0)
    session.save_note(draft, note, 0)
    assert session.empty_journal()[0] == 1
    folder = session._drafting._journal
    assert folder is not None
    session.lock()
    assert not folder.path.exists()
    with pytest.raises(Refused):
        session.keep_draft(draft, note, 0, 0)


def test_a_reserved_number_conflicts_where_another_session_took_it(practice: Practice) -> None:
    session = open_as(practice, "clinician")
    draft = draft_for(practice, "here")
    note = session.reserve_note()
    session.save_note(draft, note, 0)
    with pytest.raises(Conflict):
        session.save_note(draft, note, 0)
