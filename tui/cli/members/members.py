"""`tacenda members`: who belongs to a vault; inviting, admitting, removing, roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.members.access import as_object
from tui.cli.opening import VAULT, unlocked, unlocking
from tui.cli.terminal.choosing import choose, suggest_option
from tui.cli.terminal.secrets import Secrets, passphrase_option
from tui.cli.trail.keyless import verified

if TYPE_CHECKING:
    from core.session import Session

ROLES = ("owner", "clinician", "supervisor", "auditor")
REASONS = {"left": "LEFT", "compromise": "COMPROMISE", "other": "OTHER"}
_LONGEST = 32_768
KEEPS = "What they copied they keep; copies of the file made before open with their keys for ever."

_EXAMPLES = """\b
Somebody joins:
  tacenda members invite practice.tacenda --name clinician-2 > me.txt
      the newcomer, on their own machine; the file me.txt goes to an owner
  tacenda members fingerprint practice.tacenda me.txt
      the newcomer reads these six words aloud, over the telephone say
  tacenda members admit practice.tacenda me.txt --role clinician
      the owner, who sees the same six words, or stops
\b
Somebody leaves:
  tacenda members remove practice.tacenda clinician-2
"""


@click.group(epilog=_EXAMPLES)
def members() -> None:
    """List members, invite, admit and remove them, give roles."""


@members.command("list")
@VAULT
@click.option("--all", "everybody", is_flag=True, help="Those who left, too.")
@click.option("--json", "as_json", is_flag=True, help="One object a member.")
def list_members(vault: str, everybody: bool, as_json: bool) -> None:
    """List the members, and the custodians. Needs no passphrase: names and roles stand in the clear."""
    from core.access import access_sheet
    from core.access.sheet import role_words
    from tui.cli.terminal.output import local, print_json, print_line

    with verified(vault) as opened:
        rows, epoch = access_sheet(opened), opened.ledger.state.epoch
    for row in rows:
        if not (row.active or everybody):
            continue
        if as_json:
            print_json(as_object(row))
            continue
        last = local(row.last_here)[:10] if row.last_here else "never"
        print_line(f"{row.name:<16}", f"{role_words(row.role):<10}", f"since {local(row.since)[:10]}",
                   f"last here {last}", _state(row, epoch))  # fmt: skip


def _state(row: Any, epoch: int) -> str:  # noqa: ANN401  an AccessRow; core is imported when the command runs
    if row.custody is not None:
        return f"{row.custody.threshold} of {len(row.custody.people)}, accepted by {len(row.custody.accepted):,}"
    if not row.active:
        return "removed"
    told = [f"still has the keys of set {row.epoch}"] if row.epoch != epoch else []
    if row.process_behind:
        told.append(f"{row.process_behind:,} process notes under older keys")
    return ", ".join(told)


@members.command()
@VAULT
@click.option("--name", required=True, metavar="NAME", help="Your name in the audit trail; anyone can read it.")
@suggest_option
@passphrase_option
def invite(vault: str, name: str, suggest: bool, passphrase_fd: int | None) -> None:
    """As a newcomer: make your keys, and print the block that an owner admits. The vault is only read.

    Nothing in the block is secret. The six words on standard error stand for all of it: read them aloud to the owner,
    over the telephone or face to face, never by the way that the block went.
    """
    import os

    from core.keys.passphrase import calibrate
    from core.upkeep.people.invitation import fingerprint, newcomer_cost, read_invitation
    from core.upkeep.people.invitation import invite as make
    from tui.cli.terminal.output import print_text, say

    with verified(vault) as opened:
        state = opened.ledger.state
        passphrase = choose(
            Secrets(passphrase_fd), "Your passphrase", (state.practice, name), safe="No key was made.", suggest=suggest
        )
        block = make(state, name.strip(), passphrase, newcomer_cost(state, calibrate()), os.urandom)
        print_text(block)
        say(f"Six words to read aloud: {' '.join(fingerprint(read_invitation(block, state), state.vault_id))}")


def _read(file: str) -> str:
    """Return what stands in FILE, `-` for standard input. Raises UsageError."""
    from pathlib import Path

    from tui.cli.terminal import typed
    from vault_format.errors import UsageError

    if file == typed.ASK:
        return typed.text()
    try:
        with Path(file).open("rb") as stream:
            return stream.read(_LONGEST).decode("ascii", errors="replace")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.", safe="Nobody was admitted.") from None


@members.command()
@VAULT
@click.argument("file", metavar="FILE")
def fingerprint(vault: str, file: str) -> None:
    """Print the six words of an invitation, `-` for one on standard input. Needs no passphrase."""
    from core.upkeep.people.invitation import fingerprint as words_of
    from core.upkeep.people.invitation import read_invitation
    from tui.cli.terminal.output import print_line, say

    text = _read(file)
    with verified(vault) as opened:
        state = opened.ledger.state
        invitation = read_invitation(text, state)
        print_line(" ".join(words_of(invitation, state.vault_id)))
        say(f"The invitation is of {invitation.name}.")


@members.command()
@unlocking
@click.argument("file", metavar="FILE")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@click.option("--yes-words", default="", metavar="WORDS", help="The six words as the newcomer said them.")
@click.option("--json", "as_json", is_flag=True, help="The member, as one object.")
def admit(
    vault: str, member: str | None, passphrase_fd: int | None, file: str, role: str, yes_words: str, as_json: bool
) -> None:
    """As an owner: admit the newcomer whose invitation stands in FILE, once the six words were compared.

    Shows the six words, and asks whether the newcomer's are the same. If they differ, somebody put other keys in the
    invitation's place: nobody is admitted.
    """
    from core.access import access_sheet
    from core.upkeep.people.invitation import fingerprint as words_of
    from core.upkeep.people.invitation import read_invitation
    from core.upkeep.people.members import admit as let_in
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import print_json, print_line, say
    from vault_format.codes import Role

    text = _read(file)
    with unlocked(vault, member, passphrase_fd, stdin_taken=file == typed.ASK) as session:
        state = session.vault.ledger.state
        invitation = read_invitation(text, state)
        _compare(session, invitation.name, words_of(invitation, state.vault_id), yes_words)
        number = let_in(session, invitation, Role[role.upper()])
        with session.at_desk() as desk:
            row = next(row for row in access_sheet(desk.vault) if row.number == number)
        if as_json:
            print_json(as_object(row))
        else:
            print_line(f"{row.name} is a member: {role}")
        say("They unlock with the passphrase of their invitation.")


def _compare(session: Session, name: str, words: tuple[str, ...], said: str) -> None:
    """Raise Refused, and record it, unless the newcomer NAME has the same six words: as SAID, or as is answered."""
    from core.upkeep.people.members import words_differ
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import say
    from vault_format.errors import Refused, UsageError

    if said:
        same = tuple(said.casefold().split()) == words
    else:
        if not typed.is_typed():
            raise UsageError(
                "Nobody is there to compare the six words.", safe="Nobody was admitted.",
                todo='Give them as the newcomer said them: --yes-words "a b c d e f".',
            )  # fmt: skip
        for line in (f"The invitation of {name} has these six words:", "", f"    {' '.join(words)}", ""):
            say(line)
        say(f"Have {name} read theirs aloud, over the telephone or face to face.")
        answer = ""
        while answer not in {"same", "differ"}:
            answer = typed.line("Type `same`, or `differ`").strip().casefold()
        same = answer == "same"
    if not same:
        sequence = words_differ(session)
        raise Refused(
            "The words differ: these are not the keys that the newcomer made.",
            safe=f"Nobody was admitted; that is on the record, {sequence:,}.",
            todo="Somebody may have changed the invitation on its way. Have it made and sent again by another way.",
        )  # fmt: skip


def _say_which_copies(session: Session, name: str) -> None:
    """Say which known copies keep opening with the keys of the member NAME, who loses them in the vault."""
    from core.upkeep.copies.backup import copies
    from core.upkeep.copies.copies_told import told_of_keys
    from tui.cli.terminal.output import local, say

    members = session.vault.ledger.state.active_members()
    loses = next((each for each in members if each.name.casefold() == name.casefold()), None)
    if loses is not None:
        say(told_of_keys(copies(session), loses.name, loses.added_seq, lambda time: local(time)[:10]))


@members.command()
@unlocking
@click.argument("name")
@click.option("--reason", type=click.Choice(list(REASONS)), default="left", show_default=True,
              help="Stands in the record.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="What was done, as one object.")
def remove(vault: str, member: str | None, passphrase_fd: int | None, name: str, reason: str, as_json: bool) -> None:
    """As an owner: remove a member. Every key changes in the same record, and texts are re-encrypted at once.

    What they copied they keep.
    """
    from core.upkeep.people.members import remove as put_out
    from tui.cli.members.rotate import after
    from tui.cli.terminal.long_work import metered
    from tui.cli.terminal.output import say
    from vault_format.codes import Reason, Role

    with unlocked(vault, member, passphrase_fd) as session:
        if session.role is Role.OWNER:
            _say_which_copies(session, name)
        with metered("texts") as (meter, stop):
            done = put_out(session, name, Reason[REASONS[reason]], watch=meter.step, cancelled=stop)
        say(f"{name} is no member any more. {KEEPS}")
        after(session, done, stop, as_json=as_json)


@members.command()
@unlocking
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES), metavar="ROLE")
@click.option("--json", "as_json", is_flag=True, help="What was done, as one object.")
def role(vault: str, member: str | None, passphrase_fd: int | None, name: str, role: str, as_json: bool) -> None:
    """As an owner: give a member another role. Where that takes a key away, every key changes."""
    from core.upkeep.people.members import change_role
    from tui.cli.members.rotate import after
    from tui.cli.terminal.long_work import metered
    from tui.cli.terminal.output import print_json, say
    from vault_format.codes import Role

    with unlocked(vault, member, passphrase_fd) as session:
        with metered("texts") as (meter, stop):
            done = change_role(session, name, Role[role.upper()], watch=meter.step, cancelled=stop)
        say(f"{name} is {role} now.")
        if done is not None:
            _say_which_copies(session, name)
            after(session, done, stop, as_json=as_json)
        elif as_json:
            print_json({"epoch": session.vault.ledger.state.epoch, "moved": 0, "confirmed": 0, "stopped": False,
                        "closed": []})  # fmt: skip
