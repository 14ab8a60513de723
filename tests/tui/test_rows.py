from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.theme import Theme

from tui import look
from tui.widgets.lines import Line
from tui.widgets.rows import MARK, Listed, Rows

MILLION = 1_000_000


class Counting:
    """A million rows that notes which of them were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __len__(self) -> int:
        return MILLION

    def line(self, index: int, width: int) -> Line:
        self.asked.append(index)
        return ((f"row {index:,}", "text"),)


class ListApp(App[None]):
    CSS = "Rows { height: 1fr; width: 100%; scrollbar-size: 0 0; }"

    def __init__(self, look_of: Theme = look.DARK) -> None:
        super().__init__()
        self.register_theme(look_of)
        self.theme = look_of.name
        self.source = Counting()

    def compose(self) -> ComposeResult:
        yield Rows(self.source)


async def test_a_million_rows_ask_for_those_in_view_only() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        rows = app.query_one(Rows)
        rows.focus()
        await pilot.pause()
        assert len(set(app.source.asked)) <= 24
        app.source.asked.clear()
        await pilot.press("j")
        await pilot.pause()
        assert set(app.source.asked) <= {0, 1}
        app.source.asked.clear()
        await pilot.press("G")
        await pilot.pause()
        assert rows.cursor == MILLION - 1
        assert min(app.source.asked) >= MILLION - 50 or set(app.source.asked) <= {0, 1, *range(MILLION - 50, MILLION)}
        await pilot.press("pageup", "pagedown", "k", "g")
        assert rows.cursor == 0
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert len(set(app.source.asked)) < 400


async def test_an_empty_list_takes_every_key() -> None:
    app = ListApp()
    async with app.run_test() as pilot:
        rows = app.query_one(Rows)
        rows.erase()
        rows.focus()
        await pilot.press("j", "k", "G", "g", "pageup", "pagedown", "space")
        assert rows.cursor == 0


@pytest.mark.parametrize("theme", look.THEMES.values(), ids=lambda theme: theme.name)
async def test_only_the_beginning_of_the_chosen_row_is_marked(theme: Theme) -> None:
    app = ListApp(theme)
    async with app.run_test(size=(80, 24)) as pilot:
        rows = app.query_one(Rows)
        rows.show(
            Listed(["HERON", "OTTER"], lambda code, _: (("  ", "text"), (f"{code}   ", "muted"), ("more", "text")))
        )
        rows.focus()
        await pilot.press("down")
        await pilot.pause()
        plain, chosen = ([segment for segment in rows.render_line(y) if segment.text] for y in (0, 1))
        marked = look.styles_of(theme.name)["selected"]
        assert "".join(segment.text for segment in chosen if segment.style == marked) == f"{MARK}  OTTER"
        assert "".join(segment.text for segment in chosen[-3:]).rstrip() == "   more"
        assert marked not in [segment.style for segment in plain]
        # a look of its own: the ground or reversed, not only the letters' colour
        assert marked.reverse or marked.bgcolor not in {segment.style.bgcolor for segment in plain if segment.style}


async def test_the_terminals_cursor_stands_by_the_chosen_row() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(Rows).focus()
        await pilot.press("down", "down")
        await pilot.pause()
        assert app.cursor_position == Offset(0, 2)
        await pilot.press("G")
        await pilot.pause()
        assert app.cursor_position == Offset(0, 23)
