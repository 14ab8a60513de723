"""Adding to a signed note (F30): which kind, and why. Then the editor, with the signed text in view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from textual.widget import Widget

from core.session import NoteDraft, OpenNote
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.notes.titles import ADDED
from tui.screens.notes.writing.editor import Editor
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import MARK
from vault_format.codes import AddendumKind

_MEANS = {
    AddendumKind.ADDENDUM: "learned after it was signed",
    AddendumKind.LATE_ENTRY: "known then, and left out",
    AddendumKind.CORRECTION: "stands there wrongly",
}
_KINDS = tuple(_MEANS)
_STAYS = "The signed text stays as it is. What you add is dated {today}, stands below it, and is signed by itself."
_HINT = "the wrong words, as they stand there; optional"
_NOT_THERE = "These words do not stand in the note, in one line. Write them as they stand there."
Answer = tuple[AddendumKind, str, str]
"""Kind, reason, and the passage that a correction is about."""


class Adding(Box):
    """Asks for kind and reason of an addition to TEXT; its result is an Answer."""

    WHERE = "adding"
    BINDINGS = keymap.bindings("adding")

    def __init__(self, text: str) -> None:
        super().__init__("Add to this signed note")
        self._text = text
        self._kind = 0

    def body(self) -> Iterator[Widget]:
        """Kinds, reason, the passage, what happens."""
        yield Sheet(id="kinds", focusable=False)
        yield Labelled("Reason", Field(id="focus"))
        yield Labelled("It says", Field(id="passage", hint=_HINT), id="it-says")
        yield Sheet(id="say", focusable=False)

    def on_mount(self) -> None:
        """Fill it."""
        self._show()

    def erase(self) -> None:
        """Forget the text."""
        self._text = ""
        super().erase()

    @property
    def kind(self) -> AddendumKind:
        """The kind that is chosen."""
        return _KINDS[self._kind]

    def _show(self, wrong: str = "") -> None:
        lines: list[Line] = []
        for kind in _KINDS:
            here = kind is self.kind
            mark, role = (MARK, "selected") if here else (" ", "text")
            lines.append(((f" {mark} ", "accent"), (f"{ADDED[kind]:<13}", role), (f" {_MEANS[kind]}", "text")))
        self.query_one("#kinds", Sheet).show([*lines, ()])
        self.query_one("#it-says").display = self.kind is AddendumKind.CORRECTION
        width = min(self.app.size.width, 66) - 6
        said = wrong or _STAYS.format(today=words.today())
        rows = words.wrap(said, width)
        self.query_one("#say", Sheet).show([(), *(((f" {row}", "danger" if wrong else "muted"),) for row in rows)])

    def action_kind(self, step: int) -> None:
        """Take the next kind, or the one before."""
        self._kind = (self._kind + step) % len(_KINDS)
        self._show()
        if self.kind is not AddendumKind.CORRECTION:
            self.set_focus(self.query_one("#focus", Field))

    def field_done(self, field: Field) -> None:
        """Take Enter in a field: on to the passage of a correction, else done."""
        if field.id == "focus" and self.kind is AddendumKind.CORRECTION and field.said.strip():
            self.set_focus(self.query_one("#passage", Field))
            return
        self.action_submit()

    def action_submit(self) -> None:
        """Give the answer, unless something is missing."""
        reason = self.query_one("#focus", Field).said.strip()
        passage = self.query_one("#passage", Field).said.strip() if self.kind is AddendumKind.CORRECTION else ""
        if not reason:
            self._show("A reason is needed: it is the first thing a reviewer looks for.")
            self.set_focus(self.query_one("#focus", Field))
        elif passage and not any(passage in line for line in self._text.split("\n")):
            self._show(_NOT_THERE)
            self.set_focus(self.query_one("#passage", Field))
        else:
            self.dismiss((self.kind, reason, passage))


def ask_to_add(page: Page, opened: OpenNote) -> None:
    """Ask over PAGE how to add to a note, then open the editor; an addition that is still a draft is gone on with."""
    session = page.tacenda.session
    if session is None:
        return
    row = opened.row
    waiting = session.unsigned_addition(row.id)
    if waiting is not None:
        page.tacenda.show_page(Editor(note=waiting.id, beside=opened.text))
        return

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            kind, reason, passage = answer
            # what is typed ahead is for the editor that comes, not for this page
            page.tacenda.hold_keys(page)
            page.work(partial(session.begin_addition, row.id, kind, reason), partial(begun, passage), refused)

    def begun(passage: str, draft: NoteDraft) -> None:
        text = f"> {passage}\n\n" if passage else ""
        page.tacenda.show_page(Editor(draft=replace(draft, text=text), beside=opened.text))
        page.tacenda.release_keys(page)

    def refused(error: BaseException) -> None:
        page.tacenda.release_keys(page)
        page.fail(error)

    page.tacenda.show_page(Adding(opened.text), answered)
