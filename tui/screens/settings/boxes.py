"""What lies over the page of settings: a number to type, and the person's own keys."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from core.settings import Option
from tui import words
from tui.keys import keymap
from tui.keys.own_keys import OwnKeys
from tui.screens.box import Box
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet


class NumberBox(Box):
    """Asks for the number of OPTION; its result is the number."""

    WHERE = "setting"
    BINDINGS = keymap.bindings("setting")

    def __init__(self, option: Option, value: int) -> None:
        super().__init__(option.title)
        self._option = option
        self._value = value

    def body(self) -> Iterator[Widget]:
        """A sentence over a field."""
        yield Sheet(id="about", focusable=False)
        yield Labelled("Value", Field(str(self._value), id="focus", limit=8))

    def on_mount(self) -> None:
        """Say what it is, with the cursor behind what it is now."""
        self._tell(self._option.sentence, "muted")
        self.query_one(Field).cursor_position = len(str(self._value))

    def _tell(self, sentence: str, role: str) -> None:
        room = min(self.app.size.width, 66) - 6
        self.query_one("#about", Sheet).show([((f" {row}", role),) for row in words.wrap(sentence, room)])

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Take the number if it is one, else say what can be."""
        said = self.query_one(Field).said.strip()
        value = int(said) if said.isascii() and said.isdigit() else None
        if value is None or self._option.refusal(value):
            self._tell(f"It can be a whole number from {self._option.low} to {self._option.high}.", "caution")
            return
        self.dismiss(value)


class KeysBox(Box):
    """Shows what a keymap changes and what cannot be had; PATH is its file."""

    WHERE = "own-keys"
    FULL = True
    BINDINGS = keymap.bindings("own-keys")

    def __init__(self, keys: OwnKeys, path: str) -> None:
        super().__init__("Your keymap")
        self._keys = keys
        self._path = path

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Fill it."""
        width = min(self.app.size.width, 80) - 6
        lines: list[Line] = [((f" {words.short_path(self._path, width)}", "muted"),), ()]
        for change in self._keys.changes:
            lines += [((f" {row}", "text"),) for row in words.wrap(change, width)]
        for problem in self._keys.problems:
            lines += [((f" {row}", "caution"),) for row in words.wrap(problem, width)]
        if not self._keys.changes and not self._keys.problems:
            said = "No key is changed. Each act of each page can have other keys:"
            lines += [((f" {row}", "text"),) for row in words.wrap(said, width)]
        lines += [
            (), (("   [reader]", "accent"),), (('   older = ["J", "^B"]', "accent"),), (),
            *(((f" {row}", "muted"),) for row in words.wrap(
                "All pages, acts and keys, in the form of this file:  tacenda keys", width)),
        ]  # fmt: skip
        self.query_one("#focus", Sheet).show(lines)
