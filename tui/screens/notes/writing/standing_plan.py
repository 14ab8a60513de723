"""The client's last plan in view while a note is written: opened on the record, shown or folded with a key."""

from __future__ import annotations

from core.session import OpenNote
from core.writing.last_plan import last_plan
from tui import words
from tui.keys import keymap
from tui.screens.notes.writing.beside import Beside
from tui.screens.notes.writing.keeping import Keeping
from tui.widgets.lines import Rule


class StandingPlan(Keeping):
    """The part of the editor that shows the last plan. What is folded from the beginning is not opened."""

    _plan_note = 0
    _plan_words = ("", False)
    """The day of the plan, and whether its note was added to."""

    def find_plan(self, note: int | None, *, new: bool) -> None:
        """Look where the last plan stands; open it for a NEW note, unless it is to be folded."""
        session, draft = self.tacenda.session, self._draft
        if session is None or draft is None or draft.parent or draft.process:
            return
        row = last_plan(session.catalog.notes(draft.client), note or 0)
        self._plan_note = row.id if row is not None else 0
        if row is not None and new and self.tacenda.chosen.now.plan:
            self._open_plan()

    def _open_plan(self) -> None:
        self.query_one(Beside).show_plan_of(self, self._plan_note, self._plan_shown)

    def _plan_shown(self, opened: OpenNote) -> None:
        self._plan_words = (opened.index.date, bool(opened.additions))
        self.add_class("-planned")
        self._show_plan_words()

    def _show_plan_words(self) -> None:
        """Say of which day the plan is, in the width there is; what was added to the note may change the plan."""
        day, added = self._plan_words
        since = ", added to since" if added else ""
        if self.app.size.width >= 120:
            said = f"plan of {day}{since}"
        else:
            said = f"plan of {words.with_weekday(day)}{since}, opened for this note"
        self.query_one("#beside-rule", Rule).show_words(said)

    def fill_anew(self) -> None:
        """Say it in the width there is now."""
        if self._plan_words[0]:
            self._show_plan_words()

    @property
    def has_beside(self) -> bool:
        """Whether another text stands in view."""
        return self.has_class("-adding") or self.has_class("-planned")

    def action_plan(self) -> None:
        """Show the last plan, or fold it; shown for the first time it is opened, which is recorded."""
        if not self._ready or self.has_class("-adding"):
            return
        if not self._plan_note:
            self.say("No earlier note of this client has a plan.")
        elif self.has_class("-planned"):
            if self.focused is self.query_one(Beside):
                self.set_focus(self.text)
            self.remove_class("-planned")
            self.say(f"The plan is folded. {keymap.key_of('plan', 'editor')} shows it again.")
        elif self.query_one(Beside).filled:
            self.add_class("-planned")
        else:
            self._open_plan()
