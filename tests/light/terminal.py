"""A terminal that shows bytes or text: pyte's screen, with what pyte lacks for these comparisons.

pyte knows no dim, double underline or overline, drops the rest of a text at a joiner, keeps half of an overwritten wide
character, and cannot be told to be a terminal that erases without the background. All that is added here. What it
still lacks: hyperlinks, SU and SD, REP. Nothing here sends any of them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pyte
from pyte.modes import DECAWM
from pyte.screens import Char
from rich.cells import cell_len
from wcwidth import wcwidth

from tests.harness.screen import _PASSED_OVER, _Alternating
from tui.light.cells import clusters
from tui.light.style import sure

_BLINK = 5
_SAID_WITH_BLINK = {2: (_BLINK,), 22: (22, 25)}
_SYNC = re.compile(r"\x1b\[\?2026[hl]")


class Look(NamedTuple):
    """What a person sees of a cell."""

    text: str
    foreground: str
    background: str
    attributes: tuple[str, ...]


class _Screen(_Alternating):
    """COLUMNS × LINES cells. With BCE erased cells take the background of the pen.

    JOINS says whether marks and joined emoji share a cell, or each code point has its own as in old terminals.
    """

    bce = True
    joins = True

    def draw(self, data: str) -> None:
        for cluster in clusters(data) if self.joins else data:
            self._draw_one(cluster, cell_len(cluster) if self.joins else max(wcwidth(cluster), 0))

    def _draw_one(self, cluster: str, width: int) -> None:
        line, x = self.buffer[self.cursor.y], self.cursor.x
        if width == 0:
            place = x - 1
            while place > 0 and not line[place].data:
                place -= 1
            marked = line[place].data + cluster
            # a variation selector sent by itself would widen what stands before it: terminals differ, Textual's
            # layout says that it does not
            if place >= 0 and (not self.joins or cell_len(marked) == x - place):
                line[place] = line[place]._replace(data=marked)
            return
        if x + width > self.columns and DECAWM in self.mode:
            self.carriage_return()
            self.linefeed()
            line, x = self.buffer[self.cursor.y], 0
        x = min(x, self.columns - width)
        self._break(line, x)
        self._break(line, x + width)
        line[x] = self.cursor.attrs._replace(data=cluster)
        for place in range(x + 1, x + width):
            line[place] = self.cursor.attrs._replace(data="")
        self.cursor.x = x + width
        self.dirty.add(self.cursor.y)

    def _break(self, line: dict[int, Char], x: int) -> None:
        """Blank the wide character, if there is one, that lies over the edge before column X."""
        if x >= self.columns or line[x].data:
            return
        left = x
        while left > 0 and not line[left].data:
            left -= 1
        right = x
        while right < self.columns and not line[right].data:
            right += 1
        for place in range(left, right):
            line[place] = line[place]._replace(data=" ")

    def select_graphic_rendition(self, *attributes: int, **kwargs: bool) -> None:
        """Show dim as blinking, which nothing here ever asks for."""
        given: list[int] = []
        rest = list(attributes)
        while rest:
            code = rest.pop(0)
            if code in (38, 48) and rest:
                length = 4 if rest[0] == 2 else 2
                given += [code, *rest[:length]]
                del rest[:length]
            else:
                assert code != _BLINK
                given += _SAID_WITH_BLINK.get(code, (code,))
        super().select_graphic_rendition(*given, **kwargs)

    def _erasing(self) -> Char:
        """Return how an erased cell looks: terminals take the background of the pen, or nothing."""
        return Char(" ", bg=self.cursor.attrs.bg if self.bce else "default")

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        kept, self.cursor.attrs = self.cursor.attrs, self._erasing()
        if how == 0:
            self._break(self.buffer[self.cursor.y], self.cursor.x)
        super().erase_in_line(how, private)
        self.cursor.attrs = kept

    def erase_characters(self, count: int | None = None) -> None:
        kept, self.cursor.attrs = self.cursor.attrs, self._erasing()
        self._break(self.buffer[self.cursor.y], self.cursor.x)
        self._break(self.buffer[self.cursor.y], self.cursor.x + (count or 1))
        super().erase_characters(count)
        self.cursor.attrs = kept

    def erase_in_display(self, how: int = 0, *args: int, **kwargs: bool) -> None:
        kept, self.cursor.attrs = self.cursor.attrs, self._erasing()
        for y in range(self.lines) if how in (2, 3) else range(self.cursor.y + 1, self.lines):
            for x in range(self.columns):
                self.buffer[y][x] = self.cursor.attrs
        if how == 0:
            self.erase_in_line(0)
        self.cursor.attrs = kept

    def insert_lines(self, count: int | None = None) -> None:
        super().insert_lines(count)
        self._fill_lines(self.cursor.y, count or 1)

    def delete_lines(self, count: int | None = None) -> None:
        super().delete_lines(count)
        bottom = self.margins.bottom if self.margins else self.lines - 1
        self._fill_lines(bottom - (count or 1) + 1, count or 1)

    def _fill_lines(self, first: int, count: int) -> None:
        for y in range(max(first, 0), min(first + count, self.lines)):
            for x in range(self.columns):
                self.buffer[y][x] = self._erasing()

    def insert_characters(self, count: int | None = None) -> None:
        super().insert_characters(count)
        for x in range(self.cursor.x, min(self.cursor.x + (count or 1), self.columns)):
            self.buffer[self.cursor.y][x] = self._erasing()

    def delete_characters(self, count: int | None = None) -> None:
        super().delete_characters(count)
        for x in range(max(self.columns - (count or 1), 0), self.columns):
            self.buffer[self.cursor.y][x] = self._erasing()


class Terminal:
    """COLUMNS × ROWS cells that text is drawn on; COOKS says whether CR LF is made of LF before."""

    def __init__(
        self, columns: int, rows: int, *, bce: bool = True, joins: bool = True, cooks: bool = True
    ) -> None:  # fmt: skip
        self.screen = _Screen(columns, rows)
        self.screen.bce, self.screen.joins = bce, joins
        self._stream = pyte.Stream(self.screen)
        self._cooks = cooks

    def feed(self, text: str) -> None:
        """Draw whole sequences of TEXT."""
        text = _SYNC.sub("", _PASSED_OVER.sub(b"", text.encode()).decode())
        self._stream.feed(text.replace("\n", "\r\n") if self._cooks else text)

    @property
    def cursor(self) -> tuple[int, int, bool]:
        """Column, row, and whether it is seen."""
        cursor = self.screen.cursor
        return min(cursor.x, self.screen.columns - 1), cursor.y, not cursor.hidden

    def looks(self) -> list[list[Look]]:
        """Return what every cell looks like; on a blank only what shows."""
        return [[_look(self.screen.buffer[y][x]) for x in range(self.screen.columns)] for y in range(self.screen.lines)]

    def text(self) -> str:
        """Return the rows as text."""
        return "\n".join(
            "".join(self.screen.buffer[y][x].data for x in range(self.screen.columns)).rstrip()
            for y in range(self.screen.lines)
        )


@cache
def _look(char: Char) -> Look:
    on = tuple(name for name in ("bold", "italics", "underscore", "strikethrough", "reverse", "blink")
               if getattr(char, name))  # fmt: skip
    text = char.data.rstrip("\u200d")
    if text == " " and not {"underscore", "strikethrough", "reverse"} & set(on):
        return Look(" ", "", char.bg, ())
    return Look(text, char.fg, char.bg, on)


def difference(one: Terminal, other: Terminal) -> str:
    """Say where two terminals differ; nothing if they show the same.

    Where a terminal draws each code point by itself, only cells of which every terminal has the same idea count.
    """
    if one.cursor != other.cursor:
        return f"the cursor: {one.cursor}, {other.cursor}"
    joins = one.screen.joins and other.screen.joins
    for y, (row, other_row) in enumerate(zip(one.looks(), other.looks(), strict=True)):
        if row == other_row:
            continue
        for x, (cell, other_cell) in enumerate(zip(row, other_row, strict=True)):
            if cell != other_cell and (joins or (cell.text and sure(cell.text))):
                return f"row {y}, column {x}: {cell}, {other_cell}\n{one.text()}\n{'=' * 20}\n{other.text()}"
    return ""
