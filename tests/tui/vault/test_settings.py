"""The page of settings, and what each setting does; files that are wrong are told of and stop nothing."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.session import NoteDraft
from core.settings import OPTIONS, settings_file
from tests.tui.conftest import Fill
from tests.tui.pictures.test_captures import check, settle
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui import look, words
from tui.application import Tacenda
from tui.screens.jump import ALPHABET, LETTERS
from tui.screens.notes.writing.editor import Editor
from tui.screens.settings.page import SettingsPage
from tui.settings import next_value
from tui.widgets.note_text import NoteText


def write(text: str, name: str = "settings.toml") -> Path:
    path = Path(settings_file()).with_name(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def on_disk() -> dict[str, dict[str, object]]:
    return tomllib.loads(Path(settings_file()).read_text(encoding="utf-8"))


async def settings(pilot: Pilot[int]) -> None:
    await unlock(pilot)
    await pilot.press("comma")
    await see(pilot, "Settings of this machine")


def grounds(app: Tacenda) -> set[str]:
    """Return the colours behind all that is on the screen."""
    styles = [segment.style for strip in app.screen._compositor.render_strips() for segment in strip]
    return {style.bgcolor.name for style in styles if style is not None and style.bgcolor is not None}


async def go_to(pilot: Pilot[int], title: str) -> None:
    page = pilot.app.screen
    assert isinstance(page, SettingsPage)
    await pilot.press("g")
    for _ in range(20):
        if page.here is not None and page.here.title == title:
            return
        await pilot.press("j")
    raise AssertionError(title)


def test_themes_are_those_that_can_be_chosen() -> None:
    theme = next(option for option in OPTIONS if option.name == "theme")
    assert set(theme.choices) == {"auto", *look.THEMES}


def test_letters_to_jump_by_are_the_same_in_both_orders() -> None:
    assert sorted(LETTERS) == sorted(ALPHABET)
    assert ALPHABET.startswith("abc")


def test_values_go_round_and_numbers_stop_at_their_bounds() -> None:
    theme, idle = OPTIONS[0], OPTIONS[-1]
    assert next_value(theme, "nocolor", 1) == "auto"
    assert next_value(theme, "auto", -1) == "nocolor"
    assert next_value(idle, 240, 1) == 240
    assert next_value(idle, 0, -1) == 0


async def test_a_change_is_written_at_once_takes_effect_and_can_be_undone(vault: str) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await settings(pilot)
        await pilot.press("right", "right")
        await see(pilot, "Theme: light. Written to the file.")
        assert app.theme == "light"
        assert grounds(app) == {look.LIGHT.variables[f"{role}-ground"].lower() for role in ("text", "selected")}
        assert on_disk() == {"look": {"theme": "light"}}
        assert stat.S_IMODE(os.stat(settings_file()).st_mode) == 0o600
        await pilot.press("u", "u")
        await see(pilot, "Theme is auto: dark again.")
        assert app.theme == "dark"
        assert "undo" not in screen_text(app).split("\n")[-1]
        await pilot.press("escape")
        await see(pilot, "Add your first client")


@pytest.mark.slow
async def test_a_number_is_typed_and_held_against_its_bounds(vault: str) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await settings(pilot)
        assert app.guard._idle == 600
        await go_to(pilot, "Locks when idle")
        await pilot.press("enter")
        await type_text(pilot, "999")
        await pilot.press("enter")
        await see(pilot, "whole number from 0 to 240")
        await pilot.press(*["backspace"] * 4)
        await type_text(pilot, "3")
        await pilot.press("enter")
        await see(pilot, "Locks when idle: 3 min. Written")
        assert app.guard._idle == 180
        assert "^L lock, 3 min" in screen_text(app)


async def test_a_longer_idle_limit_than_the_policys_changes_nothing(vault: str) -> None:
    write("[lock]\nidle_minutes = 200\n")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "Add your first client")
        assert app.guard._idle == 600


@pytest.mark.slow
async def test_ascii_symbols_reach_every_row(vault: str) -> None:
    write('[look]\nsymbols = "ascii"\n')
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await settings(pilot)
        assert screen_text(app).isascii()
        await go_to(pilot, "Symbols")
        await pilot.press("left")
        await see(pilot, "Symbols: unicode")
        assert "✓ whole" in screen_text(app)
        assert words.cut_mark() == "…"


async def test_weekdays_form_and_editor_are_as_chosen(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", type="intake", date="2026-11-20"), code="OTTER")
    write('[look]\nweekdays = false\n[writing]\nform = "birp"\nwidth = 50\nnumbers = true\n[keys]\njump = "alphabet"\n')
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        assert "Fri 2026-11-20" not in await see(pilot, "2026-11-20")
        await pilot.press("2", "enter", "n")
        await see(pilot, "BIRP")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        text = app.screen.query_one(NoteText)
        await until(pilot, lambda: text.size.width == 50)
        assert text.show_line_numbers
        await see(pilot, "Behavior")


async def test_a_broken_file_is_told_of_kept_and_stops_nothing(vault: str) -> None:
    path = write("[look]\ntheme = \n")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "settings.toml, line 2: no TOML")
        await settings(pilot)
        await see(pilot, "settings.toml, line 2: no TOML")
        await pilot.press("right")
        await see(pilot, "It is not written over.")
        assert path.read_text() == "[look]\ntheme = \n"
        assert app.theme == "dark"


async def test_what_is_not_known_is_named_on_the_page(vault: str) -> None:
    write("[look]\nsparkle = 1\n")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await settings(pilot)
        await see(pilot, "[look] has no sparkle. It is kept.")
        await pilot.press("right")
        await see(pilot, "Written to the file")
        assert on_disk() == {"look": {"sparkle": 1, "theme": "dark"}}


async def test_no_color_outweighs_the_theme_that_was_chosen(vault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write('[look]\ntheme = "light"\n')
    monkeypatch.setenv("NO_COLOR", "1")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await settings(pilot)
        assert app.theme == "nocolor"
        await see(pilot, "NO_COLOR is set")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_the_page_looks_as_it_did(vault: str, size: tuple[int, int]) -> None:
    write('[look]\ntheme = "purple"\n')
    write("[reader]\nolder = ['b']\nnewer = ['a']\n", "keymap.toml")
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await settings(pilot)
        await settle(pilot)
        screen = screen_text(app)
        assert "Locks when idle" in screen
        assert "F1 keys" in screen.split("\n")[-1]
        await check("settings", pilot)
        await go_to(pilot, "Keymap")
        await pilot.press("enter")
        await settle(pilot)
        await check("own-keys", pilot)
