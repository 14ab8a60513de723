"""`tacenda lost`: the statement about a lost device, without a key."""

from __future__ import annotations

import click

from tui.cli.opening import VAULT

_EXAMPLES = """\b
Examples:
  tacenda lost practice.tacenda
  tacenda lost practice.tacenda --at "2026-11-24 18:30" > statement.md
"""


@click.command(epilog=_EXAMPLES, short_help="A statement about a lost device. Needs no passphrase.")
@VAULT
@click.option("--at", metavar="TIME", help='When it was lost: "2026-11-24 18:30", yesterday, "5 h"; now if not said.')
@click.option("--json", "as_json", is_flag=True, help="One object.")
@click.pass_context
def lost(ctx: click.Context, vault: str, at: str | None, as_json: bool) -> None:
    """Say what of a vault was on a lost device, how it was sealed, where the keys are, and whether it was locked.

    VAULT is another copy: the one on the server, or a backup.
    """
    from core.audit.asking import asked
    from core.checked import remembered
    from core.reports import lost_page
    from core.reports.lost_device import statement
    from core.state_folder import state_folder
    from tui.cli.terminal.output import print_text
    from vault_format import machine
    from vault_format.errors import EXIT_DONE, EXIT_FINDING, UsageError

    try:
        said = asked({"from": at or ""}, {}, machine.now_ms())
    except UsageError as error:
        raise UsageError(f"{at} is no time.", todo=error.todo) from None
    when = said.wanted.since if said is not None else None
    found = statement(vault, when, machine.now_ms, remembered(vault, state_folder()))
    print_text(lost_page.as_json(found) if as_json else lost_page.as_markdown(found))
    ctx.exit(EXIT_DONE if found.intact else EXIT_FINDING)
