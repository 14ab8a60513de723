"""A program on a pseudo-terminal, and every cell that its bytes draw."""

from __future__ import annotations

import codecs

from tests.harness.pty_terminal import PtyTerminal
from tests.harness.wait import wait_until
from tests.light.terminal import Terminal


class Shown:
    """A program on a pseudo-terminal, and every cell that its bytes draw."""

    def __init__(self, program: PtyTerminal) -> None:
        self.program = program
        # what is read from a pseudo-terminal has been through its line discipline
        self.terminal = Terminal(80, 24, cooks=False)
        self._fed = 0
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._cut = ""

    def look(self) -> Terminal:
        """Return the terminal with all that was written so far."""
        self.program._read()
        text = self._cut + self._decode(bytes(self.program.raw[self._fed :]))
        self._fed = len(self.program.raw)
        # a sequence that is not whole yet
        end = text.rfind("\x1b")
        whole = end < 0 or any(character.isalpha() or character in "~\\\x07" for character in text[end + 2 :])
        self._cut = "" if whole else text[end:]
        self.terminal.feed(text[: len(text) - len(self._cut)])
        return self.terminal

    def see(self, wanted: str) -> None:
        """Wait until WANTED stands on the screen."""
        wait_until(lambda: wanted in self.look().text(), what=lambda: f"{wanted!r} in\n{self.look().text()}")

    def resize(self, columns: int, rows: int) -> None:
        """Give program and terminal another size, with rubbish on the terminal."""
        self.look()
        self.terminal.screen.resize(rows, columns)
        self.scribble()
        self.program.resize(columns, rows)

    def scribble(self) -> None:
        """Write on the terminal behind the program's back."""
        self.terminal.feed("\x1b[3;3H\x1b[41mBroadcast message from the roof\x1b[m\r\n")
