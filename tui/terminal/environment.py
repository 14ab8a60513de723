"""What the surroundings may not say to Textual; to be called before Textual is imported.

Textual reads most of its environment when it is imported. Some of it writes what is typed to a file, runs code, or
takes pictures; and COLUMNS and LINES would pin the size of a terminal that can be resized.
"""

from __future__ import annotations

import os
import sys

_PREFIXES = ("TEXTUAL", "JUPYTER")
_NAMES = (
    "COLUMNS", "LINES", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "UNICODE_VERSION",
    # code at a break point, messages with their content in a log
    "PYTHONBREAKPOINT", "PYTHONASYNCIODEBUG",
)  # fmt: skip

OURS = {
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    # how soon a second change follows the first; each costs few bytes, and a slow line is sent the newest only
    "TEXTUAL_FPS": "120",
    # the gate in tui/terminal/escape.py decides about a lone Esc; this is for the stock driver only
    "ESCDELAY": "100",
}
"""What is set for Textual instead."""


def scrub() -> None:
    """Take out of the environment what would make Textual show, keep or run something, and set `OURS`."""
    for name in [name for name in os.environ if name.startswith(_PREFIXES) or name in _NAMES]:
        del os.environ[name]
    # no-color.org: only a value that is not empty counts; Textual takes any
    if not os.environ.get("NO_COLOR", "x"):
        del os.environ["NO_COLOR"]
    os.environ.update(OURS)


def over_ssh() -> bool:
    """Whether this process was started over ssh."""
    return any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


def no_color() -> bool:
    """Whether the person wants no colour at all (no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


_chosen: list[str] = []
"""What the person chose for symbols on this machine: `unicode` or `ascii`, if anything."""


def choose_symbols(which: str) -> None:
    """Take `unicode` or `ascii` whatever the terminal says, or `auto`: what it says."""
    _chosen[:] = [] if which == "auto" else [which]


def plain_symbols() -> bool:
    """Whether only ASCII is shown: chosen so, or the locale is not UTF-8, or the Linux console's font."""
    return _chosen[0] == "ascii" if _chosen else bare_terminal()


def bare_terminal() -> bool:
    """Whether only ASCII and the basic colours can be counted on, whatever was chosen."""
    encoding = (getattr(sys.__stderr__, "encoding", None) or "ascii").lower().replace("-", "")
    return encoding != "utf8" or os.environ.get("TERM", "") in {"linux", "vt100", "vt220", "ansi"}
