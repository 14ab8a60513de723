"""Clients are closed, reopened, archived, assigned, merged, removed: on the record, and never a signed note moves."""

from __future__ import annotations

import pytest

from core.session import ClientDraft, NeedsReason, NoteDraft, Session
from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Action, ClientStatus, Reason
from vault_format.errors import Refused, UsageError


def twice(session: Session, code: str = "OTTER-2") -> int:
    """Make a client a second time, with a draft, a process note, a signed note and an appointment."""
    client = session.save_client(ClientDraft(code, "the otter")).note
    session.save_note(NoteDraft(client, "unsigned", title="draft", tags=("sleep",), start="10:00"))
    session.save_note(NoteDraft(client, "mine alone", type="process", title="thoughts"))
    signed = session.save_note(NoteDraft(client, "signed", title="signed"))
    session.sign_note(signed.note, signed.revision)
    session.appoint(client, session.when("tomorrow 10:00"))
    return client


def test_status_changes_with_a_reason(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    for status in (ClientStatus.CLOSED, ClientStatus.ARCHIVED, ClientStatus.ACTIVE):
        sequence = session.set_status(otter, status, Reason.CLIENT_REQUEST)
        assert session.catalog.client(otter).status == status.name.lower()
        assert session.vault.columns.shape(sequence).action == Action.CLIENT_SET
    with pytest.raises(UsageError, match="active already"):
        session.set_status(otter, ClientStatus.ACTIVE)
    with pytest.raises(UsageError, match="no reason"):
        session.set_status(otter, ClientStatus.CLOSED, Reason.KIT_ANEW)
    with pytest.raises(Refused):
        practice.unlock("supervisor").set_status(otter, ClientStatus.CLOSED)
    session.lock()
    assert practice.verdict().intact


def test_who_is_assigned_is_shown_and_changed(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    assert session.assigned(otter) == []
    session.assign(otter, ["Owner", "clinician"])
    assert session.assigned(otter) == ["owner", "clinician"]
    with pytest.raises(UsageError, match="assigned already"):
        session.assign(otter, ["clinician", "owner"])
    with pytest.raises(UsageError, match="No clinician is called auditor"):
        session.assign(otter, ["auditor"])
    theirs = practice.unlock("clinician")
    theirs.assign(otter, ["clinician"])
    session.follow()
    with pytest.raises(NeedsReason):
        session.read_client(otter)
    assert session.read_client(otter, reason=Reason.CARE).draft.code == "OTTER"
    with pytest.raises(Refused, match="by an owner"):
        theirs.assign(practice.clients["HERON"], ["clinician"])
    assert not theirs.may_assign(practice.clients["HERON"])
    session.assign(otter, [])
    assert session.assigned(otter) == []


def test_a_duplicate_is_merged(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    other = twice(session)
    before = {row.id for row in session.catalog.notes(otter)}
    merged = session.merge(other, otter)
    assert (merged.drafts, merged.appointments, merged.signed, merged.others) == (2, 1, 1, 0)
    came = [row for row in session.catalog.notes(otter) if row.id not in before]
    texts = {row.title: session.read_note(row.id).text for row in came}
    assert texts == {"draft": "unsigned", "thoughts": "mine alone"}
    draft = next(row for row in came if row.title == "draft")
    assert (draft.tags, draft.start, draft.status) == (("sleep",), "10:00", "draft")
    assert [row.title for row in session.catalog.notes(other)] == ["signed"]
    assert [row.state for row in session.catalog.appointments(other)] == ["cancelled"]
    assert [row.state for row in session.catalog.appointments(otter)] == ["planned"]
    # both point to each other
    row, right = session.catalog.client(other), session.catalog.client(otter)
    assert (row.status, row.same_as, right.duplicates) == ("closed", otter, (other,))
    again = session.merge(other, otter)
    assert (again.drafts, again.appointments) == (0, 0)
    session.lock()
    assert practice.verdict().intact


def test_drafts_of_others_wait_for_their_author(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    other = twice(session)
    theirs = practice.unlock("clinician")
    theirs.save_note(NoteDraft(other, "theirs", title="their words"))
    session.follow()
    assert session.merge(other, otter).others == 1
    theirs.follow()
    assert theirs.merge(other, otter).drafts == 1
    assert "their words" in [row.title for row in theirs.catalog.notes(otter)]
    theirs.lock()
    session.lock()
    assert practice.verdict().intact


def test_what_is_not_merged(practice: Practice) -> None:
    session, otter, maple = practice.unlock(), practice.clients["OTTER"], practice.clients["MAPLE"]
    other = twice(session)
    with pytest.raises(UsageError, match="itself"):
        session.merge(other, other)
    session.merge(other, otter)
    with pytest.raises(UsageError, match="another one already"):
        session.merge(other, maple)
    with pytest.raises(UsageError, match="duplicate itself"):
        session.merge(maple, other)
    with pytest.raises(NeedsReason):
        practice.unlock("clinician").merge(maple, practice.clients["HERON"])


def test_one_made_by_mistake_is_removed(practice: Practice) -> None:
    session = practice.unlock()
    client = session.save_client(ClientDraft("WREN")).note
    session.save_note(NoteDraft(client, "a draft"))
    session.appoint(client, session.when("tomorrow 10:00"))
    before = len(session.vault.columns)
    with pytest.raises(Refused, match="Not this passphrase"):
        session.remove_client(client, "another one")
    practice.clock.later(60)
    assert session.catalog.client(client).code == "WREN"
    assert session.remove_client(client, PASSPHRASES["owner"], "typed in the wrong vault") == 3
    shapes = [session.vault.columns.shape(seq) for seq in range(before, len(session.vault.columns))]
    assert [shape.action for shape in shapes][-3:] == [Action.SHRED] * 3
    assert "WREN" not in [row.code for row in session.catalog.clients()]
    assert not session.catalog.appointments(client)
    assert not session.catalog.notes(client)
    session.save_client(ClientDraft("WREN"))
    session.lock()
    assert practice.verdict().intact


def test_nothing_signed_is_ever_removed(practice: Practice) -> None:
    session = practice.unlock()
    assert "signed notes" in session.why_not_removed(practice.clients["OTTER"])
    with pytest.raises(Refused, match="signed notes"):
        session.remove_client(practice.clients["OTTER"], PASSPHRASES["owner"])
    client = session.save_client(ClientDraft("WREN")).note
    theirs = practice.unlock("clinician")
    theirs.save_note(NoteDraft(client, "theirs alone", type="process"))
    with pytest.raises(Refused, match="Only an owner"):
        theirs.remove_client(client, PASSPHRASES["clinician"])
    session.follow()
    with pytest.raises(Refused, match="process notes"):
        session.remove_client(client, PASSPHRASES["owner"])


def test_people_make_a_couple_or_a_group(practice: Practice) -> None:
    session = practice.unlock()
    kinds = {}
    for people in ((), ("HERON", "WREN"), ("HERON", "WREN", "LYNX")):
        client = session.save_client(ClientDraft(f"OAK-{len(people)}", people=people)).note
        kinds[session.catalog.client(client).kind] = len(people)
    assert kinds == {"person": 0, "couple": 2, "group": 3}
