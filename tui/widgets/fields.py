"""Fields of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.containers import Horizontal
from textual.events import Key, Paste
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label
from textual.widgets.input import Selection

from tui.terminal.display import editable, written
from tui.widgets.steps import erased_left, step_left, step_right, unseen_of
from tui.widgets.telling import tell_page


class FieldHost:
    """What a page or a box is to its fields."""

    def field_done(self, field: Field) -> None:
        """Take Enter in FIELD, at once: what is typed next is for where this leads."""

    def say(self, sentence: str, role: str = "text") -> None:
        """Say something, where there is a row for it."""


class Field(Input):
    """One line of text. Its cursor does not blink; nothing is copied from a passphrase."""

    def __init__(
        self, value: str = "", *, id: str | None = None, password: bool = False, limit: int = 200,  # noqa: A002
        hint: str = "",
    ) -> None:  # fmt: skip
        super().__init__(
            editable(value).replace("\n", " "), placeholder=hint, password=password, id=id, compact=True,
            max_length=limit, select_on_focus=False,
        )  # fmt: skip
        self.cursor_blink = False

    def post_message(self, message: Message) -> bool:
        """Post MESSAGE; of a change the page hears here already."""
        tell_page(self, message)
        return super().post_message(message)

    @property
    def said(self) -> str:
        """What was typed."""
        return written(self.value)

    def set(self, value: str) -> None:
        """Put a value in."""
        self.value = editable(value).replace("\n", " ")
        self.cursor_position = len(self.value)

    def erase(self) -> None:
        """Forget what was typed."""
        self.value = ""

    # -- a character is what a person takes for one; of a passphrase nothing is told ---------------------------

    def action_cursor_left(self, select: bool = False) -> None:  # noqa: FBT002  as Textual has it
        """Go to the left over a whole character."""
        self._go(-self._step(step_left), lambda: super(Field, self).action_cursor_left(select), select=select)

    def action_cursor_right(self, select: bool = False) -> None:  # noqa: FBT002  as Textual has it
        """Go to the right over a whole character."""
        self._go(self._step(step_right), lambda: super(Field, self).action_cursor_right(select), select=select)

    def action_delete_left(self) -> None:
        """Delete what is selected, else all of an emoji, or a letter's mark before the letter."""
        at, size = self.cursor_position, self._step(erased_left)
        if size > 1 and self.selection.is_empty:
            self.delete(at - size, at)
        else:
            super().action_delete_left()

    def action_delete_right(self) -> None:
        """Delete what is selected, else the whole character behind the cursor."""
        at, size = self.cursor_position, self._step(step_right)
        if size > 1 and self.selection.is_empty:
            self.delete(at, at + size)
        else:
            super().action_delete_right()

    def _step(self, measure: Callable[[str, int], int]) -> int:
        return 1 if self.password else measure(self.value, self.cursor_position)

    def _go(self, step: int, usual: Callable[[], None], *, select: bool) -> None:
        start, end = self.selection
        if abs(step) <= 1 or (not select and not self.selection.is_empty):
            usual()
        elif select:
            self.selection = Selection(start, end + step)
        else:
            self.cursor_position += step

    async def _on_key(self, event: Key) -> None:
        """Take what is typed, also what is not seen alone."""
        if unseen := unseen_of(event):
            event.stop()
            event.prevent_default()
            self.replace(unseen if self.password else editable(unseen), *self.selection)
            return
        await super()._on_key(event)

    def _on_paste(self, event: Paste) -> None:
        """Take a paste as one line: its line breaks become blanks, except at the end."""
        event.stop()
        event.prevent_default()
        text = " ".join(editable(event.text).split("\n")).strip() if not self.password else event.text.strip("\r\n")
        if self.password and ("\n" in text or "\r" in text):
            host = self.screen
            if isinstance(host, FieldHost):
                host.say("Several lines are no passphrase. Nothing of them was taken.", "caution")
            return
        self.insert_text_at_cursor(text)

    async def action_submit(self) -> None:
        """Tell the page, without a message that a key typed ahead would overtake."""
        host = self.screen
        if isinstance(host, FieldHost):
            host.field_done(self)

    def action_copy(self) -> None:
        """Copy what is selected, but nothing of a passphrase."""
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """Cut what is selected, but nothing of a passphrase."""
        if not self.password:
            super().action_cut()


class Labelled(Horizontal):
    """A field with its name before it."""

    def __init__(self, name: str, field: Widget, *, classes: str = "field-row", id: str | None = None) -> None:  # noqa: A002
        super().__init__(classes=classes, id=id)
        self._label = name
        self.field = field

    def compose(self) -> Iterator[Widget]:
        """Put the name and the field side by side."""
        yield Label(self._label, markup=False)
        yield self.field
