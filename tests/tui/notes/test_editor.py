"""The editor as a person uses it: templates, the last plan, snippets, preview, finding, undo, what comes next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.session import NoteDraft
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.notes.chart import Chart
from tui.screens.notes.writing.beside import Beside
from tui.screens.notes.writing.editor import Editor
from tui.screens.notes.writing.preview import Preview
from tui.widgets.note_text import NoteText
from vault_format.codes import Action, Flag

TEXT = "## Subjective\nSlept.\n\n## Objective\nOn time.\n\n## Assessment\nBetter.\n\n## Plan\nKeep the screen rule.\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of settings, the test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "tacenda"
    (folder / "templates").mkdir(parents=True)
    return folder


@asynccontextmanager
async def at_chart(vault: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Tacenda, Pilot[int]]]:
    """Unlock and go to the first client's chart."""
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter")
        await until(pilot, lambda: isinstance(app.screen, Chart))
        yield app, pilot


def text_of(app: Tacenda) -> NoteText:
    return app.screen.query_one(NoteText)


async def new_note(app: Tacenda, pilot: Pilot[int], *keys: str) -> None:
    """Begin a note with KEYS at the list of new notes, and stand in its text."""
    await pilot.press("n", *(keys or ("enter",)))
    await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
    await pilot.press("escape")


async def test_a_template_of_ones_own_is_offered_and_a_broken_one_is_told(
    vault: str, fill: Fill, config: Path
) -> None:  # fmt: skip
    (config / "templates" / "group.toml").write_text(
        'name = "Group session"\ntype = "progress"\nheadings = ["Theme", "Members"]\n', encoding="utf-8"
    )
    (config / "templates" / "bad.toml").write_text("name = 'Bad'\ntype = 'poem'\n", encoding="utf-8")
    fill()
    async with at_chart(vault) as (app, pilot):
        await pilot.press("n")
        screen = await see(pilot, "Group session")
        assert "1  Group session" in screen
        assert "bad.toml, line 2" in screen
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        assert text_of(app).text == "## Theme\n\n\n## Members\n"
        await pilot.press("escape")
        await type_text(pilot, "Trust.")
        await pilot.press("escape")
        await see(pilot, "1 of 1")
        assert app.session is not None
        assert app.session.catalog.notes()[0].form == "free"


async def test_f_changes_the_form_of_the_type_under_the_cursor(vault: str, fill: Fill) -> None:
    fill()
    async with at_chart(vault) as (app, pilot):
        await pilot.press("n", "f")
        await see(pilot, "DAP")
        await pilot.press("j", "j")
        await see(pilot, "who, what, what follows")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        assert text_of(app).text.startswith("## Who and how")


async def test_the_header_takes_now_the_service_and_what_comes_next(vault: str, fill: Fill) -> None:
    fill()
    async with at_chart(vault) as (app, pilot):
        await pilot.press("n", "enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        page = app.screen
        assert isinstance(page, Editor)
        await type_text(pilot, "1002")
        await pilot.press("enter")
        await type_text(pilot, "1055")
        await pilot.press("enter")
        await see(pilot, "53 min suggest 90837: ^N takes it as Service.")
        await see(pilot, "90837 by minutes")
        assert page.state_now().service == ""
        await pilot.press("ctrl+n")
        assert page.state_now().service == "90837"
        page.set_focus(page.header.field("start"))
        page.header.field("start").set("")
        await type_text(pilot, "n")
        await pilot.press("enter")
        assert page.state_now().start[2] == ":"
        page.set_focus(page.header.field("next"))
        await type_text(pilot, "in 2 weeks 14.30")
        await pilot.press("enter")
        await see(pilot, "50 min")
        assert page.header.field("next").value.endswith(" 14:30")
        assert app.focused is text_of(app)
        await type_text(pilot, "Slept.")
        await pilot.press("escape")
        await see(pilot, "Next is planned for")
        assert app.session is not None
        (row,) = app.session.catalog.appointments()
        assert (row.time, row.state) == ("14:30", "planned")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        page = app.screen
        assert isinstance(page, Editor)
        page.header.field("next").set(f"{row.day} 16:00")
        await pilot.press("escape")
        await see(pilot, "Moved to")
        assert [one.time for one in app.session.catalog.appointments()] == ["16:00"]


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_the_last_plan_is_in_view_on_the_record_and_folds(
    vault: str, fill: Fill, size: tuple[int, int]
) -> None:  # fmt: skip
    fill(NoteDraft(0, TEXT, date="2026-11-16"), sign=True)
    async with at_chart(vault, size) as (app, pilot):
        assert app.session is not None
        before = len(app.session.vault.columns)
        await new_note(app, pilot)
        screen = await see(pilot, "Keep the screen rule.")
        assert "2026-11-16" in screen
        assert "Better." not in screen
        columns = app.session.vault.columns
        reads = [columns.shape(at) for at in range(before, len(columns))]
        assert [shape.flags for shape in reads if shape.action == Action.READ] == [Flag.BESIDE]
        if size[0] >= 120:
            beside, text = app.screen.query_one(Beside).region, text_of(app).region
            assert beside.x >= text.right
            assert beside.width == 40
        await pilot.press("f4")
        await until(pilot, lambda: "Keep the screen rule." not in screen_text(app))
        await pilot.press("f4")
        await see(pilot, "Keep the screen rule.")
        assert len([1 for at in range(before, len(columns)) if columns.shape(at).action == Action.READ]) == 1
        await pilot.press("f6", "f6")
        assert app.screen.query_one(Beside).has_focus
        await pilot.press("escape")
        assert text_of(app).has_focus


async def test_a_folded_plan_is_not_opened(vault: str, fill: Fill, config: Path) -> None:
    (config / "settings.toml").write_text("[writing]\nplan = false\n", encoding="utf-8")
    fill(NoteDraft(0, TEXT, date="2026-11-16"), sign=True)
    async with at_chart(vault) as (app, pilot):
        assert app.session is not None
        await new_note(app, pilot)
        await type_text(pilot, "x")
        columns = app.session.vault.columns
        assert not [1 for at in range(len(columns)) if columns.shape(at).action == Action.READ]
        await pilot.press("f4")
        await see(pilot, "Keep the screen rule.")


@pytest.mark.slow
async def test_snippets_expand_and_one_step_undoes_them(vault: str, fill: Fill, config: Path) -> None:
    fill()
    async with at_chart(vault) as (app, pilot):
        await new_note(app, pilot, "o")
        text = text_of(app)
        await pilot.press("ctrl+t")
        await see(pilot, "A snippet is a word")
        await pilot.press("escape")
        (config / "snippets.toml").write_text(
            '[snippets]\ndar = "Denies all areas of risk."\nda = "DA"\nmse = "On time.\\nAlert."\n', encoding="utf-8"
        )
        await type_text(pilot, "dar")
        await pilot.press("ctrl+t")
        assert text.text == "Denies all areas of risk."
        await pilot.press("ctrl+z")
        assert text.text == "dar"
        await pilot.press("ctrl+y")
        assert text.text == "Denies all areas of risk."
        await pilot.press("enter")
        await type_text(pilot, "m")
        await pilot.press("ctrl+t")
        await see(pilot, "On time. Alert.")
        await pilot.press("enter")
        await until(pilot, lambda: text.text == "Denies all areas of risk.\nOn time.\nAlert.")
        assert app.focused is text
        await pilot.press("space", "ctrl+t")
        await see(pilot, "Snippets")
        await type_text(pilot, "zz")
        await see(pilot, "No snippet begins so.")
        await pilot.press("enter", "escape")


async def test_the_preview_shows_and_never_acts(vault: str, fill: Fill) -> None:
    text = "# Head\n\n- one **strong**\n- [x] done\n> said\n[see](https://example.org/x)\n\x1b]8;;http://e\x07link\x1b[31m\n"
    fill(NoteDraft(0, text, date="2026-11-16"))
    async with at_chart(vault) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, Preview))
        screen = await see(pilot, "one strong")
        assert "· one strong" in screen
        assert "[x] done" in screen
        assert "│ said" in screen
        assert "see (https://example.org/x)" in screen
        strips = app.screen._compositor.render_strips()
        segments = [segment for strip in strips for segment in strip]
        assert not any("\x1b" in segment.text or (segment.style and segment.style.link) for segment in segments)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, Editor))


async def test_find_counts_and_goes_round_both_ways(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "Slept well.\nThe SLEEP diary.\nNo sleep.\n", form="free", date="2026-11-16"))
    async with at_chart(vault) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        text = text_of(app)
        await pilot.press("ctrl+home", "ctrl+f")
        await type_text(pilot, "sleep")
        await see(pilot, "1 of 2")
        assert text.selected_text == "SLEEP"
        await pilot.press("down")
        await see(pilot, "2 of 2")
        await pilot.press("enter")
        await see(pilot, "1 of 2")
        await pilot.press("up")
        await see(pilot, "2 of 2")
        await pilot.press("escape")
        assert app.focused is text
        assert text.selection.is_empty
        assert text.cursor_location == (2, 8)
        await pilot.press("f3")
        assert text.selected_text == "SLEEP"
        await pilot.press("ctrl+f")
        await type_text(pilot, "zz")
        await see(pilot, "Not found in this text.")
        await pilot.press("escape")
        await pilot.press("ctrl+l")
        assert app.session is None
        await see(pilot, "whole")
        assert "sleepzz" not in str([page.__dict__.get("_words") for page in app.pages])


async def test_undo_and_redo_reach_the_keeper(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "base", form="free", date="2026-11-16"))
    async with at_chart(vault) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        await type_text(pilot, " more")
        assert app.keeper is not None
        assert app.keeper.pending
        await pilot.press("ctrl+z")
        await until(pilot, lambda: app.keeper is not None and not app.keeper.pending)
        await pilot.press("ctrl+y")
        await until(pilot, lambda: app.keeper is not None and app.keeper.pending)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Chart))
        assert app.session is not None
        (row,) = app.session.catalog.notes()
        assert app.session.read_note(row.id).text == "base more"


async def test_a_process_note_alone_is_pointed_out(vault: str, fill: Fill) -> None:
    fill()
    async with at_chart(vault) as (app, pilot):
        await new_note(app, pilot, "o")
        await type_text(pilot, "mine")
        await pilot.press("escape")
        await see(pilot, "A process note alone leaves the chart")
        await new_note(app, pilot, "p")
        await type_text(pilot, "Slept.")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Chart))
        assert "A process note alone" not in screen_text(app)


async def test_ten_megabytes_are_refused_in_words_and_nothing_is_lost(vault: str, fill: Fill) -> None:
    from textual import events

    fill(NoteDraft(0, "base", form="free", date="2026-11-16"))
    async with at_chart(vault) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        app.post_message(events.Paste("word " * 2_000_000))
        await see(pilot, "longer than 8 MiB")
        assert text_of(app).text == "base"
        await pilot.press("escape")
        await type_text(pilot, " on")
        assert text_of(app).text == "base on"
        # a field takes no more than it can hold
        await pilot.press("f6")
        page = app.screen
        assert isinstance(page, Editor)
        page.set_focus(page.header.field("title"))
        app.post_message(events.Paste("x" * 1_000_000))
        await pilot.pause()
        assert len(page.header.field("title").value) <= 200


@pytest.mark.slow
async def test_fifty_thousand_lines_stay_usable(vault: str, fill: Fill) -> None:
    lines = "\n".join(f"line {at} of a long night" for at in range(50_000))
    (note,) = fill(NoteDraft(0, "## Plan\n" + lines, form="free", date="2026-11-16"))
    async with at_chart(vault) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        await see(pilot, "line 50001")
        await type_text(pilot, " end")
        await pilot.press("ctrl+f")
        await type_text(pilot, "49999 of")
        await see(pilot, "1 of 1")
        await pilot.press("escape", "ctrl+home", "up", "pagedown", "f7")
        await see(pilot, "The first 200,000 characters")
        await pilot.press("f7", "escape")
        await until(pilot, lambda: isinstance(app.screen, Chart))
    assert open_session(vault).read_note(note).text.endswith("line 49999 of a long night end")


async def test_the_rows_of_a_text_are_what_textual_would_count(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "short\n" + "a long line that goes on " * 12, form="free", date="2026-11-16"))
    async with at_chart(vault) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        text = text_of(app)

        def counted() -> int:
            return sum(len(text.wrapped_document.get_offsets(row)) + 1 for row in range(text.document.line_count))

        assert text.wrapped_document.height == counted() > text.document.line_count
        await type_text(pilot, "more words at the end of it, and more of them, and then some more\n\n")
        assert text.wrapped_document.height == counted()
        await pilot.press("ctrl+z", "ctrl+home", "delete", "delete", "delete")
        assert text.wrapped_document.height == counted()


async def test_several_lines_are_no_passphrase(vault: str) -> None:
    from textual import events
    from textual.widgets import Input

    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        app.post_message(events.Paste("otter maple\nheron wren"))
        await see(pilot, "Several lines are no passphrase.")
        assert app.screen.query_one("#focus", Input).value == ""
        app.post_message(events.Paste("one line\n"))
        await until(pilot, lambda: app.screen.query_one("#focus", Input).value == "one line")
