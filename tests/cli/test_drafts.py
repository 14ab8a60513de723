"""Text that a session left outside the vault: listed closed, taken into it, discarded, named by today."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.session import NoteDraft
from tests.cli.command import Done, tacenda
from tests.core.practice import PASSPHRASES, Practice
from vault_format import machine
from vault_format.codes import Action

OWNER = PASSPHRASES["owner"]
SAID = "half a sentence that nobody"


@pytest.fixture
def state(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """The practice, whose sessions here and in commands keep journals in the same folder."""
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state" / "tacenda"))
    return practice


def run(practice: Practice, *words: object, who: str = "owner") -> Done:
    return tacenda(*words[:2], practice.path, *words[2:], "--as", who, secret=PASSPHRASES[who])


def leave(practice: Practice, *, note: str = "", base: int = 0, newer: str = "") -> None:
    """Leave SAID in a journal, as a session that is killed does; NEWER is what the vault gets after it."""
    from core.session import Door

    session = Door(str(practice.path), clock=machine.now_ms).unlock("owner", OWNER)
    number = practice.notes[note] if note else session.reserve_note()
    client = session.catalog.note(number).client if note else practice.clients["OTTER"]
    session.keep_draft(NoteDraft(client, SAID, title="a secret title", date="2026-11-24"), number, base, 4)
    if newer:
        session.save_note(NoteDraft(client, newer, date="2026-11-24"), number, base)
    session._drafting.close()


def test_what_was_left_is_named_closed_and_taken_into_the_vault(state: Practice) -> None:
    leave(state)
    told = run(state, "draft", "list")
    assert "OTTER" in told.out
    assert "ended without a lock" in told.out
    assert "secret" not in told.out + told.err
    done = run(state, "draft", "recover", told.out[:6])
    assert done.code == 0, done
    nothing = run(state, "draft", "list")
    assert (nothing.code, nothing.out) == (0, "")
    assert "All that was typed here is in the vault." in nothing.err
    opened = state.door().unlock("owner", OWNER).read_note(int(done.out, 16))
    assert (opened.text, opened.row.title, opened.row.status) == (SAID, "a secret title", "draft")
    assert state.verdict().intact


def test_today_names_what_was_left_first(state: Practice) -> None:
    leave(state)
    first = tacenda("today", state.path, "--as", "owner", secret=OWNER)
    assert first.out.splitlines()[0].startswith("!  left      OTTER")
    assert "draft recover" in first.err
    due = tacenda("today", state.path, "--as", "owner", "--json", secret=OWNER).objects[0]
    assert (due["kind"], due["client"], due["urgent"], due["note"]) == ("left", "OTTER", True, "")
    assert due["draft"][:8] in first.out


def test_what_the_vault_moved_on_from_becomes_a_note_of_its_own(state: Practice) -> None:
    leave(state, note="draft", base=2, newer="saved elsewhere")
    [row] = run(state, "draft", "list", "--json").objects
    assert (row["why"], row["act"]) == ("older than the vault", "as a new note")
    done = run(state, "draft", "recover", row["id"])
    assert "a note of its own" in done.err
    session = state.door().unlock("owner", OWNER)
    assert session.read_note(state.notes["draft"]).text == "saved elsewhere"
    assert session.read_note(int(done.out, 16)).text == SAID


def test_it_goes_on_as_the_note_that_it_was_written_on(state: Practice) -> None:
    leave(state, note="draft", base=2)
    [row] = run(state, "draft", "list", "--json").objects
    done = run(state, "draft", "recover", row["id"])
    assert (done.out.strip(), "revision 3." in done.err) == (f"{state.notes['draft']:016x}", True)


def test_discarding_is_recorded_and_opens_nothing(state: Practice) -> None:
    leave(state)
    assert run(state, "draft", "discard", "zz").code == 2
    [row] = run(state, "draft", "list", "--json").objects
    assert run(state, "draft", "discard", row["id"], who="clinician").code == 2
    gone = run(state, "draft", "discard", row["id"])
    assert (gone.code, gone.out) == (0, "")
    assert "is gone" in gone.err
    columns = state.door().unlock("owner", OWNER).vault.columns
    done = [Action(columns.shape(seq).action) for seq in range(len(columns))]
    assert Action.DRAFT_DISCARDED in done
    assert Action.DRAFT_RECOVERED not in done


def test_who_holds_no_notes_is_refused(state: Practice) -> None:
    assert run(state, "draft", "list", who="auditor").code == 3
