"""The accounting of one client as a page: what left, was asked to be amended, was added; no text of a note."""

from __future__ import annotations

from pathlib import Path

from core.exchange import accounting_page, amendments, send_out
from core.session import NoteDraft
from tests.core.practice import PASSPHRASES, Practice, add_to, decryptions
from tests.exchange.test_commands import OWNER, run
from tests.exchange.test_send_out import request


def test_requests_and_additions_are_listed_with_what_became_of_them(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    add_to(session, practice.notes["signed"], "a draft of an addition", sign=False)
    for day, tags in (("2026-10-01", ("amend-request", "amend-denied")), ("2026-11-01", ("amend-request",))):
        session.save_note(NoteDraft(otter, "she says it was a Monday", date=day, title="asked", tags=tags))
    session.save_note(NoteDraft(otter, "kept apart", date="2026-11-02", type="process", tags=("amend-request",)))
    with decryptions() as opened:
        found = amendments(session, otter)
    assert opened == []
    assert [(row.what, row.day, row.answer, row.due) for row in found] == [
        ("request to amend", "2026-11-01", "open", "2026-12-31"),
        ("request to amend", "2026-10-01", "denied", ""),
        ("addendum", session.catalog.note(practice.notes["signed"]).date, "", ""),
    ]
    assert found[2].record == session.catalog.note(practice.notes["addition"]).signed_record


def test_the_page_names_what_left_and_no_text(practice: Practice) -> None:
    session = practice.unlock()
    assert "Nothing was disclosed." in accounting_page(session, practice.clients["HERON"])
    send_out(session, request(practice, recipient="the county | court"), PASSPHRASES["owner"])
    page = accounting_page(session, practice.clients["OTTER"])
    assert page.startswith("# Accounting of disclosures: OTTER\n")
    assert "the county \\| court" in page
    assert "court or subpoena" in page
    assert "| addendum |" in page
    for word in ("signed text", "first session", "heard later", "name of"):
        assert word not in page
    theirs = accounting_page(practice.unlock("clinician"), practice.clients["OTTER"], accounted=True)
    assert "sealed to owners and auditors" in theirs
    assert "the county" not in theirs
    auditors = accounting_page(practice.unlock("auditor"), practice.clients["OTTER"])
    assert "the county" in auditors
    assert "OTTER" not in auditors


def test_the_command_writes_it_for_its_owner_alone(practice: Practice, tmp_path: Path) -> None:
    target = tmp_path / "accounting.md"
    done = run(practice, "disclosures", "--client", "OTTER", "--out", target)
    assert done.code == 0
    assert target.stat().st_mode & 0o777 == 0o600
    assert "Requests to amend" in target.read_text()
    assert run(practice, "disclosures", "--client", "OTTER", "--out", target, secret=f"{OWNER}\n").code == 2
