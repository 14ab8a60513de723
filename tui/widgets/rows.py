"""The one list: clients, notes and the audit trail stand in it, ten rows or a million.

It asks its source for the rows in view and for no others. Moving the cursor draws two rows, and of them only where
the row begins: a bar over the whole width would be most of what a slow line carries for a key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual.events import Resize
from textual.geometry import Offset, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.keys import keymap
from tui.widgets.lines import Line, Piece, draw, draw_cut


class Source(Protocol):
    """Where rows come from."""

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def line(self, index: int, width: int) -> Line:
        """Return row INDEX for a list WIDTH cells wide, without the cursor's column."""
        ...


class Listed:
    """A source over a sequence: MAKE returns the line for an item and a width."""

    def __init__(self, items: Sequence[object], make: Callable[..., Line]) -> None:
        self.items = items
        self._make = make

    def __len__(self) -> int:
        return len(self.items)

    def line(self, index: int, width: int) -> Line:
        """Return the line of item INDEX."""
        return self._make(self.items[index], width)


MARK = "\u203a"


def _no_line(item: object, width: int) -> Line:  # noqa: ARG001  never called
    return ()


NOTHING = Listed((), _no_line)


def chosen(line: Line) -> list[Piece]:
    """Return LINE with the role `selected` from its beginning to the end of its first piece that has words in it."""
    pieces: list[Piece] = []
    for at, (text, role) in enumerate(line):
        name = text.rstrip()
        if name:
            return [*pieces, (name, "selected"), (text[len(name) :], role), *line[at + 1 :]]
        pieces.append((text, "selected"))
    return pieces


class Rows(ScrollView, can_focus=True):
    """A list with a cursor: a mark before the row; both, as far as its first words go, in the role `selected`."""

    BINDINGS = keymap.bindings("list")

    @dataclass
    class Moved(Message):
        """The cursor stands on another row, or the list has changed under it."""

        rows: Rows

    @dataclass
    class Edge(Message):
        """Somebody wanted to go on upwards from the first row."""

        rows: Rows

    @dataclass
    class Below(Message):
        """Somebody wanted to go on downwards from the last row."""

        rows: Rows

    def __init__(self, source: Source | None = None, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._source: Source = source if source is not None else NOTHING
        self._cursor = 0

    @property
    def source(self) -> Source:
        """Where rows come from."""
        return self._source

    @property
    def cursor(self) -> int:
        """The row the cursor stands on; 0 if there is none."""
        return self._cursor

    def show(self, source: Source, cursor: int | None = None) -> None:
        """Show another source, with the cursor on a row; by default on the row number it stood on."""
        count = len(source)
        grown = count != len(self._source)
        self._source = source
        self._cursor = max(0, min(self._cursor if cursor is None else cursor, count - 1))
        self.virtual_size = Size(self.size.width, count)
        self.refresh(layout=grown and self.styles.is_auto_height)
        self._follow()
        self.post_message(self.Moved(self))

    def erase(self) -> None:
        """Forget every row."""
        self._source = NOTHING
        self._cursor = 0
        self.virtual_size = Size(self.size.width, 0)
        self.refresh()

    def move_to(self, row: int) -> None:
        """Put the cursor on ROW, or on the nearest there is."""
        row = max(0, min(row, len(self._source) - 1))
        if row == self._cursor:
            return
        self.refresh_line(self._cursor)
        self._cursor = row
        self.refresh_line(row)
        self._follow()
        self.post_message(self.Moved(self))

    def _follow(self) -> None:
        """Scroll so that the cursor is in view."""
        height = self.size.height
        if not height:
            return
        top = round(self.scroll_y)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh_line(self._cursor)

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh_line(self._cursor)

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in view."""
        self.virtual_size = Size(event.size.width, len(self._source))
        self._follow()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows there are."""
        return len(self._source)

    def render_line(self, y: int) -> Strip:
        """Return row Y of what is in view."""
        index = y + round(self.scroll_y)
        width = self.size.width
        if index >= len(self._source):
            return draw(self, (), width)
        line = self._source.line(index, width - 1)
        if index != self._cursor or not self.has_focus:
            return draw_cut(self, ((" ", "text"), *line), width)
        # the terminal's own cursor, unseen, stands by the row: magnifiers follow it, and the next change is near it
        self.app.cursor_position = Offset(self.region.x, self.region.y + y)
        return draw_cut(self, ((MARK, "selected"), *chosen(line)), width)

    def action_move(self, rows: int) -> None:
        """Move the cursor by ROWS."""
        if rows < 0 and self._cursor == 0:
            self.post_message(self.Edge(self))
        elif rows > 0 and self._cursor >= len(self._source) - 1:
            self.post_message(self.Below(self))
        self.move_to(self._cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by PAGES of what is in view."""
        self.move_to(self._cursor + pages * max(1, self.size.height - 1))

    def action_half(self, pages: int) -> None:
        """Move the cursor by PAGES of half of what is in view."""
        self.move_to(self._cursor + pages * max(1, self.size.height // 2))

    def action_go(self, row: int) -> None:
        """Put the cursor on ROW; -1 is the last."""
        self.move_to(row if row >= 0 else len(self._source) - 1)
