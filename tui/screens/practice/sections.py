"""A list with headings between its rows: the cursor passes over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.widgets.rows import Listed, Rows


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that says what the rows below it are."""

    words: str
    right: str = ""


class Sections(Rows):
    """A list whose cursor never stands on a Heading, as long as there is another row."""

    def first(self, items: Sequence[object]) -> int:
        """Return the first row of ITEMS that is no heading, 0 if there is none."""
        return next((at for at, item in enumerate(items) if not isinstance(item, Heading)), 0)

    def move_to(self, row: int) -> None:
        """Put the cursor on ROW, or past a heading in the direction it came from."""
        items = self.source.items if isinstance(self.source, Listed) else ()
        row = max(0, min(row, len(items) - 1))
        step = -1 if row < self.cursor else 1
        for way in (step, -step):
            at = row
            while 0 <= at < len(items) and isinstance(items[at], Heading):
                at += way
            if 0 <= at < len(items):
                super().move_to(at)
                return
