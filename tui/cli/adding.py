"""`tacenda note add` and `tacenda note templates`: a new note with its header, and what it can begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.session import NoteDraft, Session

_ADD = """\b
Examples:
  tacenda note add practice.tacenda --client OTTER < note.md
  tacenda note add practice.tacenda --client OTTER --type process --title -
  tacenda note add practice.tacenda --client OTTER --start 10:02 --end 10:55 \\
    --service minutes --next "tue 9" < note.md
  tacenda note add practice.tacenda --client OTTER --template "Group session"
"""
_HEADER = (
    ("--start", "start", "TIME", "Actual start, as 10:02; never filled in for you."),
    ("--end", "end", "TIME", "Actual end."),
    ("--with", "attendees", "WHO", "Who was there."),
    ("--place", "place", "WORDS", "Place, or how it was held."),
    ("--service", "service", "CODE", "Service code; `minutes` takes what start and end suggest."),
    ("--risk", "risk", "WORDS", "What is said of risk."),
    ("--goal", "goal", "WORDS", "The goal it is about."),
    ("--next", "following", "WHEN", "Next appointment, as `tue 9` or `2026-12-01 10:00`; it is planned."),
)


def _header(command: Any) -> Any:  # noqa: ANN401  as Click's decorators have it
    """Add the fields of a note's header. Everybody on this machine can see arguments while the command runs."""
    for flag, name, metavar, said in reversed(_HEADER):
        command = click.option(flag, name, default="", metavar=metavar, help=said)(command)
    return command


@click.command(epilog=_ADD, short_help="Save a new note from standard input.")
@unlocking
@click.option("--client", "code", required=True, metavar="CODE", help="Whom it is about.")
@click.option("--type", "note_type", metavar="TYPE",
              help="progress (the usual one), intake, contact-log …; `process` is for you alone.")  # fmt: skip
@click.option("--form", metavar="FORM", help="soap, dap, birp, girp, pie, free (the usual one) …")
@click.option("--template", metavar="NAME", help="A template of yours: its type, its form and, where no text comes in, "
              "its text. `note templates` lists them.")  # fmt: skip
@click.option("--title", default="", help="Sealed. Everybody on this machine can see arguments: `-` takes the "
              "first line of the text.")  # fmt: skip
@click.option("--date", default="", metavar="DAY", help="Day of the session, as 2026-11-24; else today.")
@_header
@click.option("--tag", "tags", multiple=True, help="May be given several times.")
def add(
    vault: str, member: str | None, passphrase_fd: int | None, code: str, note_type: str | None, form: str | None,
    template: str | None, title: str, date: str, tags: tuple[str, ...], **header: str,
) -> None:  # fmt: skip
    """Save a new note whose text comes from standard input. Prints its id."""
    from core.catalog import short_id
    from core.session import NoteDraft
    from core.templates import load_templates
    from tui.cli import typed
    from tui.cli.output import say

    begins = load_templates().named(template) if template else None
    # what a person types is asked for last: a wrong passphrase must not cost it
    text = None if typed.is_typed() else typed.text()
    with unlocked(vault, member, passphrase_fd, stdin_taken=True) as session:
        client = session.catalog.find_client(code)
        if begins is not None and not text:
            text = begins.text
        if text is None:
            text = typed.text()
        if title == typed.ASK:
            title, text = typed.split(text)
        draft = _filled(NoteDraft(
            client.id, text, type=note_type or (begins.type if begins else "progress"),
            form=form or (begins.form if begins else "free"), title=title, date=date, tags=tags,
        ), header)  # fmt: skip
        saved = session.save_note(draft)
        click.echo(short_id(saved.note))
        for said in _after(session, draft):
            say(f"tacenda: {said}")


def _filled(draft: NoteDraft, header: dict[str, str]) -> NoteDraft:
    """Return DRAFT with the fields of its header, the next appointment and the service as they are meant."""
    from dataclasses import replace
    from datetime import datetime

    from core.follow_up import kept_next
    from core.forms import minutes_between, suggest_service
    from vault_format.errors import UsageError

    following = kept_next(header["following"], datetime.now())  # noqa: DTZ005  the person's own clock
    service = header["service"]
    if service == "minutes":
        service = suggest_service(minutes_between(header["start"], header["end"]))
        if not service:
            raise UsageError("No minutes suggest a service.", safe="Nothing was written.",
                             todo="Give --start and --end of at least 16 minutes, or a code.")  # fmt: skip
    return replace(
        draft, next=following, service=service, start=header["start"], end=header["end"],
        attendees=header["attendees"], place=header["place"], risk=header["risk"], goal=header["goal"],
    )  # fmt: skip


def _after(session: Session, draft: NoteDraft) -> list[str]:
    """Plan what comes next; return what there is to say of the saved DRAFT."""
    from dataclasses import replace

    from core.follow_up import plan_next
    from core.review import stands_alone
    from vault_format.errors import TacendaError

    said = []
    try:
        planned = plan_next(session, draft)
    except TacendaError as error:
        said.append(f"the next appointment is not planned: {error.what}")
    else:
        if planned is not None:
            twice = ", ".join(row.client_code for row in planned.overlaps)
            said.append(f"next: {planned.words}" + (f", at the same time as {twice}" if twice else ""))
    draft = replace(draft, process=draft.process or draft.type == "process", date=draft.date or session.local_day())
    if stands_alone(draft, session.catalog.notes(draft.client)):
        said.append("a process note alone leaves the chart of that day without a note. Write the progress note, too.")
    return said


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object a template.")
def templates(as_json: bool) -> None:
    """List your own templates for notes: TOML files in the folder of settings. No vault is opened.

    Each says `name`, `type`, and a `form`, `headings` of its own, or a `body`. They hold no word about any client.
    """
    from core.settings import templates_folder
    from core.templates import load_templates
    from tui.cli.output import print_json, print_line, say

    found = load_templates()
    for one in found.found:
        if as_json:
            print_json({"name": one.name, "type": one.type, "form": one.form, "text": one.text})
        else:
            print_line(f"{one.name:<24}", f"{one.type:<16}", one.form)
    for problem in found.problems:
        say(f"tacenda: {problem}")
    if not found.found and not found.problems:
        say(f"tacenda: there are none yet. They stand in {templates_folder()}")
