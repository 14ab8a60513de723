"""A client is edited from the list, also where another session was faster."""

from __future__ import annotations

from core.session import ClientDraft
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import see, unlock, until
from tui.application import Tacenda
from tui.screens.client_form import ClientForm
from tui.widgets.fields import Field


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
        await pilot.press("ctrl+s")
        await see(pilot, "Changed in another session meanwhile")
        await see(pilot, "Name: another name")
        await see(pilot, "Risk: empty")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, ClientForm))
        session = app.session
        assert session is not None
        await until(pilot, lambda: session.catalog.client(row.id).risk == "low")
        draft = session.read_client(row.id).draft
        assert (draft.name, draft.risk, draft.born) == ("a name", "low", "1990")
