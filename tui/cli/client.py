"""`tacenda client`: add and list clients."""

from __future__ import annotations

import click

from tui.cli.opening import unlocked, unlocking

_EXAMPLES = """\b
Examples:
  tacenda client add practice.tacenda OTTER --name -
  tacenda client list practice.tacenda
"""


@click.group(epilog=_EXAMPLES)
def client() -> None:
    """Add and list clients."""


@client.command()
@unlocking
@click.argument("code")
@click.option(
    "--name", default="", metavar="NAME", help="Sealed, hidden on lists. Everybody on this machine can see arguments: "
    "`-` asks for it instead.",
)  # fmt: skip
def add(vault: str, member: str | None, passphrase_fd: int | None, code: str, name: str) -> None:
    """Add a client under CODE, a word that tells nothing about the person. Prints the client's id."""
    from core.catalog import short_id
    from tui.cli import typed

    asked = name == typed.ASK
    if asked:
        name = typed.line("Name")
    with unlocked(vault, member, passphrase_fd, stdin_taken=asked) as session:
        click.echo(short_id(session.add_client(code, name)))


@client.command("list")
@unlocking
@click.option("--json", "as_json", is_flag=True, help="One object a client.")
@click.option("--names", is_flag=True, help="Show names too.")
def list_clients(vault: str, member: str | None, passphrase_fd: int | None, as_json: bool, names: bool) -> None:
    """List clients by code."""
    from core.catalog import short_id
    from tui.cli.output import print_json, print_line

    with unlocked(vault, member, passphrase_fd) as session:
        session.require_reader()
        for row in session.catalog.clients():
            if as_json:
                print_json(
                    {
                        "id": short_id(row.id), "code": row.code, "status": row.status, "seen": row.seen,
                        "next": row.next, "risk": row.risk, "notes": row.notes, "unsigned": row.unsigned,
                        **({"name": row.name} if names else {}),
                    }
                )  # fmt: skip
            else:
                print_line(
                    f"{row.code:<12}", f"{row.status:<8}", f"{row.seen or 'never':<10}",
                    f"{row.notes:>5} note{' ' if row.notes == 1 else 's'}", row.to_do, row.name if names else "",
                )  # fmt: skip
