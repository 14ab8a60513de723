"""Finding in a text that is read: what was found is marked, and one stands at it. A lock forgets what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from textual.widget import Widget

from core.search import Query, loose, spans
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Piece, Sheet

_ABOVE = 3
"""Rows that stay in view above what was found."""


class AskWords(Box):
    """Asks what to find in the text; its result is that, as typed."""

    WHERE = "find-here"
    BINDINGS = keymap.bindings("find-here")

    def __init__(self) -> None:
        super().__init__("Find in this note")

    def body(self) -> Iterator[Widget]:
        """One field."""
        yield Labelled("Words", Field(id="focus"))

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Find it."""
        self.dismiss(self.query_one(Field).said)


class Standing(Page):
    """A page with a text in the sheet `#focus`, in which one finds."""

    _query = Query(())
    _line = ""
    _hits: Sequence[int] = ()
    _at = 0
    _stood = True

    def stand_at(self, query: Query, line: str) -> None:
        """Mark what QUERY finds, and begin at the LINE of the text."""
        self._query, self._line, self._stood = query, loose(line.lstrip("# ")), False

    def erase(self) -> None:
        """Forget the text, and what was looked for: another note was not found by it."""
        self._query, self._line, self._hits = Query(()), "", ()
        super().erase()

    def show_text(self, lines: Sequence[Line]) -> None:
        """Show LINES with what was found marked, and go there the first time."""
        sheet = self.query_one("#focus", Sheet)
        if self._query:
            lines = [_marked(line, self._query) for line in lines]
        sheet.show(lines)
        self._hits = [at for at, line in enumerate(lines) if any(role == "mark" for _, role in line)]
        if not self._stood:
            self._stood = True
            self._go(self._begin(sheet))

    def _begin(self, sheet: Sheet) -> int:
        """Return the row to stand at: where the line begins that was found, or the first mark behind it."""
        rows = [loose("".join(text for text, _ in line)) for line in sheet.lines]
        start = next((at for at, row in enumerate(rows) if row and self._line.startswith(row)), 0)
        return next((at for at in self._hits if at >= start), start)

    def _go(self, row: int) -> None:
        sheet = self.query_one("#focus", Sheet)
        self._at = row
        self.call_after_refresh(sheet.scroll_to, y=max(0, row - _ABOVE), animate=False)

    def action_find_here(self) -> None:
        """Ask what to find in this text."""
        self.tacenda.show_page(AskWords(), self._find)

    def _find(self, said: str | None) -> None:
        if said is None:
            return
        self._query, self._line, self._at = Query.of(said), "", -1
        self.fill_anew()
        if self._hits:
            self.action_next_hit()
        elif self._query:
            self.say("Not found in this note. 3 looks in all notes.")

    def action_next_hit(self) -> None:
        """Go to the next row where it was found; after the last one to the first."""
        if not self._hits:
            self.say(f"Nothing is marked here. {keymap.key_of('find_here', 'reader')} finds in this note.")
            return
        after = [row for row in self._hits if row > self._at]
        self._go(after[0] if after else self._hits[0])
        number = list(self._hits).index(self._at) + 1
        self.say(f"Row {number:,} of {len(self._hits):,} with what was found." + ("" if after else " From the top."))


def _marked(line: Line, query: Query) -> Line:
    """Return LINE with what QUERY finds in the role `mark`; rows that are heads or rules stay as they are."""
    whole = "".join(text for text, _ in line)
    found = spans(whole, query.terms)
    if not found or any(text.strip() and role not in {"text", "accent"} for text, role in line):
        return line
    pieces: list[Piece] = []
    at = 0
    for text, role in line:
        end = at + len(text)
        cuts = sorted({at, end, *(edge for span in found for edge in span if at < edge < end)})
        for start, stop in pairwise(cuts):
            inside = any(begin <= start < finish for begin, finish in found)
            pieces.append((whole[start:stop], "mark" if inside else role))
        at = end
    return pieces
