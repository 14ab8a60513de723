"""`tacenda carry-on`: a new vault in place of a broken one."""

from __future__ import annotations

import click

from tui.cli.opening import VAULT
from tui.cli.terminal.secrets import Secrets, passphrase_option


@click.command("carry-on", short_help="A new vault in place of a broken one.")
@VAULT
@click.argument("target", type=click.Path(readable=False), metavar="NEW")
@click.option("--as", "member", metavar="MEMBER", help="Which owner you are, where there are several members.")
@passphrase_option
def carry_on(vault: str, target: str, member: str | None, passphrase_fd: int | None) -> None:
    """Make a vault at NEW that carries on the broken VAULT and takes over what can still be read.

    For an owner, with the passphrase of the broken vault. The new one cites the old one, which is only read: keep it,
    its history stands only there.
    """
    from core import carry_on as carrying
    from core.keys.passphrase import calibrate
    from tui.cli.terminal.output import say
    from vault_format import machine

    old = carrying.survey(vault, machine.now_ms())
    try:
        say(f"{vault} is broken at record {old.finding.seq:,}; {old.whole:,} records before it are whole.")
        passphrase = Secrets(passphrase_fd).ask("Passphrase")
        done = carrying.carry_on(old, member, passphrase, target, clock=machine.now_ms, cost=calibrate())
    finally:
        old.close()
    say(
        f"Made {target}: {done.before:,} entries from before the break, {done.behind:,} from behind it. "
        f"Keep {vault} as evidence."
    )
    if done.unproven:
        say(f"{done.unproven:,} of those behind it are proven by no signature; each is marked with the tag unproven.")
    for line in done.left:
        say(f"left: {line}")
