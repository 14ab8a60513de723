"""`tacenda draft`: text that a session left outside the vault, sealed on this machine: listed, recovered, discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.clients import client_acts
from tui.cli.notes.draft_form import Wishes, is_form, recover_form
from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.session import Session, Unfinished

_EXAMPLES = """\b
Examples:
  tacenda draft list practice.tacenda
  tacenda draft recover practice.tacenda 3fa2
  tacenda draft recover practice.tacenda 77c0 --code OTTER
  tacenda draft discard practice.tacenda 3fa2
"""


@click.group(epilog=_EXAMPLES)
def draft() -> None:
    """List, recover and discard text that is not in the vault.

    What one types in the application is sealed on this machine as one goes. It stays there where the vault could not
    take it: the line dropped, the program was ended, the disk was full. A client's form that was not finished when the
    session was locked stays there, too. Unsigned notes are in the vault: note list.
    """


def left_here(session: Session) -> list[Unfinished]:
    """Return what earlier sessions of this member left on this machine, oldest first; nothing for who writes none."""
    from vault_format.codes import Role

    return session.unfinished() if session.role in (Role.OWNER, Role.CLINICIAN) else []


def _number(left: Unfinished) -> str:
    """Return what a draft that was left is called: the session that left it."""
    return left.path.stem


def _code(session: Session, left: Unfinished) -> str:
    gone = "new client" if is_form(left) and not left.base else "a client that is gone"
    return next((row.code for row in session.catalog.clients() if row.id == left.client), gone)


def _act(left: Unfinished) -> str:
    """Return what taking it over means."""
    if is_form(left):
        return "the form"
    return "as a new note" if left.old else "go on with it"


def print_left(session: Session, left: Unfinished, *, as_json: bool, today: bool = False) -> None:
    """Print one, closed as it is; TODAY as a row of what needs doing."""
    from core.catalog import short_id
    from tui.cli.terminal.output import local, print_json, print_line, utc
    from tui.drafts.left import why

    code, when, act = _code(session, left), local(left.time)[:16], _act(left)
    form = is_form(left)
    note = short_id(left.entity) if left.base and not left.old and not form else ""
    if as_json and today:
        print_json({
            "kind": "left", "client": code, "when": when, "what": why(left), "act": act, "days": 0, "urgent": True,
            "note": note, "appointment": "", "draft": _number(left),
        })  # fmt: skip
    elif as_json:
        print_json({
            "id": _number(left), "client": code, "sealed": utc(left.time), "bytes": left.size, "why": why(left),
            "process": left.process, "note": note, "act": act, "kind": "client" if form else "note",
        })  # fmt: skip
    elif today:
        print_line("!", f"{'left':<8}", f"{code:<12}", when, f"{why(left)}, draft {_number(left)[:8]}")
    else:
        kind = "client's form" if form else "process note" if left.process else ""
        print_line(_number(left)[:8], f"{code:<12}", when, f"{left.size:>9,} bytes", f"{act:<13}", why(left), kind)


def _find(session: Session, text: str) -> Unfinished:
    """Return the one whose id begins with TEXT. Raises UsageError if none or several do."""
    from vault_format.errors import UsageError

    session.require_reader()
    found = [each for each in left_here(session) if text.strip() and _number(each).startswith(text.strip().lower())]
    if len(found) != 1:
        what = "No text that was left here has" if not found else "Several have"
        raise UsageError(f"{what} an id that begins with {text}.", safe="Nothing was changed.",
                         todo="`draft list` shows the ids.")  # fmt: skip
    return found[0]


@draft.command("list")
@unlocking
@click.option("--json", "as_json", is_flag=True, help="One object for each.")
def list_left(vault: str, member: str | None, passphrase_fd: int | None, as_json: bool) -> None:
    """List what earlier sessions of yours left on this machine. Opens none: titles and words are not shown."""
    from tui.cli.terminal.output import say

    with unlocked(vault, member, passphrase_fd) as session:
        session.require_reader()
        found = left_here(session)
        for each in found:
            print_left(session, each, as_json=as_json)
        if not found:
            say("All that was typed here is in the vault.")


@draft.command()
@unlocking
@client_acts.REASONED
@click.argument("draft_id", metavar="ID")
@click.option("--code", metavar="CODE", help="Of a client's form: the code that it lacks, or another one.")
@click.option("--born", metavar="DAY", help="Of a client's form: when they were born, where that was half typed.")
@click.option("--over", is_flag=True, help="Of a client's form: also over what another session saved since.")
def recover(
    vault: str, member: str | None, passphrase_fd: int | None, reason: str | None, words: str, draft_id: str,
    code: str | None, born: str | None, over: bool,
) -> None:  # fmt: skip
    """Take what was left into the vault, as a draft of yours. Prints the note's id. Recorded before it is opened.

    It goes on as the note that it was written on; where the vault has moved on from that, as a note of its own. A
    client's form is saved as the client's entry, as if it were finished now; the client's id is printed.
    """
    from core.catalog import short_id
    from tui.cli.terminal.output import say
    from vault_format.errors import TacendaError

    with unlocked(vault, member, passphrase_fd) as session:
        left = _find(session, draft_id)
        if is_form(left):
            recover_form(session, left, Wishes(reason, words, code, born, over))
            return
        taken = session.recover_draft(left)
        try:
            saved = session.save_note(taken.draft, taken.note, taken.base)
        except TacendaError:
            say("tacenda: the text stays sealed on this machine: `draft list` names it.")
            raise
        session.draft_kept(taken.draft, saved.note, saved.revision, session.empty_journal())
        click.echo(short_id(saved.note))
        own = left.old and taken.note != left.entity
        say(f"tacenda: saved as revision {saved.revision}{', a note of its own' if own else ''}.")


@draft.command()
@unlocking
@click.argument("draft_id", metavar="ID")
def discard(vault: str, member: str | None, passphrase_fd: int | None, draft_id: str) -> None:
    """Remove what was left, for ever, without opening it. Of a note that is recorded first."""
    from tui.cli.terminal.output import local, say

    with unlocked(vault, member, passphrase_fd) as session:
        left = _find(session, draft_id)
        session.discard_draft(left)
        say(f"tacenda: what was typed for {_code(session, left)} until {local(left.time)[:16]} is gone.")
