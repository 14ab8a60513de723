"""Letters of every script, marks and emoji of several code points: typed, moved over, deleted, pasted; and saved."""

from __future__ import annotations

import pytest
from textual import events

from core.session import NoteDraft
from tests.harness.pty_terminal import PtyTerminal
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import PASSPHRASE, command, see, unlock, until
from tui.application import Tacenda
from tui.screens.clients.client_form import ClientForm
from tui.screens.notes.writing.editor import Editor
from tui.widgets.fields import Field
from tui.widgets.note_text import NoteText
from tui.widgets.steps import erased_left, step_left, step_right

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
THUMB = "\U0001f44d\U0001f3fd"
FLAG = "\U0001f1e9\U0001f1ea"
ARABIC = "\u0627\u0633\u0645 \u0627\u0644\u0639\u0645\u064a\u0644"
MARKED = "\u0628\u064e"
"""A letter and its vowel sign."""


@pytest.mark.parametrize(
    ("text", "moves", "erases"),
    [("abc", 1, 1), (ARABIC, 1, 1), (MARKED, 2, 1), ("e\u0301", 2, 1), (FAMILY, 7, 7), (THUMB, 2, 2), (FLAG, 2, 2),
     ("x" + FLAG + FLAG, 2, 2), ("\u2764\ufe0f", 2, 2), ("1\ufe0f\u20e3", 3, 3), ("\u6f22", 1, 1), ("", 0, 0)],
)  # fmt: skip
def test_what_a_person_takes_for_one_character(text: str, moves: int, erases: int) -> None:
    assert step_left(text, len(text)) == moves
    assert erased_left(text, len(text)) == erases
    assert step_right(text, len(text) - moves) == moves
    assert step_right(text, len(text)) == 0


def test_arabic_and_an_emoji_are_typed_and_deleted_on_a_terminal(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "begun ", form="free", date="2026-11-20"))
    with PtyTerminal(command(vault)) as terminal:
        terminal.wait_for("✓ whole")
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("go on with it")
        terminal.send("\r")
        terminal.wait_for("begun")
        # two letters and a space are taken back, then the whole family, then a mark alone
        terminal.send(f"{ARABIC} ab\x7f\x7f\x7f {FAMILY}{FAMILY}\x7f{MARKED}\x7f.")
        # the third letter to the left is the family's place: one more is put before it
        terminal.send("\x1b[D\x1b[D\x1b[D!")
        terminal.send("\x11")
        assert terminal.wait_exit() == 0
    assert open_session(vault).read_note(note).text == f"begun {ARABIC} !{FAMILY}{MARKED[0]}."


async def test_the_cursor_never_stands_inside_a_character(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, f"a{FAMILY}b\n{THUMB}", form="free", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        text = app.screen.query_one(NoteText)
        text.move_cursor((0, 0))
        places = []
        for _ in range(5):
            await pilot.press("right")
            places.append(text.cursor_location)
        assert places == [(0, 1), (0, 8), (0, 9), (1, 0), (1, 2)]
        text.move_cursor((0, 1))
        await pilot.press("delete")
        assert text.said == f"ab\n{THUMB}"
        await pilot.press("ctrl+z")
        assert text.said == f"a{FAMILY}b\n{THUMB}"
        text.move_cursor((1, 0))
        await pilot.press("backspace")
        assert text.said == f"a{FAMILY}b{THUMB}"


async def test_fields_take_them_as_well_and_several_lines_as_one(vault: str) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "n")
        await until(pilot, lambda: isinstance(app.screen, ClientForm))
        await pilot.press("enter")
        name = app.screen.query_one("#name", Field)
        app.post_message(events.Paste(f"{ARABIC}\n{FAMILY}\r\nthree lines\n"))
        await until(pilot, lambda: name.said == f"{ARABIC} {FAMILY} three lines")
        assert app.focused is name
        name.set(f"a{FAMILY}{MARKED}")
        await pilot.press("left")
        assert name.cursor_position == 8
        await pilot.press("backspace")
        assert name.said == f"a{MARKED}"
        name.set(f"a{FAMILY}")
        await pilot.press("shift+left")
        assert name.selected_text == FAMILY
        await pilot.press("home", "right", "delete")
        assert name.said == "a"
        # a joiner and a mark of direction, as Persian and Hebrew keyboards send them
        for unseen in ("\u200c", "\u200f"):
            app.post_message(events.Key("unnamed", unseen))
        await until(pilot, lambda: name.said == "a\u200c\u200f")
        await pilot.press("shift+tab")
        assert app.focused is not name
