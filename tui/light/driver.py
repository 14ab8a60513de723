"""The driver that sends only cells that changed, and that no stalled line can hold up.

It is handed to Textual by the public `driver_class`. What Textual writes is drawn on a grid; a thread sends what is
different on the terminal, always towards the newest picture: those that the line had no time for are never sent.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import partial
from types import FrameType
from typing import Any, Final

from textual.app import App

from tui.light.abilities import of_terminal
from tui.light.emit import Screen
from tui.light.line import Line
from tui.light.parse import Painter
from tui.terminal.driver import TerminalDriver

_BELL: Final = "\x07"
_POINTER: Final = "\x1b]22;"
_LIMIT_IF_SLOW: Final = 512
"""Characters of one picture after which a slow line is offered a newer one."""
_RESIZING: Final = 0.3
"""Seconds that are given to the application to draw for a size that the terminal has taken."""


class LightDriver(TerminalDriver):
    """Sends the difference between what the terminal shows and what it should show."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:  # fmt: skip
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # re-entrant: signal handlers write too
        self._lock = threading.RLock()
        assert self._file is not None  # noqa: S101  there is a terminal, or the application would not have begun
        self._output = self._file.fileno()
        self._screen = Screen(of_terminal(os.environ.get("TERM", ""), self._output, self._file.encoding))
        self._painter = Painter(80, 24)
        self._aside: list[str] = []
        self._due = False
        self._held_until = 0.0
        self._lost = False
        self._line: Line | None = None

    # -- what Textual calls ----------------------------------------------------------------------------------

    def write(self, data: str) -> None:
        """Take DATA for the terminal. Never waits for the line."""
        with self._lock:
            painter = self._painter
            size = self._app.size
            if size != (painter.grid.columns, len(painter.grid.rows)):
                painter.grid.resize(*size)
                self._screen.forget()
                self._held_until = 0.0
            for sequence in painter.feed(data):
                # a line that has stalled does not collect bells; without a mouse nobody sees its pointer
                if not (sequence == _BELL in self._aside or (sequence.startswith(_POINTER) and not self._mouse)):
                    self._aside.append(sequence)
            self._due = painter.showing
            if painter.forgotten:
                painter.forgotten = False
                self._screen.forget()
        self._wake()

    def flush(self) -> None:
        """Do nothing: what is written is sent as soon as the line takes it."""

    def start_application_mode(self) -> None:
        """Take the terminal."""
        with self._lock:
            self._aside.clear()
        self._line = Line(self._output, self._next_data, self._failed)
        self._line.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        resized = signal.getsignal(signal.SIGWINCH)

        def on_resize(number: int, frame: FrameType | None) -> None:
            self._resized()
            if callable(resized):
                resized(number, frame)

        if callable(resized):
            signal.signal(signal.SIGWINCH, on_resize)

    def resume_application_mode(self) -> None:
        """Take the terminal again, and have everything drawn: what was on it before is not kept."""
        super().resume_application_mode()
        self._loop.call_soon_threadsafe(partial(self._app.refresh, layout=True))

    def close(self) -> None:
        """Send what the line still takes, and let go of the terminal."""
        line, self._line = self._line, None
        if line is not None:
            line.stop()
        super().close()

    def repaint(self) -> None:
        """Draw everything anew: something else may have written on the terminal."""
        with self._lock:
            self._screen.forget()
            self._due = self._painter.showing
        self._wake()

    # -- what the system tells -------------------------------------------------------------------------------

    def _resized(self) -> None:
        """Know nothing of the screen any more; a picture for the old size is held back for a moment.

        A signal handler: what it interrupts may be drawing, so it only leaves a note for the line's thread.
        """
        self._held_until = time.monotonic() + _RESIZING
        self._lost = True
        line = self._line
        if line is not None:
            line.nudge()

    def _sigtstp_application(self, *given: object) -> None:
        """Suspend, from the event loop: what a signal interrupts may be in the middle of a write."""
        del given
        self._loop.call_soon_threadsafe(super()._sigtstp_application)

    def _sigcont_application(self, *given: object) -> None:
        """Go on after a stop, from the event loop."""
        del given
        self._loop.call_soon_threadsafe(self._continue)

    def _continue(self) -> None:
        if not self._auto_restart:
            return
        if self._line is None:
            super()._sigcont_application()
        elif self._in_background():
            # the shell has let it go on, but not given it the terminal
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            # SIGSTOP gave no chance to leave the terminal first
            attributes = self.attrs_before
            self.disable_input()
            self.close()
            self.resume_application_mode()
            self.attrs_before = attributes

    def _in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:
            return False

    # -- what is sent ----------------------------------------------------------------------------------------

    def _wake(self) -> None:
        line = self._line
        if line is not None:
            line.wake()

    def _failed(self, error: BaseException) -> None:
        """End the application: without its line nobody sees what it does."""
        self._app.call_later(self._app.panic, type(error).__name__)

    def _next_data(self, slow: bool) -> bytes | float | None:
        """Return what is to be sent now, or for how long nothing is."""
        with self._lock:
            painter = self._painter
            if self._lost:
                self._lost = False
                self._screen.forget()
                self._due = painter.showing
            text = "".join(self._aside)
            self._aside.clear()
            wait = self._held_until - time.monotonic()
            if self._due and painter.showing and wait <= 0:
                update, done = self._screen.update(
                    painter.grid, painter.x, painter.y, visible=painter.visible, sync=painter.sync,
                    limit=_LIMIT_IF_SLOW if slow else None,
                )  # fmt: skip
                self._due = not done
                text += update
            if text:
                return text.encode(self._screen.abilities.encoding, "replace")
            return wait if self._due and wait > 0 else None
