"""What stands at the right of a list where there is room: the row under the cursor, in short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textual.containers import Horizontal
from textual.timer import Timer
from textual.widget import Widget

from tui import words
from tui.screens.page import Page
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Rows

WIDE = 120
"""From so many columns on something stands beside the list."""
ROOMY = 110
"""From so many columns of its own on a list takes what its rows need, and no more."""
_SHEET = 80
"""The sheet is no wider, as no text is (styles/beside.tcss says the same)."""
_REST_SECONDS = 0.1
"""Nothing is looked at for a row that the cursor only passes, and a slow line carries nothing of it."""
_LABEL = 11


def list_width(width: int) -> int:
    """Return how many of WIDTH columns a list has that something stands beside."""
    return width if width < WIDE else max(width * 2 // 3, width - _SHEET)


class BesidePage(Page):
    """A page with a list and a sheet `beside`; `rest_on` is told what the cursor stands on."""

    def __init__(self) -> None:
        super().__init__()
        self._resting: Timer | None = None
        self._beside: tuple[int, int] | None = None

    def list_and_sheet(self) -> Iterator[Widget]:
        """Yield the list and what stands beside it."""
        with Horizontal(id="list"):
            yield Rows(id="focus")
            yield Sheet(id="beside", focusable=False)

    @property
    def list_width(self) -> int:
        """How many columns the list has."""
        return list_width(self.app.size.width)

    def rest_on(self, row: int | None, look: Callable[[int], None], *, anew: bool = False) -> None:
        """Do LOOK with ROW once the cursor rests on it; with ANEW also where it stood there before. None: no row."""
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
        width = self.app.size.width
        if width < WIDE or row is None:
            self._beside = None
            self.show_beside(())
            return
        if anew:
            self._beside = None
        if (row, width) != self._beside:
            self._resting = self.set_timer(_REST_SECONDS, partial(self._rested, row, look))

    def _rested(self, row: int, look: Callable[[int], None]) -> None:
        session = self.tacenda.session
        if session is None or not session.locked:
            self._beside = (row, self.app.size.width)
            look(row)

    def stands_beside(self, row: int) -> bool:
        """Whether ROW is the one to be shown."""
        return self._beside is not None and self._beside[0] == row

    def show_beside(self, lines: Sequence[Line]) -> None:
        """Show LINES beside the list."""
        self.query_one("#beside", Sheet).show(lines)

    @property
    def beside_width(self) -> int:
        """How many columns a line beside the list has."""
        return self.query_one("#beside", Sheet).size.width or 40


def labelled(label: str, text: str, width: int, role: str = "text") -> Iterator[Line]:
    """Yield a label with TEXT beside it, on as many rows of WIDTH as it needs; nothing for no text."""
    rows = words.wrap(text, max(8, width - _LABEL - 1)) if text else ()
    for number, row in enumerate(rows):
        yield ((words.fit(f" {label}" if not number else "", _LABEL), "muted"), (row, role))
