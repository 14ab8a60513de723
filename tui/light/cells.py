"""A screen as a grid of cells, and text taken apart into the characters that each fill a cell."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rich.cells import cell_len

from tui.light.style import PLAIN, Cell, Style

_JOINER: Final = "\u200d"
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)

BLANK: Final = PLAIN.cells[" "]
"""A cell as an erased screen has it."""
UNKNOWN: Final = Cell("", PLAIN, 1, True)
"""A cell of which nobody knows what it shows; no character makes one like it."""


@lru_cache(maxsize=512)
def clusters(text: str) -> tuple[str, ...]:
    """Return the characters of TEXT with their marks.

    Joined emoji, a pair of flag letters and a skin tone stay together. The first may be marks alone, which belong
    to whatever stands before TEXT.
    """
    found: list[str] = []
    for character in text:
        if found and _joins(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return tuple(found)


def _joins(before: str, character: str) -> bool:
    """Whether CHARACTER stands in the cell of BEFORE."""
    code = ord(character)
    if code in _FLAG_LETTERS:
        return len(before) == 1 and ord(before) in _FLAG_LETTERS
    return before[-1] == _JOINER or code in _SKIN_TONES or cell_len(character) == 0


def cells_of(text: str, style: Style) -> Iterator[Cell]:
    """Yield the cells of TEXT; a wide character is followed by empty ones. Marks alone have a width of 0."""
    made = style.cells
    for cluster in clusters(text):
        cell = made[cluster]
        yield cell
        for _ in range(cell.width - 1):
            yield made[""]


class Grid:
    """COLUMNS × ROWS cells; `rows` holds them row by row."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows: list[list[Cell]] = [[BLANK] * columns for _ in range(rows)]

    def resize(self, columns: int, rows: int) -> None:
        """Take another size; what stays in view stays as it was."""
        for row in self.rows:
            del row[columns:]
            _whole(row)
            row.extend([BLANK] * (columns - len(row)))
        del self.rows[rows:]
        self.rows.extend([BLANK] * columns for _ in range(rows - len(self.rows)))
        self.columns = columns

    def wipe(self) -> None:
        """Forget what was in the cells."""
        for row in self.rows:
            row[:] = [BLANK] * self.columns

    def put(self, x: int, y: int, cells: list[Cell]) -> None:
        """Lay CELLS into row Y from column X on; what reaches over an edge is not drawn."""
        if not 0 <= y < len(self.rows) or x >= self.columns:
            return
        row = self.rows[y]
        del cells[self.columns - x :]
        _whole(cells)
        end = x + len(cells)
        # a wide character of which a part goes is gone as a whole
        left = x
        while left > 0 and row[left].width == 0:
            left -= 1
            row[left] = row[left].style.cells[" "]
        right = end
        while right < self.columns and row[right].width == 0:
            row[right] = row[right].style.cells[" "]
            right += 1
        row[x:end] = cells

    def mark(self, x: int, y: int, marks: str) -> None:
        """Add MARKS, which have no width, to the character before column X in row Y."""
        if not (0 <= y < len(self.rows) and 0 < x <= self.columns):
            return
        row = self.rows[y]
        place = x - 1
        while place > 0 and row[place].width == 0:
            place -= 1
        before = row[place]
        marked = before.style.cells[before.text + marks]
        if marked.width == x - place:
            row[place] = marked


def _whole(cells: list[Cell]) -> None:
    """Turn a character at the end of CELLS into blanks if a part of it was cut off."""
    lead = len(cells) - 1
    while lead > 0 and cells[lead].width == 0:
        lead -= 1
    if lead >= 0 and cells[lead].width > len(cells) - lead:
        cells[lead:] = [cells[lead].style.cells[" "]] * (len(cells) - lead)
