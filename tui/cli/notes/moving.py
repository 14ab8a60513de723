"""`tacenda note move`: a note that was written for the wrong client."""

from __future__ import annotations

import click

from tui.cli.opening import unlocked, unlocking
from tui.cli.terminal.secrets import Secrets

_MOVE = """\b
Examples:
  tacenda note move practice.tacenda 3fa2 HERON
  tacenda note move practice.tacenda 3fa2 HERON --words "two windows open"
"""


@click.command(epilog=_MOVE, short_help="Bring a note into the right client's chart.")
@unlocking
@click.argument("note_id", metavar="ID")
@click.argument("code", metavar="CODE")
@click.option("--words", default="", metavar="WORDS", help="How it came about; stands in the correction of a signed "
              "note. Everybody on this machine can see arguments: `-` asks for it.")  # fmt: skip
@click.option("--reason", type=click.Choice(["care", "supervision", "emergency", "legal", "other"]),
              help="Needed outside your caseload.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The ids, as one object.")
def move(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, code: str, words: str, reason: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Move a note of yours that was written for the wrong client into the chart of CODE. Prints its new id.

    A draft is saved there, then given up here. A signed note stays: a signed correction on it says that it is not about
    this client, and a signed note in the right chart holds its text and names it. Neither names the other client.
    """
    from core.catalog import short_id
    from tui.cli.notes.signed import signing_passphrase
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import print_json, say
    from vault_format.codes import Reason

    asked = words == typed.ASK
    if asked:
        words = typed.line("Words")
    secrets = Secrets(passphrase_fd, stdin_taken=asked)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        row = session.catalog.find_note(note_id)
        client = session.catalog.find_client(code)
        passphrase = signing_passphrase(session, secrets) if row.status == "signed" else None
        moved = session.move_note(
            row.id, client.id, words=words, reason=Reason[reason.upper()] if reason else None, passphrase=passphrase
        )
        if as_json:
            correction = short_id(moved.correction) if moved.correction else None
            print_json({"id": short_id(moved.note), "correction": correction})
        else:
            click.echo(short_id(moved.note))
        if moved.correction:
            say(f"tacenda: the original stays, with the correction {short_id(moved.correction)[:6]}.")
            say("An owner may give up its text: tacenda shred --reason mistake")
