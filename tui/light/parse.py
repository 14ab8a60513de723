"""What Textual writes for a terminal, drawn on a grid of cells instead.

`Driver.write` is where this is read because it is public and all that is drawn passes it: the compositor's own
updates are private, and differ by kind. What Textual draws with is little: cursor moves, SGR, text. Everything else is
handed back, to be sent as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tui.light.cells import Grid, cells_of
from tui.light.style import PLAIN, after_sgr

_TOKEN: Final = re.compile(
    r"\x1b\[(?P<style>[0-9;]*)m(?P<styled>[^\x00-\x1f\x7f-\x9f]*)"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<given>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|(?P<string>\x1b[\]PX^_].*?(?:\x1b\\|\x07))"
    r"|(?P<other>\x1b[ -/]*[0-~])"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])",
    re.DOTALL,
)
_SYNC_BEGINS, _SYNC_ENDS = "\x1b[?2026h", "\x1b[?2026l"
_SHOW_CURSOR, _HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"
_LINK: Final = "\x1b]8;"
_ALTERNATE, _MAIN = "\x1b[?1049h", "\x1b[?1049l"


class Painter:
    """Draws on `grid`. X and Y are where the cursor stands, VISIBLE whether it is seen.

    SHOWING is whether the terminal is ours: between the switch to the alternate screen and the switch back. What is
    written outside is handed back as it is.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.grid = Grid(columns, rows)
        self.x = 0
        self.y = 0
        self.visible = False
        self.showing = False
        self.forgotten = False
        """Whether the terminal's own cells can no longer be known; for the reader to reset."""
        self.sync = False
        """Whether the terminal was seen to understand synchronised updates (mode 2026)."""
        self._style = PLAIN

    def feed(self, data: str) -> Iterator[str]:
        """Draw DATA. Yields, in order, what is to be sent as it is."""
        for token in _TOKEN.finditer(data):
            kind = token.lastgroup
            if kind == "styled":
                given, text = token.group(1, 2)
                self._style = after_sgr(PLAIN if given in ("", "0") else self._style, given)
                if not self.showing:
                    yield token.group()
                elif text:
                    self._text(text)
            elif kind == "final":
                whole = token.group()
                if token["between"] or token["given"][:1] in set("<=>?"):
                    yield from self._mode(whole)
                elif not self._command(token["final"], token["given"]):
                    yield whole
            elif not self.showing:
                yield token.group()
            elif kind == "text":
                self._text(token.group())
            elif kind == "control":
                yield from self._control(token.group())
            elif not token.group().startswith(_LINK):
                yield token.group()

    def _mode(self, whole: str) -> Iterator[str]:
        """Take note of a mode that concerns the picture, and pass on every other."""
        if whole in (_SYNC_BEGINS, _SYNC_ENDS):
            self.sync = True
            return
        if whole in (_SHOW_CURSOR, _HIDE_CURSOR):
            self.visible = whole == _SHOW_CURSOR
            if self.showing:
                return
        elif whole in (_ALTERNATE, _MAIN):
            self.showing = whole == _ALTERNATE
            self.forgotten = True
            # nothing of what was drawn may come back by itself
            self.grid.wipe()
            if whole == _MAIN:
                yield "\x1b[m"
        yield whole

    def _command(self, final: str, given: str) -> bool:
        """Do a control sequence without private marker; whether it is one of those that draw."""
        if not self.showing:
            return False
        numbers = [int(one) if one.isdigit() else 0 for one in given.split(";")]
        first = max(1, numbers[0])
        if final in "Hf":
            self.y, self.x = first - 1, max(1, numbers[1] if len(numbers) > 1 else 1) - 1
        elif final in "ABCD":
            self.y += {"A": -first, "B": first}.get(final, 0)
            self.x += {"C": first, "D": -first}.get(final, 0)
        elif final == "G":
            self.x = first - 1
        elif final == "J" and numbers[0] in (2, 3):
            # the picture is known here: whoever clears the screen wants it drawn anew
            self.forgotten = True
        else:
            return False
        self.y = max(0, min(self.y, len(self.grid.rows) - 1))
        self.x = max(0, min(self.x, self.grid.columns - 1))
        return True

    def _control(self, character: str) -> Iterator[str]:
        """Do a control character; none but the bell reaches the terminal."""
        if character == "\x07":
            yield character
        elif character == "\r":
            self.x = 0
        elif character == "\n":
            # the terminal's line discipline adds the carriage return
            self.x, self.y = 0, min(self.y + 1, len(self.grid.rows) - 1)

    def _text(self, text: str) -> None:
        made = self._style.cells
        if text.isascii():
            cells = list(map(made.__getitem__, text))
        else:
            cells = list(cells_of(text, self._style))
            if not cells[0].width:
                self.grid.mark(self.x, self.y, cells.pop(0).text)
        width = len(cells)
        self.grid.put(self.x, self.y, cells)
        self.x += width
