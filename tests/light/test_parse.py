"""What Textual writes is drawn on the grid or handed back, and nothing of it gets lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.light.cells import BLANK, Grid, cells_of, clusters
from tui.light.parse import Painter
from tui.light.style import PLAIN, after_sgr, style, sure

BEGIN = "\x1b[?1049h"


def showing(columns: int = 12, rows: int = 3) -> Painter:
    painter = Painter(columns, rows)
    list(painter.feed(BEGIN))
    return painter


def text(painter: Painter, row: int = 0) -> str:
    return "".join(cell.text for cell in painter.grid.rows[row])


def test_what_is_not_drawn_is_handed_back_in_order() -> None:
    modes = [
        "\x1b[?1049h", "\x1b[?1004h", "\x1b[>25u", "\x1b[?2026$p", "\x1b[2 q", "\x1b]0;title\x07",
        "\x1b]52;c;eA==\x1b\\", "\x1bPq#\x1b\\", "\x07", "\x1b=", "\x1b[6n",
    ]  # fmt: skip
    assert list(Painter(9, 2).feed("".join(modes))) == modes


def test_outside_the_alternate_screen_nothing_is_drawn() -> None:
    painter = Painter(9, 2)
    assert "".join(painter.feed("a\x1b[1mb\x1b[5;5Hc\r\n")) == "a\x1b[1mb\x1b[5;5Hc\r\n"
    assert text(painter).strip() == ""


def test_leaving_wipes_what_was_drawn_and_ends_the_attributes() -> None:
    painter = showing()
    list(painter.feed("\x1b[1msecret"))
    assert list(painter.feed("\x1b[?1049l\x1b[?25h")) == ["\x1b[m", "\x1b[?1049l", "\x1b[?25h"]
    assert all(cell is BLANK for row in painter.grid.rows for cell in row)


def test_updates_are_not_bracketed_twice() -> None:
    painter = showing()
    assert not list(painter.feed("\x1b[?2026h\x1b[1;1Hx\x1b[?2026l"))
    assert painter.sync


def test_a_cleared_screen_is_drawn_anew() -> None:
    painter = showing()
    list(painter.feed("kept"))
    painter.forgotten = False
    assert not list(painter.feed("\x1b[2J"))
    assert painter.forgotten
    assert text(painter).startswith("kept")


def test_links_are_left_out_and_their_text_stays() -> None:
    painter = showing()
    assert not list(painter.feed("\x1b]8;id=1;https://example.org\x1b\\here\x1b]8;;\x1b\\"))
    assert text(painter).startswith("here")


def test_control_characters_draw_nothing() -> None:
    painter = showing()
    assert list(painter.feed("a\x00\x08\x0b\x9bb\x7f")) == []
    assert text(painter).startswith("ab")


def test_lines_begin_at_the_left() -> None:
    painter = showing()
    list(painter.feed("\x1b[1;4Hone\ntwo\rT"))
    assert (text(painter, 0), text(painter, 1)) == ("   one      ", "Two         ")


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("\x1b[1;1H漢字\x1b[1;2Hx", " x字"),
        ("\x1b[1;1H漢字\x1b[1;3Hx", "漢x "),
        ("\x1b[1;1Habcd\x1b[1;2H漢", "a漢d"),
        ("\x1b[1;12H漢", "            "),
        ("\x1b[1;11H漢", "          漢"),
        ("\x1b[1;1He\x1b[0m\u0301x", "e\u0301x"),
        ("\x1b[1;1H漢\x1b[7m\u0301\x1b[0mx", "漢\u0301x"),
        ("\x1b[1;1H\u0301x", "x"),
        ("\x1b[1;1H👨\u200d👩\u200d👧\u200d👦.", "👨\u200d👩\u200d👧\u200d👦."),
    ],
)
def test_wide_and_marked_characters(drawn: str, shown: str) -> None:
    painter = showing()
    list(painter.feed(drawn))
    assert text(painter).rstrip() == shown.rstrip()
    assert len(painter.grid.rows[0]) == 12


def test_a_row_of_marks_is_bounded() -> None:
    painter = showing()
    list(painter.feed("e" + "\u0301" * 500))
    assert len(painter.grid.rows[0][0].text) <= 32


@given(st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs"]), max_size=30), st.integers(1, 12))
def test_any_text_keeps_the_rows_whole(said: str, x: int) -> None:
    painter = showing()
    list(painter.feed(f"\x1b[2;{x}H{said}"))
    painter.grid.resize(7, 2)
    for row in painter.grid.rows:
        assert len(row) == 7
        place = 0
        while place < 7:
            assert row[place].width > 0
            assert all(cell.width == 0 for cell in row[place + 1 : place + row[place].width])
            place += row[place].width


@given(st.text(max_size=20))
def test_clusters_are_the_text(said: str) -> None:
    assert "".join(clusters(said)) == said
    assert sum(1 for _ in cells_of(said, PLAIN)) >= 0


def test_resizing_keeps_what_stays_in_view() -> None:
    painter = showing()
    list(painter.feed("\x1b[1;1Habcdefghij漢"))
    grid: Grid = painter.grid
    grid.resize(11, 5)
    assert text(painter) == "abcdefghij "
    grid.resize(3, 1)
    assert text(painter) == "abc"


def test_styles_are_the_same_object_if_they_look_the_same() -> None:
    assert after_sgr(PLAIN, "1;36") is after_sgr(after_sgr(PLAIN, "36"), "1")
    assert after_sgr(after_sgr(PLAIN, "1;4;38;2;1;2;3"), "22;24;39") is PLAIN
    assert style("", "", frozenset()) is PLAIN
    assert after_sgr(PLAIN, "38;5;9;48;2;1;2;3") is style("38;5;9", "48;2;1;2;3", frozenset())


def test_a_space_shows_no_letter() -> None:
    red = after_sgr(PLAIN, "1;31")
    assert red.cells[" "] is BLANK
    assert after_sgr(PLAIN, "4").cells[" "] is not BLANK


@pytest.mark.parametrize("said", ["a", "é", "✓", "─", "漢", "한", "ש"])
def test_every_terminal_agrees_on(said: str) -> None:
    assert sure(said)


@pytest.mark.parametrize("said", ["e\u0301", "😀", "👍🏽", "🇩🇪", "❤\ufe0f", "\u200b", "⌚", "\U0001f9ff", "\U0001faf7"])
def test_terminals_may_differ_on(said: str) -> None:
    assert not sure(said)
