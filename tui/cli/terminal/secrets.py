"""Where passphrases come from: the terminal, or a file descriptor; never an argument, never the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from vault_format.bounds import MAX_PASSPHRASE
from vault_format.errors import UsageError

_LONGEST = 16 * (4 * MAX_PASSPHRASE + 1)


def passphrase_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--passphrase-fd N` to a command."""
    return click.option(
        "--passphrase-fd", type=click.INT, metavar="N",
        help="Read passphrases from descriptor N, one a line in the order asked.",
    )(command)  # fmt: skip


class Secrets:
    """Answers to passphrase prompts, one after the other, from DESCRIPTOR or (None) from the terminal.

    STDIN_TAKEN says that standard input holds something else. Raises UsageError where that is to be both.
    """

    def __init__(self, descriptor: int | None, *, stdin_taken: bool = False) -> None:
        self._lines: list[bytes] | None = None
        if descriptor == 0 and stdin_taken:
            raise UsageError(
                "Standard input holds the text, so it cannot hold the passphrase.", safe="Nothing was written.",
                todo="Give the passphrase on another descriptor, as in: --passphrase-fd 3 3<file.",
            )  # fmt: skip
        if descriptor is not None:
            self._lines = self._read(descriptor)

    @staticmethod
    def _read(descriptor: int) -> list[bytes]:
        data = b""
        try:
            while block := os.read(descriptor, 65_536):
                data += block
                if len(data) > _LONGEST:
                    raise UsageError("The passphrases are too long.", todo="One line each, at most 1,024 bytes.")
        except OSError:
            raise UsageError(f"Descriptor {descriptor} cannot be read.", todo="Open it, as in: 3<file.") from None
        return data.split(b"\n")

    def ask(self, prompt: str, *, confirm: bool = False) -> str:
        """Return the next passphrase. With CONFIRM the terminal asks twice. Raises UsageError if none can be had."""
        if self._lines is None:
            return _asked(prompt, confirm=confirm)
        if not self._lines or self._lines == [b""]:
            raise UsageError("There are fewer passphrases than are asked for.", todo="Give one a line.")
        try:
            return self._lines.pop(0).removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            raise UsageError("The passphrase is no UTF-8 text.", todo="Check its encoding.") from None

    def type(self, prompt: str) -> str:
        """Return the next secret as `ask` does; at the terminal what is typed is shown: it is copied from paper."""
        if self._lines is not None or not sys.stdin.isatty():
            return self.ask(prompt)
        try:
            click.echo(f"{prompt}: ", nl=False, err=True)
            line = sys.stdin.readline()
        except UnicodeError:
            raise UsageError("That is no text in this terminal's encoding.", todo="Type it again.") from None
        if not line:
            raise click.Abort
        return line.rstrip("\r\n")

    @property
    def typed(self) -> bool:
        """Whether a person types the answers, and can be asked again."""
        return self._lines is None


def _asked(prompt: str, *, confirm: bool) -> str:
    """Ask at the terminal, which shows nothing of what is typed."""
    if not _has_terminal():
        raise UsageError(
            "There is no terminal to ask for the passphrase.", safe="Nothing was opened.",
            todo="Give it on a descriptor, as in: --passphrase-fd 3 3<file.",
        )  # fmt: skip
    import getpass

    try:
        while True:
            answer = getpass.getpass(f"{prompt}: ")
            if not confirm or getpass.getpass("Again: ") == answer:
                return answer
            click.echo("The two are not the same. Type it again.", err=True)
    except UnicodeError:
        raise UsageError("The passphrase is no text in this terminal's encoding.", todo="Type it again.") from None
    except EOFError:
        raise click.Abort from None


def _has_terminal() -> bool:
    if sys.platform == "win32":
        return sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return sys.stdin.isatty()
    return True
