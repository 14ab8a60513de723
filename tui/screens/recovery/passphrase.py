"""A new passphrase, typed twice, with how long it holds."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.keys.strength import strength, suggestion
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet


class NewPassphrase(Vertical):
    """Two fields; `hindrance` says what is in the way, `take` gives the passphrase. `known` are guessed first."""

    def __init__(self) -> None:
        super().__init__(classes="new-passphrase")
        self.known: tuple[str, ...] = ()
        self._offered = ""

    def compose(self) -> Iterator[Widget]:
        """Both fields, and what there is to say of them."""
        yield Labelled("Passphrase", Field(id="new-1", password=True, limit=1_024))
        yield Labelled("Again", Field(id="new-2", password=True, limit=1_024))
        yield Sheet(id="new-said", focusable=False)

    def offer(self) -> None:
        """Draw a passphrase to offer."""
        self._offered = suggestion()
        self.judge()

    @on(Input.Changed)
    def judge(self) -> None:
        """Say how long it holds, and whether both are the same."""
        first, second = (self.query_one(f"#new-{number}", Field).said for number in (1, 2))
        lines: list[Line] = [()]
        if first:
            found = strength(first, self.known)
            role = "good" if found.enough else "caution"
            advice = f": {found.advice}" if found.advice and not found.enough else ""
            lines.append(((" " * 16 + f"{found.word}{advice}", role),))
        if second:
            same = first == second
            lines.append(((" " * 16 + ("the same ✓" if same else "not the same yet"), "good" if same else "muted"),))
        if self._offered and not first:
            # six words are of no use where their end is cut off
            indent = 16 if self.app.size.width >= 80 else 2
            lines.append(((" " * indent + "For instance: ", "muted"), (self._offered, "text")))
        self.query_one("#new-said", Sheet).show(lines)

    @property
    def hindrance(self) -> str:
        """What is in the way, empty for nothing."""
        first, second = (self.query_one(f"#new-{number}", Field).said for number in (1, 2))
        if not first:
            return "A new passphrase is needed."
        found = strength(first, self.known)
        if not found.enough:
            return f"This passphrase is {found.word}. Use more words."
        return "" if first == second else "The two passphrases are not the same."

    def take(self) -> str:
        """Return what was typed, and forget it."""
        first = self.query_one("#new-1", Field).said
        for number in (1, 2):
            self.query_one(f"#new-{number}", Field).erase()
        return first
