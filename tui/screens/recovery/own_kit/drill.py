"""A drill: the printed code and one code of the phone, each a match or not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.recovery import Drilled, run_drill
from core.recovery.kit.printed import read_line
from tui import words
from tui.keys import keymap
from tui.screens.page import Page
from tui.screens.recovery.own_kit.code_lines import CodeLines
from tui.screens.recovery.own_kit.quiet import held_back
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet


class DrillPage(Page):
    """Rehearses with the member's kit. Nothing is changed by it but the date of the last drill."""

    WHERE = "drill"
    PLACE = ""
    ABOUT = "Type the printed code and one code of the phone. You hear match or no match for each, and nothing else."
    BINDINGS = keymap.bindings("drill")

    def __init__(self) -> None:
        super().__init__()
        self._busy = False

    def body(self) -> Iterator[Widget]:
        """Why, the lines, the code, what came of it."""
        yield Sheet(id="why", focusable=False)
        yield CodeLines("drill")
        yield Labelled("Phone code", Field(id="code", limit=10), id="code-row")
        yield Sheet(id="result", focusable=False)

    def on_mount(self) -> None:
        """Begin in the first line."""
        super().on_mount()
        self.set_focus(self.query_one(CodeLines).field(1))
        self.set_interval(1.0, self._look_at_clock)

    def show_top(self) -> None:
        """Show no places: digits type here."""
        self.bar("top").show(((" Recovery drill", "accent"),), self.lock_words())

    def fill(self) -> None:
        """Say what it is."""
        said = "Fetch the paper and the phone. This tells whether both still fit the kit."
        rows: list[Line] = [((f"   {row}", "text"),) for row in words.wrap(said, min(self.app.size.width, 100) - 5)]
        self.query_one("#why", Sheet).show([(), *rows, ()])
        self._look_at_clock()

    def _look_at_clock(self) -> None:
        session = self.tacenda.session
        if session is None or self._busy:
            return
        if said := held_back(self, "code-row", session.vault.clock() / 1000):
            self.show_state(said, "caution")
        else:
            self.show_state("One code is enough; an onlooker gains nothing by it now.")

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        lines = self.query_one(CodeLines)
        if lines.holds(field):
            if lines.done(field, read_line):
                self.set_focus(self.query_one("#code", Field))
            return
        session = self.tacenda.session
        if session is None or self._busy:
            return
        if not all(lines.judge(number, read_line) for number in range(1, 5)):
            self.say("A line of the printed code cannot be right yet.", "danger")
            return
        self._busy = True
        self.say("Trying: this takes as long as an unlock.", "muted")
        self.work(partial(run_drill, session, lines.lines, field.said), self._done, self._failed)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.fail(error)

    def _done(self, drilled: Drilled) -> None:
        self._busy = False
        self.query_one("#code", Field).erase()
        result: list[Line] = [()]
        for name, matches in (("Printed code", drilled.code), ("Phone code", drilled.phone)):
            said = ("✓ match", "good") if matches else ("✗ no match", "danger")
            result.append(((f"   {name:<16}", "muted"), said))
        if drilled.code and drilled.phone:
            self.query_one(CodeLines).clear()
            self.say(f"The kit would open. Recorded as record {drilled.sequence:,}.", "good")
        else:
            advice = drilled.clocks or "Was this code typed before? Wait for the next one."
            if not drilled.code:
                advice = "Is it another print, or another kit's?"
            self.say(f"Recorded as record {drilled.sequence:,}. {advice}", "caution")
        self.query_one("#result", Sheet).show(result)

    def erase(self) -> None:
        """Forget what was typed."""
        for lines in self.query(CodeLines):
            lines.clear()
        super().erase()
