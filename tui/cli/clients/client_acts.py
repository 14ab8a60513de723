"""What becomes of a client as a whole, from the command line: status, caseload, merging, removing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from vault_format.codes import Reason

_OPENING = ("care", "supervision", "emergency", "legal", "other")
_STATUS = {
    "ended": "ENDED", "request": "CLIENT_REQUEST", "left": "LEFT", "mistake": "MISTAKE", "legal": "LEGAL",
    "retention": "RETENTION_OVER", "other": "OTHER",
}  # fmt: skip


def REASONED(command: Callable[..., Any]) -> Callable[..., Any]:  # noqa: N802  a decorator, as VAULT is
    """Add the reason that opening a client outside one's caseload needs."""
    command = click.option("--words", default="", help="The reason in words; auditors and owners can open it.")(command)
    return click.option("--reason", type=click.Choice(_OPENING), help="Needed outside your caseload.")(command)


def reason_of(word: str | None) -> Reason | None:
    """Return the reason that an option named."""
    from vault_format.codes import Reason

    return Reason[word.upper()] if word else None


@contextmanager
def reasons() -> Iterator[None]:
    """Say how a reason is given where one is needed."""
    from core.session import NeedsReason

    try:
        yield
    except NeedsReason as error:
        raise NeedsReason(
            error.what, safe=error.safe, todo="State why: --reason care, supervision, emergency, legal or other."
        ) from None


def _status(name: str, help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @unlocking
    @click.argument("code")
    @click.option("--reason", type=click.Choice(list(_STATUS)), help="A code that stands in the record.")
    def change(vault: str, member: str | None, passphrase_fd: int | None, code: str, reason: str | None) -> None:
        from tui.cli.terminal.output import say
        from vault_format.codes import ClientStatus, Reason

        status = {"close": ClientStatus.CLOSED, "archive": ClientStatus.ARCHIVED}.get(name, ClientStatus.ACTIVE)
        with unlocked(vault, member, passphrase_fd) as session:
            row = session.catalog.find_client(code)
            why = Reason[_STATUS[reason]] if reason else Reason.NONE
            click.echo(session.set_status(row.id, status, why))
            row = session.catalog.client(row.id)
            if status != ClientStatus.ACTIVE and (row.appointment or row.to_do):
                planned = f"an appointment on {row.next}" if row.appointment else ""
                left = ", ".join(filter(None, (planned, row.to_do)))
                say(f"tacenda: {row.code} is {row.status}. Left there: {left}.")

    return change


@click.command()
@unlocking
@click.argument("code")
@click.option("--to", "names", multiple=True, metavar="MEMBER", help="Who is assigned from now on; once for each.")
@click.option("--everybody", is_flag=True, help="Nobody in particular: every clinician opens it without a reason.")
def assign(
    vault: str, member: str | None, passphrase_fd: int | None, code: str, names: tuple[str, ...], everybody: bool
) -> None:  # fmt: skip
    """Say who works with a client; others give a reason first. Without --to, print who is assigned."""
    from tui.cli.terminal.output import print_line
    from vault_format.errors import UsageError

    if names and everybody:
        raise UsageError("Either --to or --everybody.", safe="Nothing was changed.")
    with unlocked(vault, member, passphrase_fd) as session:
        session.require_reader()
        row = session.catalog.find_client(code)
        if names or everybody:
            click.echo(session.assign(row.id, names))
            return
        for name in session.assigned(row.id):
            print_line(name)


@click.command()
@unlocking
@REASONED
@click.argument("duplicate")
@click.argument("into")
def merge(
    vault: str, member: str | None, passphrase_fd: int | None, reason: str | None, words: str, duplicate: str,
    into: str,
) -> None:  # fmt: skip
    """Merge a client that was made twice, DUPLICATE, into another one.

    Your drafts and planned appointments move. Signed notes never move: they stay, and both clients point to each other.
    DUPLICATE is closed. Others' drafts stay until their author merges, too.
    """
    from tui.cli.terminal.output import print_line, say

    with reasons(), unlocked(vault, member, passphrase_fd) as session:
        one, other = session.catalog.find_client(duplicate), session.catalog.find_client(into)
        merged = session.merge(one.id, other.id, reason=reason_of(reason), words=words)
        print_line(
            f"{merged.drafts} drafts moved", f"{merged.appointments} appointments moved",
            f"{merged.signed} signed notes stay in {one.code}",
        )  # fmt: skip
        if merged.others:
            say(f"tacenda: {merged.others} drafts of others stay in {one.code} until their authors merge it, too.")


@click.command()
@unlocking
@click.argument("code")
@click.option("--words", default="", help="Why, in words; auditors and owners can open it. `-` asks for them.")
def remove(vault: str, member: str | None, passphrase_fd: int | None, code: str, words: str) -> None:
    """Remove a client that was made by mistake, with its drafts and appointments. The passphrase is asked again.

    Refused where anything in the chart is signed. The ciphertext leaves this file when it is compacted; copies keep it.
    """
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import print_line
    from tui.cli.terminal.secrets import Secrets
    from vault_format.errors import Refused

    asked = words == typed.ASK
    if asked:
        words = typed.line("Reason")
    secrets = Secrets(passphrase_fd, stdin_taken=asked)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        row = session.catalog.find_client(code)
        why = session.why_not_removed(row.id)
        if why:
            raise Refused(why, safe="Nothing was removed.", todo="Close it instead: tacenda client close.")
        gone = session.remove_client(row.id, secrets.ask(f"Passphrase again, to remove {row.code}"), words)
        print_line(f"{row.code} removed", f"{gone} entries")


COMMANDS = (
    _status("close", "Close a client: the work has ended. Prints the record."),
    _status("reopen", "Make a closed or archived client active again. Prints the record."),
    _status("archive", "Archive a client: out of the way, nothing is lost. Prints the record."),
    assign, merge, remove,
)  # fmt: skip
