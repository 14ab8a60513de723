"""Jumping: a letter on each row in view, field and part; pressing it puts the cursor there. Nothing is opened."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass

from textual.events import Key
from textual.widget import Widget

from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.lines import Bar
from tui.widgets.rows import Rows

LETTERS = "asdfghjkl" + "qwertyuiop" + "zxcvbnm" + string.ascii_uppercase + string.digits
"""In the order in which they are given out: the row under the fingers first."""
ALPHABET = "".join(sorted(LETTERS, key=lambda letter: (letter.isdigit(), letter.isupper(), letter)))
"""The same by the alphabet, for those who chose so."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where one can jump: a widget, a row of it (-1: no list), and the cell where its letter stands."""

    widget: Widget
    row: int
    x: int
    y: int


def targets(page: Page) -> list[Target]:
    """Return where one can jump on PAGE, from the top down."""
    found = []
    for widget in page.focus_chain:
        region = widget.region.intersection(page.region)
        if not region.area:
            continue
        if isinstance(widget, Rows):
            top = round(widget.scroll_y)
            found += [
                Target(widget, top + y, region.x, region.y + y)
                for y in range(min(region.height, len(widget.source) - top))
            ]  # fmt: skip
        else:
            found.append(Target(widget, -1, max(0, region.x - 1), region.y))
    found.sort(key=lambda target: (target.y, target.x))
    return found[: len(LETTERS)]


class Jump(Box):
    """Shows the letters over PAGE; its result is the target whose letter was pressed, None for any other key."""

    WHERE = "jump"
    BINDINGS = keymap.bindings("jump")
    AUTO_FOCUS = ""

    def __init__(self, page: Page) -> None:
        super().__init__("")
        letters = LETTERS if page.tacenda.chosen.now.jump == "home-row" else ALPHABET
        self._targets = dict(zip(letters, targets(page), strict=False))

    def compose(self) -> Iterator[Widget]:
        """One cell each."""
        for letter, target in self._targets.items():
            cell = Bar(classes="letter")
            cell.styles.offset = (target.x, target.y)
            cell.show(((letter, "mark"),))
            yield cell

    def on_key(self, event: Key) -> None:
        """Take the letter; any other key goes back."""
        event.stop()
        self.dismiss(self._targets.get(event.character or ""))
