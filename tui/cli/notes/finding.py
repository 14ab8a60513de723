"""`tacenda note find` and `tacenda note search`: by what lists show, and inside the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.catalog import NoteRow


def row_json(row: NoteRow) -> dict[str, Any]:
    """Return a note of a list as an object."""
    from core.catalog import short_id
    from tui.cli.terminal.output import utc

    return {
        "id": short_id(row.id), "client": row.client_code, "type": row.type, "title": row.title,
        "status": row.status, "revision": row.revision, "updated": utc(row.updated),
    }  # fmt: skip


def print_row(row: NoteRow, *, as_json: bool) -> None:
    """Print a note of a list."""
    from core.catalog import short_id
    from tui.cli.terminal.output import print_json, print_line

    if as_json:
        print_json(row_json(row))
    else:
        print_line(
            short_id(row.id), f"{row.client_code:<12}", f"{row.date:<10}", f"{row.type:<14}",
            f"{row.state_words:<18}", row.title,
        )  # fmt: skip


_FIND = """\b
Examples:
  tacenda note find practice.tacenda sleep week
  tacenda note find practice.tacenda OTTER 2026-11 --json
"""


@click.command(epilog=_FIND)
@unlocking
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One object a note.")
def find(vault: str, member: str | None, passphrase_fd: int | None, words: tuple[str, ...], as_json: bool) -> None:
    """List notes by what lists show of them: code, title, tags, date, type. Opens none.

    All WORDS must be there; "two words" in quotation marks are a phrase. `-` asks for the words instead: everybody on
    this machine can see arguments.
    """
    from core.search import Query

    said, asked = _words(words)
    with unlocked(vault, member, passphrase_fd, stdin_taken=asked) as session:
        session.require_reader()
        session.open_rest()
        for row in session.titles().find(Query.of(said)):
            print_row(row, as_json=as_json)


def _words(words: tuple[str, ...]) -> tuple[str, bool]:
    """Return what is looked for, and whether it was asked for. An argument with blanks in it is a phrase."""
    from tui.cli.terminal import typed

    if words == (typed.ASK,):
        return typed.line("Words"), True
    return " ".join(f'"{word}"' if len(word.split()) > 1 and '"' not in word else word for word in words), False


_SEARCH = """\b
Examples:
  tacenda note search practice.tacenda letter mother
  tacenda note search practice.tacenda "unsent letter"
  tacenda note search practice.tacenda - --json < words
"""


@click.command(epilog=_SEARCH)
@unlocking
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One object a line that was found.")
def search(vault: str, member: str | None, passphrase_fd: int | None, words: tuple[str, ...], as_json: bool) -> None:
    """Look inside all notes you may open for WORDS, all of which must be there; "two words" are a phrase.

    Recorded, without the words. Everybody on this machine can see arguments: `-` asks for the words instead.
    """
    from core.catalog import short_id
    from tui.cli.terminal.output import print_json, print_line, say

    said, asked = _words(words)
    with unlocked(vault, member, passphrase_fd, stdin_taken=asked) as session:
        found = session.search(said)
        for hit in found:
            if as_json:
                print_json({**row_json(hit.row), "line": hit.line})
            else:
                print_line(short_id(hit.row.id), f"{hit.row.client_code:<12}", f"{hit.row.date:<10}", hit.line)
        for row in found.closed:
            say(f"tacenda: {short_id(row.id)} is damaged and was not searched. Look in a backup copy.")
        if found.left_out:
            say(f"tacenda: not searched: {found.left_out:,} outside your caseload, or drafts of others.")
        if found.over:
            say(f"tacenda: not searched: {found.over:,}, the oldest, for which there was no room in memory.")
