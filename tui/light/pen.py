"""The terminal's cursor and pen as they are moved and changed, and what was sent for it."""

from __future__ import annotations

from typing import Self

from tui.light.abilities import Abilities
from tui.light.cells import BLANK, UNKNOWN
from tui.light.moves import move
from tui.light.style import PLAIN, Cell, Style


class Pen:
    """Writes cells at a place.

    X and Y are None where they are not known: at first, and X after the last column, where terminals differ. STYLE is
    None at first. `size` counts the characters that were written since `take`.
    """

    def __init__(self, abilities: Abilities) -> None:
        self.abilities = abilities
        self.x: int | None = None
        self.y: int | None = None
        self.style: Style | None = None
        self.size = 0
        self._written: list[str] = []

    def branch(self) -> Self:
        """Return another that goes on from here and has written nothing yet."""
        other = type(self)(self.abilities)
        other.x, other.y, other.style = self.x, self.y, self.style
        return other

    def join(self, branch: Self) -> None:
        """Take over what a BRANCH of this one has written."""
        self._written += branch._written
        self.size += branch.size
        self.x, self.y, self.style = branch.x, branch.y, branch.style

    def take(self) -> str:
        """Return what was written, and begin anew."""
        text = "".join(self._written)
        self._written = []
        self.size = 0
        return text

    def control(self, sequence: str) -> None:
        """Write a SEQUENCE that neither moves the cursor nor changes the pen."""
        self._written.append(sequence)
        self.size += len(sequence)

    def erased(self, sequence: str) -> None:
        """Write a SEQUENCE after which the cursor is at the top left, and the pen plain."""
        self.control(sequence)
        self.x = self.y = 0
        self.style = PLAIN

    def lost(self) -> None:
        """Know no longer where the cursor is."""
        self.x = self.y = None

    def go(self, x: int, y: int) -> None:
        """Move to column X of row Y."""
        if x != self.x or y != self.y:
            self.control(move(self.abilities, self.x, self.y, x, y))
            self.x, self.y = x, y

    def way(self, x: int, y: int) -> int:
        """Return how many characters it takes to move to column X of row Y."""
        return len(move(self.abilities, self.x, self.y, x, y))

    def serves(self, cell: Cell) -> bool:
        """Whether the pen draws CELL as it should look."""
        style = self.style
        return style is cell.style or (cell.text == " " and style is not None and style.blank is cell.style)

    def filling(self) -> Cell:
        """Return what comes in where lines or characters move: plain, or in some terminals the pen's background."""
        return BLANK if self.serves(BLANK) else UNKNOWN

    def dress(self, cell: Cell) -> None:
        """Change the pen so that CELL, or an erased one like it, looks as it should."""
        if self.serves(cell):
            return
        if self.style is None:
            self.control("\x1b[m")
            self.style = PLAIN
        wanted = cell.style
        if cell.text == " ":
            # a space shows no foreground: the pen may keep its own for the next letter
            kept = self.style.blank_on(wanted.background)
            if kept.blank is wanted and len(self.style.way_to(kept)) < len(self.style.way_to(wanted)):
                wanted = kept
        self.control(self.style.way_to(wanted))
        self.style = wanted

    def cost(self, cells: list[Cell]) -> int | None:
        """Return how many bytes it takes to write CELLS; None if the pen or the place would have to change."""
        if not all(cell.sure and self.serves(cell) for cell in cells):
            return None
        return sum(len(cell.text.encode()) for cell in cells)

    def write(self, cell: Cell, x: int, y: int, columns: int) -> None:
        """Write CELL at column X of row Y, which has COLUMNS; the cursor is behind it then."""
        self.dress(cell)
        self.go(x, y)
        after = x + cell.width
        text = cell.text.rstrip("\u200d")
        sent = self.abilities.can_send(text)
        if cell.sure or not sent:
            self.control(text if sent else "?" + " " * (cell.width - 1))
            self.x = after if after < columns else None
            return
        # terminals differ about its width: its place is emptied first, and the cursor told where to go on
        self.control(" " * cell.width)
        self.lost()
        self.go(x, y)
        self.control(text)
        self.lost()
        if after < columns:
            self.go(after, y)
