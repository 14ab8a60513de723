"""Moving a note to the right chart, and the passphrase at each signature, by the pages."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from core.session import NoteDraft, OpenNote, Session
from core.upkeep.policy import change_policy
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import PASSPHRASE, screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.notes.chart import Chart
from tui.screens.notes.moving import MoveNote
from tui.screens.notes.reading.reader import Reader


def on(app: Tacenda, page: type) -> bool:
    return isinstance(app.screen, page)


async def test_a_draft_moves_from_the_chart(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "a text", title="Sleep", date="2026-11-16"))
    fill(code="HERON")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "HERON")
        await pilot.press("j", "enter")
        await until(pilot, partial(on, app, Chart))
        assert app.session is not None
        await pilot.press("m")
        await see(pilot, "saved in the right chart")
        await type_text(pilot, "OTTER")
        await pilot.press("enter")
        await see(pilot, "in this client's chart already")
        app.screen.query_one("#focus").value = "heron"  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await see(pilot, "in the chart of HERON now, a draft")
        assert app.session.catalog.note(note).status == "shredded"
        (row,) = [row for row in app.session.catalog.notes() if row.status == "draft"]
        assert (row.client_code, row.title) == ("HERON", "Sleep")


async def test_a_signed_note_stays_with_a_correction_and_takes_the_passphrase(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "a text", form="free", date="2026-11-16"))
    fill(code="HERON")
    session = open_session(vault)
    change_policy(session, {"sign_passphrase": True})
    session.lock()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "HERON")
        await pilot.press("j", "enter")
        await until(pilot, partial(on, app, Chart))
        assert app.session is not None
        await pilot.press("s")
        await see(pilot, "Before you sign")
        await pilot.press("s")
        await see(pilot, "The policy asks for the passphrase")
        await pilot.press("escape")
        assert app.session.catalog.note(note).status == "draft"
        await pilot.press("s")
        await see(pilot, "The policy asks for the passphrase")
        app.screen.query_one("#focus").value = PASSPHRASE  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, partial(on, app, Reader))
        assert app.session.catalog.note(note).status == "signed"
        await pilot.press("m")
        await until(pilot, partial(on, app, MoveNote))
        assert "What is signed stays." in screen_text(app)
        await type_text(pilot, "HERON")
        await pilot.press("enter")
        await type_text(pilot, "two windows")
        await pilot.press("enter")
        app.screen.query_one("#passphrase").value = PASSPHRASE  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await see(pilot, "in the chart of HERON now, signed")
        await see(pilot, "written for the wrong client: two windows")
        await pilot.press("m")
        await see(pilot, "moved already")


async def test_a_key_that_comes_while_a_note_is_being_opened_is_meant_for_it(
    vault: str, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    (note,) = fill(NoteDraft(0, "a text", form="free", date="2026-11-16"))
    signing = open_session(vault)
    signing.sign_note(note, 1)
    signing.lock()
    gate, real = threading.Event(), Session.read_note

    def slow(session: Session, *given: Any, **more: Any) -> OpenNote:  # noqa: ANN401  whatever it takes
        gate.wait(20)
        return real(session, *given, **more)

    monkeypatch.setattr(Session, "read_note", slow)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter")
        await until(pilot, partial(on, app, Chart))
        await pilot.press("enter")
        await until(pilot, partial(on, app, Reader))
        await pilot.press("m")
        assert on(app, Reader)
        gate.set()
        await until(pilot, partial(on, app, MoveNote))
