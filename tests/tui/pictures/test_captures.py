"""What each page looks like, kept as text: tests/tui/captures. TACENDA_CAPTURE=1 writes them anew; look at them then.

Numbers and hashes differ from run to run and stand as 0.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.session import NoteDraft, draft_of
from tests.tui.conftest import CHEAP, Fill, open_session
from tests.tui.walking import screen_text, unlock, until
from tui.application import Tacenda

CAPTURES = Path(__file__).parents[1] / "captures"
SIZES = [(80, 24), (120, 40)]
_DAYS = re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")
_HEX = re.compile(r"\b(?:[cn]?[0-9a-f]{4}|[0-9a-f]{12,})\b")
_CUT = re.compile(r"(?<=[│┐┘┤])[0-9a-f]{1,3}(?= [0-9a-f]{4}\b)")
"""What a box leaves of a group of hash digits beside it."""
_PATH = re.compile(r" {2,}\S*tacenda\b| {2,}\S*missing\b|\.\.\.\S*tacenda\b")


def steady(text: str) -> str:
    """Return a screen with what differs between runs made the same."""
    text = _PATH.sub("   PATH", text)
    text = _CUT.sub(lambda found: "0" * len(found.group()), text)
    text = _DAYS.sub("Day", _HEX.sub(lambda found: "0" * len(found.group()), text))
    # what stands behind an age moves with its length
    text = re.sub(r"\d+ days? *", "0 days ", text)
    text = re.sub(r"─{4,}$", "────", text, flags=re.MULTILINE)
    return re.sub(r"\d", "0", text)


async def check(name: str, pilot: Pilot[int]) -> None:
    """Compare the screen with the one kept; what is still being drawn is waited for. A failure is no picture."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    width, height = app.size
    assert "Something went wrong" not in screen_text(app)
    file = CAPTURES / f"{name}-{width}x{height}.txt"
    if os.environ.get("TACENDA_CAPTURE"):
        CAPTURES.mkdir(exist_ok=True)
        file.write_text(steady(screen_text(app)) + "\n", encoding="utf-8")
    kept = steady(file.read_text(encoding="utf-8"))
    for _ in range(200):
        if steady(screen_text(app)) + "\n" == kept:
            return
        await pilot.pause(0.02)
    assert steady(screen_text(app)) + "\n" == kept


async def settle(pilot: Pilot[int]) -> None:
    """Let every job be done and everything be drawn."""
    app = pilot.app
    quiet = 0
    while quiet < 5:
        quiet = quiet + 1 if not list(app.workers) else 0
        await app.workers.wait_for_complete()
        await pilot.pause(0.02)


@pytest.mark.parametrize("size", SIZES)
async def test_pages_look_as_they_did(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    text = "## Subjective\nSlept six hours on five nights of seven.\n\n## Plan\nGo on with the screen rule."
    fill(
        NoteDraft(0, text, title="Sleep routine, week 4", date="2026-11-09", start="10:05", end="10:56"),
        sign=True,
    )
    fill(NoteDraft(0, text, title="First session", date="2026-11-16", risk="low"), code="HERON", name="the heron")
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await check("door", pilot)
        await unlock(pilot)
        await settle(pilot)
        await check("today", pilot)
        for name, keys in {
            "clients": ["2"], "names": ["v"], "chart": ["j", "enter"], "new-note": ["n"], "editor-header": ["enter"],
            "editor": ["escape"], "chart-again": ["escape"], "reader": ["enter"], "help": ["f1"],
            "audit": ["escape", "4"], "record": ["enter"],
            "find": ["3"], "find-titles": [*"sleep"], "find-none": [*" six"], "find-inside": ["enter"],
            "palette": ["escape", "2", "colon"], "palette-words": [*"he"], "jump": ["escape", "ctrl+o"],
        }.items():  # fmt: skip
            await pilot.press(*keys)
            await settle(pilot)
            await check(name, pilot)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "whole" in screen_text(app))
        await check("locked", pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_pages_of_signing_look_as_they_did(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    text = "## Data\nSlept badly since March 2025.\n\n## Assessment\nBetter.\n\n## Plan\n"
    # so that an age has one digit, whenever this is run: it wraps elsewhere with two
    day = (datetime.now().astimezone() - timedelta(days=8)).date().isoformat()
    (note,) = fill(NoteDraft(0, text, form="dap", title="Sleep", date=day, start="10:02", end="10:55"))
    session = open_session(vault)
    draft = draft_of(session.read_note(note))
    more = text.replace("Better.", "A little better.") + "Go on."
    session.save_note(replace(draft, text=more, tags=("sleep",)), note, 1)
    session.lock()
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter")
        await settle(pilot)
        for name, keys in {
            "sign": ["s"], "signed": ["s"], "adding": ["a", "w", "h", "y", "down", "down"],
            "adding-to": ["enter", *"March", "space", *"2025", "enter"], "sign-added": [*"No", "f8"], "added": ["s"],
            "revisions": ["r"], "difference": ["enter"],
        }.items():  # fmt: skip
            await pilot.press(*keys)
            await settle(pilot)
            await check(name, pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_a_new_vault_looks_as_it_did(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Tacenda(str(tmp_path / "missing"), cost=CHEAP)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.screen.query_one("#focus").value = "owner"  # type: ignore[attr-defined]
        await settle(pilot)
        await check("create", pilot)
