"""`tacenda retention` and `tacenda hold`: how long charts are kept, and what keeps them longer."""

from __future__ import annotations

import click

from tui.cli.opening import unlocked, unlocking

_EXAMPLES = """\b
Examples:
  tacenda retention practice.tacenda
  tacenda retention practice.tacenda --over --json
"""
_HOLD_EXAMPLES = """\b
Examples:
  tacenda hold practice.tacenda OTTER
  tacenda hold practice.tacenda OTTER --lift
"""


@click.command(epilog=_EXAMPLES, short_help="How long each client's chart has to be kept.")
@unlocking
@click.option("--over", is_flag=True, help="Only those that may be destroyed now.")
@click.option("--json", "as_json", is_flag=True, help="One object a client.")
def retention(vault: str, member: str | None, passphrase_fd: int | None, over: bool, as_json: bool) -> None:
    """List clients with their last contact and until when their chart is kept. Nothing is destroyed by it.

    The policy says for how many years; a client who was a minor is kept until so many years after coming of age; a
    legal hold keeps a chart whatever the date. Destroying is `shred`, by a person: a note, or a chart.
    """
    from datetime import date

    from core.upkeep.charts.retention import retention as kept
    from tui.cli.terminal.output import local, print_json, print_line, utc
    from vault_format.codes import ClientStatus

    with unlocked(vault, member, passphrase_fd) as session:
        session.require_reader()
        with session.at_desk() as desk:
            rows = kept(desk, date.today())  # noqa: DTZ011  the person's own day is meant
        for row in rows:
            if over and not row.over:
                continue
            last, until = (day.isoformat() if day else None for day in (row.last, row.until))
            if as_json:
                status = ClientStatus(row.status).name.lower()
                print_json(
                    {
                        "client": f"{row.client:016x}", "code": row.code, "status": status,
                        "last": last, "until": until, "minor": row.minor, "hold": row.hold, "over": row.over,
                        "unknown": row.unknown, "held_by": row.held_by or None,
                        "held_since": utc(row.held_since) if row.held_since else None,
                    }
                )  # fmt: skip
                continue
            held = f"legal hold by {row.held_by}, {local(row.held_since)[:10]}" if row.held_by else "legal hold"
            said = "may be destroyed" if row.over else held if row.hold else row.unknown
            why = "a minor at the last contact" if row.minor else ""
            standing = f"{ClientStatus(row.status).name.lower():<9}"
            days = f"last {last or 'never':<11}", f"until {until or '-':<11}"
            print_line(f"{row.code:<14}", standing, *days, said, why)


@click.command(epilog=_HOLD_EXAMPLES, short_help="Set or lift a legal hold on a client's chart.")
@unlocking
@click.argument("code")
@click.option("--lift", is_flag=True, help="Lift it; owners only.")
def hold(vault: str, member: str | None, passphrase_fd: int | None, code: str, lift: bool) -> None:
    """Keep everything of a client's chart in the file, whatever is replaced, shredded or dropped.

    Owners set and lift it. A clinician sets one on a client of the own caseload, at once, and lifts none.
    """
    from core.upkeep.charts.retention import set_hold
    from tui.cli.terminal.output import say
    from vault_format.errors import UsageError

    with unlocked(vault, member, passphrase_fd) as session:
        session.require_reader()
        number = next((row.id for row in session.catalog.clients() if row.code.casefold() == code.casefold()), None)
        if number is None:
            raise UsageError(f"There is no client {code}.", todo="`client list` shows the codes.")
        set_hold(session, number, hold=not lift)
    say(f"The hold on {code} is {'lifted' if lift else 'set'}, on the record.")
