"""A QR code on the screen: white on black in every theme, so that phones read it in the dark and in the light."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal import environment
from tui.terminal.qr import half_blocks, swapped

_DRAWN = Style(color="#FFFFFF", bgcolor="#000000")
_SWAPPED = Style(color="#000000", bgcolor="#FFFFFF")
ROWS = 21
"""What the longest of our codes takes."""


class Picture(Widget):
    """Draws a text as a QR code; where the terminal has no colours, `swap` exchanges its own two."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._rows: list[str] = []
        self._swapped = False

    def show(self, text: str) -> None:
        """Show TEXT; an empty one shows nothing."""
        self._rows = half_blocks(text) if text else []
        self.refresh()

    def swap(self) -> None:
        """Draw it the other way round."""
        self._swapped = not self._swapped
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return row Y."""
        width = self.size.width
        if y >= len(self._rows):
            return Strip.blank(width)
        rows = swapped(self._rows) if self._swapped else self._rows
        style = _SWAPPED if self._swapped else _DRAWN
        return Strip([Segment(rows[y], style), Segment(" " * max(0, width - len(rows[y])))])


def fits(width: int, height: int) -> bool:
    """Whether a code can be drawn on a screen of this size, and by this terminal."""
    return not environment.plain_symbols() and width >= 60 and height >= ROWS + 3
