"""What the pages about clients as a whole look like, kept as text beside the others; see test_captures.py."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.session import NoteDraft
from tests.tui.conftest import Fill, open_session
from tests.tui.pictures.test_captures import SIZES, check, settle
from tests.tui.walking import unlock
from tui import words
from tui.application import Tacenda
from vault_format import machine


@pytest.mark.parametrize("size", SIZES)
async def test_clients_and_their_sheets_look_as_they_did(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill(NoteDraft(0, "text", title="Sleep routine", date="2026-11-09", risk="moderate"), name="the otter", sign=True)
    fill(NoteDraft(0, "text", title="Unfinished", date="2026-11-09"), code="OTTER-2")
    session = open_session(vault)
    session.open_rest()
    otter = session.catalog.find_client("OTTER").id
    for days, state in ((-1, ""), (-2, "missed"), (1, ""), (8, "")):
        day = words.moment(machine.now_ms()).date() + timedelta(days)
        made = session.appoint(otter, session.when(f"{day} 00:01"))
        if state:
            session.set_appointment(made.appointment, state)
    session.lock()
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await settle(pilot)
        await check("today-due", pilot)
        for name, keys in {
            "new-client": ["n"], "clients-active": ["escape", "2", "w"], "sheet": ["i"], "sheet-name": ["v"],
            "when": ["n"], "status": ["escape", "o"], "who": ["escape", "w"], "merge": ["escape", "M"],
            "remove": ["escape", "escape", "j", "i", "D"],
        }.items():  # fmt: skip
            await pilot.press(*keys)
            await settle(pilot)
            await check(name, pilot)
