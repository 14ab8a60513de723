"""Where passphrases come from: the terminal, or a file descriptor; never an argument, never the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from vault_format.bounds import MAX_PASSPHRASE
from vault_format.errors import UsageError

_LONGEST = 16 * (4 * MAX_PASSPHRASE + 1)


def passphrase_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--passphrase-fd N` to a command."""
    return click.option(
        "--passphrase-fd", type=click.IntRange(min=0), metavar="N",
        help="Read passphrases from descriptor N, one a line in the order asked.",
    )(command)  # fmt: skip


class Secrets:
    """Answers to passphrase prompts, one after the other, from DESCRIPTOR or (None) from the terminal."""

    def __init__(self, descriptor: int | None) -> None:
        self._lines: list[bytes] | None = None
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
            raise UsageError(f"Descriptor {descriptor} cannot be read.", todo="Open it, as in 3<file.") from None
        return data.split(b"\n")

    def ask(self, prompt: str, *, confirm: bool = False) -> str:
        """Return the next passphrase. With CONFIRM the terminal asks twice. Raises UsageError if none is left."""
        if self._lines is None:
            answer: str = click.prompt(
                prompt, hide_input=True, err=True, default="", show_default=False,
                confirmation_prompt="Again" if confirm else False,
            )  # fmt: skip
            return answer
        if not self._lines or self._lines == [b""]:
            raise UsageError("There are fewer passphrases than are asked for.", todo="Give one a line.")
        try:
            return self._lines.pop(0).removesuffix(b"\r").decode()
        except UnicodeDecodeError:
            raise UsageError("The passphrase is no UTF-8 text.", todo="Check its encoding.") from None
