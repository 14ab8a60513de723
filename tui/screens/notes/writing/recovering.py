"""Text that a session left in its journal: gone on with in the editor, or discarded once that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.drafts import DraftKind
from core.session import Taken, Unfinished
from tui import words
from tui.drafts.left import why
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.notes.writing.editor import Editor
from tui.screens.page import Page
from tui.widgets.lines import Sheet


class Recovering(Editor):
    """The editor on what LEFT holds; taking it over is recorded first."""

    def __init__(self, left: Unfinished) -> None:
        super().__init__()
        self._left_behind = left

    def open_note(self) -> None:
        """Take the text over."""
        session = self.tacenda.session
        if session is not None:
            self.work(partial(session.recover_draft, self._left_behind), self._taken, self.not_opened)

    def _taken(self, taken: Taken) -> None:
        left = self._left_behind
        self.tacenda.returning.settled(left)
        self.hush()
        self.saved_words = "not in the vault yet"
        self.begin(taken.draft, taken.note if taken.base else None, taken.base, taken=taken)
        kept = words.clock(left.time)
        self.say(
            f"What you typed until {kept} was not in the vault. Here it is; it saves itself as you go on."
            if not left.old or taken.note == left.entity else
            f"What you typed until {kept}, older than the note in the vault. It goes on as a note of its own."
        )  # fmt: skip


class Discard(Box):
    """Asks whether text that is not in the vault is to go for ever; its result is whether it is."""

    WHERE = "discard"
    BINDINGS = keymap.bindings("discard")

    def __init__(self, left: Unfinished) -> None:
        super().__init__("Discard this text")
        self._left_behind = left

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Say what goes."""
        left = self._left_behind
        # of a client's form nothing was recorded, and closing one is no record either
        recorded = "" if left.kind == DraftKind.CLIENT else " That it was done is recorded."
        self.query_one("#focus", Sheet).show([
            (), ((f" What was typed until {words.second(left.time)[:16]} stands in no vault.", "text"),),
            ((f" Discarded, it is gone for ever.{recorded}", "text"),), (),
        ])  # fmt: skip

    def action_discard_now(self) -> None:
        """Discard."""
        self.dismiss(True)


def why_words(left: Unfinished) -> str:
    """Return why it was left, and when: `line dropped 16:41`, or that it is older than the vault."""
    return f"{why(left)}{',' if left.old else ''} {words.clock(left.time)[:5]}"


def ask_to_discard(page: Page, left: Unfinished) -> None:
    """Ask over PAGE, then remove what was left; of a note that is recorded first."""

    def answered(yes: bool | None) -> None:
        session = page.tacenda.session
        if yes and session is not None:
            page.work(partial(session.discard_draft, left), gone)

    def gone(_: None) -> None:
        page.tacenda.returning.settled(left)
        page.fill()

    page.tacenda.show_page(Discard(left), answered)
