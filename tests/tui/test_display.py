from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import LineFilter
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from tui.terminal.display import SafeFilter, display_safe, editable, written
from tui.widgets.fields import Field
from tui.widgets.lines import Bar, Sheet
from tui.widgets.note_text import NoteText
from tui.widgets.rows import Listed, Rows

EVIL = [
    "\x1b[31mred", "\x1b]52;c;aGk=\x07", "\x9b31m", "\x90q\x9c", "a\rb", "\x08\x08",
    "\u202eevil\u202c", "\u2066x\u2069",
    "\ufeff", "\u200b", "\x7f", "\ud800", "\U000e0041", "\x00", "\u2028",
]  # fmt: skip
FORBIDDEN = {*range(0x20), 0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
KEPT = ["Slept six hours.", "اسم العميل", "👩‍👩‍👧", "naïve ✓", "ZWNJ می‌خواهم", "日本語"]


def harmless(text: str) -> bool:
    return not FORBIDDEN & set(map(ord, text)) and not any(0xD800 <= ord(character) < 0xE000 for character in text)


@pytest.mark.parametrize("text", EVIL)
def test_what_is_shown_is_harmless_and_as_long(text: str) -> None:
    shown = display_safe(text)
    assert harmless(shown)
    assert len(shown) == len(text)
    assert shown != text


@pytest.mark.parametrize("text", KEPT)
def test_what_people_write_is_shown_as_it_is(text: str) -> None:
    assert display_safe(text) == text
    assert written(editable(text)) == text


@pytest.mark.parametrize("text", [each for each in EVIL if each not in {"\ud800", "a\rb"}])
def test_an_editor_holds_it_harmless_and_saves_it_as_it_was(text: str) -> None:
    assert harmless(editable(text))
    assert written(editable(text)) == text


def test_line_ends_become_line_feeds() -> None:
    assert editable("a\r\nb\rc") == "a\nb\nc"
    editable("\ud800").encode()


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("text", [*EVIL, *map(editable, EVIL)])
def test_the_filter_catches_what_a_widget_forgot(text: str, plain: bool) -> None:
    segments = SafeFilter(plain=plain).apply([Segment(text, Style(bold=True))], Color(0, 0, 0))
    assert harmless(segments[0].text)
    assert segments[0].style == Style(bold=True)
    if plain:
        assert segments[0].text.isascii() or any(ord(character) > 0x2500 for character in text)


def test_symbols_have_an_ascii_form() -> None:
    line = SafeFilter(plain=True).apply([Segment("✓ ✗ \u203a · • █░ ─│┌┘ ↑↓←→")], Color(0, 0, 0))[0].text
    assert line == "+ x > . * #. -|++ ^v<>"


MARKUP = ["[@click=app.bell]click[/]", "[/x]", "[bold", "\\[b]", "[red]x[/red]"]


class Every(App[None]):
    """Shows one text in every widget that shows text of a vault, and in some of Textual's own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shown = text
        self.safe = SafeFilter()

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), self.safe]

    def compose(self) -> ComposeResult:
        yield Bar(id="bar")
        yield Sheet(id="sheet")
        yield Rows(id="rows")
        yield Field(self.shown, id="field")
        text = NoteText(id="text")
        yield text
        yield Static(self.shown, markup=False)
        yield Label(self.shown, markup=False)
        yield Input(self.shown)
        yield TextArea(self.shown.replace("\ud800", "?"))

    def on_mount(self) -> None:
        for widget in self.query("*"):
            widget.styles.height = 1
        self.query_one(Bar).show(((self.shown, "text"),))
        self.query_one(Sheet).show([((self.shown, "text"),)])
        self.query_one(Rows).show(Listed((self.shown,), lambda item, _: ((str(item), "text"),)))
        self.query_one(NoteText).load(self.shown)


@pytest.mark.parametrize("text", [*EVIL, *MARKUP])
async def test_no_widget_lets_it_out(text: str) -> None:
    app = Every(text)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        rows = ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
        assert all(map(harmless, rows))
        styles = [segment.style for strip in app.screen._compositor.render_strips() for segment in strip]
        assert not any(style and style.meta.get("@click") for style in styles)
        if text in MARKUP:
            ours: list[Widget] = [app.query_one(f"#{name}") for name in ("bar", "sheet", "rows", "field", "text")]
            for widget in ours:
                assert text in rows[widget.region.y], widget
