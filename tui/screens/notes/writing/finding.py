"""Finding in the text that is being written: a row of its own, an answer at each letter, a count."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from textual import on
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.text_area import Selection

from core.search import loose, spans
from tui.keys import keymap
from tui.screens.notes.writing.keeping import Keeping
from tui.widgets.fields import Field, Labelled

MAX_HITS = 10_000
"""More are not counted: nobody steps through them."""

Hit = tuple[int, int, int]
"""Line, first and last column."""


class FindingHere(Keeping):
    """The part of the editor that finds. What is found is selected, so that it is seen in every theme."""

    _hits: tuple[Hit, ...] = ()
    _words = ""

    def find_row(self) -> Iterator[Widget]:
        """Return the row where the words are typed."""
        yield Labelled("Find", Field(id="find"), id="find-row")

    @property
    def finding(self) -> bool:
        """Whether one is typing what to find."""
        return self.focused is not None and self.focused.id == "find"

    def action_find_text(self) -> None:
        """Go to the words; what was looked for last stands there."""
        if not self._ready:
            return
        self.add_class("-finding")
        field = self.query_one("#find", Field)
        field.set(self._words)
        self.set_focus(field)
        self._look(move=False)

    def end_finding(self) -> None:
        """Back to the text, with the cursor where it was found."""
        self.remove_class("-finding")
        self.set_focus(self.text)
        place = self.text.selection.end
        self.text.selection = Selection(place, place)

    def forget_finding(self) -> None:
        """Forget what was looked for."""
        self._hits, self._words = (), ""

    @on(Input.Changed, "#find")
    def _words_typed(self) -> None:
        if self.finding:
            self._look(move=True)

    def _look(self, *, move: bool) -> None:
        self._words = self.query_one("#find", Field).said
        self._hits = self._found()
        if move and self._hits:
            start = min(self.text.selection.start, self.text.selection.end)
            self._go(next((at for at, hit in enumerate(self._hits) if hit[:2] >= start), 0))
        else:
            self._tell()

    def _found(self) -> tuple[Hit, ...]:
        wanted = loose(self._words.strip())
        if not wanted:
            return ()
        every = (
            (row, start, end)
            for row, line in enumerate(self.text.document.lines)
            if wanted in loose(line)
            for start, end in spans(line, (wanted,))
        )
        return tuple(islice(every, MAX_HITS))

    def _go(self, at: int) -> None:
        row, start, end = self._hits[at]
        self.text.selection = Selection((row, start), (row, end))
        self.text.scroll_cursor_visible()
        self._tell(at)

    def _tell(self, at: int | None = None) -> None:
        if not self._words.strip():
            self.show_state("Type what to find in this text. Enter and arrows go from one place to the next.")
        elif not self._hits:
            self.show_state("Not found in this text.", "caution")
        else:
            many = f"{len(self._hits):,}" + (" and more" if len(self._hits) == MAX_HITS else "")
            here = f"{at + 1:,} of {many}" if at is not None else f"{many} found"
            keys = self.keyed("Enter or \u2193 the next, \u2191 the one before, {out} to the text")
            self.show_state(f"{here}   {keys}")

    def action_next_hit(self) -> None:
        """Go to the next place where it was found."""
        self.go_hit(1)

    def action_hit(self, step: int) -> None:
        """Go to the next place, or the one before; in the header, to the next field or the one before."""
        if self.finding:
            self.go_hit(step)
        elif isinstance(self.focused, Field):
            _ = self.focus_next() if step > 0 else self.focus_previous()

    def go_hit(self, step: int) -> None:
        """Go STEP places on from the cursor, round and round. What was typed meanwhile is looked through anew."""
        self._hits = self._found()
        if not self._hits:
            key = keymap.key_of("find_text", "editor")
            nothing = f"Nothing is looked for. {key} finds in this text."
            self.say("Not found in this text." if self._words.strip() else nothing)
            return
        selection = self.text.selection
        start, end = sorted((selection.start, selection.end))
        if step > 0:
            after = [at for at, (row, first, last) in enumerate(self._hits) if (row, first) >= end]
            self._go(after[0] if after else 0)
        else:
            before = [at for at, (row, first, last) in enumerate(self._hits) if (row, last) <= start]
            self._go(before[-1] if before else -1 % len(self._hits))
