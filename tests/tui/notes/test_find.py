"""Find: titles as one types, inside the notes once that was asked for; nothing of the words stays anywhere."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from rich.cells import cell_len

from core.search import Query
from core.session import NoteDraft
from tests.core.practice import decryptions
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.find.lines import marked
from tui.screens.find.page import FindPage
from tui.screens.notes.chart import Chart
from tui.screens.notes.reading.reader import Reader
from tui.screens.notes.writing.editor import Editor
from tui.screens.today import Today
from tui.widgets.fields import Field
from tui.widgets.lines import Sheet
from tui.widgets.note_text import NoteText
from tui.widgets.rows import MARK, Rows
from vault_format.codes import Action

LONG = "\n".join(f"Line {number} of what was said." for number in range(60))
SIGNED = NoteDraft(
    0, f"## Subjective\n{LONG}\n\n## Plan\nBreathing exercise twice.\nthen breathing again",
    title="Sleep routine, week 4", date="2026-11-09", tags=("sleep",),
)  # fmt: skip
DRAFT = NoteDraft(0, "## Plan\nfirst line\nThe Zürich journey, breathing", title="First session", date="2026-11-16")
SIZES = [(80, 24), (60, 20), (120, 40)]


def actions(app: Tacenda) -> list[int]:
    """Return the action of every record."""
    assert app.session is not None
    ledger = app.session.vault.ledger
    return [ledger.record(number).header.action for number in range(ledger.count)]


def chosen(app: Tacenda) -> str:
    """Return the row that the cursor stands on, as it stands on the screen."""
    return next(row for row in screen_text(app).split("\n") if row.startswith(MARK))


@pytest.mark.parametrize("size", SIZES)
async def test_titles_are_found_as_one_types(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill(SIGNED, sign=True)
    fill(DRAFT, code="HERON")
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("3")
        await see(pilot, "Type a code, a title")
        before = actions(app)
        with decryptions() as opened:
            await type_text(pilot, "sleep w")
            await until(pilot, lambda: "HERON" not in screen_text(app))
            screen = screen_text(app)
            assert "Look inside 2 notes" in screen
            assert "Sleep routine" in chosen(app)
            await pilot.press("up")
            assert "Look inside" in chosen(app)
            await pilot.press("down", "pagedown", "pageup", "down")
        assert opened == []
        assert actions(app) == before
        await pilot.press("enter")
        await see(pilot, "Line 0 of what was said")
        assert isinstance(app.screen, Reader)
        assert actions(app)[len(before) :] == [Action.READ]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, FindPage))
        # the words still stand while one comes back from what was found; not once the page was left
        assert app.screen.query_one(Field).said == "sleep w"
        await pilot.press("escape", "3")
        await see(pilot, "Type a code, a title")
        assert app.screen.query_one(Field).said == ""


@pytest.mark.slow
async def test_enter_behind_the_last_letter_opens_what_it_finds(vault: str, fill: Fill) -> None:
    fill(SIGNED, sign=True)
    fill(DRAFT, code="HERON")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("3", "h", "e", "r", "enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        await see(pilot, "first line")


@pytest.mark.slow
async def test_a_client_without_notes_leads_to_the_chart(vault: str, fill: Fill) -> None:
    fill(code="HERON", name="a hidden name")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("3")
        await type_text(pilot, "hidden")
        await see(pilot, "client, active, 0 notes")
        assert "a hidden name" not in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Chart))


@pytest.mark.parametrize("size", SIZES)
async def test_inside_the_notes_and_standing_at_the_match(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill(SIGNED, sign=True)
    fill(DRAFT, code="HERON")
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("3")
        before = len(actions(app))
        await type_text(pilot, "breathing")
        await see(pilot, "Look inside 2 notes")
        await pilot.press("enter")
        await see(pilot, "2 found.")
        assert actions(app)[before:] == [Action.SEARCH]
        screen = screen_text(app)
        assert "Breathing exercise" in screen
        if size[0] >= 80:
            assert "Plan" in screen
        with decryptions() as opened:
            await type_text(pilot, " EXERCISE")
            await see(pilot, "1 found.")
        assert opened == []
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Reader))
        await see(pilot, "Breathing exercise twice.")
        sheet = app.screen.query_one("#focus", Sheet)
        await until(pilot, lambda: sheet.seen[0] > 20)
        marked = [text for line in sheet.lines for text, role in line if role == "mark"]
        assert marked == ["Breathing", "exercise", "breathing"]
        await pilot.press("f3")
        await see(pilot, "Row 2 of 2")
        await pilot.press("f3")
        await see(pilot, "From the top")
        # resizing keeps what is marked
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, FindPage))
        app.screen.query_one(Field).set("zurich")
        await see(pilot, "Zürich journey")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and "first" in app.screen.query_one(NoteText).text)
        assert app.screen.query_one(NoteText).cursor_location == (2, 4)
        # what is written here is found here
        await type_text(pilot, "kingfisher ")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, FindPage))
        app.screen.query_one(Field).set("kingfisher")
        await see(pilot, "1 found.")
        app.screen.query_one(Field).set("nothing like it")
        await see(pilot, "0 found.")
        assert "Titles only" in chosen(app)
        await pilot.press("enter")
        await see(pilot, "Look inside 2 notes")
        assert app.session is not None
        assert not app.session.looks_inside


async def test_what_another_session_saved_is_said(vault: str, fill: Fill) -> None:
    fill(SIGNED, sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("3")
        await type_text(pilot, "wagtail")
        await pilot.press("enter")
        await see(pilot, "0 found.")
        other = open_session(vault)
        client = other.catalog.clients()[0].id
        other.save_note(NoteDraft(client, "a wagtail", title="another"))
        other.lock()
        await see(pilot, "Open 1 note more that changed since")
        await pilot.press("down", "enter")
        await see(pilot, "1 found.")


async def test_opening_says_how_far_it_is_and_can_be_stopped(
    vault: str, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(SIGNED, DRAFT, DRAFT)
    gate = threading.Semaphore(0)
    monkeypatch.setattr("core.session.finding.looking._TURN", 1)
    monkeypatch.setattr("tui.screens.find.page._PATIENCE", 0.0)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("3")
        await type_text(pilot, "line")
        page = app.screen
        assert isinstance(page, FindPage)
        told = page._tell_later

        def held(done: int, of: int) -> None:
            told(done, of)
            gate.acquire(timeout=20)

        monkeypatch.setattr(page, "_tell_later", held)
        await pilot.press("up", "enter")
        await see(pilot, "Opening notes: 1 of 3")
        await pilot.press("escape")
        gate.release(10)
        await see(pilot, "Stopped. What was opened is forgotten again")
        assert app.session is not None
        assert not app.session.looks_inside
        await pilot.press("enter")
        await see(pilot, "first line")


async def test_the_words_stay_nowhere(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(SIGNED, sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("3")
        await type_text(pilot, "xylophone")
        await pilot.press("enter")
        await see(pilot, "0 found.")
        app.screen.query_one(Field).set("breathing twice")
        await see(pilot, "1 found.")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Reader) and bool(app.screen._hits))
        reader = app.screen
        await pilot.press("ctrl+l")
        screen = await see(pilot, "by you")
        assert "breathing" not in screen.lower()
        assert all("breath" not in repr(memento).lower() for memento in app.returning._mementos)
        assert isinstance(reader, Reader)
        assert not reader._query
        await unlock(pilot)
        # the same note, which nothing marks any more
        await see(pilot, "Line 0 of what was said")
        assert isinstance(app.screen, Reader)
        assert not app.screen._hits
        await pilot.press("escape")
        await see(pilot, "Type a code, a title")
        assert app.screen.query_one(Field).said == ""
        assert "Look inside" not in screen_text(app)
    for folder, _, names in os.walk(tmp_path):
        for name in names:
            data = (Path(folder) / name).read_bytes().lower()
            assert b"xylophone" not in data
            assert b"breathing twice" not in data


async def test_the_list_has_its_own_keys(vault: str, fill: Fill) -> None:
    fill(SIGNED, DRAFT, DRAFT, DRAFT)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("slash")
        await see(pilot, "Type a code")
        await type_text(pilot, "12")
        await see(pilot, "0 of 4 notes")
        await pilot.press("backspace", "backspace", "tab", "j", "j")
        rows = app.screen.query_one(Rows)
        assert app.focused is rows
        await until(pilot, lambda: rows.cursor == 2)
        await pilot.press("g", "G", "ctrl+u")
        await pilot.press("slash", "x")
        await until(pilot, lambda: app.screen.query_one(Field).said == "x")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Today))


async def test_finding_from_a_chart_begins_with_its_client(vault: str, fill: Fill) -> None:
    fill(SIGNED, sign=True)
    fill(DRAFT, code="HERON")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "j", "enter")
        await until(pilot, lambda: isinstance(app.screen, Chart))
        await see(pilot, "Sleep routine")
        await pilot.press("slash")
        await see(pilot, "1 of 2 notes")
        await type_text(pilot, "week")
        await until(pilot, lambda: app.screen.query_one(Field).said == "OTTER week")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Chart))


@pytest.mark.slow
async def test_finding_in_the_note_that_is_read(vault: str, fill: Fill) -> None:
    fill(SIGNED, sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter", "enter")
        await see(pilot, "Line 0 of what was said")
        reader = app.screen
        sheet = reader.query_one("#focus", Sheet)
        await pilot.press("f3")
        await see(pilot, "Nothing is marked here")
        await pilot.press("slash")
        await type_text(pilot, "BREATHING")
        await pilot.press("enter")
        await see(pilot, "Row 1 of 2")
        await until(pilot, lambda: sheet.seen[0] > 20)
        await pilot.press("ctrl+f")
        await type_text(pilot, "nothing like it")
        await pilot.press("enter")
        await see(pilot, "Not found in this note")
        assert not any(role == "mark" for line in sheet.lines for _, role in line)
        # a note that is opened after this one was not looked through
        await pilot.press("slash", "escape")
        assert app.screen is reader


@pytest.mark.parametrize("room", [12, 22, 40, 60])
@pytest.mark.parametrize(
    "line",
    [
        "river at the beginning of a long line that does not fit", "a long line that does not fit, and then the river",
        "a long line in which the river stands in the middle of what there is to say",
        "今日は雨が降っていたので family river 今日は雨",
        "short river",
    ],
)  # fmt: skip
def test_what_was_found_is_in_view(line: str, room: int) -> None:
    pieces = marked(line, Query.of("RIVER"), room)
    text = "".join(piece for piece, _ in pieces)
    assert cell_len(text) == room
    assert [piece for piece, role in pieces if role == "mark"] == ["river"]
    # no more than a word's room is left empty where the line has more to say
    assert cell_len(text.rstrip()) >= min(cell_len(line), room - 9)
