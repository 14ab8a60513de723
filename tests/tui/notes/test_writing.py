"""From a new vault to a written note, and what can come between."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.widgets import Input

from core.session import NoteDraft, Saved, Session
from tests.tui.conftest import CHEAP, Fill, open_session
from tests.tui.walking import PASSPHRASE, screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.notes.chart import Chart
from tui.screens.notes.writing.editor import Editor
from tui.screens.today import Today
from tui.widgets.fields import Field
from tui.widgets.note_text import NoteText
from vault_format.codes import LockReason

SIZES = [(80, 24), (120, 40), (60, 20)]


@pytest.mark.parametrize("size", SIZES)
async def test_first_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state"))
    path = tmp_path / "new.tacenda"
    app = Tacenda(str(path), cost=CHEAP)
    async with app.run_test(size=size) as pilot:
        await see(pilot, "There is no file there yet")
        field = app.screen.query_one("#focus", Input)
        field.value = "owner"
        await pilot.press("enter")
        await type_text(pilot, PASSPHRASE)
        await pilot.press("enter")
        await type_text(pilot, PASSPHRASE)
        assert not path.exists()
        await pilot.press("enter", "enter")
        await see(pilot, "Add your first client")
        assert path.stat().st_mode & 0o777 == 0o600
        await pilot.press("enter")
        await see(pilot, "New client")
        await type_text(pilot, "OTTER")
        await pilot.press("ctrl+s")
        await see(pilot, "No notes yet")
        await pilot.press("n")
        await see(pilot, "New note for OTTER")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        await type_text(pilot, "1002")
        await pilot.press("enter")
        await type_text(pilot, "1055")
        await pilot.press("escape")
        await type_text(pilot, "Slept six hours.")
        await pilot.press("tab")
        await type_text(pilot, "On time.")
        await pilot.press("escape")
        await see(pilot, "draft")
        assert isinstance(app.screen, Chart)
        assert app.session is not None
        row = app.session.catalog.notes()[0]
        assert (row.start, row.end, row.status) == ("10:02", "10:55", "draft")
        text = app.session.read_note(row.id).text
        assert text.startswith("## Subjective\nSlept six hours.\n\n## Objective\nOn time.")
        await pilot.press("ctrl+q")
        await until(pilot, partial(ended, app))
    assert app.return_code == 0
    assert open_session(str(path)).catalog.notes()[0].client_code == "OTTER"


async def test_leaving_an_untouched_note_saves_nothing(vault: str, fill: Fill) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "OTTER")
        await pilot.press("enter")
        await see(pilot, "No notes yet")
        await pilot.press("n", "enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        await pilot.press("escape", "escape")
        await see(pilot, "No notes yet")
        assert app.session is not None
        assert app.session.catalog.notes() == []


async def test_a_conflict_keeps_both_texts(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "base", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.query_one(NoteText).text == "base")
        other = open_session(vault)
        client = other.catalog.note(note).client
        other.save_note(NoteDraft(client, "theirs", date="2026-11-20"), note, 1)
        await type_text(pilot, " mine")
        await pilot.press("escape")
        screen = await see(pilot, "There, saved")
        assert "base mine" in screen
        assert "theirs" in screen
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, Chart))
        other.follow()
        assert other.read_note(note).text == "base mine"
        assert other.read_note(note, revision=2).text == "theirs"


async def test_another_session_is_followed(vault: str, fill: Fill) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "1 client")
        other = open_session(vault)
        other.add_client("HERON")
        await see(pilot, "HERON")
        other.lock(LockReason.PERSON)


async def test_a_wrong_time_never_keeps_a_text_from_being_saved(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "text", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.query_one(NoteText).text == "text")
        await pilot.press("f6", "tab")
        await type_text(pilot, "late")
        app.screen.query_one("#tags", Input).value = ", ".join(["a" * 70, *"bcdefgh" * 9])
        await pilot.press("escape")
        assert "Start: late is no time" in screen_text(app)
        await type_text(pilot, "more")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Today))
        assert app.session is not None
        assert app.session.read_note(note).text == "textmore"
        assert app.session.catalog.note(note).start == ""


async def test_what_is_typed_ahead_is_for_the_page_that_comes(vault: str, fill: Fill) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await until(pilot, lambda: isinstance(app.screen, Today))
        for key in ("n", "H", "E", "R", "O", "N", "ctrl+s"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await see(pilot, "Clients > HERON")
        for key in ("n", "enter", "escape", "a", "b", "escape", "escape", "1"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: isinstance(app.screen, Today))
        assert app.session is not None
        (row,) = app.session.catalog.notes()
        assert app.session.read_note(row.id).text.startswith("## Subjective\nab\n")


async def test_the_patience_of_an_earlier_wait_ends_no_later_one(vault: str) -> None:
    """On a slow machine a page is saved within seconds of its being shown; what waits for the save waits on."""
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        field, page = app.screen.query_one("#focus", Field), app.screen
        for patience in (0.02, 60.0):
            app.hold_keys(page, patience)
        app.hold_keys("another", 0.04)
        app.post_message(Key("o", "o"))
        await until(pilot, lambda: "another" not in app._holds)
        assert field.value == ""
        app.release_keys(page)
        await until(pilot, lambda: field.value == "o")


async def test_keys_that_waited_come_before_those_in_the_queue(vault: str) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        field = app.screen.query_one("#focus", Field)
        app.hold_keys("a page that comes")
        for key in "otter":
            app.post_message(Key(key, key))
        await until(pilot, lambda: len(app._held) == 5)
        # these stand in the queue when the others are let go
        for key in "maple":
            app.post_message(Key(key, key))
        app.release_keys("a page that comes")
        await until(pilot, lambda: len(field.value) == 10)
        assert field.value == "ottermaple"
        await pilot.press("s")
        assert field.value == "ottermaples"


def ended(app: Tacenda) -> bool:
    return not app.is_running


@pytest.mark.parametrize("patient", [True, False])
async def test_what_is_typed_while_a_slow_save_goes_on_is_never_let_go_of(
    vault: str, fill: Fill, monkeypatch: pytest.MonkeyPatch, patient: bool
) -> None:
    """It waits for the page that comes; where it could not wait any longer it is in the text, and saved with it."""
    (note,) = fill(NoteDraft(0, "base", date="2026-11-20"))
    if not patient:
        monkeypatch.setattr("tui.screens.notes.writing.keeping.SAVING", 0.02)
    go_on, begun, save = threading.Event(), threading.Event(), Session.save_note

    def slowly(self: Session, *what: Any) -> Saved:  # noqa: ANN401  as save_note takes it
        begun.set()
        assert go_on.wait(30)
        return save(self, *what)

    monkeypatch.setattr(Session, "save_note", slowly)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.query_one(NoteText).text == "base")
        await type_text(pilot, " more")
        app.post_message(Key("escape", None))
        await until(pilot, begun.is_set)
        await until(pilot, lambda: patient or not app._holds)
        app.post_message(Key("n", "n"))
        await pilot.pause(0.05)
        go_on.set()
        if patient:
            await see(pilot, "New client")
        else:
            await until(pilot, lambda: isinstance(app.screen, Today))
        assert app.session is not None
        assert app.session.read_note(note).text == ("base more" if patient else "base moren")
