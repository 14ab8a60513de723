"""A note for the wrong client: a draft moves, a signed note stays, and both charts say so without naming the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.session import NeedsPassphrase, NoteDraft, Session
from core.upkeep.policy import change_policy
from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Action, AddendumKind
from vault_format.errors import Refused, UsageError


def signed_note(session: Session, client: int, **fields: Any) -> int:  # noqa: ANN401  a draft's fields
    """Write and sign a note of the member's own."""
    saved = session.save_note(NoteDraft(client, "## Data\nslept badly\n", form="dap", title="Sleep", **fields))
    session.sign_note(saved.note, saved.revision)
    return saved.note


def test_a_draft_is_saved_there_before_it_goes_here(practice: Practice) -> None:
    session = practice.unlock()
    otter, heron = practice.clients["OTTER"], practice.clients["HERON"]
    saved = session.save_note(NoteDraft(otter, "a text", title="Sleep", date="2026-11-20", tags=("sleep",)))
    before = len(session.vault.columns)
    moved = session.move_note(saved.note, heron)
    assert moved.correction == 0
    row = session.catalog.note(moved.note)
    assert (row.client, row.title, row.date, row.tags) == (heron, "Sleep", "2026-11-20", ("sleep",))
    assert session.read_note(moved.note).text == "a text"
    assert session.catalog.note(saved.note).status == "shredded"
    actions = [session.vault.columns.shape(at).action for at in range(before, len(session.vault.columns))]
    assert actions[:3] == [Action.READ, Action.SAVE, Action.SHRED]
    session.lock()
    assert practice.verdict().intact


def test_a_signed_note_stays_and_both_charts_say_so(practice: Practice) -> None:
    session = practice.unlock()
    otter, heron = practice.clients["OTTER"], practice.clients["HERON"]
    note = signed_note(session, otter, date="2026-11-20", start="10:02", service="90837")
    addition = session.begin_addition(note, AddendumKind.ADDENDUM, "diary received")
    added = session.save_note(replace(addition, text="six hours"))
    session.sign_note(added.note, added.revision)
    moved = session.move_note(note, heron, words="two windows open")
    there, here = session.read_note(moved.note), session.read_note(note)
    assert session.catalog.note(moved.note).status == "signed"
    assert (there.index.date, there.index.start, there.index.service) == ("2026-11-20", "10:02", "90837")
    assert f"{note:016x}" in there.text
    assert "slept badly" in there.text
    assert "Addendum" in there.text
    assert "six hours" in there.text
    correction = here.additions[-1]
    assert (correction.row.id, correction.row.addendum) == (moved.correction, AddendumKind.CORRECTION)
    assert correction.row.status == "signed"
    assert correction.row.title == "written for the wrong client: two windows open"
    assert f"{moved.note:016x}" in correction.text
    assert here.text == "## Data\nslept badly\n"
    # a chart may go out: it does not name the other client
    assert "HERON" not in correction.text + correction.row.title
    assert "OTTER" not in there.text
    with pytest.raises(Refused, match="moved already"):
        session.move_note(note, heron)
    session.lock()
    assert practice.verdict().intact


def test_what_cannot_be_moved_says_why(practice: Practice) -> None:
    session = practice.unlock()
    otter, heron = practice.clients["OTTER"], practice.clients["HERON"]
    note = signed_note(session, otter)
    with pytest.raises(UsageError, match="this client's chart already"):
        session.move_note(note, otter)
    with pytest.raises(UsageError, match="no such client"):
        session.move_note(note, note)
    with pytest.raises(Refused, match="Only its author"):
        practice.unlock("clinician").move_note(note, heron)
    addition = session.begin_addition(note, AddendumKind.ADDENDUM, "more")
    session.follow()
    added = session.save_note(replace(addition, text="more"))
    with pytest.raises(Refused, match="not signed yet"):
        session.move_note(note, heron)
    with pytest.raises(Refused, match="goes with it"):
        session.move_note(added.note, heron)
    assert [row for row in session.catalog.notes(heron) if row.mine and row.title == "Sleep"] == []


def test_a_process_note_stays_one(practice: Practice) -> None:
    session = practice.unlock()
    otter, heron = practice.clients["OTTER"], practice.clients["HERON"]
    saved = session.save_note(NoteDraft(otter, "mine alone", type="process", form="free"))
    session.sign_note(saved.note, saved.revision)
    moved = session.move_note(saved.note, heron)
    assert session.catalog.note(moved.note).process
    assert session.catalog.note(moved.correction).process
    assert practice.verdict().intact


def test_the_policy_has_who_signs_type_the_passphrase_again(practice: Practice) -> None:
    session = practice.unlock()
    otter, heron = practice.clients["OTTER"], practice.clients["HERON"]
    change_policy(session, {"sign_passphrase": True})
    saved = session.save_note(NoteDraft(otter, "a text"))
    with pytest.raises(NeedsPassphrase):
        session.sign_note(saved.note, saved.revision)
    with pytest.raises(Refused, match="Not this passphrase"):
        session.sign_note(saved.note, saved.revision, "maples turn blue")
    assert session.vault.columns.shape(len(session.vault.columns) - 1).action == Action.UNLOCK_FAILED
    assert session.catalog.note(saved.note).status == "draft"
    practice.clock.later(120)
    session.sign_note(saved.note, saved.revision, PASSPHRASES["owner"])
    assert session.catalog.note(saved.note).status == "signed"
    supervisor = practice.unlock("supervisor")
    with pytest.raises(NeedsPassphrase):
        supervisor.cosign_note(saved.note, saved.revision)
    supervisor.cosign_note(saved.note, saved.revision, PASSPHRASES["supervisor"])
    session.follow()
    with pytest.raises(NeedsPassphrase):
        session.move_note(saved.note, heron)
    assert session.move_note(saved.note, heron, passphrase=PASSPHRASES["owner"]).correction
    session.lock()
    supervisor.lock()
    assert practice.verdict().intact
