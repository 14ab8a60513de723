"""What commands print: JSON lines for programs, plain lines for people, nothing a terminal would obey."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from tui.safe_text import display_safe


def print_json(value: Mapping[str, Any]) -> None:
    """Print one object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def print_line(*fields: str) -> None:
    """Print fields with two spaces between them, harmless to a terminal."""
    click.echo("  ".join(display_safe(field) for field in fields).rstrip())


def print_text(text: str) -> None:
    """Print a note's text: as it is into a file or a pipe, harmless on a terminal."""
    if sys.stdout.isatty():
        text = "\n".join(display_safe(line) for line in text.split("\n"))
    click.echo(text, nl=not text.endswith("\n"))


def utc(milliseconds: int) -> str:
    """Return a time as `2026-11-24T09:31:02.481Z`."""
    moment = datetime.fromtimestamp(min(milliseconds, 253_402_300_799_999) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(milliseconds: int) -> str:
    """Return a time in this machine's zone, as `2026-11-24 10:31:02`."""
    moment = datetime.fromtimestamp(min(milliseconds, 253_402_300_799_999) / 1000, UTC)
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
