"""An application to draw: an editor, a list, a table, a box; things that change beside them.

Run as a program, it draws itself on the terminal with the driver of the application.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tui.terminal import environment

    environment.scrub()

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.driver import Driver
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, Input, Label, OptionList, Static, TextArea

from tui.keys.keyboard import OrderedKeys


class Box(ModalScreen[None]):
    """A box over a page."""

    CSS = "Box { align: center middle; } #box { width: 40; height: 8; border: round red; }"

    def compose(self) -> ComposeResult:
        """A frame and a field."""
        with VerticalScroll(id="box", can_focus=False):
            yield Label("Really 漢字?")
            yield Input("name")


class Desk(OrderedKeys):
    """An editor, a list, a table, and things that change beside them."""

    CSS = """
    #left { width: 1fr; } #right { width: 30; } OptionList { height: 10; } DataTable { height: 1fr; }
    TextArea { height: 1fr; }
    """
    BINDINGS: ClassVar = [
        ("f2", "box", "box"), ("f3", "theme", "theme"), ("f4", "reach", "reach"), ("f5", "repaint", "repaint"),
        ("f9", "list", "list"),
    ]  # fmt: skip

    def __init__(self, driver: type[Driver], *, busy: bool = False) -> None:
        super().__init__(driver_class=driver)
        self._busy = busy
        self._count = 0
        self._drawn = 0
        self._themes = iter(("textual-light", "ansi-dark", "gruvbox", "nord"))

    def compose(self) -> ComposeResult:
        """All of it."""
        yield Static("Desk [b]bold[/b] [dim]dim[/dim] [u]under[/u] [r]turned[/r]", id="top")
        with Horizontal():
            with VerticalScroll(id="left", can_focus=False):
                area = TextArea("one\n\ntwo words\n" + "a long line that will wrap, " * 6, id="text")
                area.cursor_blink = False
                yield area
            with VerticalScroll(id="right", can_focus=False):
                yield OptionList(*[f"option {number} {'漢' * (number % 4)}" for number in range(60)])
                yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable)
        table.add_columns("when", "what")
        for number in range(80):
            table.add_row(f"2026-11-{number % 28 + 1:02}", f"record {number}")
        self.query_one(TextArea).focus()
        if self._busy:
            self.set_interval(0.002, self._change_everything)

    def _change_everything(self) -> None:
        """Turn the whole text over."""
        if not self._busy:
            return
        self._count += 1
        self.query_one(TextArea).load_text("\n".join(f"{self._count} " * 20 for _ in range(20)))

    def post_display_hook(self) -> None:
        """Say outside the terminal how many pictures were drawn."""
        self._drawn += 1
        if self._busy:
            Path("drawn").write_text(str(self._drawn), encoding="ascii")

    def action_reach(self) -> None:
        """Show, outside the terminal, that the event loop got here; then stand still."""
        self._busy = False
        self.query_one(TextArea).load_text("the newest picture")
        Path("reached").touch()

    def action_repaint(self) -> None:
        """Paint everything anew."""
        assert self._driver is not None
        self._driver.write("\x1b[2J")
        self.screen.refresh(layout=True)

    def action_list(self) -> None:
        """Go to the table."""
        self.screen.set_focus(self.query_one(DataTable))

    def action_box(self) -> None:
        """Open a box."""
        self.push_screen(Box())

    def action_theme(self) -> None:
        """Take the next theme."""
        self.theme = next(self._themes)


if __name__ == "__main__":
    from tui.light import driver_class

    Desk(driver_class(), busy="busy" in sys.argv).run(mouse=False)
