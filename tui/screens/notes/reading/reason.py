"""Why a note outside one's caseload, or somebody else's draft, is opened."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui.keys import keymap
from tui.screens.box import Box, say_in
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Reason

REASONS = (
    (Reason.CARE, "care of the client"), (Reason.SUPERVISION, "supervision"), (Reason.EMERGENCY, "emergency"),
    (Reason.CLIENT_REQUEST, "the client asked for it"), (Reason.LEGAL, "law or court"), (Reason.OTHER, "other"),
)  # fmt: skip


class AskReason(Box):
    """Asks for one of the fixed reasons, and words for the auditors; its result is (reason, words)."""

    WHERE = "reason"
    BINDINGS = keymap.bindings("reason")

    def __init__(self, why: str) -> None:
        super().__init__("A reason is needed")
        self._why = why

    def body(self) -> Iterator[Widget]:
        """Why, the list, the field."""
        yield Sheet(id="why", focusable=False)
        yield Rows(id="focus")
        yield Labelled("Words", Field(id="words", hint="optional; only auditors read them"))

    def on_mount(self) -> None:
        """Fill it."""
        say_in(self, "why", self._why, "text")
        self.query_one(Rows).show(Listed(REASONS, lambda reason, _: ((f" {reason[1]}", "text"),)))

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Give the reason that the cursor stands on."""
        reason = REASONS[self.query_one(Rows).cursor][0]
        self.dismiss((reason, self.query_one("#words", Field).said.strip()))
