"""What Textual must never do here: show locals when it crashes, take pictures, reach the system's clipboard.

`_fatal_error`, `panic` and `_print_error_renderables` replace Textual's own. Two of them are private there, so Textual
is pinned exactly, and tests/tui/test_safety.py holds that they still are what a crash goes through.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from textual import constants
from textual.app import App, SystemCommand
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.timer import Timer

CLIPBOARD_SECONDS = 300.0
"""So long a text that was cut or copied can be put in elsewhere."""
CRASHED = (
    "Something went wrong inside Tacenda, and it has ended ({kind}). What was saved is safe; {draft}"
    " Open it again to go on."
)


def check_textual() -> None:
    """Refuse to run if Textual was imported before the environment was scrubbed. Raises RuntimeError."""
    told = (constants.DEBUG, constants.LOG_FILE, constants.DRIVER, constants.PRESS, constants.FILTERS)
    if any(told) or constants.SCREENSHOT_DELAY >= 0:
        raise RuntimeError("Textual was told by the environment to keep or run something")


def quiet_failures(note: Callable[[str], object]) -> None:
    """Let no failure in a thread or a forgotten task print its traceback. NOTE is told the kind of error."""

    def in_thread(args: threading.ExceptHookArgs) -> None:
        note(args.exc_type.__name__)

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        note(args.exc_type.__name__ if args.exc_type else "Exception")

    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)


class DiscreetApp(App[int]):
    """An application that tells nothing: base of ours."""

    ENABLE_COMMAND_PALETTE = False
    COMMANDS = set()
    NOTIFICATION_TIMEOUT = 0.0
    PAUSE_GC_ON_SCROLL = False

    crashed: str = ""
    """The kind of the error that ended the application; empty if none did."""
    _forgetting: Timer | None = None

    def _handle_exception(self, error: Exception) -> None:
        """Take an unexpected error; a page that looks for its widgets while they are taken away has none."""
        if isinstance(error, NoMatches) and not self.is_running:
            return
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End after an unexpected error. Nothing of it is kept but its kind; `run` says one sentence."""
        self._end_crashed(sys.exception() or self._exception)

    def panic(self, *renderables: object) -> None:
        """End after an error that can draw itself; it is not drawn."""
        kind = renderables[0] if renderables and isinstance(renderables[0], str) else ""
        self._end_crashed(self._exception, kind)

    def _end_crashed(self, error: BaseException | None, kind: str = "") -> None:
        self.crashed = self.crashed or kind or (type(error).__name__ if error else "unknown error")
        self._exit_renderables.clear()
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Print nothing: what an error would draw holds a note's text."""
        self._exit_renderables.clear()

    # -- the clipboard: a buffer of our own, wiped at lock ---------------------------------------------------

    def copy_to_clipboard(self, text: str) -> None:
        """Keep TEXT for a paste inside the application, for a while; no terminal is told of it, whatever the policy."""
        self.wipe_clipboard()
        self._clipboard = text
        self._forgetting = self.set_timer(CLIPBOARD_SECONDS, self.wipe_clipboard)

    def wipe_clipboard(self) -> None:
        """Forget what was copied."""
        self._clipboard = ""
        if self._forgetting is not None:
            self._forgetting.stop()
            self._forgetting = None

    # -- pictures, files, browsers ---------------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return none of Textual's commands: one of them takes a picture of the screen."""
        return ()

    def _never(self, what: str) -> NoReturn:
        raise RuntimeError(f"{what} is not done here")

    def save_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str:
        """Not done: a picture of the screen is a note in clear."""
        self._never("a picture of the screen")

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Not done: a picture of the screen is a note in clear."""
        self._never("a picture of the screen")

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Not done: a picture of the screen is a note in clear."""
        self._never("a picture of the screen")

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Not done: no address in a note is followed."""

    def deliver_text(self, path_or_file: object, **more: object) -> str | None:
        """Not done: nothing is written in clear."""
        self._never("a file in clear")

    def deliver_binary(self, path_or_file: object, **more: object) -> str | None:
        """Not done: nothing is written in clear."""
        self._never("a file in clear")

    def notify(self, message: str, **more: object) -> None:
        """Do nothing: pages speak in their own row, nothing pops up over text."""

    async def action_quit(self) -> None:
        """Replaced by leaving, which saves and locks."""


def existing_folder(path: str) -> str:
    """Return the folder of PATH, absolute."""
    return str(Path(path).expanduser().absolute().parent)
