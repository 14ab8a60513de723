"""What is sent turns what a terminal shows into what it should show, whatever the two are."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

from tests.light.terminal import Terminal, difference
from tui.light.abilities import ALL, Abilities
from tui.light.emit import Screen
from tui.light.moves import move
from tui.light.parse import Painter

LETTERS = [
    *"ab     ", "é", "✓", "─", "漢", "字", "e\u0301", "👨\u200d👩\u200d👧", "🇩🇪", "👍🏽", "❤\ufe0f", "😀", "ש\u05c1",
]  # fmt: skip
LOOKS = [
    "", "0", "1", "2", "7", "4", "0;36", "0;1;91", "0;44", "0;38;2;1;2;3", "0;48;2;9;8;7", "0;38;5;99;48;5;7", "9", "3",
]  # fmt: skip
NAMES = [f"{number} {word * 5}" for number, word in enumerate(["otter", "maple", "heron", "wren", "cedar", "alder"])]
BEGIN = "\x1b[?1049h\x1b[?7l"

abilities = st.builds(
    Abilities, bce=st.booleans(), hpa=st.booleans(), vpa=st.booleans(), ech=st.booleans(), shifts=st.booleans(),
    scrolls=st.booleans(),
)  # fmt: skip


@dataclass
class Drawn:
    """What Textual might write: text at a place in a look, or rows that move."""

    text: str

    @staticmethod
    def at(columns: int, x: int, y: int, look: str, letters: list[str]) -> Drawn:
        """Return LETTERS at a place, as far as they fit."""
        text = ""
        for letter in letters:
            if x + cell_len(text + letter) <= columns:
                text += letter
        return Drawn(f"\x1b[{y + 1};{x + 1}H\x1b[0m\x1b[{look}m{text}\x1b[0m\x1b[{y + 1};{x + 1}H")


@st.composite
def pictures(draw: st.DrawFn) -> tuple[int, int, list[str]]:
    """Return a size, and pictures that are drawn one over the other."""
    columns, rows = draw(st.integers(2, 30)), draw(st.integers(1, 9))
    drawn = st.builds(
        Drawn.at, st.just(columns), st.integers(0, columns - 1), st.integers(0, rows - 1), st.sampled_from(LOOKS),
        st.lists(st.sampled_from(LETTERS), min_size=1, max_size=columns),
    )  # fmt: skip
    picture = st.lists(drawn, max_size=12).map(lambda parts: "".join(part.text for part in parts))
    return columns, rows, draw(st.lists(picture, min_size=1, max_size=4))


def check(columns: int, rows: int, drawn: list[str], able: Abilities, limit: int | None = None) -> list[str]:
    """Draw on two terminals and compare them after each picture; return what was sent."""
    stock, light = Terminal(columns, rows), Terminal(columns, rows, bce=able.bce)
    painter, screen = Painter(columns, rows), Screen(able)
    light.feed("\x1b[41mrubbish\r\nand more of it")
    sent = []
    for aside in painter.feed(BEGIN):
        light.feed(aside)
    stock.feed(BEGIN)
    for data in drawn:
        stock.feed(data)
        assert not list(painter.feed(data))
        text, done = "", False
        while not done:
            part, done = screen.update(painter.grid, painter.x, painter.y, visible=True, limit=limit)
            text += part
        light.feed(text)
        assert not difference(stock, light), f"{data!r}\n{text!r}"
        sent.append(text)
    return sent


@given(pictures(), abilities, st.sampled_from([None, 1, 40]))
def test_old_becomes_new(given_pictures: tuple[int, int, list[str]], able: Abilities, limit: int | None) -> None:
    columns, rows, drawn = given_pictures
    check(columns, rows, drawn, able, limit)


@given(pictures(), abilities)
def test_nothing_for_nothing(given_pictures: tuple[int, int, list[str]], able: Abilities) -> None:
    columns, rows, drawn = given_pictures
    *_, again = check(columns, rows, [*drawn, drawn[-1]] if len(drawn) == 1 else [*drawn, ""], able)
    assert again == "" or len(drawn) == 1


@st.composite
def edits(draw: st.DrawFn) -> list[str]:
    """Return pictures of a text: each is the one before with letters or rows that came, went or moved."""
    letters = st.text(alphabet="ab c漢é", max_size=3)
    rows = [draw(st.sampled_from([*NAMES, "", "漢字" * 9, "e\u0301 " * 9, "a" * 40])) for _ in range(9)]
    looks = [draw(st.sampled_from(["0", "0;38;2;9;9;9;48;2;1;2;3", "0;7", "0;1;36"])) for _ in rows]
    found = [rows_of(rows, looks)]
    for _ in range(draw(st.integers(1, 4))):
        for _ in range(draw(st.integers(1, 3))):
            top, bottom = sorted((draw(st.integers(0, 8)), draw(st.integers(0, 8))))
            kind = draw(st.sampled_from(["insert", "delete", "up", "down", "look"]))
            x = draw(st.integers(0, 30))
            if kind == "insert":
                rows[top] = rows[top][:x] + draw(letters) + rows[top][x:]
            elif kind == "delete":
                rows[top] = rows[top][:x] + rows[top][x + draw(st.integers(1, 3)) :]
            elif kind == "look":
                looks[top] = draw(st.sampled_from(looks))
            else:
                for both in (rows, looks):
                    part = both[top : bottom + 1]
                    both[top : bottom + 1] = [*part[1:], part[0]] if kind == "up" else [part[-1], *part[:-1]]
        found.append(rows_of(rows, looks))
    return found


def rows_of(rows: list[str], looks: list[str]) -> str:
    """Return a picture of ROWS in LOOKS, each row filled up to 40 columns."""
    return "".join(
        f"\x1b[{y};1H\x1b[{look}m{set_cell_size(row, 40)}\x1b[0m"
        for y, (row, look) in enumerate(zip(rows, looks, strict=True), 1)
    )


@given(edits(), abilities, st.sampled_from([None, None, 60]))
def test_letters_and_rows_that_come_go_and_move(drawn: list[str], able: Abilities, limit: int | None) -> None:
    check(40, 9, drawn, able, limit)


def lines(*texts: str, look: str = "0") -> str:
    """Return a picture of TEXTS, a row each."""
    return "".join(f"\x1b[{y};1H\x1b[{look}m{text:<40}\x1b[0m" for y, text in enumerate(texts, 1)) + "\x1b[H"


@pytest.mark.parametrize("able", [ALL, Abilities(scrolls=True), Abilities(scrolls=True, vpa=True, hpa=True)])
@pytest.mark.parametrize("look", ["0", "0;38;2;9;9;9;48;2;1;2;3"])
def test_lines_that_move_are_moved(able: Abilities, look: str) -> None:
    up = ["head", *NAMES[1:], "last", "new below", "foot"]
    down = ["head", "new above", *NAMES, "foot"]
    still = ["head", *NAMES, "last", "foot"]
    sent = check(40, 9, [lines(*shown, look=look) for shown in (still, up, still, down)], able)
    assert "M" in sent[1]
    assert "L" in sent[3]
    assert "heron" not in sent[1] + sent[3]


def test_lines_that_move_to_the_end_of_the_screen_need_no_margins() -> None:
    sent = check(40, 6, [lines(*NAMES), lines(NAMES[0], *NAMES[2:], "new")], ALL)
    assert "r" not in sent[1].replace("heron", "")
    assert "\x1b[M" in sent[1]


def test_a_letter_before_others_is_inserted() -> None:
    text = "slept six hours and walked by the lake"
    sent = check(40, 2, [lines(text), lines("he " + text[1:]), lines(text), lines(text.replace("six ", "six  "))], ALL)
    assert sent[3].count("\x1b[@") == 1
    assert len(sent[3]) < 20


def test_a_letter_less_is_deleted() -> None:
    text = "slept six hours and walked by the lake"
    sent = check(40, 2, [lines(text), lines(text.replace("six", "sx"))], ALL)
    assert "\x1b[P" in sent[1]
    assert len(sent[1]) < 20


def test_typing_costs_a_few_bytes() -> None:
    cursor = "\x1b[0;7m \x1b[0m"
    sent = check(40, 2, [lines("abc") + f"\x1b[1;4H{cursor}\x1b[1;4H", f"\x1b[1;4Hd{cursor}\x1b[1;5H"], ALL)
    assert len(sent[1]) <= 12


@given(st.data(), abilities)
def test_every_move_arrives(data: st.DataObject, able: Abilities) -> None:
    columns, rows = 130, 45
    place = st.tuples(st.integers(0, columns - 1), st.integers(0, rows - 1))
    at_x, at_y = data.draw(place)
    x, y = data.draw(place)
    terminal = Terminal(columns, rows)
    terminal.feed(f"\x1b[{at_y + 1};{at_x + 1}H" + move(able, at_x, at_y, x, y))
    assert terminal.cursor[:2] == (x, y)
    terminal.feed(move(able, None, y, at_x, at_y))
    assert terminal.cursor[:2] == (at_x, at_y)
    assert len(move(able, at_x, at_y, x, y)) <= len(f"\x1b[{y + 1};{x + 1}H")


def test_what_the_encoding_lacks_keeps_its_width() -> None:
    able = Abilities(encoding="ascii")
    painter, screen = Painter(10, 1), Screen(able)
    list(painter.feed(BEGIN + "\x1b[1;1Ha漢é👍🏽b"))
    text, _ = screen.update(painter.grid, 0, 0, visible=False)
    assert text.isascii()
    terminal = Terminal(10, 1)
    terminal.feed(text)
    assert terminal.text() == "a? ?? b"


def test_the_cursor_is_shown_and_hidden() -> None:
    painter, screen = Painter(4, 1), Screen(ALL)
    terminal = Terminal(4, 1)
    seen = []
    for data in (BEGIN, "\x1b[?25h", "", "\x1b[?25l"):
        list(painter.feed(data))
        text, _ = screen.update(painter.grid, 0, 0, visible=painter.visible)
        terminal.feed(text)
        seen.append((terminal.cursor[2], "\x1b[?25" in text))
    assert seen == [(False, True), (True, True), (True, False), (False, True)]


def test_big_updates_are_shown_at_once() -> None:
    painter = Painter(40, 6)
    list(painter.feed(BEGIN + lines(*NAMES)))
    text, _ = Screen(ALL).update(painter.grid, 0, 0, visible=False, sync=True)
    assert text.startswith("\x1b[?2026h")
    assert text.endswith("\x1b[?2026l")
