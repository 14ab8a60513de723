"""A person watches an export, stops it, and lists what left."""

from __future__ import annotations

import importlib
import threading
from pathlib import Path

import pytest

from core.catalog import NoteRow
from core.exchange import Request, send_out
from core.session import NoteDraft
from core.session.desk import Desk
from core.session.notes.reading import OpenNote
from tests.tui.conftest import Fill
from tests.tui.exchange.test_exchange import go, put
from tests.tui.walking import PASSPHRASE, screen_text, see, until
from tui.application import Tacenda
from tui.screens.exchange.told import Told
from tui.screens.notes.chart import Chart
from tui.widgets.fields import Field
from vault_format.codes import Action, Basis, ExportForm, Purpose


async def test_an_export_says_how_far_it_is_and_stops_when_asked(
    vault: str, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(*(NoteDraft(0, f"text {day}", date=f"2026-11-0{day}") for day in range(1, 7)), sign=True)
    # by name: the package's `send_out` is the function
    letting_out = importlib.import_module("core.exchange.outward.send_out")
    go_on, opened, out = threading.Event(), letting_out._open, tmp_path / "out"

    def slowly(desk: Desk, row: NoteRow) -> OpenNote:
        if row.date > "2026-11-03":
            assert go_on.wait(30)
        found: OpenNote = opened(desk, row)
        return found

    monkeypatch.setattr(letting_out, "_open", slowly)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "enter", "x")
        await see(pilot, "6 notes of OTTER")
        await pilot.press("tab", "tab", "tab", "tab", "tab", "tab", "c", "tab", "c")
        for name, value in (("recipient", "the court"), ("folder", str(out)), ("passphrase", PASSPHRASE)):
            put(app, name, value)
        await pilot.press("ctrl+s")
        await see(pilot, "of 6 notes opened. Esc stops it")
        await pilot.press("escape")
        await see(pilot, "Stopping.")
        go_on.set()
        await see(pilot, "The export was stopped. Nothing was written.")
        assert not out.exists()
        assert app.session is not None
        columns = app.session.vault.columns
        last = columns.shape(len(columns) - 1)
        assert last.action == Action.ACT_FAILED
        # it was a person's wish, and what was typed but the passphrase is there for another try
        assert app.screen.query_one("#recipient", Field).said == "the court"


async def test_what_left_is_listed(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", date="2026-11-09"), sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "enter", "y")
        assert isinstance(app.screen, Told)
        await see(pilot, "Nothing has left.")
        assert app.session is not None
        client = app.session.catalog.find_client("OTTER").id
        asked = Request(
            ExportForm.JSON, "the \x1b[31mcourt", Purpose.COURT, Basis.COURT, str(tmp_path / "out"), client,
            words="docket 12",
        )  # fmt: skip
        send_out(app.session, asked, PASSPHRASE)
        app.renew()
        screen = await see(pilot, "the [31mcourt")
        assert "1 JSON" in screen
        wanted = "words: docket 12; counts in an accounting."
        await until(pilot, lambda: wanted in screen_text(app).replace("\n ", " "))
        asked_for = NoteDraft(client, "it was a Monday", date="2026-11-10", tags=("amend-request",))
        app.session.save_note(asked_for)
        app.renew()
        assert "open, due 2027-01-09" in await see(pilot, "request to amend")
        await pilot.press("x")
        await see(pilot, "no text and no title")
        target = tmp_path / "accounting.md"
        put(app, "focus", str(target))
        await pilot.press("enter")
        await see(pilot, "you can read it.")
        assert "docket 12" in target.read_text()
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Chart))
