"""Whole sessions, every picture compared cell by cell with what Textual drew."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, OptionList, TextArea

from tests.light.desk import Desk
from tests.light.twin import Twin, run, twin
from tests.tui.walking import type_text

WIDE = (
    "漢字かな交じり文 and 한국어\n"
    "e\u0301 a\u0308\u0323 combined, \u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd, العربية\n"
    "family 👨\u200d👩\u200d👧\u200d👦 flag 🇩🇪 thumb 👍🏽 heart ❤\ufe0f end\n"
    "plain line after\n"
)


async def test_writing() -> None:
    async def session(pilot: Pilot[Any]) -> None:
        await type_text(pilot, "slept well, ate little\nand more\n")
        await pilot.press("up", "up", "home", "right", "right")
        await type_text(pilot, "in the middle ")
        await pilot.press("backspace", "backspace", "delete", "ctrl+k", "ctrl+z", "end", "enter", "enter")
        await pilot.press("shift+left", "shift+up", "shift+up", "left", "pagedown", "pageup", "ctrl+home", "ctrl+end")
        await type_text(pilot, "wrapped " * 8)

    done = await run(Desk(Twin), session)
    assert not done.wrong
    assert done.pictures > 50


@pytest.mark.slow
async def test_lists_and_boxes() -> None:
    async def session(pilot: Pilot[Any]) -> None:
        pilot.app.query_one(OptionList).focus()
        await pilot.press(*["down"] * 15, *["up"] * 12, "pagedown", "end", "home")
        pilot.app.query_one(DataTable).focus()
        await pilot.press(*["down"] * 20, "pagedown", *["up"] * 25, "end")
        await pilot.press("f2")
        await type_text(pilot, "otter")
        await pilot.press("home", "delete")
        pilot.app.pop_screen()
        await pilot.press("f3", "down", "f3", "up", "f3", "down", "f3", "up")

    done = await run(Desk(Twin), session)
    assert not done.wrong


@pytest.mark.slow
async def test_wide_text() -> None:
    async def session(pilot: Pilot[Any]) -> None:
        area = pilot.app.query_one(TextArea)
        area.load_text(WIDE * 8)
        await pilot.pause()
        await pilot.press("ctrl+home")
        for _ in range(4):
            await pilot.press(*["right"] * 14, "x", "down", "y", "home", "down")
        await pilot.press(*["pagedown", "up", "z"] * 3, *["backspace"] * 12, "ctrl+home", *["delete"] * 12)
        area.insert("👩\u200d⚕️ 漢\u0301字 " * 9)
        await pilot.pause()
        await pilot.press(*["left"] * 20)

    done = await run(Desk(Twin), session)
    assert not done.wrong


@pytest.mark.slow
async def test_other_sizes() -> None:
    async def session(pilot: Pilot[Any]) -> None:
        await type_text(pilot, "some text ")
        for size in ((120, 40), (60, 20), (61, 19), (200, 60), (80, 24)):
            twin(pilot.app).resize(*size)
            await pilot.pause(0.1)
            await type_text(pilot, "more")
            await pilot.press("down", "pageup")

    done = await run(Desk(Twin), session)
    assert not done.wrong


async def test_lighter() -> None:
    """No picture ever costs more than Textual's own, and all of them together a small part."""

    async def session(pilot: Pilot[Any]) -> None:
        await type_text(pilot, "slept well, ate little\nand more\n" * 2)
        pilot.app.query_one(DataTable).focus()
        await pilot.press(*["down"] * 40)

    done = await run(Desk(Twin), session)
    assert not done.wrong
    assert done.light_size * 10 < done.stock_size
