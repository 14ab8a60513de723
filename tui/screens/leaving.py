"""What is asked at the outermost page: lock, or leave."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from tui.keys import keymap
from tui.screens.box import Box
from tui.widgets.lines import Sheet


class Leaving(Box):
    """Lock and stay at the door, or lock and leave."""

    WHERE = "leaving"
    BINDINGS = keymap.bindings("leaving")

    def __init__(self) -> None:
        super().__init__("Lock or leave")

    def body(self) -> Iterator[Widget]:
        """Two sentences."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Say what each does."""
        self.query_one("#focus", Sheet).show([
            (), ((" l   lock: everything closes; the passphrase opens it again", "text"),),
            ((" q   leave: lock, and end Tacenda", "text"),), (),
            ((" Everything you wrote is saved.", "muted"),), (),
        ])  # fmt: skip

    def action_lock_now(self) -> None:
        """Lock."""
        self.dismiss(None)
        self.tacenda.action_lock()

    def action_leave(self) -> None:
        """Lock and leave."""
        self.dismiss(None)
        self.tacenda.action_leave()
