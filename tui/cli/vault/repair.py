"""`tacenda repair`: mend one wrong byte in a copy, where a hash proves the repair."""

from __future__ import annotations

import click

from tui.cli.opening import VAULT


@click.command(short_help="Mend one wrong byte, in a copy.")
@VAULT
@click.argument("target", type=click.Path(readable=False), metavar="COPY")
@click.pass_context
def repair(ctx: click.Context, vault: str, target: str) -> None:
    """Look for one wrong byte in VAULT and write a mended copy to COPY, without a key.

    Only a change that a hash of the chain proves is made. VAULT itself is not touched: keep it as evidence.
    """
    from tui.cli.terminal.output import say
    from vault_format import machine
    from vault_format.errors import EXIT_FINDING
    from vault_format.upkeep import repair as repairing
    from vault_format.verification.verify import verify

    verdict = verify(vault, machine.now_ms())
    if verdict.intact:
        say(f"{vault} is whole. There is nothing to repair.")
        return
    found = repairing.propose(vault, verdict.findings[0])
    if found is None:
        say(
            f"No change of one byte mends record {verdict.findings[0].seq:,}. {vault} was not touched. "
            "Look for a whole copy among your backups."
        )
        ctx.exit(EXIT_FINDING)
    whole = repairing.repaired_copy(vault, target, found, machine.now_ms())
    say(
        f"Record {found.seq:,}: at byte {found.offset:,} "
        f"{found.was.hex()} became {found.becomes.hex()} ({found.proof}). "
        f"Written to {target}; {vault} was not touched."
    )
    if not whole:
        say(f"{target} is not whole yet: run `tacenda verify` on it.")
        ctx.exit(EXIT_FINDING)
