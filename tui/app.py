"""The start of the application; nothing of Textual is loaded before the environment is clean."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from tui.terminal import environment
from vault_format import machine
from vault_format.codes import LockReason
from vault_format.errors import EXIT_DONE, EXIT_INTERNAL, EXIT_UNAVAILABLE

if TYPE_CHECKING:
    from core.demo import DemoVault
    from core.keys.passphrase import Cost


def run(path: str | None, *, demo: DemoVault | None = None, cost: Cost | None = None) -> int:
    """Open the application on the vault at PATH (None: ask for one), or on an unlocked demonstration.

    COST is what Argon2id may cost in a vault that is made here; None measures this machine.
    Returns the exit code: 0, 4 without a terminal, 70 for an error of ours.
    """
    environment.scrub()
    machine.harden()
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()):
        sys.stderr.write(
            "The application needs a terminal. Every task has a command as well: `tacenda --help` lists them.\n"
        )
        return EXIT_UNAVAILABLE
    if sys.flags.inspect:
        sys.stderr.write(
            "Python is told to keep running after the end (-i or PYTHONINSPECT). Notes would stay within reach."
            " Start Tacenda without it.\n"
        )
        return EXIT_UNAVAILABLE
    # a terminal that cannot show a letter shows a mark in its place, and goes on
    sys.__stderr__.reconfigure(errors="replace")
    from tui.application import Tacenda  # noqa: PLC0415
    from tui.terminal import safety  # noqa: PLC0415  Textual reads the environment when it is imported

    safety.check_textual()
    application = Tacenda(demo.path if demo is not None else path, demo=demo, cost=cost)
    kinds: list[str] = []
    safety.quiet_failures(kinds.append)
    application.guard.listen()
    code: int | None = None
    try:
        code = application.run(mouse=False)
    except Exception as error:  # noqa: BLE001  no traceback on a person's screen
        application.crashed = type(error).__name__
    finally:
        rescue = application.guard.end(LockReason.SYSTEM)
    if application.crashed:
        draft = rescue.words if rescue is not None and rescue.words else "no text was being written."
        sentence = safety.CRASHED.format(kind=application.crashed, draft=draft)
        with contextlib.suppress(OSError, ValueError):
            sys.__stderr__.write(sentence + "\n")
            sys.__stderr__.flush()
        return EXIT_INTERNAL
    return EXIT_DONE if code is None else code
