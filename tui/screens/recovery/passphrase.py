"""A new passphrase, typed twice, with how long it holds."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.keys.strength import Strength, suggestion
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.strength import Judging, Work, strength_line


class NewPassphrase(Vertical):
    """Two fields; `hindrance` says what is in the way of `said`. WORK does what takes long, as a page does.

    `known` are words that are guessed first. Whether it is strong enough is shown, and judged again by what takes it.
    """

    def __init__(self, work: Work) -> None:
        super().__init__(classes="new-passphrase")
        self.known: tuple[str, ...] = ()
        self._offered = ""
        self._told: Strength | None = None
        self._judging = Judging(work, self._say)

    def compose(self) -> Iterator[Widget]:
        """Both fields, and what there is to say of them."""
        yield Labelled("Passphrase", Field(id="new-1", password=True, limit=1_024))
        yield Labelled("Again", Field(id="new-2", password=True, limit=1_024))
        yield Sheet(id="new-said", focusable=False)

    def offer(self) -> None:
        """Draw a passphrase to offer."""
        self._offered = suggestion()
        self._lay_out()

    @on(Input.Changed, "#new-1")
    def judge(self) -> None:
        """Judge how long it holds, in a thread."""
        self._judging.judge(self.said, self.known)
        self._lay_out()

    def _say(self, told: Strength | None) -> None:
        self._told = told
        self._lay_out()

    @on(Input.Changed, "#new-2")
    def _lay_out(self) -> None:
        """Say how long it holds, and whether both are the same."""
        first, second = self.said, self.query_one("#new-2", Field).said
        lines: list[Line] = [()]
        if first and self._told is not None:
            lines.append(strength_line(self._told))
        if second:
            same = first == second
            lines.append(((" " * 16 + ("the same ✓" if same else "not the same yet"), "good" if same else "muted"),))
        if self._offered and not first:
            # six words are of no use where their end is cut off
            indent = 16 if self.app.size.width >= 80 else 2
            lines.append(((" " * indent + "For instance: ", "muted"), (self._offered, "text")))
        self.query_one("#new-said", Sheet).show(lines)

    @property
    def said(self) -> str:
        """What was typed."""
        return self.query_one("#new-1", Field).said

    @property
    def hindrance(self) -> str:
        """What is in the way, empty for nothing; a weak one is told by what takes it."""
        if not self.said:
            return "A new passphrase is needed."
        return "" if self.said == self.query_one("#new-2", Field).said else "The two passphrases are not the same."

    def forget(self) -> None:
        """Forget what was typed and offered, once it was taken."""
        self._judging.forget()
        self._offered, self._told = "", None
        for number in (1, 2):
            self.query_one(f"#new-{number}", Field).erase()
