"""`tacenda note sign`, `addendum`, `late-entry`, `correct`, `cosign`, `history`: what is done about signed notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.opening import unlocked, unlocking
from tui.cli.terminal.secrets import Secrets

if TYPE_CHECKING:
    from core.session import HistoryRow, OpenNote, Session

KINDS = {"addendum": 1, "late-entry": 2, "correction": 3}
"""What can be added, and its number in the format."""


def signing_passphrase(session: Session, secrets: Secrets) -> str | None:
    """Return the passphrase, asked for once more, where the policy wants that at each signature; else None."""
    return secrets.ask("Passphrase again, to sign") if session.policy.sign_passphrase else None


_SIGN = """\b
Examples:
  tacenda note sign practice.tacenda 3fa2 --review
  tacenda note sign practice.tacenda 3fa2
"""


@click.command(epilog=_SIGN)
@unlocking
@click.argument("note_id", metavar="ID")
@click.option("--review", is_flag=True, help="Open it, say what is missing or looks wrong, and sign nothing.")
def sign(vault: str, member: str | None, passphrase_fd: int | None, note_id: str, review: bool) -> None:
    """Sign a draft of yours. It can never be changed afterwards, only added to. Prints the record.

    Where the policy says so (`sign_passphrase`), the passphrase is asked for once more.
    """
    secrets = Secrets(passphrase_fd)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        row = session.catalog.find_note(note_id)
        if review:
            _review(session, row.id)
        else:
            click.echo(session.sign_note(row.id, row.revision, signing_passphrase(session, secrets)))


def _review(session: Session, note: int) -> None:
    from core.session import draft_of
    from core.writing.review import review
    from tui.cli.terminal.output import print_line

    draft = draft_of(session.read_note(note))
    today = session.local_day()
    points = review(draft, today, session.catalog.notes(draft.client), note)
    for point in points:
        print_line(point.words)
    if not points:
        print_line("nothing is missing, nothing looks wrong")


def _adding(command: Any) -> Any:  # noqa: ANN401  as Click's decorators have it
    """Add what every command that adds to a signed note takes."""
    command = click.option("--sign", "signing", is_flag=True, help="Sign it at once; else it is a draft.")(command)
    command = click.option(
        "--reason", required=True, help="Why it is added. Sealed. Everybody on this machine can see arguments: `-` "
        "takes the first line of the text.",
    )(command)  # fmt: skip
    return unlocking(click.argument("note_id", metavar="ID")(command))


_ADDENDUM = """\b
Examples:
  tacenda note addendum practice.tacenda 3fa2 --reason "diary received" < more.md
  tacenda note addendum practice.tacenda 3fa2 --kind late-entry --reason - --sign < more.md
"""


@click.command(epilog=_ADDENDUM, short_help="Add to a signed note: what was learned later.")
@_adding
@click.option("--kind", type=click.Choice(list(KINDS)), default="addendum", show_default=True,
              help="addendum: learned later; late-entry: left out; correction: stands there wrongly.")  # fmt: skip
def addendum(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, reason: str, signing: bool, kind: str
) -> None:
    """Add the text from standard input to a signed note: what was learned later. Prints the addition's id.

    The signed text stays as it is. The addition is a draft until it is signed.
    """
    _add(vault, member, passphrase_fd, note_id, reason, kind, signing=signing)


@click.command("late-entry", short_help="Add to a signed note: what was left out.")
@_adding
def late_entry(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, reason: str, signing: bool
) -> None:
    """Add the text from standard input to a signed note: what was known then and left out. Prints the addition's id."""
    _add(vault, member, passphrase_fd, note_id, reason, "late-entry", signing=signing)


_CORRECT = """\b
Example:
  tacenda note correct practice.tacenda 3fa2 --reason "wrong year" --says "March 2025" --sign < right.md
"""


@click.command(epilog=_CORRECT, short_help="Add to a signed note: what stands there wrongly.")
@_adding
@click.option("--says", default="", metavar="WORDS", help="The wrong words, as they stand in the note: it is opened, "
              "which is recorded, and they are marked in it. Everybody on this machine can see arguments.")  # fmt: skip
def correct(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, reason: str, signing: bool, says: str
) -> None:
    """Add the text from standard input to a signed note: what stands there wrongly. Prints the addition's id."""
    _add(vault, member, passphrase_fd, note_id, reason, "correction", signing=signing, says=says.strip())


def _add(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, reason: str, kind: str, *,
    signing: bool, says: str = "",
) -> None:  # fmt: skip
    from dataclasses import replace

    from core.catalog import short_id
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import say
    from vault_format.codes import AddendumKind
    from vault_format.errors import UsageError

    text = None if typed.is_typed() else typed.text()
    secrets = Secrets(passphrase_fd, stdin_taken=True)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        row = session.catalog.find_note(note_id)
        if text is None:
            text = typed.text()
        if reason == typed.ASK:
            reason, text = typed.split(text)
        draft = session.begin_addition(row.id, AddendumKind(KINDS[kind]), reason)
        if not text.strip():
            raise UsageError("There is nothing to add: the text is empty.", safe="Nothing was written.")
        if says:
            if not any(says in line for line in session.read_note(draft.parent).text.split("\n")):
                raise UsageError(
                    "These words do not stand in the note, in one line.", safe="Nothing was written.",
                    todo="Write them as they stand there.",
                )  # fmt: skip
            text = f"> {says}\n\n{text}"
        saved = session.save_note(replace(draft, text=text))
        if signing:
            session.sign_note(saved.note, saved.revision, signing_passphrase(session, secrets))
        click.echo(short_id(saved.note))
        if not signing:
            say(f"tacenda: it is a draft. `tacenda note sign {vault} {short_id(saved.note)[:6]}` signs it.")


@click.command()
@unlocking
@click.argument("note_id", metavar="ID")
def cosign(vault: str, member: str | None, passphrase_fd: int | None, note_id: str) -> None:
    """Co-sign, as a supervisor, a note that somebody else signed. Prints the record.

    What asks for it: tacenda note list VAULT --to-cosign
    """
    secrets = Secrets(passphrase_fd)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        row = session.catalog.find_note(note_id)
        click.echo(session.cosign_note(row.id, row.revision, signing_passphrase(session, secrets)))


_HISTORY = """\b
Examples:
  tacenda note history practice.tacenda 3fa2
  tacenda note history practice.tacenda 3fa2 --diff
  tacenda note history practice.tacenda 3fa2 --diff --from 1 --to 4
"""


@click.command(epilog=_HISTORY, short_help="List a note's revisions, or what differs between two.")
@unlocking
@click.argument("note_id", metavar="ID")
@click.option("--diff", is_flag=True, help="What differs between two revisions. Both are opened, which is recorded.")
@click.option("--from", "old", type=click.IntRange(1), metavar="N", help="With --diff: else the one before.")
@click.option("--to", "new", type=click.IntRange(1), metavar="N", help="With --diff: else the latest.")
@click.option("--reason", type=click.Choice(["care", "supervision", "emergency", "legal", "other"]),
              help="Needed outside your caseload and for others' drafts.")  # fmt: skip
@click.option("--words", default="", help="The reason in words; auditors and owners can open it.")
@click.option("--json", "as_json", is_flag=True, help="One object a revision; with --diff, one a line.")
def history(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, diff: bool, old: int | None,
    new: int | None, reason: str | None, words: str, as_json: bool,
) -> None:  # fmt: skip
    """List the revisions of a note, newest first: who saved it, when, how large. Opens none without --diff."""
    if not diff and (old or new or reason or words):
        raise click.UsageError("--from, --to, --reason and --words belong to --diff.")
    with unlocked(vault, member, passphrase_fd) as session:
        row = session.catalog.find_note(note_id)
        if not diff:
            for each in session.history(row.id):
                _print_revision(each, as_json=as_json)
            return
        latest = new or row.revision
        _print_difference(session, row.id, old or latest - 1, latest, reason, words, as_json=as_json)


def _print_revision(row: HistoryRow, *, as_json: bool) -> None:
    from tui.cli.terminal.output import local, print_json, print_line, utc

    if as_json:
        print_json({
            "revision": row.revision, "record": row.sequence, "saved": utc(row.time), "author": row.author,
            "sealed_bytes": row.size, "present": row.present, "signed": row.signed,
        })  # fmt: skip
        return
    size = f"{row.size:,} bytes" if row.present else "text dropped"
    print_line(f"{row.revision:>4}", local(row.time), f"{row.author:<14}", size, *(["signed"] if row.signed else []))


def _print_difference(
    session: Session, note: int, old: int, new: int, reason: str | None, words: str, *, as_json: bool
) -> None:
    from core.writing.differences import differences
    from tui.cli.notes.note import opened_note
    from tui.cli.terminal.output import print_json, print_line
    from vault_format.codes import Reason
    from vault_format.errors import UsageError

    if old < 1:
        raise UsageError("There is no revision before the first.", todo="`note show --revision 1` prints that one.")
    why = Reason[reason.upper()] if reason else None
    before = opened_note(session, note, old, why, words)
    after = opened_note(session, note, new, why, words)
    for name, sign, value in _changed_fields(before, after):
        if as_json:
            print_json({"change": sign, "field": name, "text": value})
        else:
            print_line(f"{sign} {name}: {value}")
    for line in differences(before.text, after.text):
        if as_json:
            print_json({"change": line.change.value, "line": line.number, "text": line.text})
            continue
        if line.skipped:
            print_line(f"  ({line.skipped} equal)")
        print_line(f"{line.change.value} {line.text.expandtabs()}")


def _changed_fields(before: OpenNote, after: OpenNote) -> list[tuple[str, str, str]]:
    """Return (field, sign, value) for each header field that differs."""
    found = []
    for name in ("title", "date", "start", "end", "tags", "attendees", "place", "service", "risk", "goal", "next"):
        was, now = getattr(before.index, name), getattr(after.index, name)
        if was != now:
            for sign, value in (("-", was), ("+", now)):
                found.append((name, sign, ", ".join(value) if isinstance(value, list) else value))
    return found
