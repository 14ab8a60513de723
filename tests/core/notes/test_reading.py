"""Who may open what, with which record; additions, revisions, search."""

from __future__ import annotations

import pytest

from core.acts import entries
from core.acts.acting import Acting
from core.details import open_words
from core.session import NeedsReason, NoteDraft, Session
from core.session.notes.once import commit_of
from tests.core.practice import Practice, add_to, keyring
from vault_format import public
from vault_format.codes import Action, Flag, PartRole, Reason, Role
from vault_format.errors import Refused, UsageError
from vault_format.frames.record import Draft
from vault_format.ledger import Record
from vault_format.public.trail import Counted, Reasoned


def last(session: Session) -> Record:
    """Return the newest record."""
    ledger = session.vault.ledger
    return ledger.record(ledger.count - 1)


def test_a_note_is_read_with_what_was_added_to_it(practice: Practice) -> None:
    session = practice.unlock()
    opened = session.read_note(practice.notes["signed"])
    assert opened.text == "signed text"
    assert opened.index.title == "first session"
    assert [each.text for each in opened.additions] == ["the addition"]
    assert opened.row.state_words == "signed, 1 addendum"
    records = [session.vault.ledger.record(seq) for seq in (opened.sequence, opened.additions[0].sequence)]
    assert [record.header.entity for record in records] == [practice.notes["signed"], practice.notes["addition"]]
    assert all(record.header.action == Action.READ and not record.rows for record in records)
    session.lock()


def test_a_supervisor_and_a_colleague_read_the_chart(practice: Practice) -> None:
    for member in ("supervisor", "clinician"):
        session = practice.unlock(member)
        assert session.read_note(practice.notes["signed"]).text == "signed text"
        assert session.read_note(practice.notes["theirs"]).text == "clinician's text"
        session.lock()
    assert practice.verdict().intact


def test_what_opened_beside_another_note_says_so(practice: Practice) -> None:
    session = practice.unlock()
    session.read_note(practice.notes["plan"], beside=True)
    assert last(session).header.flags == Flag.BESIDE
    session.lock()


@pytest.mark.parametrize("member", ["clinician", "supervisor", "auditor"])
def test_a_process_note_is_its_authors_alone(practice: Practice, member: str) -> None:
    session = practice.unlock(member)
    process = practice.notes["process"]
    assert process not in [row.id for row in session.catalog.notes()]
    row = session.catalog.find_note(f"{process:016x}")
    assert (row.title, row.mine) == ("", False)
    before = len(practice.actions())
    with pytest.raises(Refused):
        session.read_note(process)
    with pytest.raises(Refused):
        session.read_note(process, reason=Reason.EMERGENCY, words="because")
    assert len(practice.actions()) == before
    if member != "auditor":
        assert not session.search("for the author alone")
    session.lock()


def test_a_process_note_opens_for_its_author(practice: Practice) -> None:
    session = practice.unlock("clinician")
    assert session.read_note(practice.notes["their process"]).text == "theirs alone"
    assert [hit.row.process for hit in session.search("THEIRS alone")] == [True]
    said = public.read(Action.SEARCH, last(session).parts[0] or b"")
    assert isinstance(said, Counted)
    assert said.process == 1
    session.lock()


def test_an_auditor_opens_no_note_but_the_reasons(practice: Practice) -> None:
    clinician = practice.unlock("clinician")
    clinician.read_note(practice.notes["assigned"], reason=Reason.CARE, words="covering the holiday")
    sequence = clinician.vault.ledger.count - 1
    clinician.lock()
    session = practice.unlock("auditor")
    assert session.role is Role.AUDITOR
    for act in (
        lambda: session.read_note(practice.notes["signed"]),
        lambda: session.search("text"),
        lambda: session.add_client("WREN"),
        lambda: session.save_note(NoteDraft(practice.clients["OTTER"], "x")),
        lambda: session.sign_note(practice.notes["draft"], 2),
    ):
        with pytest.raises(Refused):
            act()
    keys = keyring(session)
    assert keys.epochs[1].notes is None
    assert keys.epochs[1].index is None
    record = session.vault.ledger.record(sequence)
    audit = keys.epochs[1].audit
    assert audit is not None
    words = open_words(
        record.parts[1] or b"", audit, keys.vault_id, record.header.session, Action.READ, record.header.entity
    )
    assert words.words == "covering the holiday"
    session.lock()


def test_outside_the_caseload_a_reason_comes_first(practice: Practice) -> None:
    session = practice.unlock("clinician")
    before = len(practice.actions())
    with pytest.raises(NeedsReason):
        session.read_note(practice.notes["assigned"])
    assert len(practice.actions()) == before
    opened = session.read_note(practice.notes["assigned"], reason=Reason.CARE, words="the line rang at night")
    assert opened.text == "heron's text"
    record = last(session)
    assert record.header.flags == Flag.OUTSIDE_CASELOAD
    said = public.read(Action.READ, record.parts[0] or b"")
    assert isinstance(said, Reasoned)
    assert said.reason == Reason.CARE
    assert [row.role for row in record.rows] == [PartRole.PUBLIC, PartRole.DETAIL]
    assert b"the line rang" not in practice.path.read_bytes()
    found = session.search("heron's")
    assert found == []
    assert found.left_out >= 1
    session.lock()
    assert practice.verdict().intact


def test_a_supervisor_needs_no_reason_for_the_caseload(practice: Practice) -> None:
    session = practice.unlock("supervisor")
    assert session.read_note(practice.notes["assigned"]).text == "heron's text"
    session.lock()


def test_a_colleagues_draft_takes_a_reason(practice: Practice) -> None:
    session = practice.unlock()
    row = session.catalog.note(practice.notes["their draft"])
    assert row.state_words == "draft of clinician"
    with pytest.raises(NeedsReason):
        session.read_note(row.id)
    assert session.read_note(row.id, reason=Reason.SUPERVISION).text == "unfinished"
    assert last(session).header.flags == Flag.OTHERS_DRAFT
    session.lock()


def test_words_that_are_too_long_open_nothing(practice: Practice) -> None:
    session = practice.unlock("clinician")
    before = len(practice.actions())
    with pytest.raises(UsageError, match="4,096"):
        session.read_note(practice.notes["assigned"], reason=Reason.CARE, words="x" * 4_097)
    assert len(practice.actions()) == before
    session.lock()


def test_a_colleagues_unsigned_addition_stays_closed(practice: Practice) -> None:
    theirs = practice.unlock("clinician")
    add_to(theirs, practice.notes["theirs"], "not ready yet", sign=False)
    assert [each.text for each in theirs.read_note(practice.notes["theirs"]).additions] == ["not ready yet"]
    theirs.lock()
    session = practice.unlock()
    assert session.read_note(practice.notes["theirs"]).additions == ()
    session.lock()


def test_earlier_revisions_open_as_they_were(practice: Practice) -> None:
    session = practice.unlock()
    draft = practice.notes["draft"]
    rows = session.revisions(draft)
    assert [(row.revision, row.author, row.present) for row in rows] == [(2, "owner", True), (1, "owner", True)]
    first = session.read_note(draft, revision=1)
    assert (first.text, first.revision, first.index.tags) == ("first wording", 1, ["sleep", "work"])
    assert last(session).header.revision == 1
    assert session.read_note(draft).text == "second wording"
    for number in (0, 3, -1):
        with pytest.raises(UsageError, match="no revision"):
            session.read_note(draft, revision=number)
    session.lock()


def test_what_is_no_note_is_not_opened(practice: Practice) -> None:
    session = practice.unlock()
    with pytest.raises(UsageError):
        session.read_note(practice.clients["OTTER"])
    with pytest.raises(UsageError):
        session.read_note(1)
    with pytest.raises(UsageError):
        session.sign_note(practice.clients["OTTER"], 1)
    with pytest.raises(UsageError):
        session.save_note(NoteDraft(practice.clients["OTTER"], "x"), practice.clients["OTTER"], 1)
    with pytest.raises(UsageError):
        session.save_note(NoteDraft(12345, "x"))
    assert not session.vault.ledger.stale
    session.lock()


def test_a_shredded_note_is_gone_from_lists_and_does_not_open(practice: Practice) -> None:
    session = practice.unlock()
    session.append(lambda acting: [entries.shred(acting, practice.notes["draft"], Reason.MISTAKE)])
    assert practice.notes["draft"] not in [row.id for row in session.catalog.notes()]
    with pytest.raises(UsageError, match="shredded"):
        session.read_note(practice.notes["draft"])
    assert [row.present for row in session.revisions(practice.notes["draft"])] == [False, False]
    session.lock()
    assert practice.verdict().intact


def test_search_finds_phrases_whatever_their_case_and_composition(practice: Practice) -> None:
    session = practice.unlock()
    session.save_note(NoteDraft(practice.clients["OTTER"], "Sie fuhr mit der Stra\u00dfenbahn nach Z\u00fcrich."))
    assert [hit.line for hit in session.search("a WALK to")] == ["1. a walk to the river"]
    assert session.search('"river\n2. call"')[0].line == "1. a walk to the river"
    assert len(session.search("Zu\u0308rich")) == 1
    assert len(session.search("STRASSENBAHN")) == 1
    assert session.search("no such words") == []
    for words in ("", "  ", "\n"):
        with pytest.raises(UsageError):
            session.search(words)
    session.lock()
    raw = practice.path.read_bytes()
    assert b"walk to" not in raw


def test_a_search_can_be_given_up(practice: Practice) -> None:
    session = practice.unlock()
    assert session.search("text", cancelled=lambda: True) == []
    session.lock()


def test_only_one_who_may_write_writes(practice: Practice) -> None:
    session = practice.unlock("supervisor")
    with pytest.raises(Refused, match="supervisor does not write"):
        session.save_note(NoteDraft(practice.clients["OTTER"], "x"))
    session.append(lambda acting: [_cosigned(acting, session, practice)])
    session.open_rest()
    assert session.catalog.note(practice.notes["signed"]).state_words == "signed, 1 addendum, co-signed"
    session.lock()
    clinician = practice.unlock("clinician")
    with pytest.raises(Refused, match="Only its author"):
        clinician.save_note(NoteDraft(practice.clients["OTTER"], "x"), practice.notes["draft"], 2)
    with pytest.raises(Refused, match="Only its author"):
        clinician.sign_note(practice.notes["draft"], 2)
    clinician.lock()
    assert practice.verdict().intact


def _cosigned(acting: Acting, session: Session, practice: Practice) -> Draft:
    note = practice.notes["signed"]
    return entries.cosign(acting, note, commit_of(session._desk, session.catalog.entry(note).saved))
