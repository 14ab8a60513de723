"""Clients as a whole, their appointments, and Today, as a person goes through them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.catalog import ClientRow
from core.session import ClientDraft, Door, NoteDraft, Session
from core.writing.when import When
from tests.core.practice import PASSPHRASES, build_practice
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import PASSPHRASE, screen_text, see, unlock, until
from tui import words
from tui.application import Tacenda
from tui.screens.clients.client_form import ClientForm
from tui.screens.notes.reading.reason import AskReason
from tui.screens.notes.writing.editor import Editor
from tui.screens.practice.sheet import ClientSheet
from tui.screens.recovery.page import RecoveryPage
from tui.screens.today import Today
from tui.widgets.fields import Field
from tui.widgets.note_text import NoteText
from vault_format import machine


def client_of(session: Session | None, code: str) -> ClientRow:
    assert session is not None
    return session.catalog.find_client(code)


def plan(path: str, code: str, days: int, at: str = "00:01") -> None:
    """Plan an appointment DAYS from today."""
    session = open_session(path)
    session.open_rest()
    day = words.moment(machine.now_ms()).date() + timedelta(days)
    session.appoint(client_of(session, code).id, session.when(f"{day} {at}"))
    session.lock()


async def test_next_becomes_an_appointment_and_codes_are_warned_of(vault: str) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "Add your first client")
        assert "Make a recovery kit" in screen_text(app)
        await pilot.press("enter")
        await see(pilot, "New client")
        app.screen.query_one("#focus", Field).set("1990-04-12")
        await see(pilot, "looks like a date of birth")
        app.screen.query_one("#focus", Field).set("OTTER")
        await until(pilot, lambda: "date of birth." not in screen_text(app))
        app.screen.query_one("#next", Field).set("some day")
        await see(pilot, "kept as words")
        app.screen.query_one("#next", Field).set("tomorrow 10:00")
        await see(pilot, "10:00, 50 min")
        await pilot.press("ctrl+s")
        await see(pilot, "No notes yet")
        row = client_of(app.session, "OTTER")
        assert row.appointment
        # the same time once more is told before it is taken
        await pilot.press("2", "n")
        await see(pilot, "New client")
        app.screen.query_one("#focus", Field).set("OAKS")
        app.screen.query_one("#people", Field).set("OTTER, HERON")
        app.screen.query_one("#next", Field).set("tomorrow 10:30")
        await see(pilot, "at that time already: OTTER 10:00")
        await pilot.press("ctrl+s")
        await see(pilot, "No notes yet")
        await pilot.press("2")
        await see(pilot, "couple")
        # editing shows it, and a new time moves it
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ClientForm))
        assert app.screen.query_one("#next", Field).said.endswith("10:30")
        app.screen.query_one("#next", Field).set("in 2 weeks 9")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: client_of(app.session, "OAKS").next.endswith("09:00"))
        assert app.session is not None
        assert len(app.session.catalog.appointments()) == 2


async def test_today_leads_to_what_is_to_be_written(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "x", date="2026-01-05", title="unfinished"), code="MAPLE")
    fill(code="OTTER")
    plan(vault, "OTTER", -2)
    plan(vault, "OTTER", -1)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        shown = await see(pilot, "Sessions without a note")
        assert shown.index("Sessions without") < shown.index("Drafts, oldest first") < shown.rindex("Vault")
        assert "3 notes to finish" in shown
        assert "nothing written, 2 days" in shown
        # it did not come: the suggested note is the missed session's
        await pilot.press("m")
        await see(pilot, "missed, no note")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        await see(pilot, "missed session")
        app.screen.query_one(NoteText).focus()
        await pilot.press("n", "o")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Editor))
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, Today))
        await until(pilot, lambda: "2 days" not in screen_text(app).split("Drafts")[0])
        assert app.session is not None
        (first, second) = app.session.catalog.appointments()
        assert (first.state, bool(first.note), second.state) == ("missed", True, "planned")
        # the cursor passes over headings, and what was called off is due no more
        await pilot.press("home", "c")
        await until(pilot, lambda: "Sessions without" not in screen_text(app))
        await pilot.press("home", "j", "k")
        here = app.screen.here if isinstance(app.screen, Today) else None
        assert here is not None


@pytest.mark.slow
async def test_a_sheet_from_plan_to_archive(vault: str, fill: Fill) -> None:
    fill(name="a name")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "i")
        await see(pilot, "No appointments yet")
        assert "a name" not in screen_text(app)
        await pilot.press("v")
        await see(pilot, "a name")
        await pilot.press("v")
        await until(pilot, lambda: "a name" not in screen_text(app))
        await pilot.press("n")
        await see(pilot, "As in: tomorrow")
        app.screen.query_one("#focus", Field).set("tomorrow 10:00 80 min")
        await see(pilot, "10:00, 80 min")
        await pilot.press("enter")
        await see(pilot, "80 min")
        await pilot.press("e")
        await see(pilot, "Move OTTER")
        app.screen.query_one("#focus", Field).set("tomorrow 11:00")
        await see(pilot, "11:00, 50 min")
        await pilot.press("enter")
        await see(pilot, "11:00   80 min")
        await pilot.press("t")
        await see(pilot, "kept")
        await pilot.press("o")
        await see(pilot, "close it: the work has ended")
        await pilot.press("enter")
        await see(pilot, "closed")
        row = client_of(app.session, "OTTER")
        assert row.status == "closed"
        # the list by status
        await pilot.press("2", "w")
        await see(pilot, "No client is active")
        await pilot.press("w")
        await see(pilot, "closed shown")
        # a mistake: nothing in it is signed
        await pilot.press("i", "D")
        await see(pilot, "What cannot be undone")
        app.screen.query_one("#focus", Field).set("remove otter")
        app.screen.query_one("#passphrase", Field).set(PASSPHRASE)
        await pilot.press("ctrl+s")
        await see(pilot, "Removed.")
        assert app.session is not None
        assert app.session.catalog.clients() == []


async def test_a_duplicate_is_merged_and_a_signed_chart_is_not_removed(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "x", title="signed one"), sign=True)
    fill(NoteDraft(0, "x", title="a draft"), code="OTTER-2")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "j", "i")
        await see(pilot, "OTTER-2 > sheet")
        await pilot.press("M")
        await see(pilot, "was made twice")
        app.screen.query_one("#focus", Field).set("otter")
        await see(pilot, "OTTER: 1 note")
        await pilot.press("enter")
        await see(pilot, "^S merges")
        await pilot.press("ctrl+s")
        await see(pilot, "Merged: 1 draft moved")
        assert "The same as" in screen_text(app)
        await pilot.press("2", "home", "i")
        await see(pilot, "Made twice")
        await pilot.press("D")
        await see(pilot, "There are signed notes")


@pytest.mark.slow
async def test_a_client_outside_the_caseload_asks_for_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state" / "tacenda"))
    practice = build_practice(tmp_path, machine.now_ms() - 60_000)
    app = Tacenda(str(practice.path))
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        session = Door(str(practice.path)).unlock("clinician", PASSPHRASES["clinician"])
        app.unlocked(session)
        await until(pilot, lambda: isinstance(app.screen, Today))
        await pilot.press("2")
        await see(pilot, "HERON")
        row = client_of(app.session, "HERON")
        app.show_page(ClientSheet(row.id))
        await see(pilot, "Works with it")
        assert "owner" in screen_text(app)
        before = len(session.vault.columns)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, AskReason))
        assert len(session.vault.columns) == before
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ClientSheet))
        assert "name of HERON" not in screen_text(app)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, AskReason))
        await pilot.press("j", "enter")
        await see(pilot, "name of HERON")
        # and its note, too
        await pilot.press("w")
        await see(pilot, "Ask an owner")
        await pilot.press("2", "g", "enter")
        await see(pilot, "Opening a note is recorded")
        assert PASSPHRASES["clinician"] not in screen_text(app)


async def test_who_works_with_a_client_is_chosen(vault: str, fill: Fill) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "i", "w")
        await see(pilot, "Who works with OTTER")
        await pilot.press("enter", "ctrl+s")
        await see(pilot, "Done: record")
        row = client_of(app.session, "OTTER")
        assert app.session is not None
        assert app.session.assigned(row.id) == ["owner"]


async def test_a_good_day_says_so(vault: str, fill: Fill) -> None:
    fill()
    session = open_session(vault)
    session.open_rest()
    when = session.when("tomorrow 10:00")
    assert isinstance(when, When)
    session.appoint(session.catalog.clients()[0].id, when)
    session.save_client(ClientDraft("WREN", risk="none"))
    session.lock()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "Nothing is due. Next: OTTER")
        # the vault's own rows lead on, too
        await pilot.press("j")
        assert isinstance(app.screen, Today)
        assert app.screen.here is not None
        assert app.screen.here.act == "make one"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RecoveryPage))
