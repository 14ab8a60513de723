"""Two texts of one draft (F26, plainly): both are kept, a person chooses which goes on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.session import NoteDraft, OpenNote, Saved, Session, draft_of
from tui import words
from tui.keys import keymap
from tui.screens.page import Page
from tui.terminal.display import display_safe
from tui.widgets.lines import Line, Sheet


class Conflicting(Page):
    """MINE is what was typed here; what another session saved is opened, which is recorded."""

    WHERE = "conflict"
    ABOUT = "This draft was changed here and in another session. Both texts are safe; the one not taken is a revision."
    BINDINGS = keymap.bindings("conflict")

    def __init__(self, mine: NoteDraft) -> None:
        super().__init__()
        self._mine = mine
        self._theirs: OpenNote | None = None

    def body(self) -> Iterator[Widget]:
        """Both texts, one under the other."""
        yield Sheet(id="focus")

    def fill(self) -> None:
        """Open what was saved there."""
        app = self.tacenda
        self.bar("where").show(((" Two texts of one draft. Both are safe; nothing is chosen for you.", "text"),))
        if self._theirs is None and app.session is not None and app.keeper is not None and app.keeper.note:
            self.work(partial(_read, app.session, app.keeper.note), self._opened)
        self._show()

    def show_top(self) -> None:
        """Say what this is about."""
        self.bar("top").show(((" not saved: two texts", "caution"),), self.lock_words())

    def _opened(self, theirs: OpenNote) -> None:
        self._theirs = theirs
        self._show()

    def _show(self) -> None:
        width = min(self.app.size.width, 100) - 2
        lines: list[Line] = [((" Here, as typed", "accent"),)]
        lines += [((f"  {row}", "text"),) for row in text_rows(self._mine.text, width)]
        if self._theirs is not None:
            told = f" There, saved {words.second(self._theirs.row.updated)}, revision {self._theirs.revision}"
            lines += [(), ((told, "accent"),)]
            lines += [((f"  {row}", "text"),) for row in text_rows(self._theirs.text, width)]
        self.query_one("#focus", Sheet).show(lines)
        self.show_state("The text you do not take stays among the note's revisions. Nothing is lost.")

    def action_mine(self) -> None:
        """Save what was typed here as the next revision."""
        keeper = self.tacenda.keeper
        if keeper is not None:
            self.work(keeper.save_over, self._settled)

    def action_theirs(self) -> None:
        """Keep what was typed here as a revision, and what was saved there as the newest."""
        session, keeper, theirs = self.tacenda.session, self.tacenda.keeper, self._theirs
        if session is None or keeper is None or theirs is None:
            return

        def both() -> Saved | None:
            keeper.save_over()
            keeper.keep(draft_of(theirs))
            return keeper.save()

        self.work(both, self._settled)

    def action_out(self) -> None:
        """Decide later: what was typed here is kept as a note of its own."""
        if self._error:
            self.hush()
            return
        keeper = self.tacenda.keeper
        if keeper is not None:
            self.work(keeper.save_apart, self._settled)

    def _settled(self, saved: Saved | None) -> None:
        """Go back to the chart; the draft can be gone on with from there."""
        del saved
        app = self.tacenda
        if app.keeper is not None:
            app.keeper.clear()
        client = self._mine.client
        from tui.screens.notes.chart import Chart  # noqa: PLC0415

        app.go_to("clients")
        app.show_page(Chart(client))


def _read(session: Session, note: int) -> OpenNote:
    session.follow()
    return session.read_note(note)


def text_rows(text: str, width: int) -> Iterator[str]:
    """Yield the rows of a text, each paragraph wrapped at WIDTH."""
    for line in text.expandtabs(4).split("\n"):
        yield from words.wrap(display_safe(line), width)
