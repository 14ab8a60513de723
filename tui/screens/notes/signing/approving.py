"""The passphrase once more before a signature, where the vault's policy asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.widget import Widget

from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Sheet

ASKED = "The policy asks for the passphrase at each signature."


class AskPassphrase(Box):
    """Asks for the passphrase; its result is what was typed."""

    WHERE = "signature"
    BINDINGS = keymap.bindings("signature")

    def __init__(self) -> None:
        super().__init__("Sign with the passphrase")

    def body(self) -> Iterator[Widget]:
        """Why, and the field."""
        yield Sheet(id="what", focusable=False)
        yield Labelled("Passphrase", Field(id="focus", password=True, limit=1_024))

    def on_mount(self) -> None:
        """Say why."""
        self.query_one("#what", Sheet).show([((f" {ASKED}", "text"),), ()])

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Give what was typed, if anything was."""
        field = self.query_one("#focus", Field)
        said = field.said
        field.erase()
        if said:
            self.dismiss(said)


def ask_to_sign(page: Page, then: Callable[[str | None], None]) -> None:
    """Do THEN with the passphrase where the policy asks for it at each signature, else with None at once."""
    session = page.tacenda.session
    if session is None:
        return
    if not session.policy.sign_passphrase:
        then(None)
        return

    def answered(passphrase: str | None) -> None:
        if passphrase is not None:
            then(passphrase)

    page.tacenda.show_page(AskPassphrase(), answered)
