"""What commands print: JSON lines for programs, plain lines for people, nothing a terminal would obey."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from tui.safe_text import display_safe


def _write(text: str) -> None:
    """Write TEXT as it is: click.echo would take escape sequences out where no terminal is."""
    sys.stdout.write(text)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one object on one line, in ASCII: the same bytes in every locale, and none that a terminal obeys."""
    import json  # most commands print none

    _write(json.dumps(value, separators=(",", ":")).replace("\x7f", "\\u007f") + "\n")


def print_line(*fields: str) -> None:
    """Print fields with two spaces between them, harmless to a terminal."""
    _write("  ".join(display_safe(field) for field in fields).rstrip() + "\n")


def print_text(text: str) -> None:
    """Print a note's text: as it is into a file or a pipe, harmless on a terminal."""
    if sys.stdout.isatty():
        text = "\n".join(display_safe(line.expandtabs()) for line in text.split("\n"))
    _write(text if text.endswith("\n") else text + "\n")


def say(text: str) -> None:
    """Tell the person something, on standard error."""
    click.echo(display_safe(text), err=True)


def utc(milliseconds: int) -> str:
    """Return a time as `2026-11-24T09:31:02.481Z`."""
    moment = datetime.fromtimestamp(min(milliseconds, 253_402_300_799_999) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(milliseconds: int) -> str:
    """Return a time in this machine's zone, as `2026-11-24 10:31:02`; past its calendar, in UTC."""
    moment = datetime.fromtimestamp(min(milliseconds, 253_402_300_799_999) / 1000, UTC)
    try:
        moment = moment.astimezone()
    except (OverflowError, ValueError, OSError):
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    return moment.strftime("%Y-%m-%d %H:%M:%S")
