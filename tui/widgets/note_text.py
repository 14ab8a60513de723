"""The text of a note, where it is written."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from textual import on
from textual.binding import Binding
from textual.document._wrapped_document import WrappedDocument
from textual.events import Key, Paste
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from tui.terminal.display import editable, written
from tui.widgets.steps import erased_left, step_left, step_right, unseen_of
from tui.widgets.telling import tell_page
from vault_format import bounds

_HEADING = re.compile(r"#{1,3} ")
_MANY_LINES = 2_000
"""A text of more lines is counted once the keys rest: counting takes longer than a key may."""
_REST = 0.4


@dataclass(frozen=True, slots=True)
class Count:
    """How many words there are, headings left out, and the headings under which nothing is written."""

    words: int
    empty: tuple[str, ...]


class _Wrapped(WrappedDocument):
    """The text in rows. Textual counts them by going through every line, for each row that is drawn."""

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self._offset_to_line_info)


class NoteText(TextArea):
    """A text area without frame, blinking or line numbers. Control characters in a note are kept but never act."""

    BINDINGS = [
        # these two are the page's: other parts, other views
        Binding("f6", "screen.part", show=False),
        Binding("f7", "screen.preview", show=False),
    ]

    class TooLong(Message):
        """A paste was refused: the note would be over 8 MiB."""

    class Counted(Message):
        """A long text was counted anew."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__("", id=id, soft_wrap=True, show_line_numbers=False, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
        self._count: Count | None = None
        self._headings: list[tuple[int, str]] | None = None
        self._counting: Timer | None = None

    def post_message(self, message: Message) -> bool:
        """Post MESSAGE; of a change the page hears here already."""
        tell_page(self, message)
        return super().post_message(message)

    def _set_document(self, text: str, language: str | None) -> None:
        """Take another text up, in rows that are counted once."""
        super()._set_document(text, language)
        # it is wrapped already; made anew, a long text would be wrapped twice
        self.wrapped_document.__class__ = _Wrapped

    def dress(self, width: int, *, numbers: bool) -> None:
        """Be at most WIDTH columns wide, with or without the numbers of lines."""
        self.styles.max_width = width
        self.show_line_numbers = numbers

    @property
    def said(self) -> str:
        """What was written, as it is saved."""
        return written(self.text)

    @property
    def cursor_index(self) -> int:
        """How many characters stand before the cursor."""
        row, column = self.cursor_location
        return sum(len(line) + 1 for line in self.document.lines[:row]) + column

    def place_at(self, index: int) -> tuple[int, int]:
        """Return the line and column behind INDEX characters, the text's end where there are not so many."""
        lines = self.document.lines
        for row, line in enumerate(lines):
            if index <= len(line):
                return row, index
            index -= len(line) + 1
        return len(lines) - 1, len(lines[-1])

    def first_gap(self, *, new: bool) -> tuple[int, int]:
        """Return where writing begins: under the first heading of a NEW note, else at the end."""
        lines = self.document.lines
        if new and len(lines) > 1 and lines[0].startswith("#"):
            return 1, 0
        return len(lines) - 1, len(lines[-1])

    def load(self, text: str) -> None:
        """Put another text in; there is nothing to undo then."""
        self.load_text(editable(text))

    def erase(self) -> None:
        """Forget the text and all that could be undone."""
        self.load_text("")
        self.history.clear()
        self._count = self._headings = None

    def put(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        """Put TEXT in the place of what stands between START and END, as one step that can be undone."""
        self.history.checkpoint()
        result = self.replace(editable(text), start, end, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor(result.end_location)

    # -- counts, which are looked at with each key and change with an edit -----------------------------------

    @on(TextArea.Changed)
    def _edited(self) -> None:
        self._headings = None
        if self.document.line_count <= _MANY_LINES or self._count is None:
            self._count = None
            return
        if self._counting is not None:
            self._counting.stop()
        self._counting = self.set_timer(_REST, self._count_now)

    def _count_now(self) -> None:
        self._count = None
        self.counted()
        self.post_message(self.Counted())

    def counted(self) -> Count:
        """Return what was counted; of a long text that is being written, a moment ago."""
        if self._count is None:
            text = self.text
            self._count = Count(count_words(text), tuple(empty_sections(text)))
        return self._count

    # -- a character is what a person takes for one -------------------------------------------------------------

    def get_cursor_left_location(self) -> tuple[int, int]:
        """Return where the cursor goes to the left: over a whole character."""
        row, column = self.cursor_location
        step = step_left(self.document.get_line(row), column)
        return (row, column - step) if step else super().get_cursor_left_location()

    def get_cursor_right_location(self) -> tuple[int, int]:
        """Return where the cursor goes to the right: over a whole character."""
        row, column = self.cursor_location
        step = step_right(self.document.get_line(row), column)
        return (row, column + step) if step else super().get_cursor_right_location()

    def action_delete_left(self) -> None:
        """Delete what is selected, else all of an emoji, or a letter's mark before the letter."""
        row, column = self.cursor_location
        erased = erased_left(self.document.get_line(row), column)
        if self.read_only or not self.selection.is_empty or not erased:
            super().action_delete_left()
        else:
            self._delete_via_keyboard((row, column - erased), (row, column))

    async def _on_paste(self, event: Paste) -> None:
        """Take a paste, unless the note would be over its bound: then nothing of it."""
        event.stop()
        event.prevent_default()
        if len(self.text) + len(event.text) > bounds.MAX_TEXT // 4 and (
            len(self.text.encode(errors="replace")) + len(event.text.encode(errors="replace")) > bounds.MAX_TEXT
        ):
            self.post_message(self.TooLong())
            return
        if result := self._replace_via_keyboard(editable(event.text), *self.selection):
            self.move_cursor(result.end_location)

    async def _on_key(self, event: Key) -> None:
        """Leave Tab to the page, which goes to the next section with it."""
        if event.key in {"tab", "shift+tab"}:
            return
        if unseen := unseen_of(event):
            event.stop()
            event.prevent_default()
            self._replace_via_keyboard(editable(unseen), *self.selection)
            return
        await super()._on_key(event)

    def sections(self) -> list[tuple[int, str]]:
        """Return the headings: line number and words."""
        if self._headings is None:
            self._headings = [
                (number, line.lstrip("# ").strip())
                for number, line in enumerate(self.document.lines)
                if line.startswith("#") and _HEADING.match(line)
            ]
        return self._headings

    def hop(self, direction: int) -> bool:
        """Put the cursor behind the text of the next section (DIRECTION 1) or the one before (-1); whether it moved."""
        row = self.cursor_location[0]
        starts = [number for number, _ in self.sections()]
        here = max((at for at, number in enumerate(starts) if number <= row), default=-1)
        goal = here + direction
        if not 0 <= goal < len(starts):
            return False
        self.move_cursor(self._end_of(starts, goal))
        return True

    def _end_of(self, starts: list[int], section: int) -> tuple[int, int]:
        lines = self.document.lines
        last = starts[section + 1] - 1 if section + 1 < len(starts) else len(lines) - 1
        while last > starts[section] + 1 and not lines[last].strip():
            last -= 1
        last = min(last, len(lines) - 1)
        return last, len(lines[last])

    def where(self) -> tuple[str, int]:
        """Return the heading above the cursor, and the line number counted from 1."""
        row = self.cursor_location[0]
        found = self.sections()
        at = bisect_right(found, row, key=lambda section: section[0])
        return found[at - 1][1] if at else "", row + 1


def count_words(text: str) -> int:
    """Return how many words there are, headings left out."""
    return sum(len(line.split()) for line in text.split("\n") if not _HEADING.match(line))


def empty_sections(text: str) -> list[str]:
    """Return the headings under which nothing is written."""
    empty, heading, filled = [], None, True
    for line in [*text.split("\n"), "# "]:
        if _HEADING.match(line):
            if heading and not filled:
                empty.append(heading)
            heading, filled = line.lstrip("# ").strip(), False
        elif line.strip():
            filled = True
    return empty
