"""`tacenda client edit`: the fields of a client's own entry, changed from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from tui.cli.clients import client_acts
from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.session import ClientDraft

BORN = "As 2011-04-12, or 2011: how long a minor's chart is kept rests on it."
_EXAMPLES = """\b
Examples:
  tacenda client edit practice.tacenda OTTER --born 2011-04-12
  tacenda client edit practice.tacenda OTTER --name -
  tacenda client edit practice.tacenda OTTER --goal "sleep" --goal "school"
  tacenda client edit practice.tacenda OTTER --text - < about.txt
"""


class Said(NamedTuple):
    """A client's name and text, after what was asked for; None where nothing was said."""

    name: str | None
    text: str | None


def asked_for(name: str | None, text: str | None) -> tuple[Said, bool]:
    """Return both, `-` taken from standard input, and whether that was used. Raises UsageError if both want it."""
    from tui.cli.terminal import typed
    from vault_format.errors import UsageError

    if name == typed.ASK and text == typed.ASK:
        raise UsageError("Standard input holds the name or the text, not both.", safe="Nothing was written.")
    asked = typed.ASK in (name, text)
    if name == typed.ASK:
        name = typed.line("Name")
    if text == typed.ASK:
        text = typed.text()
    return Said(name, text), asked


@click.command(epilog=_EXAMPLES, short_help="Change a client's fields; opening it is recorded.")
@unlocking
@client_acts.REASONED
@click.argument("code")
@click.option("--code", "new_code", metavar="CODE", help="Another code.")
@click.option("--name", metavar="NAME", help="Sealed. Everybody on this machine can see arguments: `-` asks for it.")
@click.option("--person", "people", multiple=True, metavar="CODE", help="Who they are now; once for each.")
@click.option("--born", metavar="DAY", help=BORN)
@click.option("--risk", metavar="WORDS", help="What is said of risk.")
@click.option("--goal", "goals", multiple=True, metavar="GOAL", help="The goals as they are now; once for each.")
@click.option("--text", metavar="TEXT", help="What is written there; `-` takes it from standard input.")
def edit(
    vault: str, member: str | None, passphrase_fd: int | None, reason: str | None, words: str, code: str,
    new_code: str | None, name: str | None, people: tuple[str, ...], born: str | None, risk: str | None,
    goals: tuple[str, ...], text: str | None,
) -> None:  # fmt: skip
    """Change what is named of a client's entry; the rest stays. Prints the revision. An empty value empties a field.

    Opening the entry is recorded first. Appointments are planned with `tacenda appointment add`.
    """
    from dataclasses import replace

    from core.code_advice import advise
    from core.upkeep.charts.retention import check_born
    from tui.cli.terminal.output import say
    from vault_format.errors import UsageError

    words_of, asked = asked_for(name, text)
    said = {"code": new_code, "name": words_of.name, "people": people or None, "born": born, "risk": risk,
            "goals": goals or None, "text": words_of.text}  # fmt: skip
    changed = {field: value for field, value in said.items() if value is not None}
    if not changed:
        raise UsageError("Nothing to change was named.", safe="Nothing was opened.", todo="Name a field: --born 2011.")
    check_born(born or "")
    with client_acts.reasons(), unlocked(vault, member, passphrase_fd, stdin_taken=asked) as session:
        session.require_writer()
        row = session.catalog.find_client(code)
        opened = session.read_client(row.id, reason=client_acts.reason_of(reason), words=words)
        draft: ClientDraft = replace(opened.draft, **changed)  # type: ignore[arg-type]
        if draft == opened.draft:
            say("tacenda: it says so already; nothing was written.")
            click.echo(opened.revision)
            return
        click.echo(session.save_client(draft, row.id, opened.revision).revision)
        warning = advise(draft.code, draft.name, draft.born)
        if warning:
            say(f"tacenda: {warning} Codes stand on lists: take a word that tells nothing about the person.")
