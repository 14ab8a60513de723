"""What a person types or pipes in: the text of a note, a line that is not to stand among the arguments.

Arguments can be seen by everybody on the machine while a command runs, and stay in the shell's history.
"""

from __future__ import annotations

import sys

import click

from vault_format.bounds import MAX_TEXT
from vault_format.errors import UsageError

ASK = "-"
"""As a value: ask for it, or take the first line of standard input."""


def is_typed() -> bool:
    """Whether standard input is a terminal."""
    return sys.stdin.isatty()


def text() -> str:
    """Return all of standard input. Raises UsageError if it is over 8 MiB or not UTF-8."""
    if is_typed():
        click.echo("Type the text. Ctrl-D on an empty line ends it.", err=True)
    data = sys.stdin.buffer.read(MAX_TEXT + 1)
    if len(data) > MAX_TEXT:
        raise UsageError("The text is over 8 MiB.", safe="Nothing was written.", todo="Split it into several notes.")
    return _decoded(data)


def line(prompt: str) -> str:
    """Return one line: asked for at a terminal, else the first of standard input. Raises UsageError for none."""
    if is_typed():
        click.echo(f"{prompt}: ", nl=False, err=True)
    data = sys.stdin.buffer.readline(65_536)
    if not data:
        raise UsageError(f"{prompt}: nothing came from standard input.", safe="Nothing was written.")
    return _decoded(data).rstrip("\r\n")


def split(text: str) -> tuple[str, str]:
    """Return the first line of TEXT, and the rest."""
    first, _, rest = text.partition("\n")
    return first.rstrip("\r"), rest


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UsageError("The text is no UTF-8.", safe="Nothing was written.", todo="Convert it first.") from None
