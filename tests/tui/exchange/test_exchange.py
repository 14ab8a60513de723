"""A person imports a folder, and exports a chart and a note."""

from __future__ import annotations

import json
import os
import stat
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.exchange import Watch, disclosures
from core.exchange.inward import bring_in
from core.session import NoteDraft
from tests.tui.conftest import Fill
from tests.tui.pictures.test_captures import CAPTURES, SIZES, settle, steady
from tests.tui.walking import PASSPHRASE, screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.clients.clients import Clients
from tui.screens.exchange.bring_in import BringIn
from tui.screens.exchange.choice import Choice
from tui.screens.exchange.send_out import SendOut
from tui.screens.notes.chart import Chart
from tui.screens.notes.reading.reader import Reader
from tui.widgets.fields import Field
from tui.widgets.rows import Rows
from vault_format.codes import Purpose

SMALL = (60, 20)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with two notes to make, one that is refused and one that is passed over."""
    folder = tmp_path / "notes"
    (folder / "OTTER").mkdir(parents=True)
    (folder / "OTTER" / "2026-11-09 Sleep routine.md").write_text("Slept \x1b[31msix hours.")
    (folder / "OTTER" / "2026-11-16.txt").write_text("Slept seven.")
    (folder / "no date.md").write_text("---\nclient: OTTER\n---\ntext")
    (folder / "picture.png").write_bytes(b"x")
    return folder


def put(app: Tacenda, name: str, value: str) -> None:
    """Put a value into a field, as a paste does."""
    app.screen.query_one(f"#{name}", Field).set(value)


async def check(name: str, pilot: Pilot[int]) -> None:
    """Compare the page with the one that is kept, without the row of places, which is every page's."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    file = CAPTURES / f"{name}-{app.size.width}x{app.size.height}.txt"

    def page() -> str:
        return steady(screen_text(app)).partition("\n")[2] + "\n"

    if os.environ.get("TACENDA_CAPTURE"):
        file.write_text(page(), encoding="utf-8")
    kept = file.read_text(encoding="utf-8")
    for _ in range(200):
        if page() == kept:
            return
        await pilot.pause(0.02)
    assert page() == kept


def choose(app: Tacenda) -> None:
    """Choose a purpose and a basis."""
    for name in ("purpose", "basis"):
        app.screen.query_one(f"#{name}", Choice).choose(4)


async def go(pilot: Pilot[int], *keys: str) -> Tacenda:
    """Unlock, press KEYS."""
    await unlock(pilot)
    app = pilot.app
    assert isinstance(app, Tacenda)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    return app


async def test_a_folder_is_looked_at_then_imported(vault: str, fill: Fill, notes: Path) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "I")
        assert isinstance(app.screen, BringIn)
        await pilot.press("ctrl+s")
        assert "Name the folder or file" in screen_text(app)
        put(app, "focus", str(notes))
        await pilot.press("ctrl+s")
        screen = await see(pilot, "2 notes to make, 1 refused, 1 passed over.")
        assert "! no date.md" in screen
        assert "it has no date" in screen
        assert "OTTER  2026-11-09  progress  Sleep routine" in screen
        assert isinstance(app.focused, Rows)
        assert app.session is not None
        assert app.session.catalog.notes() == []
        await pilot.press("ctrl+s")
        screen = await see(pilot, "2 notes written, drafts of yours.")
        assert "step 3 of 3" in screen
        assert len(app.session.catalog.notes()) == 2
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Clients))
        # and a second time, all of it is known
        await pilot.press("I")
        await settle(pilot)
        put(app, "focus", str(notes))
        await pilot.press("ctrl+s")
        screen = await see(pilot, "There is nothing to import: 1 refused, 3 passed over.")
        assert "it stands in this vault already" in screen
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Clients))


async def test_another_path_takes_the_list_away(vault: str, fill: Fill, notes: Path) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "I")
        put(app, "focus", str(notes))
        await pilot.press("ctrl+s")
        await see(pilot, "There is nothing to import: 3 refused, 1 passed over.")
        assert "there is no client OTTER" in screen_text(app)
        page = app.screen
        app.screen.query_one("#make", Choice).choose(1)
        await see(pilot, "step 1 of 3")
        assert len(page.query_one("#list", Rows).source) == 0
        await pilot.press("ctrl+s")
        await see(pilot, "2 notes to make, 1 to add as clients")
        # a lock forgets what was read
        assert isinstance(page, BringIn)
        plan = page._plan
        assert plan is not None
        await pilot.press("ctrl+l")
        await see(pilot, "Passphrase")
        assert plan.notes == []


async def test_a_stop_ends_it_and_says_what_was_done(
    vault: str, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(6):
        (folder / f"2026-11-0{number + 1}.md").write_text(f"note {number}")
    monkeypatch.setattr(bring_in, "BATCH_NOTES", 2)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "I")
        put(app, "focus", str(folder))
        put(app, "client", "otter")
        await pilot.press("ctrl+s")
        await see(pilot, "6 notes to make")
        page = app.screen
        assert isinstance(page, BringIn)
        real = Watch.step

        def stop(self: Watch, by: int = 1) -> None:
            real(self, by)
            app.call_from_thread(page.action_out)

        monkeypatch.setattr(Watch, "step", stop)
        await pilot.press("ctrl+s")
        screen = await see(pilot, "2 notes were written and are listed")
        assert screen.count("not written") == 4
        monkeypatch.setattr(Watch, "step", real)
        await pilot.press("escape", "ctrl+s")
        await see(pilot, "4 notes to make, 2 passed over")


@pytest.mark.slow
async def test_a_chart_is_exported(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "Slept six hours.", title="Week 4", date="2026-11-09"), name="the otter", sign=True)
    out = tmp_path / "out"
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "enter", "x")
        assert isinstance(app.screen, SendOut)
        screen = await see(pilot, "1 note of OTTER, 2026-11-09.")
        assert "export the chart" in screen
        # choices are turned by keys alone, and digits go nowhere
        await pilot.press("J", "1", "tab", "tab", "tab", "w", "tab")
        await type_text(pilot, "the court")
        await pilot.press("ctrl+s", "escape")
        assert app.focused is app.screen.query_one("#purpose")
        await pilot.press("left", "left", "left", "left", "left", "enter", "c", "c", "c")
        assert app.screen.query_one("#purpose", Choice).value == Purpose.COURT
        await pilot.press("ctrl+s")
        assert "Name a folder" in screen_text(app)
        put(app, "folder", str(out))
        await pilot.press("ctrl+s")
        assert "The passphrase is needed once more." in screen_text(app)
        put(app, "passphrase", "not this one")
        await pilot.press("ctrl+s")
        await see(pilot, "Not this passphrase.")
        assert not out.exists()
        await pilot.press("escape")

        async def again() -> bool:
            put(app, "passphrase", PASSPHRASE)
            await pilot.press("ctrl+s")
            await settle(pilot)
            await pilot.press(*(["escape"] if "Next try" in screen_text(app) else []))
            return "PLAINTEXT" in screen_text(app)

        for _ in range(100):
            if await again():
                break
        screen = await see(pilot, "This is PLAINTEXT")
        assert str(out) in screen.replace("\n   ", "")
        assert "notes.json" in screen
        assert PASSPHRASE not in screen
        whole = json.loads((out / "notes.json").read_text())
        assert (whole["recipient"], whole["basis"], whole["name"]) == ("the court", "court or subpoena", "the otter")
        assert stat.S_IMODE((out / "notes.json").stat().st_mode) == 0o600
        assert app.session is not None
        (row,) = disclosures(app.session, app.session.catalog.find_client("OTTER").id)
        assert row.recipient == "the court"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Chart))


async def test_a_note_is_exported_from_the_reader(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "Slept six hours.", title="Week 4", date="2026-11-09"), sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "enter", "enter")
        await see(pilot, "Slept six hours.")
        await pilot.press("x")
        await see(pilot, "1 note of OTTER, 2026-11-09.")
        assert not app.screen.query_one("#drafts-row").display
        for name, value in (("recipient", "OTTER"), ("folder", str(tmp_path / "out")), ("passphrase", PASSPHRASE)):
            put(app, name, value)
        choose(app)
        await pilot.press("ctrl+s")
        await see(pilot, "This is PLAINTEXT")
        assert "Slept six hours." in (tmp_path / "out" / "notes.html").read_text()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Reader))


async def test_process_notes_are_asked_about_once_more(vault: str, fill: Fill, tmp_path: Path) -> None:
    mine = NoteDraft(0, "my unease", type="process", date="2026-11-09")
    fill(mine, NoteDraft(0, "chart", date="2026-11-09"), sign=True)
    out = tmp_path / "out"
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "x")
        await see(pilot, "Not in it: 1 process note.")
        app.screen.query_one("#process", Choice).choose(1)
        await see(pilot, "2 notes of OTTER")
        for name, value in (("recipient", "OTTER"), ("folder", str(out)), ("passphrase", PASSPHRASE)):
            put(app, name, value)
        choose(app)
        await pilot.press("ctrl+s")
        await see(pilot, "psychotherapy notes")
        assert not out.exists()
        put(app, "passphrase", PASSPHRASE)
        await pilot.press("ctrl+s")
        await see(pilot, "This is PLAINTEXT")
        assert "my unease" in (out / "notes.html").read_text()


async def test_what_cannot_be_written_is_said_and_recorded(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", date="2026-11-09"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await go(pilot, "2", "x")
        await see(pilot, "There is nothing to export.")
        app.screen.query_one("#drafts", Choice).choose(1)
        await see(pilot, "1 note of OTTER")
        for name, value in (("recipient", "OTTER"), ("folder", str(tmp_path)), ("passphrase", PASSPHRASE)):
            put(app, name, value)
        choose(app)
        await pilot.press("ctrl+s")
        await see(pilot, "It was not touched.")
        assert app.screen.query_one("#passphrase", Field).said == ""
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, Clients))


def _gone(app: Tacenda) -> bool:
    return not app.is_running


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_the_pages_look_as_they_did(
    vault: str, fill: Fill, notes: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(NoteDraft(0, "Slept six hours.", title="Week 4", date="2026-11-09"), sign=True)
    monkeypatch.chdir(notes.parent)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await go(pilot, "2", "I")
        await check("import", pilot)
        put(app, "focus", "notes")
        await pilot.press("ctrl+s")
        await see(pilot, "to make, ")
        await settle(pilot)
        await check("import-list", pilot)
        await pilot.press("ctrl+s")
        await see(pilot, "step 3 of 3")
        await settle(pilot)
        await check("import-done", pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("x")
        await see(pilot, "1 note of OTTER")
        await settle(pilot)
        await check("export", pilot)
        await pilot.press("escape", "enter", "y")
        await settle(pilot)
        await check("told", pilot)
        await pilot.press("escape", "x")
        await see(pilot, "1 note of OTTER")
        for row in screen_text(app).split("\n"):
            assert len(row) <= size[0]
        assert "Passphrase" in screen_text(app)
        await pilot.press("ctrl+q")
        await until(pilot, partial(_gone, app))
