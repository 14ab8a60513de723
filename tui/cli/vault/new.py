"""`tacenda new`: make a vault."""

from __future__ import annotations

import click

from tui.cli.opening import VAULT
from tui.cli.terminal.choosing import choose, suggest_option
from tui.cli.terminal.secrets import Secrets, passphrase_option

_EXAMPLES = """\b
Examples:
  tacenda new practice.tacenda --name "River practice" --member owner
  tacenda new practice.tacenda --name "River practice" --member owner --suggest
"""


@click.command(epilog=_EXAMPLES)
@VAULT
@click.option("--name", "practice", required=True, metavar="PRACTICE", help="Name of the practice; anyone can read it.")
@click.option("--member", required=True, metavar="NAME", help="Your name in the audit trail; anyone can read it.")
@click.option("--group", is_flag=True, help="Let the file's group read and write it (0660 in place of 0600).")
@suggest_option
@passphrase_option
def new(vault: str, practice: str, member: str, group: bool, suggest: bool, passphrase_fd: int | None) -> None:
    """Make a vault with one owner. A passphrase that is guessed soon is not taken; --suggest offers a good one.

    Nobody can reset a passphrase. Until there is a recovery kit, a forgotten one loses every note.
    """
    import os
    import time

    from core.create import new_vault
    from core.names import check_name
    from tui.cli.terminal.output import say
    from vault_format import machine
    from vault_format.errors import UsageError

    if os.path.lexists(vault):
        raise UsageError(f"{vault} is there already.", safe="It was not touched.", todo="Choose another name.")
    practice, member = practice.strip(), member.strip()
    check_name(practice)
    check_name(member)
    passphrase = choose(
        Secrets(passphrase_fd), "Passphrase", (practice, member), safe="Nothing was written.", suggest=suggest
    )
    vault_id = new_vault(
        vault, practice, member, passphrase, clock=machine.now_ms, zone=time.tzname[0], group=group
    ).hex()
    who = "the file's group" if group else "you alone"
    say(f"Created {vault}, readable by {who}. Vault id {vault_id[:16]}.")
