"""`tacenda passphrase`: another passphrase for the same keys, or with new ones where somebody might know the old."""

from __future__ import annotations

import click

from tui.cli.opening import unlocked, unlocking
from tui.cli.terminal.choosing import choose, suggest_option
from tui.cli.terminal.secrets import Secrets

_EXAMPLES = """\b
Examples:
  tacenda passphrase practice.tacenda
  tacenda passphrase practice.tacenda --suggest
  tacenda passphrase practice.tacenda --known
"""


class Remembered(Secrets):
    """Answers that remember the last one, for a command that needs it after the unlock."""

    last = ""

    def ask(self, prompt: str, *, confirm: bool = False) -> str:
        """Return the next passphrase."""
        self.last = super().ask(prompt, confirm=confirm)
        return self.last


@click.command(epilog=_EXAMPLES, short_help="Change your passphrase.")
@unlocking
@click.option("--known", is_flag=True, help="Somebody might know the old one: your keys change too.")
@suggest_option
def passphrase(vault: str, member: str | None, passphrase_fd: int | None, known: bool, suggest: bool) -> None:
    """Change your passphrase: asks for the old one, then for the new one twice.

    On --passphrase-fd the new one stands once, on the second line. The old one opens the vault until the new one is
    proven and on the disk; copies made before open with it for ever.
    """
    from core.upkeep.keys.passphrase import change
    from tui.cli.terminal.output import say
    from vault_format.codes import Role

    secrets = Remembered(passphrase_fd)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        old = secrets.last
        known_words = (session.practice, session.member)
        new = choose(secrets, "New passphrase", known_words, safe="The old one still holds.", suggest=suggest)
        change(session, old, new, known=known)
        say("Changed. It opens the vault from now on; copies made before open with the old one for ever.")
        if known:
            say("Your master key, key pair and author key are new, too.")
            if session.role is Role.OWNER:
                say("Keys that all share were within reach, too: tacenda rotate --reason compromise.")
            else:
                say("Keys that all share were within reach, too: tell an owner, who rotates them.")
