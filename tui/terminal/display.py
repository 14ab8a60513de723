"""Text from a vault on a screen: `display_safe` for whatever is drawn as text, and a filter over every drawn line.

`SafeFilter` is laid over every line that any widget draws, so that what forgot `display_safe` is caught by it.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui.safe_text import DRAWN, PLAIN, display_safe, editable, written

__all__ = ["PLAIN", "SafeFilter", "display_safe", "editable", "written"]


_PICTURES = dict.fromkeys([*range(0x2400, 0x2422), 0x25CA, 0xFFFD], "?")


class SafeFilter(LineFilter):
    """Lets no line of any widget carry a control character, whatever the widget did.

    With PLAIN, symbols become ASCII ones.
    """

    def __init__(self, *, plain: bool = False) -> None:
        super().__init__()
        self._table: dict[int, str] = {}
        self.be(plain=plain)

    def be(self, *, plain: bool) -> None:
        """Show ASCII only, or not, from the next line on."""
        self._table = dict(DRAWN)
        if plain:
            self._table = {**dict.fromkeys(DRAWN, "?"), **_PICTURES, **{code: chr(to) for code, to in PLAIN.items()}}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return SEGMENTS with harmless text. Controls that a segment carries are dropped: widgets have none."""
        del background
        safe = []
        for text, style, _ in segments:
            if text.isascii() and text.isprintable():
                safe.append(Segment(text, style))
            else:
                safe.append(Segment(text.translate(self._table), style))
        return safe
