"""Near a recovery moment no command asks for a single code of the phone: an onlooker would have one of its three."""

from __future__ import annotations

import time

from core.recovery.kit.moments import near_moment, seconds_until_quiet
from tui.cli.terminal.output import say
from vault_format import machine
from vault_format.errors import UsageError


def _now() -> float:
    return machine.now_ms() / 1000


def refuse_near_moment(safe: str) -> None:
    """Refuse to begin what will ask for a code, before anything is asked. Raises UsageError; SAFE is what it says."""
    if near_moment(_now()):
        raise UsageError(
            "Not now: a quarter of an hour on the clock is near, when a phone's codes are worth a recovery.",
            safe=safe, todo="Begin again between 3 and 12 minutes past a quarter.",
        )  # fmt: skip


def wait_for_quiet() -> None:
    """Wait until a code may be asked for, and say so; what was typed before is not lost over it."""
    left = seconds_until_quiet(_now())
    if not left:
        return
    say(f"Near a quarter of an hour no code is asked for. It goes on by itself in {-(-left // 60)} min; ^C stops.")
    while seconds_until_quiet(_now()):
        time.sleep(0.5)
