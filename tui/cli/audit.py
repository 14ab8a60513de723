"""`tacenda audit`: the trail, without a key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tui.cli.opening import VAULT

if TYPE_CHECKING:
    from core.audit import Trail


def _moment(text: str | None) -> int | None:
    """Return UTC milliseconds for `2026-11-24`, `2026-11-24 09:30` or an ISO time; without a zone: this machine's."""
    from vault_format.errors import UsageError

    if text is None:
        return None
    try:
        return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{text} is no time.", todo="Write it as 2026-11-24 or 2026-11-24T09:30.") from None


_EXAMPLES = """\b
Examples:
  tacenda audit practice.tacenda --since 2026-11-24
  tacenda audit practice.tacenda --outcome failed
  tacenda audit practice.tacenda --action read --note 3fa2 --json
  tacenda audit practice.tacenda --form csv > trail.csv
"""


@click.command(epilog=_EXAMPLES, short_help="Who did what, and when. Needs no passphrase.")
@VAULT
@click.option("--json", "as_json", is_flag=True, help="One object a record.")
@click.option(
    "--form", type=click.Choice(["jsonl", "csv", "syslog", "cef"]), help="For another program: RFC 4180, RFC 5424, CEF."
)
@click.option("--since", metavar="TIME", help="From this time on, as 2026-11-24 or 2026-11-24T09:30.")
@click.option("--until", metavar="TIME", help="Before this time.")
@click.option("--member", metavar="NAME", help="Of this member.")
@click.option("--action", metavar="CODE", help="Of this action: its name or its code in hex.")
@click.option("--outcome", type=click.Choice(["done", "failed"]), help="Only what worked, or only what did not.")
@click.option("--note", metavar="ID", help="About this note: its id, or how it begins.")
@click.option("--client", metavar="ID", help="About this client: its id, or how it begins.")
@click.option("--session", metavar="ID", help="Of this session: its id, or how it begins.")
@click.pass_context
def audit(
    ctx: click.Context, vault: str, as_json: bool, form: str | None, since: str | None, until: str | None,
    member: str | None, action: str | None, outcome: str | None, note: str | None, client: str | None,
    session: str | None,
) -> None:  # fmt: skip
    """Print who did what, and when. Needs no passphrase: it shows no note and no name of a client."""
    from core.audit import Columns, Filter, Trail
    from core.state_folder import state_folder
    from tui.cli.output import local, print_json, print_line, say
    from vault_format import machine, pins
    from vault_format.errors import EXIT_FINDING, EXIT_USAGE
    from vault_format.view import View

    def about(seq: int) -> bool:
        pairs = ((columns.entities, note, "n"), (columns.clients, client, "c"), (columns.sessions, session, ""))
        return all(_about(numbers[seq], text, mark) for numbers, text, mark in pairs)

    columns = Columns()
    pin = pins.PinFile(state_folder(), vault)
    ledger = View(vault, machine.now_ms, pin=pin.pinned, listener=columns.take)
    try:
        names = {number: each.name for number, each in ledger.state.members.items()}
        trail = Trail(columns, lambda number: names.get(number, ""))
        wanted = Filter(
            since=_moment(since), until=_moment(until), member=_member(names, member), action=_action(action),
            failed=None if outcome is None else outcome == "failed",
        )  # fmt: skip
        if form is not None:
            _print_form(form, trail, filter(about, trail.find(wanted)), ledger.state.vault_id)
        for seq in () if form is not None else filter(about, trail.find(wanted)):
            row = trail.row(seq)
            if as_json:
                print_json(_as_json(columns, seq, names))
            else:
                print_line(
                    f"{seq:>9,}", local(row.time), f"{row.member:<12}", f"{row.what:<22}", f"{row.about:<12}",
                    row.outcome,
                )  # fmt: skip
        for finding in ledger.findings:
            say(f"tacenda: record {finding.seq:,}: {finding.kind}: {finding.detail}")
        for notice in ledger.notices:
            say(f"tacenda: record {notice.seq:,}: notice {notice.kind}: {notice.detail}")
        if ledger.findings:
            ctx.exit(EXIT_FINDING)
        if ledger.walk.replay.newer:
            ctx.exit(EXIT_USAGE)
    finally:
        pin.close()
        ledger.close()


def _print_form(form: str, trail: Trail, sequences: Iterable[int], vault_id: bytes) -> None:
    """Print the trail for another program: as it is, for no terminal reads it."""
    import socket
    import sys

    from core.audit.export import FORMS, Source

    source = Source(vault_id.hex(), socket.gethostname())
    for line in FORMS[form]((trail.row(seq) for seq in sequences), source):
        sys.stdout.write(line.replace("\x1b", "?") + "\n")


def _about(number: int, text: str | None, mark: str) -> bool:
    """Whether NUMBER's id begins with TEXT, as hex digits alone or with the MARK that the trail puts before them."""
    if text is None:
        return True
    digits, wanted = f"{number:016x}", text.strip().lower()
    return (
        bool(number)
        and bool(wanted)
        and (digits.startswith(wanted) or (bool(mark) and wanted.startswith(mark) and digits.startswith(wanted[1:])))
    )


def _member(names: dict[int, str], name: str | None) -> int | None:
    from core.names import fold
    from vault_format.errors import UsageError

    if name is None:
        return None
    for number, each in names.items():
        if fold(each) == fold(name):
            return number
    raise UsageError(f"No member of this vault is called {name}.", todo="Check the name.")


def _action(text: str | None) -> int | None:
    from vault_format.codes import Action
    from vault_format.errors import UsageError

    if text is None:
        return None
    word = text.upper().replace(".", "_").replace("-", "_")
    if word in Action.__members__:
        return Action[word]
    if re.fullmatch(r"(0x)?[0-9a-fA-F]{2}", text):
        return int(text, 16)
    names = ", ".join(action.name.lower().replace("_", "-") for action in Action)
    raise UsageError(f"There is no action {text}.", todo=f"Actions: {names}.")


def _as_json(columns: object, seq: int, names: dict[int, str]) -> dict[str, object]:
    from core.audit import Columns
    from core.audit.trail import outcome_words
    from tui.cli.output import utc
    from vault_format.codes import Action

    assert isinstance(columns, Columns)  # noqa: S101  tells the type checker what a lazy import hides
    shape = columns.shape(seq)
    known = shape.action in Action.__members__.values()
    return {
        "seq": seq, "time": utc(columns.times[seq]), "signed": bool(shape.generation), "member": shape.member,
        "name": names.get(shape.member, "") if shape.generation else "",
        "action": Action(shape.action).name.lower() if known else f"{shape.action:02x}",
        "outcome": shape.outcome, "failed": outcome_words(shape)[1], "epoch": shape.epoch,
        "generation": shape.generation, "kind": shape.kind, "class": shape.note_class, "flags": shape.flags,
        "session": f"{columns.sessions[seq]:016x}", "client": f"{columns.clients[seq]:016x}",
        "entity": f"{columns.entities[seq]:016x}",
    }  # fmt: skip
