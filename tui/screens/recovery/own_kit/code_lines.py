"""Where a printed code is typed: four lines, each with what is wrong with it beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Label

from core.recovery.kit.printed import LINES
from tui.widgets.fields import Field
from tui.widgets.lines import Bar
from vault_format.errors import TacendaError


class CodeLines(Vertical):
    """Four fields; NAME makes their ids, the first one's is `NAME-1`."""

    def __init__(self, name: str) -> None:
        super().__init__(classes="code-lines")
        self._prefix = name

    def compose(self) -> Iterator[Widget]:
        """A number, a field and a verdict for each line."""
        for number in range(1, LINES + 1):
            with Horizontal(classes="code-line"):
                yield Label(f"   {number}", markup=False)
                yield Field(id=f"{self._prefix}-{number}", limit=20)
                yield Bar(id=f"{self._prefix}-{number}-said")

    def holds(self, field: Field) -> bool:
        """Whether FIELD is one of these."""
        return field in [self.field(number) for number in range(1, LINES + 1)]

    def field(self, number: int) -> Field:
        """Return the field of line NUMBER, from 1."""
        return self.query_one(f"#{self._prefix}-{number}", Field)

    @property
    def lines(self) -> list[str]:
        """What was typed."""
        return [self.field(number).said for number in range(1, LINES + 1)]

    def judge(self, number: int, check: Callable[[int, str], object]) -> bool:
        """Hold line NUMBER against CHECK, say at the line what is wrong; whether it can be right."""
        said = self.query_one(f"#{self._prefix}-{number}-said", Bar)
        try:
            check(number, self.field(number).said)
        except TacendaError as error:
            said.show(((f"  ✗ {error.what.removeprefix(f'Line {number} ')}", "danger"),))
            return False
        said.show((("  ✓", "good"),))
        return True

    def done(self, field: Field, check: Callable[[int, str], object]) -> bool:
        """Take Enter in FIELD: on to the first line that is not right yet; whether there is none."""
        number = int((field.id or "1").rpartition("-")[2])
        if not self.judge(number, check):
            return False
        for other in (*range(number + 1, LINES + 1), *range(1, number)):
            if not self.field(other).said or not self.judge(other, check):
                self.screen.set_focus(self.field(other))
                return False
        return True

    def clear(self) -> None:
        """Forget what was typed."""
        for number in range(1, LINES + 1):
            self.field(number).erase()
            self.query_one(f"#{self._prefix}-{number}-said", Bar).show(())
