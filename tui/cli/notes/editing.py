"""`tacenda note edit`: the text and the header of a draft, as its next revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.notes.header import after_saving, filled, header
from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.catalog import NoteRow
    from core.session import NoteDraft

_EDIT = """\b
Examples, the last with what somebody saves meanwhile kept:
  tacenda note edit practice.tacenda 3fa2 < better.md
  tacenda note edit practice.tacenda 3fa2 --keep-text --start 10:02 --end 10:55
  tacenda note edit practice.tacenda 3fa2 --base 4 < better.md
"""


@click.command(epilog=_EDIT, short_help="Save the next revision of a draft of yours.")
@unlocking
@click.argument("note_id", metavar="ID")
@click.option("--base", type=click.IntRange(1), metavar="N", help="The revision that was edited; else the latest.")
@click.option("--keep-text", is_flag=True, help="Only the header: standard input is not read.")
@click.option("--title", help="A new title; else it stays. Everybody on this machine can see arguments: `-` takes the "
              "first line of the text.")  # fmt: skip
@click.option("--type", "note_type", metavar="TYPE", help="As in `note add`; a process note stays one.")
@click.option("--form", metavar="FORM", help="As in `note add`.")
@click.option("--date", metavar="DAY", help="Day of the session, as 2026-11-24.")
@header
@click.option("--tag", "tags", multiple=True, help="The tags as they are now; once for each.")
def edit(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, base: int | None, keep_text: bool,
    title: str | None, note_type: str | None, form: str | None, date: str | None, tags: tuple[str, ...],
    **said: str | None,
) -> None:  # fmt: skip
    """Save the text from standard input as the next revision of a draft of yours. Prints the revision.

    Header fields that are not named stay as they are: the draft is opened for them, and that is recorded. An empty
    value empties a field.
    """
    from dataclasses import replace

    from core.session import draft_of
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import say
    from vault_format.errors import Conflict, UsageError

    fields: dict[str, str | None] = {**said, "type": note_type, "form": form, "date": date}
    if keep_text and not tags and title is None and all(value is None for value in fields.values()):
        raise UsageError("Nothing to change was named.", safe="Nothing was opened.", todo="Name one: --start 10:02.")
    if keep_text and title == typed.ASK:
        raise UsageError("The title is the first line of a text that is not read.", safe="Nothing was opened.")
    if date == "":
        raise UsageError("A note has a day.", safe="Nothing was opened.", todo="Write it as 2026-11-24.")
    text = None if keep_text or typed.is_typed() else typed.text()
    with unlocked(vault, member, passphrase_fd, stdin_taken=not keep_text) as session:
        row = session.catalog.find_note(note_id)
        _check(row, note_type)
        if text is None and not keep_text:
            text = typed.text()
        old = draft_of(session.read_note(row.id))
        if title == typed.ASK and text is not None:
            title, text = typed.split(text)
        draft: NoteDraft = filled(old, {**fields, "title": title, "text": text})
        if tags:
            draft = replace(draft, tags=tags)
        try:
            click.echo(session.save_note(draft, row.id, base or row.revision).revision)
        except Conflict as error:
            raise Conflict(
                error.what, safe="Nothing was written; your text is where it came from.",
                todo="`note show` prints the newest revision; edit that, and name it with --base.",
            ) from None  # fmt: skip
        for sentence in after_saving(session, draft, old.next) if not row.parent else ():
            say(f"tacenda: {sentence}")


def _check(row: NoteRow, note_type: str | None) -> None:
    """Refuse what cannot be the next revision. Raises UsageError."""
    from vault_format.errors import UsageError

    if row.status != "draft":
        raise UsageError(
            "This note is signed and stays as it is.", safe="Nothing was written.",
            todo="What is to be said about it goes into an addendum.",
        )  # fmt: skip
    if note_type is not None and (note_type == "process") != row.process:
        raise UsageError(
            "A note cannot move between chart and process.", safe="Nothing was written.", todo="Write a new one."
        )
