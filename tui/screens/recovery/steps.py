"""A page of numbered steps, one at a time: what stood on a step is gone from the screen with it."""

from __future__ import annotations

from typing import ClassVar

from textual.widget import Widget

from tui import words
from tui.screens.page import Page
from tui.widgets.fields import Field
from tui.widgets.lines import Line, Sheet


class Stepped(Page):
    """STEPS are (the id of its part of the page, what it is called, what has the focus); the first is shown first."""

    TITLE_WORDS: ClassVar[str] = ""
    STEPS: ClassVar[tuple[tuple[str, str, str], ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.step = 0
        self.busy = False

    def on_mount(self) -> None:
        """Show the first step."""
        super().on_mount()
        self.show_step(0)

    def show_step(self, step: int) -> None:
        """Show one step, and put the cursor into it."""
        self.step = step
        for number, (name, _, _) in enumerate(self.STEPS):
            self.query_one(f"#{name}").display = number == step
        self.hush()
        self.show_top()
        self.show_keys()
        self.begin_step(self.STEPS[step][0])
        self.set_focus(self.query_one(f"#{self.STEPS[step][2]}"))

    def begin_step(self, name: str) -> None:
        """Fill the step NAME."""

    def show_top(self) -> None:
        """Say which step this is, of how many."""
        _, called, _ = self.STEPS[self.step]
        said = f" {self.TITLE_WORDS}, step {self.step + 1} of {len(self.STEPS)}: {called}"
        self.bar("top").show(((said, "accent"),), self.whose())

    def whose(self) -> Line:
        """Return what stands at the top right."""
        session = self.tacenda.session
        return self.lock_words() if session is not None else self.place_of(self.tacenda.path or "")

    def sheet(self, name: str) -> Sheet:
        """Return a sheet of this page."""
        return self.query_one(f"#{name}", Sheet)

    def field(self, name: str) -> Field:
        """Return a field of this page."""
        return self.query_one(f"#{name}", Field)

    def wrong(self, field: str, said: str) -> None:
        """Say what is wrong, and put the cursor where it is."""
        self.set_focus(self.query_one(f"#{field}", Widget))
        self.say(said, "danger")

    def paragraphs(self, *texts: str, role: str = "text", indent: int = 3) -> list[Line]:
        """Return TEXTS as rows with an empty one behind each; `* ` before a text makes it a heading."""
        lines: list[Line] = []
        for text in texts:
            if text.startswith("* "):
                lines += [((f" {text[2:]}", "accent"),)]
                continue
            width = min(self.app.size.width, 100) - indent - 2
            lines += [((" " * indent + row, role),) for row in words.wrap(text, width)] if text else []
            lines.append(())
        return lines
