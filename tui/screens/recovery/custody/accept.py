"""Whether the custodians may give one new keys, and whether process notes are open to them then."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.recovery.custody.ceremony import accept, custodians_words
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows

_CHOICES = (
    (False, "Accept: new keys, process notes stay closed to them"),
    (True, "Accept, and open my process notes to them, too"),
)


class Accept(Box):
    """Asks how; accepting is recorded."""

    WHERE = "accept"
    BINDINGS = keymap.bindings("accept")

    def __init__(self) -> None:
        super().__init__("Accept the custodians")
        self._of = 0

    def body(self) -> Iterator[Widget]:
        """What it means, and the choice."""
        yield Sheet(id="said", focusable=False)
        yield Rows(id="focus")

    def on_mount(self) -> None:
        """Say what it means."""
        session = self.tacenda.session
        state = session.vault.ledger.state if session is not None else None
        self._of = state.authority if state is not None else 0
        who = custodians_words(state) if state is not None else ""
        said: list[Line] = [
            *(((row, "accent"),) for row in words.wrap(who, min(56, self.app.size.width - 8))),
            (("can then give you new keys. It is loud: recorded, and", "text"),),
            (("everyone is told.", "text"),),
            (("Process notes are what HIPAA calls psychotherapy notes.", "muted"),), (),
        ]  # fmt: skip
        self.query_one("#said", Sheet).show(said)
        self.query_one(Rows).show(Listed(_CHOICES, lambda choice, _: ((f" {choice[1]}", "text"),)))

    def action_choose(self) -> None:
        """Accept, recorded."""
        process = _CHOICES[self.query_one(Rows).cursor][0]
        app, session = self.tacenda, self.tacenda.session
        self.dismiss(None)
        page = app.page
        if session is None or page is None:
            return

        def told(sequence: int) -> None:
            page.fill()
            page.say(f"Accepted, record {sequence:,}.", "good")

        page.work(partial(accept, session, process=process, of=self._of), told)
