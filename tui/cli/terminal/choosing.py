"""A passphrase that is chosen: how hard it is to guess is said, one is offered, and a weak one is not taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from tui.cli.terminal.secrets import Secrets


def suggest_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--suggest` to a command."""
    return click.option("--suggest", is_flag=True, help="Offer one of six random words.")(command)


def choose(secrets: Secrets, prompt: str, known: tuple[str, ...], *, safe: str, suggest: bool) -> str:
    """Return a passphrase that somebody chose; KNOWN are words that a thief would try first.

    At a terminal a weak one is asked for again. Raises WeakPassphrase, which says what is SAFE, for one that came on a
    descriptor.
    """
    from core.keys.strength import require_strong, strength
    from tui.cli.main import say_error
    from tui.cli.terminal.output import say
    from vault_format.errors import WeakPassphrase

    if suggest:
        _offer()
    while True:
        passphrase = secrets.ask(prompt, confirm=True)
        try:
            require_strong(passphrase, known, safe=safe)
        except WeakPassphrase as error:
            if not secrets.typed:
                raise
            say_error(error)
            continue
        found = strength(passphrase, known)
        say(f"The new passphrase is {found.word}: some 10^{found.guesses:.0f} guesses.")
        return passphrase


def _offer() -> None:
    """Show a passphrase that was drawn just now; at a terminal it leaves nothing to scroll back to."""
    from core.keys.strength import suggestion
    from tui.cli.terminal.showing import need_terminal, shown, wait_for_enter

    # on standard error of a script it would end in a log
    need_terminal("An offered passphrase")
    with shown("One that nobody guesses, drawn just now:", "", f"    {suggestion()}", "",
               "Write it down where you keep papers, then type it."):  # fmt: skip
        wait_for_enter("Enter when it is on paper. ")
