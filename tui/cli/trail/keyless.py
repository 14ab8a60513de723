"""What a command can tell from the file alone: a vault that was verified whole, without a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from core.session.opened import OpenVault


@contextmanager
def verified(vault: str) -> Iterator[OpenVault]:
    """Yield the vault at VAULT, verified. Raises VaultBroken where it is not whole: nothing in it is then believed."""
    from core.session import Door

    door = Door(vault)
    try:
        door.wait()
        door.opened.ledger.check_whole()
        yield door.opened
    finally:
        door.close()


class FirstWord(click.Group):
    """A group that does what DEFAULT names where its first word is none of its commands: a vault, say."""

    default = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in that was left out."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def group(default: str, **more: Any) -> Callable[[Callable[..., Any]], FirstWord]:  # noqa: ANN401  as Click has it
    """Return a decorator for a group whose command DEFAULT may be left out."""

    def made(function: Callable[..., Any]) -> FirstWord:
        found: FirstWord = click.group(cls=FirstWord, **more)(function)
        found.default = default
        return found

    return made
