"""Commands by name: what makes sense now, made from the table of keys. Jumping by letters."""

from __future__ import annotations

import pytest

from core.session import NoteDraft
from tests.core.practice import decryptions
from tests.tui.conftest import Fill
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.keys import keymap
from tui.screens.jump import LETTERS, Jump
from tui.screens.notes.chart import Chart
from tui.screens.notes.reading.reader import Reader
from tui.screens.notes.writing.editor import Editor
from tui.screens.palette import Palette, commands
from tui.screens.today import Today
from tui.screens.trail.audit import AuditPage
from tui.widgets.fields import Field
from tui.widgets.note_text import NoteText
from tui.widgets.rows import Rows

SIGNED = NoteDraft(0, "## Plan\nGo on.", title="Week 4", date="2026-11-09")


@pytest.mark.parametrize("key", ["ctrl+p", "f2", "colon"])
async def test_a_command_is_done_by_its_name(vault: str, fill: Fill, key: str) -> None:
    fill(SIGNED, sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press(key)
        screen = await see(pilot, "Commands")
        assert "Add a client" in screen
        assert "screenshot" not in screen.lower()
        await type_text(pilot, "audit")
        await until(pilot, lambda: "Add a client" not in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AuditPage))


async def test_keys_typed_ahead_reach_the_page_that_comes(vault: str, fill: Fill) -> None:
    fill(SIGNED, sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("colon", "o", "t", "t", "e", "r", "enter", "n")
        await see(pilot, "New note for OTTER")


async def test_clients_and_notes_are_gone_to(vault: str, fill: Fill) -> None:
    fill(SIGNED, sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        with decryptions() as opened:
            await pilot.press("colon")
            await type_text(pilot, "otter")
            screen = await see(pilot, "Go to client OTTER")
            assert "Open note OTTER 2026-11-09 Week 4" in screen
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, Chart))
        assert opened == []
        await pilot.press("colon")
        await type_text(pilot, "week")
        await see(pilot, "Open note OTTER")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Reader))
        await see(pilot, "Go on.")
        await pilot.press("colon", "escape")
        assert isinstance(app.screen, Reader)


async def test_where_text_is_written_nothing_leads_away(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", date="2026-11-09"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.query_one(NoteText).text == "text")
        await pilot.press("colon")
        assert app.screen.query_one(NoteText).text == "text:"
        page = app.screen
        assert isinstance(page, Editor)
        assert not [command for command in commands(page) if "Clients" in command.says or "Go to" in command.says]
        await pilot.press("ctrl+p")
        await see(pilot, "Commands")
        await type_text(pilot, "otter")
        await until(pilot, lambda: app.screen.query_one(Field).said == "otter")
        assert "Go to client" not in screen_text(app)
        app.screen.query_one(Field).set("save")
        await until(pilot, lambda: "Save now" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is page)
        session = app.session
        assert session is not None
        await until(pilot, lambda: session.catalog.notes()[0].revision == 2)


async def test_every_command_of_every_page_exists(vault: str, fill: Fill) -> None:
    fill(SIGNED, sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        await pilot.press("ctrl+p")
        screen = await see(pilot, "Commands")
        assert "Lock now" not in screen
        assert "Clients" not in screen
        await pilot.press("escape")
        await unlock(pilot)
        for keys in ([], ["2"], ["enter"], ["enter"], ["4"], ["enter"], ["3"]):
            await pilot.press(*keys)
            await pilot.pause()
            page = app.page
            assert page is not None
            found = commands(page)
            assert len(found) > 4
            for command in found:
                base = command.do.args[2]  # type: ignore[attr-defined]
                assert hasattr(page, f"action_{base}") or hasattr(app, f"action_{base}"), command.says


async def test_the_words_are_forgotten_at_lock(vault: str, fill: Fill) -> None:
    fill(SIGNED, sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("colon")
        await type_text(pilot, "week")
        await see(pilot, "Open note")
        box = app.screen
        assert isinstance(box, Palette)
        await pilot.press("ctrl+l")
        await see(pilot, "by you")
        assert box._titles is None
        await unlock(pilot)
        await until(pilot, lambda: isinstance(app.screen, Today))


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_a_letter_jumps_to_its_row(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill(*[SIGNED] * 5, sign=True)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter")
        await see(pilot, "Week 4" if size[0] >= 80 else "signed")
        with decryptions() as opened:
            await pilot.press("ctrl+o")
            await until(pilot, lambda: isinstance(app.screen, Jump))
            rows = [row for row in screen_text(app).split("\n") if "2026-11-09" in row]
            await until(pilot, lambda: [row[0] for row in screen_text(app).split("\n") if "2026-11-09" in row]
                        == list(LETTERS[:5]))  # fmt: skip
            assert len(rows) == 5
            await pilot.press("f")
            await until(pilot, lambda: isinstance(app.screen, Chart))
            assert app.screen.query_one(Rows).cursor == 3
            await pilot.press("ctrl+o")
            await until(pilot, lambda: isinstance(app.screen, Jump))
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, Chart))
            assert app.screen.query_one(Rows).cursor == 3
        assert opened == []


@pytest.mark.slow
async def test_a_letter_jumps_to_a_field(vault: str, fill: Fill) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter", "n", "enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        page = app.screen
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, Jump))
        box = app.screen
        assert isinstance(box, Jump)
        letter = next(letter for letter, target in box._targets.items() if isinstance(target.widget, NoteText))
        await pilot.press(letter)
        await until(pilot, lambda: app.screen is page and isinstance(app.focused, NoteText))


def test_lists_have_their_keys_from_the_table() -> None:
    keys = {key for act in keymap.acts("list") for key in act.keys}
    assert {"j", "k", "g", "G", "ctrl+d", "ctrl+u", "space", "home", "end", "pageup", "pagedown"} <= keys
