"""Opening a vault for one command: unlock, act, lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from tui.cli.secrets import Secrets, passphrase_option

VAULT = click.argument("vault", type=click.Path(), metavar="VAULT")


def unlocking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every command with a key takes: the vault, who one is, where the passphrase comes from."""
    command = passphrase_option(command)
    command = click.option("--as", "member", metavar="MEMBER", help="Who you are, where there are several.")(command)
    return VAULT(command)


@contextmanager
def unlocked(vault: str, member: str | None, passphrase_fd: int | None) -> Iterator[Any]:
    """Yield an unlocked session and lock it afterwards. The vault is verified while the passphrase is typed."""
    from core.session import Door

    door = Door(vault)
    door.start()
    try:
        if door.wait(0.5):
            door.opened.ledger.check_whole()
        passphrase = Secrets(passphrase_fd).ask("Passphrase")
        session = door.unlock(member, passphrase)
    finally:
        door.close()
    try:
        session.open_rest()
        yield session
    finally:
        session.lock()
