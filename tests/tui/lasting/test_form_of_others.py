"""A client's form that a lock kept, where there are several members: a reason again, and nobody else's."""

from __future__ import annotations

from core.session import TypedClient
from tests.core.practice import Practice
from tests.tui.in_practice import application, enter, made, practice  # noqa: F401  fixtures
from tests.tui.walking import screen_text, see, until
from tui.screens.clients.client_form import ClientForm
from tui.screens.notes.reading.reason import AskReason
from tui.screens.today import Today
from tui.widgets.fields import Field
from vault_format.codes import Action


async def test_outside_the_caseload_the_reason_is_asked_before_it_is_opened(practice: Practice) -> None:  # noqa: F811
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, member="clinician")
        assert app.session is not None
        app.session.keep_client(TypedClient(goals="sleep; sch", field="goals", cursor=6), practice.clients["HERON"], 1)
        await pilot.press("ctrl+l")
        await see(pilot, "Locked at")
        before = len(practice.actions())
        await enter(pilot, member="clinician")
        await until(pilot, lambda: isinstance(app.screen, AskReason))
        assert "sleep" not in screen_text(app)
        # not now: it stays on Today
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Today))
        await see(pilot, "Not in the vault yet")
        assert Action.READ not in practice.actions()[before:]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskReason))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ClientForm) and bool(app.screen._loaded))
        goals = app.screen.query_one("#goals", Field)
        assert (goals.said, goals.cursor_position, app.focused) == ("sleep; sch", 6, goals)
        assert practice.actions()[-1] == Action.READ
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Today))
        assert "Not in the vault yet" not in screen_text(app)


async def test_who_unlocks_next_sees_nothing_of_it_and_its_writer_does(practice: Practice) -> None:  # noqa: F811
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "2", "n", member="clinician")
        await until(pilot, lambda: isinstance(app.screen, ClientForm) and bool(app.screen._loaded))
        app.screen.query_one("#name", Field).set("a fictional name")
        await pilot.press("ctrl+l")
        await see(pilot, "Locked at")
        await enter(pilot)
        await until(pilot, lambda: isinstance(app.screen, Today))
        assert "Not in the vault yet" not in screen_text(app)
        assert app.returning.left == []
        await pilot.press("ctrl+l")
        await see(pilot, "Locked at")
        await enter(pilot, member="clinician")
        await until(pilot, lambda: isinstance(app.screen, ClientForm) and bool(app.screen._loaded))
        assert app.screen.query_one("#name", Field).said == "a fictional name"
        assert [type(page) for page in app.pages] == [Today, ClientForm]
