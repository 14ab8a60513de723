"""`tacenda note add` and `tacenda note templates`: a new note with its header, and what it can begin with."""

from __future__ import annotations

import click

from tui.cli.notes.header import after_saving, filled, header
from tui.cli.opening import unlocked, unlocking

_ADD = """\b
Examples:
  tacenda note add practice.tacenda --client OTTER < note.md
  tacenda note add practice.tacenda --client OTTER --type process --title -
  tacenda note add practice.tacenda --client OTTER --start 10:02 --end 10:55 \\
    --service minutes --next "tue 9" < note.md
  tacenda note add practice.tacenda --client OTTER --template "Group session"
"""


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
@header
@click.option("--tag", "tags", multiple=True, help="May be given several times.")
def add(
    vault: str, member: str | None, passphrase_fd: int | None, code: str, note_type: str | None, form: str | None,
    template: str | None, title: str, date: str, tags: tuple[str, ...], **said: str | None,
) -> None:  # fmt: skip
    """Save a new note whose text comes from standard input. Prints its id."""
    from core.catalog import short_id
    from core.session import NoteDraft
    from core.writing.templates import load_templates
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import say

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
        draft = filled(NoteDraft(
            client.id, text, type=note_type or (begins.type if begins else "progress"),
            form=form or (begins.form if begins else "free"), title=title, date=date, tags=tags,
        ), said)  # fmt: skip
        saved = session.save_note(draft)
        click.echo(short_id(saved.note))
        for sentence in after_saving(session, draft):
            say(f"tacenda: {sentence}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object a template.")
def templates(as_json: bool) -> None:
    """List your own templates for notes: TOML files in the folder of settings. No vault is opened.

    Each says `name`, `type`, and a `form`, `headings` of its own, or a `body`. They hold no word about any client.
    """
    from core.settings import templates_folder
    from core.writing.templates import load_templates
    from tui.cli.terminal.output import print_json, print_line, say

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
