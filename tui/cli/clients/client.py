"""`tacenda client`: add, list and show clients; what becomes of one as a whole stands in client_acts.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.clients import client_acts
from tui.cli.clients.client_edit import BORN, asked_for, edit
from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.catalog import ClientRow

_EXAMPLES = """\b
Examples:
  tacenda client add practice.tacenda OTTER --name -
  tacenda client add practice.tacenda HERON --born 2011 --goal "sleep" --text - < about.txt
  tacenda client add practice.tacenda OAKS --person OTTER --person HERON
  tacenda client list practice.tacenda --status active
  tacenda client close practice.tacenda OTTER --reason ended
"""


@click.group(epilog=_EXAMPLES)
def client() -> None:
    """Add, list and show clients; close, assign, merge and remove them."""


@client.command()
@unlocking
@click.argument("code")
@click.option(
    "--name", default="", metavar="NAME", help="Sealed, hidden on lists. Everybody on this machine can see arguments: "
    "`-` asks for it instead.",
)  # fmt: skip
@click.option("--person", "people", multiple=True, metavar="CODE", help="Of a couple or a group; once for each.")
@click.option("--born", default="", metavar="DAY", help=BORN)
@click.option("--risk", default="", metavar="WORDS", help="What is said of risk.")
@click.option("--goal", "goals", multiple=True, metavar="GOAL", help="Once for each.")
@click.option("--text", default="", metavar="TEXT", help="What is written there; `-` takes it from standard input.")
@click.option("--next", "following", default="", metavar="WHEN", help="Plans an appointment: `tue 10:00`.")
def add(
    vault: str, member: str | None, passphrase_fd: int | None, code: str, name: str, people: tuple[str, ...],
    born: str, risk: str, goals: tuple[str, ...], text: str, following: str,
) -> None:  # fmt: skip
    """Add a client under CODE, a word that tells nothing about the person. Prints the client's id."""
    from core.catalog import short_id
    from core.code_advice import advise
    from core.session import ClientDraft
    from core.upkeep.charts.retention import check_born
    from tui.cli.clients.appointment import tell
    from tui.cli.terminal.output import say

    check_born(born)
    said, asked = asked_for(name, text)
    with unlocked(vault, member, passphrase_fd, stdin_taken=asked) as session:
        when = session.when(following) if following else None
        draft = ClientDraft(code, said.name or "", people, born, risk, goals=goals, text=said.text or "")
        number = session.save_client(draft).note
        click.echo(short_id(number))
        warning = advise(code, draft.name, born)
        if warning:
            say(f"tacenda: {warning} Codes stand on lists: take a word that tells nothing about the person.")
        if when is not None:
            tell(session, session.appoint(number, when))


def _json(row: ClientRow, *, names: bool) -> dict[str, object]:
    from core.catalog import short_id

    return {
        "id": short_id(row.id), "code": row.code, "status": row.status, "seen": row.seen, "next": row.next,
        "risk": row.risk, "notes": row.notes, "unsigned": row.unsigned, "missing": row.missing, "kind": row.kind,
        "same_as": short_id(row.same_as) if row.same_as else "", **({"name": row.name} if names else {}),
    }  # fmt: skip


@client.command("list")
@unlocking
@click.option("--json", "as_json", is_flag=True, help="One object a client.")
@click.option("--names", is_flag=True, help="Show names too; recorded.")
@click.option("--status", type=click.Choice(["active", "closed", "archived"]), help="Only these.")
def list_clients(
    vault: str, member: str | None, passphrase_fd: int | None, as_json: bool, names: bool, status: str | None
) -> None:  # fmt: skip
    """List clients by code."""
    from tui.cli.terminal.output import print_json, print_line

    with unlocked(vault, member, passphrase_fd) as session:
        session.require_reader()
        if names:
            session.names_shown()
        for row in session.catalog.clients():
            if status is not None and row.status != status:
                continue
            if as_json:
                print_json(_json(row, names=names))
            else:
                print_line(
                    f"{row.code:<12}", f"{row.status:<8}", f"{row.seen or 'never':<10}", f"{row.next or '-':<16}",
                    f"{row.notes:>5} note{' ' if row.notes == 1 else 's'}", f"{row.risk or '-':<8}", row.to_do,
                    row.name if names else "",
                )  # fmt: skip


@client.command()
@unlocking
@client_acts.REASONED
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="One object.")
def show(
    vault: str, member: str | None, passphrase_fd: int | None, reason: str | None, words: str, code: str, as_json: bool
) -> None:  # fmt: skip
    """Open a client's own entry: its name, people, goals, what is written there. Recorded first."""
    from tui.cli.terminal.output import print_json, print_line, print_text

    with client_acts.reasons(), unlocked(vault, member, passphrase_fd) as session:
        row = session.catalog.find_client(code)
        opened = session.read_client(row.id, reason=client_acts.reason_of(reason), words=words)
        names, draft = session.assigned(row.id), opened.draft
        if as_json:
            print_json({
                **_json(row, names=True), "people": list(draft.people), "born": draft.born, "goals": list(draft.goals),
                "assigned": names, "text": draft.text, "record": opened.sequence,
            })  # fmt: skip
            return
        print_line(row.code, row.status, row.kind, f"opened as record {opened.sequence:,}")
        same = session.catalog.client(row.same_as).code if row.same_as else ""
        told = (
            ("name", draft.name), ("people", ", ".join(draft.people)), ("born", draft.born), ("next", row.next),
            ("risk", row.risk), ("goals", "; ".join(draft.goals)), ("assigned", ", ".join(names) or "everybody"),
            ("same as", same), ("duplicates", ", ".join(session.catalog.client(one).code for one in row.duplicates)),
        )  # fmt: skip
        for what, value in told:
            if value:
                print_line(f"{what:<10}", value)
        if draft.text:
            click.echo()
            print_text(draft.text)


for command in (edit, *client_acts.COMMANDS):
    client.add_command(command)
