"""`tacenda alerts`: what in the trail a person should look at, put on the record, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.opening import VAULT, unlocked, unlocking
from tui.cli.trail.keyless import group

if TYPE_CHECKING:
    from core.alerts.listed import Item

_EXAMPLES = """\b
Examples:
  tacenda alerts practice.tacenda
  tacenda alerts list practice.tacenda --open
  tacenda alerts record practice.tacenda
  tacenda alerts answer practice.tacenda 4812 --reason slip --words "asked by telephone"
"""
_MOST_AT_ONCE = 100
"""A long history that was never judged is recorded by its newest alerts, as in the application."""
_REASONS = ("slip", "in-order", "care", "supervision", "emergency", "legal", "compromise", "other")


@group("list", epilog=_EXAMPLES, short_help="List alerts, record and answer them.")
def alerts() -> None:
    """List alerts, record and answer them. `tacenda alerts VAULT` is `tacenda alerts list`.

    An open application records what is high or critical by itself; `watch` tells it as it happens.
    """


@alerts.command("list", short_help="What should be looked at. Needs no passphrase.")
@VAULT
@click.option("--open", "only_open", is_flag=True, help="Only those on the record that nobody has answered.")
@click.option("--json", "as_json", is_flag=True, help="One object an alert.")
@click.pass_context
def list_alerts(ctx: click.Context, vault: str, only_open: bool, as_json: bool) -> None:
    """List what stands on the record, and what the last 30 days have besides: what waits for an answer first.

    The first column is the record to answer; `-` is not on the record. Ends with 1 where the vault is not whole.
    """
    from core.alerts.feed import Feed, standing_in
    from core.alerts.listed import items_of
    from core.session import Door
    from tui.cli.terminal.output import print_json, print_line, say
    from vault_format import machine
    from vault_format.errors import EXIT_FINDING

    door = Door(vault)
    try:
        door.wait()
        opened = door.opened
        rows = items_of(tuple(standing_in(opened)), Feed().refresh(opened)[::-1], opened, machine.now_ms())
        broken = bool(opened.ledger.findings)
    finally:
        door.close()
    shown = [row for row in rows if not only_open or (row.sequence and not row.answer)]
    for row in shown:
        if as_json:
            print_json(_json(row))
        else:
            print_line(*_fields(row))
    if not shown:
        say("Nothing waits for an answer." if only_open else "No rule found anything.")
    if broken:
        ctx.exit(EXIT_FINDING)


def _json(item: Item) -> dict[str, Any]:
    from core.alerts.listed import severity_of
    from tui.cli.terminal.output import utc

    return {
        "record": item.sequence, "time": utc(item.time), "severity": severity_of(item).name.lower(),
        "rule": int(item.rule), "what": item.what, "member": item.who, "records": list(item.records),
        "answer": item.answer, "answered_by": item.answered_by,
    }  # fmt: skip


def _fields(item: Item) -> tuple[str, ...]:
    from core.alerts.listed import severity_of
    from tui.cli.terminal.output import local

    number = f"{item.sequence:,}" if item.sequence else "-"
    said = f"answered by {item.answered_by} in record {item.answer:,}" if item.answer else ""
    resting = f"records {', '.join(f'{seq:,}' for seq in item.records[:8])}" if item.records else ""
    severity = f"{severity_of(item).name.lower():<8}"
    return (f"{number:>9}", local(item.time), severity, item.what, item.who, said, resting)


@alerts.command()
@unlocking
def record(vault: str, member: str | None, passphrase_fd: int | None) -> None:
    """Put what is high or critical on the record, but for what stands there. Prints the records not answered yet."""
    from core.alerts import Severity
    from core.alerts.feed import Feed, record_new, standing
    from tui.cli.terminal.output import say

    with unlocked(vault, member, passphrase_fd) as session:
        found = [alert for alert in Feed().refresh(session.vault) if alert.severity >= Severity.HIGH]
        count = record_new(session, found[-_MOST_AT_ONCE:])
        with session.at_desk() as desk:
            waiting = [each.sequence for each in standing(desk) if not each.answer]
    for sequence in sorted(waiting):
        click.echo(sequence)
    say(f"Recorded: {count:,}. Not answered: {len(waiting):,}.")


@alerts.command(short_help="Say what an alert was, on the record.")
@unlocking
@click.argument("record_number", metavar="RECORD", type=click.IntRange(0))
@click.option("--reason", required=True, type=click.Choice(_REASONS), help="What it was; it stands in the record.")
@click.option("--words", default="", help="More of it; auditors and owners can open it. `-` asks for it.")
def answer(
    vault: str, member: str | None, passphrase_fd: int | None, record_number: int, reason: str, words: str
) -> None:  # fmt: skip
    """Answer the alert in RECORD: a slip, in order, compromise (it is being dealt with) … Prints the record."""
    from core.alerts import feed
    from core.alerts.listed import ANSWERS
    from tui.cli.terminal import typed

    asked = words == typed.ASK
    if asked:
        words = typed.line("Words")
    why = next(code for code, word, _ in ANSWERS if word == reason)
    with unlocked(vault, member, passphrase_fd, stdin_taken=asked) as session:
        click.echo(feed.answer(session, record_number, why, words))
