from __future__ import annotations

from textual.app import App, ComposeResult

from tui import look
from tui.widgets.lines import Line
from tui.widgets.rows import Rows

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

    def __init__(self) -> None:
        super().__init__()
        self.source = Counting()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return look.DARK.variables

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
