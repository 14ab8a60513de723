"""What may leave, by whom, and what is told of it afterwards."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from core.exchange import disclosures, preview, send_out
from core.upkeep import policy
from tests.core.practice import PASSPHRASES, Practice, decryptions
from tests.exchange.test_send_out import OWNER, _lonely, loaded, request
from tests.test_leaks import found_below
from vault_format.codes import Basis, Purpose
from vault_format.errors import Refused, UsageError


def test_process_notes_leave_only_by_their_author_and_only_when_asked_for(practice: Practice) -> None:
    session = practice.unlock()
    mine, theirs = practice.notes["process"], practice.notes["their process"]
    with pytest.raises(UsageError, match="psychotherapy note"):
        send_out(session, request(practice, note=mine), OWNER)
    with pytest.raises(Refused, match="Only its author"):
        send_out(session, request(practice, note=theirs, process=True), OWNER)
    done = send_out(session, request(practice, note=mine, process=True), OWNER)
    assert "for the author alone" in Path(done.folder, "notes.json").read_text()
    assert loaded(done, "manifest.json")["process_notes"] is True
    (row,) = disclosures(session, practice.clients["OTTER"])
    assert row.process
    session.lock()
    assert practice.verdict().intact


def test_drafts_of_others_do_not_leave(practice: Practice) -> None:
    session = practice.unlock()
    with pytest.raises(Refused, match="somebody else's"):
        send_out(session, request(practice, note=practice.notes["their draft"]), OWNER)
    seen = preview(session, request(practice, client=practice.clients["MAPLE"], drafts=True))
    assert seen.left_out == ("1 draft of somebody else's",)
    done = send_out(session, request(practice, note=practice.notes["draft"]), OWNER)
    assert loaded(done)["notes"][0]["status"] == "draft"  # type: ignore[index]
    session.lock()


def test_the_policy_may_leave_it_to_owners(practice: Practice) -> None:
    owner = practice.unlock()
    policy.change_policy(owner, {"export": 1})
    owner.lock()
    session = practice.unlock("clinician")
    with pytest.raises(Refused, match="owners alone"):
        preview(session, request(practice))
    session.lock()
    for member in ("supervisor", "auditor"):
        session = practice.unlock(member)
        with pytest.raises(Refused):
            preview(session, request(practice))
        session.lock()


def test_a_chart_outside_the_caseload_bears_its_flag(practice: Practice) -> None:
    session = practice.unlock("clinician")
    asked = request(practice, client=practice.clients["HERON"])
    done = send_out(session, asked, PASSPHRASES["clinician"])
    assert session.vault.ledger.record(done.sequence).header.flags == 1
    # a member without the audit key sees that it left, not for whom
    (row,) = disclosures(session, practice.clients["HERON"])
    assert (row.readable, row.recipient, row.basis) == (False, "", "court or subpoena")
    session.lock()
    assert practice.verdict().intact


def test_the_accounting_tells_who_was_told_what_and_why(practice: Practice) -> None:
    session = practice.unlock()
    otter = practice.clients["OTTER"]
    send_out(session, request(practice, address="1 River Road", words="docket 12"), OWNER)
    practice.clock.later(60)
    asked = request(
        practice, note=practice.notes["signed"], recipient="OTTER", basis=Basis.ACCESS, purpose=Purpose.CLIENT_COPY,
        folder=str(practice.path.parent / "copy"),
    )  # fmt: skip
    send_out(session, asked, OWNER)
    with decryptions() as opened:
        newest, first = disclosures(session, otter)
    assert opened == []
    assert disclosures(session, practice.clients["MAPLE"]) == []
    assert (first.recipient, first.member, first.form, first.entries) == ("the county court", "owner", "JSON", 3)
    assert first.accounted
    *told, left_out = first.more[1:]
    assert told == [f"where: {practice.path.parent / 'out'}", "address: 1 River Road", "words: docket 12"]
    assert set(left_out.removeprefix("left out: ").split(", ")) == {"1 draft", "1 process note"}
    assert re.fullmatch(r"what: 3 notes of [\d-]+, as JSON", first.more[0])
    assert (newest.recipient, newest.note, newest.accounted) == ("OTTER", practice.notes["signed"], False)
    assert newest.time > first.time
    session.lock()
    # a recipient is a name: nothing of it stands in the file in clear
    assert found_below(practice.path.parent, {"recipient": "the county court", "address": "1 River Road"}).keys() <= {
        "out/notes.json", "out/manifest.json", "copy/notes.json", "copy/manifest.json",
    }  # fmt: skip


def test_plaintext_stands_nowhere_but_in_the_export(practice: Practice, tmp_path: Path) -> None:
    session = practice.unlock()
    done = send_out(session, request(practice, drafts=True, process=True, named=True), OWNER)
    session.lock()
    words: dict[str, str | bytes] = {
        "body": "second wording", "process": "for the author alone", "name": "name of OTTER", "title": "my thoughts",
    }  # fmt: skip
    leaks = found_below(tmp_path, words)
    assert set(leaks) == {str(Path(done.folder, "notes.json").relative_to(tmp_path))}
    assert leaks[next(iter(leaks))] == set(words)


def test_a_recipient_is_needed(practice: Practice) -> None:
    session = practice.unlock()
    before = session.vault.ledger.count
    with pytest.raises(UsageError, match="For whom"):
        send_out(session, request(practice, recipient=" \u200b"), OWNER)
    with pytest.raises(UsageError, match="nothing to export"):
        send_out(session, dataclasses.replace(request(practice), client=_lonely(session)), OWNER)
    assert session.vault.ledger.count == before + 1
    session.lock()
