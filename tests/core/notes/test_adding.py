"""Signed notes: what is added to them, who co-signs them, what became of them."""

from __future__ import annotations

import dataclasses

import pytest

from core.acts import entries
from core.session import ASKS_COSIGN, NoteDraft, Session, draft_of
from tests.core.practice import Practice
from vault_format.codes import Action, AddendumKind, Reason
from vault_format.errors import Conflict, Refused, UsageError

LATE = AddendumKind.LATE_ENTRY


def added(session: Session, note: int, kind: AddendumKind, reason: str, text: str) -> int:
    """Add TEXT to NOTE and sign it."""
    draft = dataclasses.replace(session.begin_addition(note, kind, reason), text=text)
    saved = session.save_note(draft)
    session.sign_note(saved.note, saved.revision)
    return saved.note


@pytest.mark.parametrize("kind", list(AddendumKind))
def test_each_kind_stands_below_the_original_with_its_reason(practice: Practice, kind: AddendumKind) -> None:
    session = practice.unlock()
    signed = practice.notes["signed"]
    before = session.read_note(signed)
    made = added(session, signed, kind, "  the diary came\nlater ", "slept well")
    opened = session.read_note(signed)
    assert (opened.text, opened.revision) == (before.text, before.revision)
    [addition] = [each for each in opened.additions if each.row.id == made]
    assert addition.text == "slept well"
    assert (addition.row.addendum, addition.row.title, addition.row.status) == (kind, "the diary came later", "signed")
    assert (addition.row.parent, addition.index.parent, addition.row.client) == (signed, signed, before.row.client)
    session.lock()
    assert practice.verdict().intact


def test_an_addition_is_a_draft_until_it_is_signed(practice: Practice) -> None:
    session = practice.unlock()
    signed = practice.notes["signed"]
    draft = dataclasses.replace(session.begin_addition(signed, LATE, "left out"), text="one")
    saved = session.save_note(draft)
    again = dataclasses.replace(draft_of(session.read_note(saved.note)), text="two")
    assert (again.parent, again.addendum, again.title) == (signed, LATE, "left out")
    assert session.save_note(again, saved.note, 1).revision == 2
    assert session.read_note(saved.note).index.parent == signed
    waiting = session.unsigned_addition(signed)
    assert waiting is not None
    assert waiting.id == saved.note
    with pytest.raises(UsageError, match="not signed yet"):
        session.begin_addition(signed, LATE, "another")
    session.sign_note(saved.note, 2)
    assert session.unsigned_addition(signed) is None
    with pytest.raises(Conflict, match="signed"):
        session.save_note(again, saved.note, 2)
    session.lock()
    assert practice.actions().count(Action.ADDENDUM) == 2
    assert practice.verdict().intact


def test_what_is_added_to_an_addition_stands_below_the_original(practice: Practice) -> None:
    session = practice.unlock()
    draft = session.begin_addition(practice.notes["addition"], AddendumKind.CORRECTION, "wrong day")
    assert draft.parent == practice.notes["signed"]
    session.lock()


def test_an_addition_without_a_reason_is_kept_but_not_signed(practice: Practice) -> None:
    session = practice.unlock()
    signed = practice.notes["signed"]
    with pytest.raises(UsageError, match="reason"):
        session.begin_addition(signed, LATE, " \n")
    draft = session.begin_addition(signed, LATE, "left out")
    saved = session.save_note(dataclasses.replace(draft, title="", text="kept"))
    with pytest.raises(UsageError, match="reason"):
        session.sign_note(saved.note, 1)
    assert session.catalog.note(saved.note).status == "draft"
    session.lock()


def test_only_a_signed_note_of_the_same_client_and_class_is_added_to(practice: Practice) -> None:
    session = practice.unlock()
    notes = practice.notes
    with pytest.raises(UsageError, match="draft"):
        session.begin_addition(notes["draft"], LATE, "why")
    with pytest.raises(UsageError):
        session.begin_addition(practice.clients["OTTER"], LATE, "why")
    otter = NoteDraft(practice.clients["OTTER"], "text", title="why", parent=notes["signed"], addendum=LATE)
    for wrong in (
        {"client": practice.clients["MAPLE"]}, {"process": True, "type": "process"}, {"addendum": 0}, {"addendum": 9},
        {"parent": 7}, {"parent": notes["draft"]}, {"parent": practice.clients["OTTER"]},
    ):  # fmt: skip
        with pytest.raises(UsageError):
            session.save_note(dataclasses.replace(otter, **wrong))
    session.append(lambda acting: [entries.shred(acting, notes["plan"], Reason.MISTAKE)])
    with pytest.raises(UsageError, match="shredded"):
        session.begin_addition(notes["plan"], LATE, "why")
    session.lock()
    supervisor = practice.unlock("supervisor")
    with pytest.raises(Refused):
        supervisor.begin_addition(notes["signed"], LATE, "why")
    supervisor.lock()
    assert practice.verdict().intact


def test_a_colleague_adds_to_a_chart_note_and_to_no_process_note(practice: Practice) -> None:
    owner = practice.unlock()
    owner.sign_note(practice.notes["process"], 1)
    owner.lock()
    session = practice.unlock("clinician")
    with pytest.raises(Refused, match="process note"):
        session.begin_addition(practice.notes["process"], LATE, "why")
    made = added(session, practice.notes["signed"], LATE, "I was there, too", "he laughed")
    assert session.catalog.note(made).author == "clinician"
    session.lock()
    assert practice.verdict().intact


def test_typed_text_of_an_addition_comes_back_from_the_journal(practice: Practice) -> None:
    session = practice.unlock()
    signed = practice.notes["signed"]
    draft = dataclasses.replace(session.begin_addition(signed, LATE, "left out"), text="half a sen")
    number = session.reserve_note()
    session.begin_draft(draft, number, 0)
    session.keep_draft(draft, number, 0, 4)
    session.lock()
    session = practice.unlock()
    [left] = session.unfinished()
    taken = session.recover_draft(left)
    assert taken.draft == draft
    saved = session.save_note(taken.draft, taken.note, taken.base)
    assert session.catalog.note(saved.note).parent == signed
    session.lock()
    assert practice.verdict().intact


def test_a_supervisor_co_signs_what_somebody_else_signed(practice: Practice) -> None:
    theirs, notes = practice.unlock("clinician"), practice.notes
    asking = theirs.save_note(NoteDraft(practice.clients["MAPLE"], "text", date="2026-11-20", tags=(ASKS_COSIGN,)))
    assert theirs.waiting_for_cosignature() == []
    theirs.sign_note(asking.note, 1)
    assert [row.id for row in theirs.waiting_for_cosignature()] == [asking.note]
    assert theirs.has_supervisor()
    assert not theirs.may_cosign(notes["signed"])
    with pytest.raises(Refused, match="supervisor"):
        theirs.cosign_note(notes["signed"], 1)
    theirs.lock()

    session = practice.unlock("supervisor")
    assert [row.id for row in session.waiting_for_cosignature()] == [asking.note]
    assert session.may_cosign(asking.note)
    with pytest.raises(Conflict):
        session.cosign_note(asking.note, 2)
    record = session.cosign_note(asking.note, 1)
    row = session.catalog.note(asking.note)
    assert (row.cosigned_by, row.cosigned_record) == ("supervisor", record)
    assert row.cosigned_at >= row.signed_at
    assert "co-signed" in row.state_words
    assert session.waiting_for_cosignature() == []
    assert not session.may_cosign(asking.note)
    for note in (asking.note, notes["draft"], notes["process"]):
        with pytest.raises(UsageError):
            session.cosign_note(note, 1)
    session.lock()
    assert practice.verdict().intact


def test_history_lists_every_revision_and_opens_none(practice: Practice) -> None:
    session = practice.unlock()
    records = len(session.vault.columns)
    rows = session.history(practice.notes["draft"])
    assert [(row.revision, row.author, row.present, row.signed) for row in rows] == [
        (2, "owner", True, False), (1, "owner", True, False),
    ]  # fmt: skip
    assert all(row.size >= 256 for row in rows)
    assert len(session.vault.columns) == records
    assert session.history(practice.notes["signed"])[0].signed
    with pytest.raises(UsageError):
        session.history(practice.clients["OTTER"])
    with pytest.raises(Refused):
        session.history(practice.notes["their process"])
    session.lock()


def test_a_row_tells_how_late_it_was_signed(practice: Practice) -> None:
    session = practice.unlock()
    local = session.catalog.note(practice.notes["signed"])
    assert local.late == 0
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], "text", date="2020-01-01"))
    assert session.catalog.note(saved.note).late == 0
    session.sign_note(saved.note, 1)
    assert session.catalog.note(saved.note).late > 1_000
    session.lock()
