"""`tacenda today`: what needs doing."""

from __future__ import annotations

import click

from tui.cli.opening import unlocked, unlocking

_EXAMPLES = """\b
Examples:
  tacenda today practice.tacenda
  tacenda today practice.tacenda --json
"""


@click.command(epilog=_EXAMPLES)
@unlocking
@click.option("--json", "as_json", is_flag=True, help="One object for each thing to do.")
def today(vault: str, member: str | None, passphrase_fd: int | None, as_json: bool) -> None:
    """List what needs doing, most urgent first.

    What was typed and is not in the vault yet, sessions without a note, drafts, risk, what comes next, the vault.
    """
    from core.catalog import short_id
    from tui.cli.notes import draft
    from tui.cli.terminal.output import print_json, print_line, say

    with unlocked(vault, member, passphrase_fd) as session:
        left, found = draft.left_here(session), session.due()
        for each in left:
            draft.print_left(session, each, as_json=as_json, today=True)
        for one in found:
            if as_json:
                print_json({
                    "kind": one.kind, "client": one.code, "when": one.when, "what": one.what, "act": one.act,
                    "days": one.days, "urgent": one.urgent, "note": short_id(one.note) if one.note else "",
                    "appointment": short_id(one.appointment) if one.appointment else "",
                })  # fmt: skip
            else:
                mark = "!" if one.urgent else " "
                if one.code:
                    print_line(mark, f"{one.kind:<8}", f"{one.code:<12}", f"{one.when:<16}", one.what)
                else:
                    print_line(mark, f"{one.kind:<8}", one.what)
        if left:
            say("tacenda: `draft recover` takes what is not in the vault into it.")
        if not left and not found:
            say("Nothing is due.")
