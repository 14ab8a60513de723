"""`tacenda appointment`: plan, list, keep, miss, cancel, move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.session import Session
    from core.session.practice.appointments import Appointed

_EXAMPLES = """\b
Examples:
  tacenda appointment add practice.tacenda OTTER "tomorrow 10:00"
  tacenda appointment add practice.tacenda OTTER "2026-12-01 14:30 80 min"
  tacenda appointment list practice.tacenda --client OTTER
  tacenda appointment missed practice.tacenda 3fa2
  tacenda appointment move practice.tacenda 3fa2 "in 2 weeks"
"""


@click.group(epilog=_EXAMPLES)
def appointment() -> None:
    """Plan appointments, and say what became of them."""


def tell(session: Session, done: Appointed) -> None:
    """Say how an appointment stands now, and what it overlaps, on standard error."""
    from tui.cli.terminal.output import say

    row = session.catalog.appointment(done.appointment)
    say(f"{row.client_code}: {row.when}, {row.minutes} min, {row.state}.")
    for other in done.overlaps:
        say(f"tacenda: at that time there is {other.client_code} already: {other.when}, {other.minutes} min.")


@appointment.command()
@unlocking
@click.argument("code")
@click.argument("when")
def add(vault: str, member: str | None, passphrase_fd: int | None, code: str, when: str) -> None:
    """Plan an appointment of the client CODE. Prints its id, and on standard error how WHEN was understood."""
    from core.catalog import short_id

    with unlocked(vault, member, passphrase_fd) as session:
        client = session.catalog.find_client(code)
        done = session.appoint(client.id, session.when(when, client.id))
        click.echo(short_id(done.appointment))
        tell(session, done)


@appointment.command("list")
@unlocking
@click.option("--client", "code", metavar="CODE", help="Only of this client.")
@click.option("--all", "everything", is_flag=True, help="Also what is over and needs nothing.")
@click.option("--json", "as_json", is_flag=True, help="One object an appointment.")
def list_appointments(
    vault: str, member: str | None, passphrase_fd: int | None, code: str | None, everything: bool, as_json: bool
) -> None:  # fmt: skip
    """List appointments by time: what comes, and what is over without a note."""
    from core.catalog import short_id
    from tui.cli.terminal.output import print_json, print_line
    from vault_format import machine

    with unlocked(vault, member, passphrase_fd) as session:
        session.require_reader()
        client = session.catalog.find_client(code).id if code else None
        now = machine.now_ms()
        for row in session.catalog.appointments(client):
            open_still = row.state != "cancelled" and (row.end > now or not row.note)
            if not everything and not open_still:
                continue
            note = short_id(row.note) if row.note else ""
            if as_json:
                print_json({
                    "id": short_id(row.id), "client": row.client_code, "start": row.start, "minutes": row.minutes,
                    "state": row.state, "note": note, "signed": row.signed,
                })  # fmt: skip
            else:
                written = "" if row.end > now else f"note {note}" if note else "no note"
                print_line(
                    short_id(row.id)[:8], f"{row.client_code:<12}", row.when, f"{row.minutes:>3} min",
                    f"{row.state:<9}", written, row.problem,
                )  # fmt: skip


def _state(name: str, state: str, help_text: str) -> None:
    @appointment.command(name, help=help_text)
    @unlocking
    @click.argument("appointment_id", metavar="ID")
    def change(vault: str, member: str | None, passphrase_fd: int | None, appointment_id: str) -> None:
        from tui.cli.terminal.output import say

        with unlocked(vault, member, passphrase_fd) as session:
            row = session.catalog.find_appointment(appointment_id)
            tell(session, session.set_appointment(row.id, state))
            if state == "missed" and not row.note:
                note = f"tacenda note add VAULT --client {row.client_code} --type missed-session --date {row.day}"
                say(f"Its note: {note}")


_state("kept", "kept", "The session took place.")
_state("missed", "missed", "The client did not come. The note to write is a missed-session note.")
_state("cancel", "cancelled", "It was called off; nothing is to be written.")


@appointment.command()
@unlocking
@click.argument("appointment_id", metavar="ID")
@click.argument("when")
def move(vault: str, member: str | None, passphrase_fd: int | None, appointment_id: str, when: str) -> None:
    """Move an appointment to WHEN; what it was before stays told."""
    with unlocked(vault, member, passphrase_fd) as session:
        row = session.catalog.find_appointment(appointment_id)
        moved = session.when(when, row.client)
        tell(session, session.move_appointment(row.id, moved))
