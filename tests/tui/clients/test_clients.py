"""A client is edited from the list, also where another session was faster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.session import ClientDraft
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.clients.client_form import ClientForm
from tui.widgets.fields import Field
from tui.widgets.note_text import NoteText


async def test_a_client_is_edited(vault: str, fill: Fill) -> None:
    fill(name="a name")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "OTTER")
        await pilot.press("e")
        await see(pilot, "Client OTTER")
        assert app.screen.query_one("#name", Field).said == "a name"
        app.screen.query_one("#risk", Field).set("moderate")
        await pilot.press("ctrl+s")
        await see(pilot, "MODERATE")
        # another session saves while the form stands open
        await pilot.press("e")
        await see(pilot, "Client OTTER")
        other = open_session(vault)
        (row,) = other.catalog.clients()
        other.save_client(ClientDraft("OTTER", "another name", born="1990"), row.id, 2)
        other.lock()
        app.screen.query_one("#risk", Field).set("low")
        app.screen.query_one("#name", Field).set("my name")
        await pilot.press("ctrl+s")
        await see(pilot, "Changed in another session meanwhile")
        await see(pilot, "Name: another name")
        await see(pilot, "Risk: empty")
        # what was not touched here is as it was saved there, and no question
        assert app.screen.query_one("#born", Field).said == "1990"
        assert "Born: 1990" not in screen_text(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, ClientForm))
        session = app.session
        assert session is not None
        await until(pilot, lambda: session.catalog.client(row.id).risk == "low")
        draft = session.read_client(row.id).draft
        assert (draft.name, draft.risk, draft.born) == ("my name", "low", "1990")


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_when_they_were_born_goals_and_a_text_are_taken_down_with_the_client(
    vault: str, size: tuple[int, int]
) -> None:
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("2", "n")
        await see(pilot, "New client")
        await type_text(pilot, "OTTER")
        for name, value in {"born": "in spring", "goals": "sleep; school ;", "risk": "low"}.items():
            app.screen.query_one(f"#{name}", Field).set(value)
        app.screen.query_one("#risk", Field).focus()
        await pilot.press("enter")
        await type_text(pilot, "likes dogs\nbox 4")
        await pilot.press("ctrl+s")
        await see(pilot, "in spring is no date. Write it as 2011-04-12, or 2011.")
        assert app.focused is app.screen.query_one("#born")
        app.screen.query_one("#born", Field).set("2011-04-12")
        await pilot.press("ctrl+s")
        await see(pilot, "No notes yet")
        session = app.session
        assert session is not None
        (row,) = session.catalog.clients()
        draft = session.read_client(row.id).draft
        assert draft == ClientDraft(
            "OTTER", born="2011-04-12", risk="low", goals=("sleep", "school"), text="likes dogs\nbox 4"
        )
        # the sheet shows them once it was opened
        await pilot.press("i")
        await see(pilot, "hidden, v opens it")
        assert "2011-04-12" not in screen_text(app)
        await pilot.press("v")
        shown = await see(pilot, "likes dogs box 4")
        assert "2011-04-12" in shown
        assert "sleep; school" in shown


async def test_a_field_that_is_not_touched_stays_to_the_letter(vault: str) -> None:
    session = open_session(vault)
    was = ClientDraft("OTTER", born="about 1990", goals=("sleep; six hours", "school"), text=" a\r\n\x1b[31mb\n")
    client = session.save_client(was).note
    session.lock()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "e")
        await see(pilot, "Client OTTER")
        app.screen.query_one("#name", Field).set("a name")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, ClientForm))
        now = app.session
        assert now is not None
        await until(pilot, lambda: now.catalog.entry(client).revision == 2)
        assert now.read_client(client).draft == replace(was, name="a name")


async def test_locking_forgets_what_stood_in_the_text(vault: str, fill: Fill) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "n")
        await see(pilot, "New client")
        text = app.screen.query_one(NoteText)
        text.focus()
        await type_text(pilot, "likes dogs")
        await pilot.press("f6", "f7")
        assert text.said == "likes dogs"
        await pilot.press("ctrl+l")
        await see(pilot, "whole")
        assert text.text == ""
        assert "likes dogs" not in screen_text(app)
