"""Showing a secret at a terminal once: on the other screen, which leaves nothing in what can be scrolled back to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from vault_format.errors import UsageError

_PLAIN = {"dumb", "", "unknown"}


def need_terminal(what: str) -> None:
    """Refuse to show WHAT where no person looks: a file or a pipe would keep it. Raises UsageError."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            f"{what} is shown on a terminal only.", safe="Nothing was changed.",
            todo="Run it where a person sits, with nothing redirected.",
        )  # fmt: skip


@contextmanager
def shown(*lines: str, after: str = "\n") -> Iterator[None]:
    """Show LINES on a cleared screen, AFTER behind them.

    When the block ends they are gone, and what stood there before is back.
    """
    alternate = os.environ.get("TERM", "") not in _PLAIN
    if alternate:
        sys.stdout.write("\x1b[?1049h\x1b[2J\x1b[H")
    sys.stdout.write("\n".join(lines) + "\n" + after)
    sys.stdout.flush()
    try:
        yield
    finally:
        if alternate:
            sys.stdout.write("\x1b[2J\x1b[H\x1b[?1049l")
            sys.stdout.flush()


def wait_for_enter(secrets_prompt: str) -> None:
    """Wait until Enter is pressed. Raises EOFError where the terminal is gone."""
    sys.stdout.write(secrets_prompt)
    sys.stdout.flush()
    if not sys.stdin.readline():
        raise EOFError
