"""`tacenda note`: the same acts as in the application, with the same records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.notes.adding import add, templates
from tui.cli.notes.editing import edit
from tui.cli.notes.finding import find, print_row, row_json, search
from tui.cli.notes.moving import move
from tui.cli.notes.signed import addendum, correct, cosign, history, late_entry, sign
from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.catalog import NoteRow
    from core.session import OpenNote, Session

_ADDED = {1: ("Addendum", "addendum"), 2: ("Late entry", "late-entry"), 3: ("Correction", "correction")}


_EXAMPLES = """\b
Examples:
  tacenda note add practice.tacenda --client OTTER < note.md
  tacenda note list practice.tacenda --client OTTER
  tacenda note list practice.tacenda --type safety-plan --status signed --tag co-sign
  tacenda note show practice.tacenda 3fa2
  tacenda note edit practice.tacenda 3fa2 < better.md
  tacenda note sign practice.tacenda 3fa2
  tacenda note addendum practice.tacenda 3fa2 --reason "diary received" < more.md
  tacenda note move practice.tacenda 3fa2 HERON
  tacenda note find practice.tacenda sleep week
"""


@click.group(epilog=_EXAMPLES)
def note() -> None:
    """Write, list, find, read, sign and search notes."""


@note.command("list")
@unlocking
@click.option("--client", "code", metavar="CODE", help="Only of this client.")
@click.option("--type", "note_type", metavar="TYPE", help="Only of this type, as in `note add`.")
@click.option("--status", type=click.Choice(["draft", "signed"]), help="Only these.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only with this tag; given twice, with both.")
@click.option("--to-cosign", is_flag=True, help="Only signed notes whose authors ask for a co-signature (tag "
              "`co-sign`): all of them for a supervisor, else yours.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One object a note.")
def list_notes(
    vault: str, member: str | None, passphrase_fd: int | None, code: str | None, note_type: str | None,
    status: str | None, tags: tuple[str, ...], to_cosign: bool, as_json: bool,
) -> None:  # fmt: skip
    """List notes, newest first. Opens none."""
    from core.indexes import NOTE_TYPES
    from core.names import fold
    from vault_format.errors import UsageError

    if note_type is not None and note_type not in NOTE_TYPES:
        raise UsageError(f"There is no type of note called {note_type}.", todo=f"Types: {', '.join(NOTE_TYPES)}.")
    wanted = {fold(tag) for tag in tags}

    def matches(row: NoteRow) -> bool:
        of_client = client in (None, row.client) and note_type in (None, row.type)
        return of_client and status in (None, row.status) and wanted <= {fold(tag) for tag in row.tags}

    with unlocked(vault, member, passphrase_fd) as session:
        session.require_reader()
        client = session.catalog.find_client(code).id if code else None
        rows = session.waiting_for_cosignature() if to_cosign else session.catalog.notes(client)
        for row in filter(matches, rows):
            print_row(row, as_json=as_json)


_SHOW = """\b
Examples:
  tacenda note show practice.tacenda 3fa2
  tacenda note show practice.tacenda 3fa2 --reason care --words "on call"
"""


@note.command(epilog=_SHOW)
@unlocking
@click.argument("note_id", metavar="ID")
@click.option("--revision", type=click.INT, metavar="N", help="An earlier state, from 1 on.")
@click.option("--reason", type=click.Choice(["care", "supervision", "emergency", "legal", "other"]),
              help="Needed outside your caseload and for others' drafts.")  # fmt: skip
@click.option("--words", default="", help="The reason in words; auditors and owners can open it. `-` asks for them.")
@click.option("--json", "as_json", is_flag=True, help="One object, the text in it.")
def show(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, revision: int | None,
    reason: str | None, words: str, as_json: bool,
) -> None:  # fmt: skip
    """Open the note whose id begins with ID. The record that says so is written first."""
    from tui.cli.terminal import typed
    from vault_format.codes import Reason

    asked = words == typed.ASK
    if asked:
        words = typed.line("Reason")
    with unlocked(vault, member, passphrase_fd, stdin_taken=asked) as session:
        row = session.catalog.find_note(note_id)
        opened = opened_note(session, row.id, revision, Reason[reason.upper()] if reason else None, words)
        if as_json:
            _print_note_json(opened)
        else:
            _print_note(opened)
        _tell_closed(opened)


def opened_note(session: Session, number: int, revision: int | None, reason: Any, words: str) -> OpenNote:  # noqa: ANN401
    """Return a note that was opened, recorded first. Raises NeedsReason, in words for the command line."""
    from core.session import NeedsReason

    try:
        return session.read_note(number, revision=revision, reason=reason, words=words)
    except NeedsReason as error:
        raise NeedsReason(
            error.what, safe=error.safe, todo="State why: --reason care, supervision, emergency, legal or other."
        ) from None


def _tell_closed(opened: OpenNote) -> None:
    from core.catalog import short_id
    from tui.cli.terminal.output import say

    for row in opened.closed:
        say(f"tacenda: what was added as {short_id(row.id)} is damaged and stays closed. Look in a backup copy.")


def _print_note_json(opened: OpenNote) -> None:
    from core.session import additions_in_order
    from tui.cli.terminal.output import print_json

    index = opened.index
    print_json(
        {
            **row_json(opened.row), "type": index.type, "title": index.title, "revision": opened.revision,
            "date": index.date, "form": index.form, "tags": list(index.tags), "record": opened.sequence,
            "text": opened.text, "cosigned_by": opened.row.cosigned_by,
            "additions": [
                {**row_json(each.row), "kind": _ADDED[each.row.addendum][1], "reason": each.row.title,
                 "date": each.row.date, "author": each.row.author, "text": each.text}
                for each in additions_in_order(opened)
            ],
        }
    )  # fmt: skip


def _print_note(opened: OpenNote) -> None:
    from core.session import additions_in_order
    from tui.cli.terminal.output import print_line, print_text

    row, index = opened.row, opened.index
    print_line(*(word for word in (row.client_code, index.date, index.type, index.title) if word))
    print_line(f"{row.state_words}, revision {opened.revision}, opened as record {opened.sequence:,}")
    click.echo()
    print_text(opened.text)
    for each in additions_in_order(opened):
        click.echo()
        signed_or_not = "signed" if each.row.status == "signed" else "not signed"
        print_line(_ADDED[each.row.addendum][0], each.row.date, each.row.author, signed_or_not)
        print_line(f"Reason: {each.row.title}")
        print_text(each.text)


for _command in (add, edit, templates, move, sign, addendum, late_entry, correct, cosign, history, find, search):
    note.add_command(_command)
