"""A box over a page: opaque, nothing behind it is dimmed, Esc closes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from tui import words
from tui.keys import keymap
from tui.terminal.display import display_safe
from tui.widgets.fields import Field, FieldHost
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.note_text import NoteText
from tui.widgets.rows import Rows

if TYPE_CHECKING:
    from tui.application import Tacenda


class Box(ModalScreen[Any], FieldHost, inherit_bindings=False):
    """Base of all boxes. WHERE names it in the table of keys; its result is what `dismiss` is given, None for Esc."""

    WHERE: ClassVar[str] = ""
    FULL: ClassVar[bool] = False
    SAYS: ClassVar[bool] = False
    """Whether it has a place for what is said to the person, which is the page's else."""
    AUTO_FOCUS = "#focus"
    ESCAPE_TO_MINIMIZE = False
    BINDINGS = keymap.bindings("box")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (120, "-wide")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    @property
    def tacenda(self) -> Tacenda:
        """The application."""
        return self.app  # type: ignore[return-value]  # boxes belong to no other

    def compose(self) -> Iterator[Widget]:
        """Put a frame round what `body` gives; keys stand in its lower edge."""
        frame = Vertical(id="frame", classes="-full" if self.FULL else "")
        frame.border_title = display_safe(self._title).replace("[", r"\[")
        keys = "  ".join(f"{key} {word}" for key, word in keymap.footer(self.WHERE, with_help=False))
        frame.border_subtitle = keys.replace("[", r"\[")
        with frame:
            yield from self.body()

    def body(self) -> Iterator[Widget]:
        """Return what stands in the box."""
        yield from ()

    def erase(self) -> None:
        """Forget everything of the vault that this box holds."""
        for field in self.query(Field):
            field.erase()
        for text in self.query(NoteText):
            text.erase()
        for rows in self.query(Rows):
            rows.erase()
        for sheet in self.query(Sheet):
            sheet.erase()
        for bar in self.query(Bar):
            bar.show(())
        for frame in self.query(Vertical):
            frame.border_title = ""

    def key_of(self, name: str) -> str:
        """Return the key of an act of this box, as it is written for people."""
        return keymap.key_of(name, self.WHERE)

    def keyed(self, sentence: str) -> str:
        """Return SENTENCE with the keys of the acts that it names in braces."""
        return keymap.keyed(sentence, self.WHERE)

    def memento(self) -> None:
        """Return nothing: a box does not come back."""
        return

    def fill(self) -> None:
        """Nothing in a box depends on the vault's news."""

    def dismiss(self, result: Any = None) -> AwaitComplete:  # noqa: ANN401  whatever the box was asked for
        """Close with RESULT; keys that were typed ahead wait until whoever asked has taken it."""
        app = self.tacenda
        app.hold_keys(self)
        closed = super().dismiss(result)
        app.call_later(app.release_keys, self)
        return closed

    def action_out(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_next_part(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def action_previous_part(self) -> None:
        """Go to the field before."""
        self.focus_previous()


def say_in(box: Box, name: str, sentence: str, role: str) -> None:
    """Show a sentence in a sheet of BOX."""
    room = min(box.app.size.width, 66) - 6
    rows: list[Line] = [((row, role),) for row in words.wrap(sentence, room)]
    box.query_one(f"#{name}", Sheet).show(rows)
