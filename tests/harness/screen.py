"""A terminal's screen, drawn by pyte, with an alternate screen, and newer sequences passed over."""

from __future__ import annotations

import copy
import re

import pyte
from pyte.screens import Char, Cursor, StaticDefaultDict

# What pyte draws as text: CSI with the private markers < and =; strings (DCS, SOS, PM, APC) to their end.
_PASSED_OVER = re.compile(rb"\x1b\[[<=][0-9;:]*[ -/]*[@-~]|\x1b[PX^_].*?\x1b\\", re.DOTALL)
# Any of these that the end of the data may have cut.
_CUT = re.compile(rb"\x1b(\[[<=>?]?[0-9;:]*[ -/]*|[PX^_][^\x1b]*\x1b?)?\Z", re.DOTALL)

_ALTERNATE = 1049


class _Alternating(pyte.Screen):
    """pyte's screen with DEC private mode 1049: a second screen that leaves the first as it was."""

    _saved: tuple[dict[int, StaticDefaultDict[int, Char]], Cursor] | None = None

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        """Set modes; 1049 keeps the present screen and begins an empty one."""
        if kwargs.get("private") and _ALTERNATE in modes and self._saved is None:
            self._saved = (copy.deepcopy(self.buffer), copy.copy(self.cursor))
            self.erase_in_display(2)
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        """Reset modes; 1049 brings back the screen that was kept."""
        super().reset_mode(*modes, **kwargs)
        if kwargs.get("private") and _ALTERNATE in modes and self._saved is not None:
            self.buffer, self.cursor = self._saved
            self._saved = None
            self.dirty.update(range(self.lines))

    def set_margins(self, top: int | None = None, bottom: int | None = None, **kwargs: bool) -> None:
        """Set the scrolled region; with the private marker it means another thing, and is passed over."""
        if not kwargs.get("private"):
            super().set_margins(top, bottom)

    def select_graphic_rendition(self, *attributes: int, **kwargs: bool) -> None:
        """Set colours; with the private marker it would mean another thing, and is passed over."""
        if not kwargs.get("private"):
            super().select_graphic_rendition(*attributes)


class Screen:
    """COLUMNS × ROWS cells that bytes are drawn on."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = _Alternating(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._cut = b""
        self._lines: list[str] | None = None

    @property
    def columns(self) -> int:
        """The width in cells."""
        return int(self._screen.columns)

    @property
    def rows(self) -> int:
        """The height in cells."""
        return int(self._screen.lines)

    def feed(self, data: bytes) -> None:
        """Draw DATA, which may begin or end in the middle of a sequence or a character."""
        self._lines = None
        data = _PASSED_OVER.sub(b"", self._cut + data)
        cut = _CUT.search(data)
        self._cut = cut.group() if cut else b""
        self._stream.feed(data[: len(data) - len(self._cut)])

    def resize(self, columns: int, rows: int) -> None:
        """Give the screen another size."""
        self._lines = None
        self._screen.resize(rows, columns)

    def lines(self) -> list[str]:
        """Return the rows as text, blanks at the ends cut off. Made once for whoever looks again and again."""
        if self._lines is None:
            self._lines = [line.rstrip() for line in self._screen.display]
        return list(self._lines)
