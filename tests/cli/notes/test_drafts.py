"""Text that a session left outside the vault: listed closed, taken into it, discarded, named by today."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.session import ClientDraft, NoteDraft, TypedClient
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


def leave_form(practice: Practice, typed: TypedClient, *, code: str = "", newer: ClientDraft | None = None) -> None:
    """Leave a client's form in a journal, as a session that is killed does; NEWER is what the vault gets after it."""
    from core.session import Door

    session = Door(str(practice.path), clock=machine.now_ms).unlock("owner", OWNER)
    client = practice.clients[code] if code else session.reserve_note()
    session.keep_client(typed, client, 1 if code else 0)
    if newer is not None:
        session.save_client(newer, client, 1)
    session._drafting.close()


def entry(practice: Practice, code: str) -> ClientDraft:
    session = practice.door().unlock("owner", OWNER)
    session.open_rest()
    return session.read_client(session.catalog.find_client(code).id).draft


def test_a_new_clients_form_is_finished_with_what_it_lacks(state: Practice) -> None:
    leave_form(state, TypedClient(name="a secret name", born="2011-0", goals="sleep; sch", next="2031-12-01 10:00"))
    told = run(state, "draft", "list")
    assert "new client" in told.out
    assert "client's form" in told.out
    assert "secret" not in told.out + told.err
    [due] = [row for row in run(state, "today", "--json").objects if row["kind"] == "left"]
    assert (due["client"], due["act"]) == ("new client", "the form")
    [row] = run(state, "draft", "list", "--json").objects
    assert (row["kind"], row["note"], row["client"]) == ("client", "", "new client")
    refused = run(state, "draft", "recover", row["id"])
    assert refused.code == 2
    assert "--code" in refused.err
    assert "stays sealed" in refused.err
    [row] = run(state, "draft", "list", "--json").objects
    refused = run(state, "draft", "recover", row["id"], "--code", "WREN")
    assert (refused.code, "--born" in refused.err) == (2, True)
    [row] = run(state, "draft", "list", "--json").objects
    done = run(state, "draft", "recover", row["id"], "--code", "WREN", "--born", "2011")
    assert done.code == 0, done
    assert "understood as" in done.err
    assert entry(state, "WREN") == ClientDraft("WREN", "a secret name", born="2011", goals=("sleep", "sch"))
    session = state.door().unlock("owner", OWNER)
    session.open_rest()
    assert session.catalog.client(int(done.out, 16)).next.startswith("2031-12-01 10:00")
    assert session.unfinished() == []
    assert state.verdict().intact


def test_a_form_on_what_was_changed_since_shows_both_and_waits(state: Practice) -> None:
    newer = ClientDraft("OTTER", "name of OTTER", risk="high", text="on paper: box 5")
    leave_form(state, TypedClient(risk="low", goals="sleep"), code="OTTER", newer=newer)
    [row] = run(state, "draft", "list", "--json").objects
    assert row["why"] == "older than the vault"
    refused = run(state, "draft", "recover", row["id"])
    assert refused.code == 4
    assert "Risk: typed here low, saved there high" in refused.err
    assert "box 5" not in refused.err
    assert entry(state, "OTTER").risk == "high"
    [row] = run(state, "draft", "list", "--json").objects
    assert run(state, "draft", "recover", row["id"], "--over").code == 0
    now = entry(state, "OTTER")
    assert (now.risk, now.goals, now.text) == ("low", ("sleep",), "on paper: box 5")


def test_a_form_that_the_vault_has_is_not_written_twice(state: Practice) -> None:
    leave_form(state, TypedClient(risk="low"), code="OTTER", newer=ClientDraft("OTTER", risk="low"))
    [row] = run(state, "draft", "list", "--json").objects
    done = run(state, "draft", "recover", row["id"])
    assert (done.code, "says so already" in done.err) == (0, True)
    assert run(state, "draft", "list").out == ""


def test_discarding_a_form_opens_nothing(state: Practice) -> None:
    leave_form(state, TypedClient(risk="low"), code="OTTER")
    [row] = run(state, "draft", "list", "--json").objects
    before = len(state.actions())
    assert run(state, "draft", "discard", row["id"]).code == 0
    assert state.actions()[before:] == [Action.UNLOCK, Action.LIST, Action.LOCK]
    assert run(state, "draft", "list").out == ""


def test_a_form_outside_the_caseload_takes_a_reason(state: Practice) -> None:
    from core.session import Door

    session = Door(str(state.path), clock=machine.now_ms).unlock("clinician", PASSPHRASES["clinician"])
    session.keep_client(TypedClient(goals="sleep"), state.clients["HERON"], 1)
    session._drafting.close()
    [row] = run(state, "draft", "list", "--json", who="clinician").objects
    refused = run(state, "draft", "recover", row["id"], who="clinician")
    assert "--reason care" in refused.err
    done = run(state, "draft", "recover", row["id"], "--reason", "care", who="clinician")
    assert done.code == 0, done
    assert entry(state, "HERON").goals == ("sleep",)
