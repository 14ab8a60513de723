"""`tacenda recover`: new keys and a new passphrase, by the recovery kit or by custodians."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

import click

from tui.cli.opening import VAULT
from tui.cli.terminal.secrets import Secrets, passphrase_option

if TYPE_CHECKING:
    from core.recovery import Recovery
    from core.session import Door

_EXAMPLES = """\b
Examples:
  tacenda recover practice.tacenda --as clinician-1
  tacenda recover practice.tacenda --custodians --as clinician-1
  tacenda recover practice.tacenda --custodians --add-owner invitation
"""


@click.command(epilog=_EXAMPLES)
@VAULT
@click.option("--as", "member", metavar="MEMBER", help="Whose keys are recovered, where there are several members.")
@click.option("--custodians", "by_custodians", is_flag=True, help="By the custodians' shares, in place of the kit.")
@click.option("--add-owner", "invited", type=click.File("r"), metavar="FILE", help="Add the owner that FILE invites.")
@click.option("--phone-time", metavar="HH:MM", help="What the phone's clock shows now, where it differs from here.")
@passphrase_option
def recover(
    vault: str, member: str | None, by_custodians: bool, invited: TextIO | None, phone_time: str | None,
    passphrase_fd: int | None,
) -> None:  # fmt: skip
    """Get back in without the passphrase. Every step is recorded, and everyone is told at their next unlock.

    By kit: the printed code, then the phone's codes of a quarter of an hour (:00, :15, :30, :45 on the phone's clock,
    and the two after it), then a new passphrase. By custodians: their shares, the reason, who is present, then a new
    passphrase. On --passphrase-fd all of these, one a line in this order.
    """
    from core.session import Door
    from vault_format.errors import UsageError

    if (by_custodians and phone_time is not None) or (invited is not None and not by_custodians):
        raise UsageError("--add-owner goes with --custodians, --phone-time with the kit.", safe="Nothing was tried.")
    secrets = Secrets(passphrase_fd)
    door = Door(vault)
    door.start()
    try:
        door.wait()
        door.check()
        if by_custodians:
            _by_custodians(door, member, secrets, invited.read() if invited is not None else None)
        else:
            _by_kit(door, member, secrets, phone_time)
    finally:
        door.close()


def _by_kit(door: Door, member: str | None, secrets: Secrets, phone_time: str | None) -> None:
    from core.recovery import Recovery
    from core.recovery.kit.clocks import phone_ahead
    from core.recovery.kit.printed import read_line
    from tui.cli.recovery.recovery import read_code_lines
    from tui.cli.terminal.output import local, say

    recovery = Recovery(door, member)
    try:
        ahead = None if phone_time is None else phone_ahead(phone_time, recovery.now())
        recovery.enter_code(read_code_lines(secrets, read_line))
        say(f"The printed code is right. The kit's moments reach to {local(recovery.reaches_until * 1000)[:10]}.")
        _take_codes(recovery, secrets, ahead)
        new_passphrase(secrets, recovery.finish)
    finally:
        if not recovery.ended:
            recovery.give_up()
    say("You have new keys. The kit is used up: make a new one now (tacenda recovery enrol). Everyone will be told.")


def _take_codes(recovery: Recovery, secrets: Secrets, ahead: float | None) -> None:
    """Take codes until they open; AHEAD is by how many seconds the phone's clock is, where it was told."""
    from core.recovery.kit.clocks import no_match_words
    from core.recovery.kit.moments import moment_at
    from tui.cli.main import say_error
    from tui.cli.terminal.output import local, say
    from vault_format.errors import Refused, UsageError

    at = moment_at(recovery.now() + (ahead or 0))
    if at.code:
        say(f"A moment is now: code {at.code} of 3, {at.left} s left. Or take the next quarter of an hour.")
    else:
        minutes = max(1, at.begins_in // 60)
        say(f"The next moment is {local(at.slot * 900_000)[11:16]} on the phone's clock, in {minutes} min.")
    while True:
        codes: list[str] = []
        for name in ("First", "Second", "Third"):
            codes.append(secrets.type(f"{name} code"))
            recovery.note_codes(codes)
        try:
            if _try(recovery, secrets, codes, ahead):
                return
        except (UsageError, Refused) as error:
            if not secrets.typed:
                raise
            say_error(error)
            continue
        if not secrets.typed:
            raise Refused("The codes do not match.", safe="Recorded; nothing was opened.")
        say(no_match_words(local(int(recovery.now() * 1000))[11:16], told=ahead is not None))
        if ahead is None:
            ahead = _phone_ahead(recovery, secrets)


def _try(recovery: Recovery, secrets: Secrets, codes: list[str], ahead: float | None) -> bool:
    """Whether CODES open; a person's are tried once the pause after a wrong try is over, not typed again."""
    from tui.cli.terminal.long_work import stopping
    from tui.cli.terminal.output import say
    from vault_format.codes import LockReason
    from vault_format.errors import Refused

    while True:
        said = None if ahead is None else recovery.now() + ahead
        watch = _progress if secrets.typed else None
        try:
            # ^C ends the search, not the recovery: the codes are recorded, and others may be typed
            with stopping() as stop:
                opened = recovery.enter_codes(codes, said=said, watch=watch, cancelled=stop)
        except Refused:
            if not (secrets.typed and recovery.waiting):
                raise
            say(f"The last try was wrong: these are tried in {recovery.waiting} s.")
            time.sleep(recovery.waiting)
            continue
        if not opened and not (secrets.typed and stop.reason == LockReason.PERSON):
            stop.check()
        return opened


def _phone_ahead(recovery: Recovery, secrets: Secrets) -> float | None:
    """Ask what the phone's clock shows; None where it shows what this machine does."""
    from core.recovery.kit.clocks import phone_ahead
    from tui.cli.main import say_error
    from vault_format.errors import UsageError

    while True:
        shown = secrets.type("What the phone's clock shows, as 14:13 (Enter: the same)").strip()
        if not shown:
            return None
        try:
            return phone_ahead(shown, recovery.now())
        except UsageError as error:
            say_error(error)


def _progress(done: int, total: int) -> None:
    if done >= 3 and done % 10 == 3:
        click.echo(f"Looking for a single wrong digit: {done} of {total}. Ctrl+C ends it.", err=True)


def new_passphrase(secrets: Secrets, take: Callable[[str], None]) -> None:
    """Ask for a new passphrase until TAKE takes it; on a descriptor once. Raises WeakPassphrase."""
    from tui.cli.main import say_error
    from vault_format.errors import WeakPassphrase

    while True:
        try:
            take(secrets.ask("New passphrase", confirm=True))
        except WeakPassphrase as error:
            if not secrets.typed:
                raise
            say_error(error)
            continue
        return


def _by_custodians(door: Door, member: str | None, secrets: Secrets, block: str | None) -> None:
    from core.recovery.custody.by_custodians import MIXED, CustodianRecovery
    from core.upkeep.people.invitation import fingerprint, read_invitation
    from tui.cli.main import say_error
    from tui.cli.terminal.output import say
    from vault_format.errors import UsageError

    state = door.opened.ledger.state
    invitation = None if block is None else read_invitation(block, state)
    if invitation is None and member is None:
        raise UsageError("Say whose keys are recovered.", safe="Nothing was tried.", todo="As in: --as clinician-1.")
    recovery = CustodianRecovery(door, member=member if invitation is None else None)
    done = False
    try:
        progress = recovery.progress
        while progress.have < progress.need:
            try:
                progress = recovery.enter_share(secrets.ask(f"Share {progress.have + 1} of {progress.need}"))
            except UsageError as error:
                if not secrets.typed:
                    raise
                say_error(error)
                continue
            say(MIXED if progress.mixed else f"{progress.have}/{progress.need} shares.")
        if invitation is not None:
            say(f"Compare with {invitation.name}, aloud: {' '.join(fingerprint(invitation, state.vault_id))}")
        reason = secrets.type("Why, and on whose word")
        while secrets.typed and not reason.strip():
            say("Say why, and on whose word. It is recorded; the shares still hold.")
            reason = secrets.type("Why, and on whose word")
        present = [each.strip() for each in secrets.type("Who is present (with commas)").split(",") if each.strip()]
        if invitation is not None:
            recovery.add_owner(invitation, "; present: ".join([reason, ", ".join(present)]) if present else reason)
        else:
            new_passphrase(secrets, lambda passphrase: recovery.rekey(passphrase, reason, present))
        done = True
    finally:
        if not done:
            recovery.give_up()
    say("Done and recorded. Everyone will be told at their next unlock, and the vault's keys are to be rotated.")
