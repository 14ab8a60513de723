"""Rows of the frame and of lists say where words of theirs are missing."""

from __future__ import annotations

import re

import pytest
from textual.app import App, ComposeResult

from core.session import NoteDraft
from tests.tui.conftest import Fill
from tests.tui.walking import screen_text, see, unlock, until
from tui import words
from tui.application import Tacenda
from tui.screens.notes.writing.editor import Editor
from tui.widgets.lines import Bar
from tui.widgets.note_text import NoteText

TITLE = "A title that goes on for longer than any column"


class BarApp(App[None]):
    CSS = "Bar { height: 1; width: 100%; }"

    def compose(self) -> ComposeResult:
        yield Bar()


def row(bar: Bar) -> str:
    return "".join(segment.text for segment in bar.render_line(0))


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("OTTER", "saved", "OTTER          saved"),
        ("OTTER with the heron", "saved", "OTTER with th… saved"),
        ("OTTER             ", "saved", "OTTER          saved"),
        ("OTTER with the heron", "", "OTTER with the heron"),
        ("OTTER with the herons", "", "OTTER with the hero…"),
    ],
)
async def test_the_left_gives_way_with_a_mark(left: str, right: str, shown: str) -> None:
    app = BarApp()
    async with app.run_test(size=(20, 1)):
        bar = app.query_one(Bar)
        bar.show(((left, "text"),), ((right, "text"),) if right else ())
        assert row(bar) == shown


def test_what_is_cut_has_a_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.terminal.environment.plain_symbols", lambda: False)
    assert words.fit("maple tree", 10) == "maple tree"
    assert words.fit("maple trees", 10) == "maple tre…"
    assert words.fit("漢字かな交", 8) == "漢字か …"
    assert words.fit("maple", 2) == "ma"
    monkeypatch.setattr("tui.terminal.environment.plain_symbols", lambda: True)
    assert words.fit("maple trees", 10) == "maple t..."


async def test_a_long_title_in_a_chart_ends_in_a_mark(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title=TITLE, date="2026-11-20"), sign=True)
    app = Tacenda(vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter")
        screen = await see(pilot, "✓ signed")
        (line,) = [line for line in screen.split("\n") if "✓ signed" in line]
        assert "A title that goes on f…  ✓ signed" in line


async def test_a_narrow_title_leaves_a_blank_before_the_state(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test(size=(60, 20)) as pilot:
        await unlock(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.query_one(NoteText).text == "text")
        await pilot.press("x")
        await see(pilot, " *  ^L lock")
        title = screen_text(app).split("\n")[0]
        assert re.search(r"(…|SOAP) +saved ", title)
