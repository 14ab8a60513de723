"""`tacenda note`: the same acts as in the application, with the same records."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.catalog import NoteRow
    from core.session import OpenNote


@click.group()
def note() -> None:
    """Write, list, read, sign and search notes."""


def _text_from_input() -> str:
    from vault_format.bounds import MAX_TEXT
    from vault_format.errors import UsageError

    data = sys.stdin.buffer.read(MAX_TEXT + 1)
    if len(data) > MAX_TEXT:
        raise UsageError("The text is over 8 MiB.", safe="Nothing was written.", todo="Split it into several notes.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UsageError("The text is no UTF-8.", safe="Nothing was written.", todo="Convert it first.") from None


@note.command()
@unlocking
@click.option("--client", "code", required=True, metavar="CODE", help="Whom it is about.")
@click.option("--type", "note_type", default="progress", show_default=True, metavar="TYPE", help="Type of note.")
@click.option("--form", default="free", show_default=True, metavar="FORM", help="soap, dap, birp, girp, pie, free …")
@click.option("--title", default="", help="Sealed in the vault.")
@click.option("--date", default="", help="Day of the session, as 2026-11-24; else today.")
@click.option("--tag", "tags", multiple=True, help="May be given several times.")
def add(
    vault: str, member: str | None, passphrase_fd: int | None, code: str, note_type: str, form: str, title: str,
    date: str, tags: tuple[str, ...],
) -> None:  # fmt: skip
    """Save a new note whose text comes from standard input. Prints its id."""
    from core.catalog import short_id
    from core.session import NoteDraft

    text = _text_from_input()
    with unlocked(vault, member, passphrase_fd) as session:
        client = session.catalog.find_client(code)
        draft = NoteDraft(client.id, text, type=note_type, form=form, title=title, date=date, tags=tags)
        click.echo(short_id(session.save_note(draft).note))


@note.command("list")
@unlocking
@click.option("--client", "code", metavar="CODE", help="Only of this client.")
@click.option("--json", "as_json", is_flag=True, help="One object a note.")
def list_notes(vault: str, member: str | None, passphrase_fd: int | None, code: str | None, as_json: bool) -> None:
    """List notes, newest first. Opens none."""
    with unlocked(vault, member, passphrase_fd) as session:
        client = session.catalog.find_client(code).id if code else None
        for row in session.catalog.notes(client):
            _print_row(row, as_json=as_json)


def _row_json(row: NoteRow) -> dict[str, Any]:
    from core.catalog import short_id
    from tui.cli.output import utc

    return {
        "id": short_id(row.id), "client": row.client_code, "type": row.type, "title": row.title,
        "status": row.status, "revision": row.revision, "updated": utc(row.updated),
    }  # fmt: skip


def _print_row(row: NoteRow, *, as_json: bool) -> None:
    from core.catalog import short_id
    from tui.cli.output import print_json, print_line

    if as_json:
        print_json(_row_json(row))
    else:
        print_line(
            short_id(row.id), f"{row.client_code:<12}", row.date, f"{row.type:<14}", f"{row.state_words:<10}", row.title
        )


@note.command()
@unlocking
@click.argument("note_id", metavar="ID")
@click.option("--revision", type=click.IntRange(min=1), help="An earlier state.")
@click.option("--reason", type=click.Choice(["care", "supervision", "emergency", "legal", "other"]),
              help="Needed outside your caseload and for others' drafts.")  # fmt: skip
@click.option("--words", default="", help="The reason in words; auditors and owners can open it.")
@click.option("--json", "as_json", is_flag=True, help="One object, the text in it.")
def show(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, revision: int | None,
    reason: str | None, words: str, as_json: bool,
) -> None:  # fmt: skip
    """Open a note. The record that says so is written first."""
    from tui.cli.output import print_json
    from vault_format.codes import Reason

    with unlocked(vault, member, passphrase_fd) as session:
        row = session.catalog.find_note(note_id)
        opened = session.read_note(
            row.id, revision=revision, reason=Reason[reason.upper()] if reason else None, words=words
        )
        if as_json:
            print_json(
                {**_row_json(opened.row), "revision": opened.revision, "date": opened.index.date,
                 "form": opened.index.form, "tags": list(opened.index.tags), "record": opened.sequence,
                 "text": opened.text,
                 "additions": [{**_row_json(each.row), "text": each.text} for each in opened.additions]}
            )  # fmt: skip
        else:
            _print_note(opened)


def _print_note(opened: OpenNote) -> None:
    from tui.cli.output import print_line, print_text

    row = opened.row
    print_line(f"{row.client_code}  {row.date}  {row.type}  {row.title}".rstrip())
    print_line(f"{row.state_words}, revision {opened.revision}, opened as record {opened.sequence:,}")
    click.echo()
    print_text(opened.text)
    for each in opened.additions:
        click.echo()
        print_line(
            f"{('Addendum', 'Late entry', 'Correction')[each.row.addendum - 1]}  {each.row.date}  {each.row.author}"
        )
        print_text(each.text)


@note.command()
@unlocking
@click.argument("note_id", metavar="ID")
@click.option("--base", type=click.IntRange(min=1), help="The revision that was edited; else the latest.")
@click.option("--title", help="A new title; else it stays.")
def edit(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, base: int | None, title: str | None
) -> None:
    """Save the text from standard input as the next revision of a draft of yours. Prints the revision.

    The header fields stay as they are: the draft is opened for them, and that is recorded.
    """
    from core.session import NoteDraft

    text = _text_from_input()
    with unlocked(vault, member, passphrase_fd) as session:
        row = session.catalog.find_note(note_id)
        old = session.read_note(row.id).index
        draft = NoteDraft(
            row.client, text, type=old.type, form=old.form, title=old.title if title is None else title,
            date=old.date, start=old.start, end=old.end, tags=tuple(old.tags), attendees=old.attendees,
            place=old.place, service=old.service, risk=old.risk, goal=old.goal, next=old.next,
            appointment=old.appointment, process=row.process,
        )  # fmt: skip
        click.echo(session.save_note(draft, row.id, base or row.revision).revision)


@note.command()
@unlocking
@click.argument("note_id", metavar="ID")
def sign(vault: str, member: str | None, passphrase_fd: int | None, note_id: str) -> None:
    """Sign a draft of yours. It can never be changed afterwards, only added to. Prints the record."""
    with unlocked(vault, member, passphrase_fd) as session:
        row = session.catalog.find_note(note_id)
        click.echo(session.sign_note(row.id, row.revision))


@note.command()
@unlocking
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One object a line that was found.")
def search(vault: str, member: str | None, passphrase_fd: int | None, words: tuple[str, ...], as_json: bool) -> None:
    """Look inside all notes you may open. Recorded, without the words."""
    from core.catalog import short_id
    from tui.cli.output import print_json, print_line

    with unlocked(vault, member, passphrase_fd) as session:
        for hit in session.search(" ".join(words)):
            if as_json:
                print_json({**_row_json(hit.row), "line": hit.line})
            else:
                print_line(short_id(hit.row.id), f"{hit.row.client_code:<12}", hit.row.date, hit.line)
