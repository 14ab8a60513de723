"""The terminal driver: Textual's own, with the keyboard read through `tui.terminal.escape`."""

from __future__ import annotations

import os
import selectors
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.terminal.escape import ESC, Escape, Gate, Pasted, Sequence, Token

_TICK = 0.1


class TooLong(events.Event, bubble=True):
    """A paste was longer than what is kept; what was kept is not inserted either."""


def messages(tokens: Iterable[Token]) -> Iterator[Message]:
    """Return Textual's messages for TOKENS; sequences that it does not know give none."""
    for token in tokens:
        if isinstance(token, Escape):
            yield events.Key("escape", ESC)
        elif isinstance(token, Pasted):
            yield TooLong() if token.cut else events.Paste(token.text)
        else:
            # a parser of its own: one that waits for the rest of something unknown would type it as text later
            parser = XTermParser()
            for message in parser.feed(token.text):
                if isinstance(token, Sequence) and isinstance(message, events.Key) and message.key == "escape":
                    continue
                yield message


class TerminalDriver(LinuxDriver):
    """Reads keys so that Esc is always Esc, and says nothing of a failure but that there was one."""

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except BaseException as error:  # noqa: BLE001  a dead keyboard must end the application, without a traceback
            self._app.call_later(self._app.panic, type(error).__name__)

    def run_input_thread(self) -> None:
        """Read keys until the driver is told to stop, or the line is gone."""
        gate = Gate()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_TICK):
                    try:
                        data = os.read(self.fileno, 4_096)
                    except OSError:
                        data = b""
                    if not data:
                        self._line_gone()
                        return
                    for message in messages(gate.feed(decode(data), time.monotonic())):
                        self.process_message(message)
                for message in messages(gate.tick(time.monotonic())):
                    self.process_message(message)

    def _sigtstp_application(self, *given: object) -> None:
        """Have the application lock before it stops; where there is nothing to lock, stop at once."""
        asked = getattr(self._app, "stop_asked", None)
        if not (callable(asked) and asked()):
            super()._sigtstp_application(*given)

    def stop_now(self) -> None:
        """Give the terminal back and stop, until the system lets it go on."""
        super()._sigtstp_application()

    def _line_gone(self) -> None:
        """Tell the application that nobody will type any more; SIGHUP does not reach every process."""
        told = getattr(self._app, "line_gone", None)
        if callable(told):
            told()
