"""What each page shows, in every theme and size."""

from __future__ import annotations

import re
from functools import partial

import pytest

from core.session import NoteDraft
from tests.harness.pty_terminal import PtyTerminal
from tests.tui.conftest import Fill
from tests.tui.walking import command, screen_text, see, type_text, unlock, until
from tui import look
from tui.application import Tacenda
from tui.screens.door.door import DoorPage
from tui.screens.notes.chart import Chart
from tui.screens.notes.reading.reader import Reader
from tui.screens.trail.audit import AuditPage

SIZES = [(80, 24), (120, 40), (60, 20)]


async def test_door_shows_facts_and_counts_misses(vault: str) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "✓ whole")
        await type_text(pilot, "not it")
        await pilot.press("enter")
        screen = await see(pilot, "Next try in 1 s")
        assert "Not this passphrase. Recorded as record 1" in screen
        await see(pilot, "1 failed unlock since then")
        assert app.session is None


async def test_reader_shows_a_signed_note(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "## Plan\nGo on.", title="Week 4", date="2026-11-09", start="10:05", end="10:56"), sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter")
        await see(pilot, "✓ signed")
        await pilot.press("enter")
        screen = await see(pilot, "Go on.")
        assert isinstance(app.screen, Reader)
        assert "Mon 2026-11-09  10:05-10:56 51 min" in screen
        assert "signed by owner" in screen
        assert "record " in screen
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Chart))


async def test_audit_with_and_without_a_passphrase(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "✓ whole")
        await pilot.press("down", "enter")
        screen = await see(pilot, "✓ WHOLE")
        assert "no passphrase: notes and names stay closed" in screen
        assert "OTTER" not in screen
        await pilot.press("enter")
        screen = await see(pilot, "✓ holds")
        assert "says it follows" in screen
        await pilot.press("J", "escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, DoorPage))
        await pilot.press("up")
        await unlock(pilot)
        await pilot.press("4")
        await see(pilot, "note saved")
        assert isinstance(app.screen, AuditPage)
        await pilot.press("number_sign")
        await type_text(pilot, "0")
        await pilot.press("enter")
        assert "vault made" in screen_text(app)
        await until(pilot, lambda: isinstance(app.screen, AuditPage) and app.screen.here == 0)


@pytest.mark.parametrize("theme", look.THEMES)
async def test_every_theme_shows_every_page(vault: str, fill: Fill, theme: str) -> None:
    fill(NoteDraft(0, "## Plan\ntext", date="2026-11-20"))
    app = Tacenda(vault, theme=theme)
    async with app.run_test() as pilot:
        await unlock(pilot)
        for keys in (["2"], ["enter"], ["n"], ["escape"], ["enter"], ["escape"], ["4"], ["enter"], ["f1"]):
            await pilot.press(*keys)
            await pilot.pause()
        assert app.is_running
        colours = {
            segment.style.color
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and segment.style.color is not None
        }
        if theme == "nocolor":
            assert {colour.name for colour in colours} <= {"default"}


async def test_every_page_fits_and_names_its_keys(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"), sign=True)
    for size in SIZES:
        app = Tacenda(vault)
        async with app.run_test(size=size) as pilot:
            await unlock(pilot)
            for keys in (["1"], ["2"], ["enter"], ["enter"], ["4"], ["enter"]):
                await pilot.press(*keys)
                await pilot.pause()
                screen = await see(pilot, "F1 keys")
                rows = screen.split("\n")
                assert len(rows) == size[1]
                assert all(len(row) <= size[0] for row in rows)
                assert "F1 keys" in rows[-1]
            await pilot.press("ctrl+q")
            await until(pilot, partial(ended, app))


def ended(app: Tacenda) -> bool:
    return not app.is_running


@pytest.mark.parametrize("light", ["1", "0"])
def test_no_color_means_none(vault: str, light: str) -> None:
    env = {"NO_COLOR": "1", "COLORTERM": "truecolor", "TACENDA_LIGHT": light, "LANG": "C.UTF-8"}
    with PtyTerminal(command(vault), env=env) as terminal:
        terminal.wait_for("Enter unlock")
        terminal.wait_for("whole")
        said = re.findall(rb"\x1b\[([\d;]*)m", bytes(terminal.raw))
        asked = {int(number or 0) for each in said for number in each.split(b";")}
        # the terminal's own colours, by name, are none
        assert not {*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)} & asked
        assert 1 in asked
