"""`tacenda audit`: the trail, without a key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from tui.cli.opening import VAULT

if TYPE_CHECKING:
    from core.audit.trail import Filter, Trail


_OPTIONS = {"from": "--since", "who": "--member", "result": "--outcome"}
"""How fields of the page are called here, where it is not by their name."""
_EXAMPLES = """\b
Examples:
  tacenda audit practice.tacenda --since "7 d" --outcome failed
  tacenda audit practice.tacenda --since yesterday --hours 02:00-04:00
  tacenda audit practice.tacenda --class process --action read
  tacenda audit practice.tacenda --action read --note 3fa2 --json
  tacenda audit practice.tacenda --form csv > trail.csv
"""


@click.command(epilog=_EXAMPLES, short_help="Who did what, and when. Needs no passphrase.")
@VAULT
@click.option("--json", "as_json", is_flag=True, help="One object a record.")
@click.option(
    "--form", type=click.Choice(["jsonl", "csv", "syslog", "cef"]), help="For another program: RFC 4180, RFC 5424, CEF."
)
@click.option("--since", metavar="TIME", help='From this time on: 2026-11-24, "2026-11-24 09:30", yesterday, "7 d".')
@click.option("--until", metavar="TIME", help="Before this time; a day is meant to its end.")
@click.option("--hours", metavar="FROM-TO", help="Between these times of day, as 02:00-04:00; over midnight, too.")
@click.option("--member", metavar="NAME", help="Of this member; nobody: what nobody signed.")
@click.option("--action", metavar="CODE", help="Of this action: its name or its code in hex.")
@click.option("--outcome", type=click.Choice(["done", "failed"]), help="Only what worked, or only what did not.")
@click.option("--class", "note_class", metavar="CLASS", help="Of chart notes, or of process notes: chart or process.")
@click.option("--note", metavar="ID", help="About this note: its id, or how it begins.")
@click.option("--client", metavar="ID", help="About this client: its id, or how it begins.")
@click.option("--session", metavar="ID", help="Of this session: its id, or how it begins.")
@click.pass_context
def audit(
    ctx: click.Context, vault: str, as_json: bool, form: str | None, since: str | None, until: str | None,
    hours: str | None, member: str | None, action: str | None, outcome: str | None, note_class: str | None,
    note: str | None, client: str | None, session: str | None,
) -> None:  # fmt: skip
    """Print who did what, and when. Needs no passphrase: it shows no note and no name of a client."""
    from core.audit.columns import Columns
    from core.audit.trail import Trail
    from core.state_folder import state_folder
    from tui.cli.terminal.output import local, print_json, print_line, say
    from vault_format import machine, pins
    from vault_format.errors import EXIT_FINDING, EXIT_USAGE
    from vault_format.view import View

    columns = Columns()
    pin = pins.PinFile(state_folder(), vault)
    ledger = View(vault, machine.now_ms, pin=pin.pinned, listener=columns.take)
    try:
        names = {number: each.name for number, each in ledger.state.members.items()}
        trail = Trail(columns, lambda number: names.get(number, ""))
        wanted = _wanted(
            {
                "from": since, "until": until, "hours": hours, "who": member, "result": outcome, "class": note_class,
                "client": client, "note": note,
            }, names, _action(action),
        )  # fmt: skip
        found = trail.find(wanted)
        if session is not None:
            found = [seq for seq in found if _begins(columns.sessions[seq], session)]
        if form is not None:
            _print_form(form, trail, found, ledger.state.vault_id)
            found = []
        for seq in found:
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


def _wanted(said: Mapping[str, str | None], names: Mapping[int, str], action: int | None) -> Filter:
    """Return what the options SAID, which are read as the page of the trail reads them. Raises UsageError."""
    from dataclasses import replace

    from core.audit.asking import asked
    from core.audit.trail import Filter
    from vault_format import machine
    from vault_format.errors import UsageError

    for field, text in said.items():
        if text is not None and not text.strip():
            option = _OPTIONS.get(field, f"--{field}")
            raise UsageError(f"{option} says nothing.", todo="Leave it out, or say something.")
    try:
        found = asked({field: text for field, text in said.items() if text}, names, machine.now_ms())
    except UsageError as error:
        field, _, what = error.what.partition(":")
        raise UsageError(f"{_OPTIONS.get(field, f'--{field}')}:{what}", todo=error.todo) from None
    return replace(found.wanted if found is not None else Filter(), action=action)


def _print_form(form: str, trail: Trail, sequences: Iterable[int], vault_id: bytes) -> None:
    """Print the trail for another program: as it is, for no terminal reads it."""
    import socket
    import sys

    from core.audit.export import FORMS, Source

    source = Source(vault_id.hex(), socket.gethostname())
    for line in FORMS[form]((trail.row(seq) for seq in sequences), source):
        sys.stdout.write(line.replace("\x1b", "?") + "\n")


def _begins(number: int, text: str) -> bool:
    """Whether NUMBER's id begins with the hex digits TEXT."""
    wanted = text.strip().lower()
    return bool(number and wanted) and f"{number:016x}".startswith(wanted)


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
    from core.audit.columns import Columns
    from core.audit.trail import outcome_words
    from tui.cli.terminal.output import utc
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
