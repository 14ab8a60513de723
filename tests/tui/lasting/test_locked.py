"""What a lock clears, and what comes back after it."""

from __future__ import annotations

import pytest

from core.session import NoteDraft
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.door.door import DoorPage
from tui.screens.notes.writing.editor import Editor
from tui.terminal import safety
from tui.widgets.fields import Field
from tui.widgets.note_text import NoteText


async def test_lock_clears_and_comes_back_to_the_same_word(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "## Plan\nfirst line\nsecond line", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and "second" in app.screen.query_one(NoteText).text)
        editor = app.screen
        text = editor.query_one(NoteText)
        text.move_cursor((1, 5))
        await type_text(pilot, "XYZ")
        text.select_all()
        await pilot.press("ctrl+c")
        assert "firstXYZ" in app.clipboard
        text.move_cursor((1, 8))
        await pilot.press("ctrl+l")
        screen = await see(pilot, "by you")
        assert "Your draft was saved." in screen
        assert "line" not in screen.replace("The line", "")
        assert not app.session
        assert app.clipboard == ""
        assert text.text == ""
        assert not text.history.undo_stack
        assert isinstance(app.screen, DoorPage)
        await unlock(pilot)
        await until(pilot, lambda: isinstance(app.screen, Editor) and "XYZ" in app.screen.query_one(NoteText).text)
        assert app.screen.query_one(NoteText).cursor_location == (1, 8)
        assert app.session is not None
        assert app.session.catalog.note(note).revision == 2


async def test_the_idle_limit_locks_and_saves(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "text", date="2026-11-20"))
    moment = [0.0]
    app = Tacenda(vault, clock=lambda: moment[0])
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.query_one(NoteText).text == "text")
        await type_text(pilot, "more")
        assert app.session is not None
        moment[0] = app.session.policy.idle_minutes * 60 + 1
        screen = await see(pilot, "because no key was pressed")
        assert "Your draft was saved." in screen
    session = open_session(vault)
    assert session.read_note(note).text == "textmore"


async def test_keys_before_the_lock_are_not_typed_at_the_door(vault: str, fill: Fill) -> None:
    """What waits for a page that is still coming when one locks is no part of the passphrase; what follows is."""
    fill(NoteDraft(0, "text", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        app.hold_keys("a page that comes")
        await pilot.press("2", "ctrl+l", "a")
        await see(pilot, "by you")
        await until(pilot, lambda: isinstance(app.screen, DoorPage) and not app._held)
        assert app.screen.query_one("#focus", Field).said == "a"


async def test_what_was_copied_is_forgotten_after_a_while(vault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        app.copy_to_clipboard("first")
        monkeypatch.setattr(safety, "CLIPBOARD_SECONDS", 0.05)
        app.copy_to_clipboard("second")
        assert app.clipboard == "second"
        await until(pilot, lambda: app.clipboard == "")
