"""Lines of text in roles: what every widget of ours draws with, one row high or many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui import words
from tui.keys import keymap
from tui.look import styles_of
from tui.terminal.display import display_safe

Piece = tuple[str, str]
"""A text and its role."""
Line = Sequence[Piece]


def width_of(line: Line) -> int:
    """Return how many cells LINE takes."""
    return sum(cell_len(display_safe(text)) for text, _ in line)


def draw(widget: Widget, line: Line, width: int) -> Strip:
    """Return LINE as a strip of exactly WIDTH cells."""
    styles = styles_of(widget.app.theme)
    segments = []
    used = 0
    for text, role in line:
        safe = display_safe(text)
        segments.append(Segment(safe, styles[role]))
        used += cell_len(safe)
    if used < width:
        segments.append(Segment(" " * (width - used), styles["text"]))
    strip = Strip(segments)
    return strip if used <= width else strip.crop(0, width)


def draw_cut(widget: Widget, line: Line, width: int) -> Strip:
    """Return LINE as a strip of exactly WIDTH cells, with a mark at its end where words of it are missing."""
    strip = draw(widget, line, width)
    mark = words.cut_mark()
    if cell_len(display_safe("".join(text for text, _ in line)).rstrip()) <= width or width <= len(mark):
        return strip
    return Strip.join([strip.crop(0, width - len(mark)), draw(widget, ((mark, "muted"),), len(mark))])


class Bar(Widget):
    """One row: something at the left, and at the right something that gives way last."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id, classes=classes, markup=False)
        self._left: Line = ()
        self._right: Line = ()

    def show(self, left: Line, right: Line = ()) -> None:
        """Show these; nothing is drawn if they are what stands there."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What stands in the row."""
        return "".join(text for text, _ in (*self._left, *self._right))

    def render_line(self, y: int) -> Strip:
        """Return the row."""
        width = self.size.width
        right = width_of(self._right)
        if not right or right >= width:
            return draw_cut(self, self._left or self._right, width)
        # a blank between the two, also where the left one is cut
        left = draw_cut(self, self._left, width - right - 1)
        return Strip.join([left, draw(self, ((" ", "text"), *self._right), right + 1)])


class Rule(Bar):
    """A row that divides two texts: a line with words in it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._words = ""

    def show_words(self, said: str) -> None:
        """Show words in the rule."""
        self._words = said
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the row."""
        said = f"── {self._words} " if self._words else ""
        return draw(self, ((said + "─" * max(0, self.size.width - cell_len(said)), "muted"),), self.size.width)


class Sheet(ScrollView, can_focus=True):
    """Many rows that are only read; arrows and paging keys scroll."""

    BINDINGS = keymap.bindings("list")

    def __init__(self, *, id: str | None = None, focusable: bool = True) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.can_focus = focusable
        self._lines: list[Line] = []

    @property
    def lines(self) -> list[Line]:
        """What stands here."""
        return self._lines

    @property
    def text(self) -> str:
        """What stands here, as one text."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def show(self, lines: Iterable[Line]) -> None:
        """Show LINES from the place that is in view."""
        lines = list(lines)
        if lines == self._lines:
            return
        grown = len(lines) != len(self._lines)
        self._lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        self.refresh(layout=grown and self.styles.is_auto_height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are."""
        return len(self._lines)

    @property
    def seen(self) -> tuple[int, int, int]:
        """First and last line in view, counted from 1, and how many there are."""
        top = round(self.scroll_y)
        return min(top + 1, len(self._lines)), min(top + self.size.height, len(self._lines)), len(self._lines)

    def render_line(self, y: int) -> Strip:
        """Return row Y of what is in view."""
        at = y + round(self.scroll_y)
        return draw_cut(self, self._lines[at] if at < len(self._lines) else (), self.size.width)

    def action_move(self, rows: int) -> None:
        """Scroll by ROWS."""
        self.scroll_to(y=self.scroll_y + rows, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by PAGES, a row less than what is in view."""
        self.action_move(pages * max(1, self.size.height - 1))

    def action_half(self, pages: int) -> None:
        """Scroll by PAGES of half of what is in view."""
        self.action_move(pages * max(1, self.size.height // 2))

    def action_go(self, row: int) -> None:
        """Scroll to ROW; -1 is the last."""
        self.scroll_to(y=row if row >= 0 else len(self._lines), animate=False)

    def erase(self) -> None:
        """Forget what stands here."""
        self._lines = []
        self.refresh()
