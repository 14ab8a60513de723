"""`tacenda recovery`: make a recovery kit, rehearse with it, see how one could get back in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from tui.cli.opening import unlocked, unlocking
from tui.cli.terminal.secrets import Secrets

if TYPE_CHECKING:
    from core.recovery import Enrolment
    from core.recovery.status import RecoveryStatus
    from core.session import Session

_EXAMPLES = """\b
Examples:
  tacenda recovery enrol practice.tacenda
  tacenda recovery drill practice.tacenda
  tacenda recovery status practice.tacenda --json
"""


@click.group(epilog=_EXAMPLES)
def recovery() -> None:
    """Make a recovery kit, rehearse with it, see the ways back."""


def read_code_lines(secrets: Secrets, check: Callable[[int, str], object]) -> list[str]:
    """Return the printed code's four lines; a person is asked for a wrong line again. Raises what CHECK raises."""
    from core.recovery.kit.printed import LINES
    from tui.cli.main import say_error
    from vault_format.errors import TacendaError

    lines: list[str] = []
    while len(lines) < LINES:
        number = len(lines) + 1
        line = secrets.type(f"Line {number} of {LINES}")
        try:
            check(number, line)
        except TacendaError as error:
            if not secrets.typed:
                raise
            say_error(error)
            continue
        lines.append(line)
    return lines


def own_passphrase(secrets: Secrets, session: Session, prompt: str) -> str:
    """Return the member's own passphrase; a person is asked again after a wrong one. Raises Refused otherwise.

    What stands behind the prompt took a ceremony or a phone's setting up: a typing error is not to cost it.
    """
    from core.upkeep.keys.passphrase import check_own
    from tui.cli.main import say_error
    from vault_format.errors import Refused

    while True:
        passphrase = secrets.ask(prompt)
        with session.at_desk() as desk:
            try:
                check_own(desk, passphrase)
            except Refused as error:
                if not secrets.typed:
                    raise
                say_error(error)
                continue
        return passphrase


@recovery.command()
@unlocking
@click.option(
    "--print-to", "target", type=click.Path(), metavar="FILE",
    help="Also write the printed page to a new FILE (text, or HTML by its name), readable by you alone.",
)  # fmt: skip
def enrol(vault: str, member: str | None, passphrase_fd: int | None, target: str | None) -> None:
    """Make a kit: the printed code is shown and typed back, then the phone is set up and shows one code.

    Needs a terminal, where the code is shown once. A kit there was before is void then, and your keys change.
    """
    from pathlib import Path

    from core.recovery import Enrolment
    from core.recovery.paper import kit_page, write_page
    from tui.cli.terminal.output import say
    from tui.cli.terminal.quiet import refuse_near_moment
    from tui.cli.terminal.showing import need_terminal, shown, wait_for_enter

    need_terminal("A printed code")
    refuse_near_moment("Nothing was made.")
    secrets = Secrets(passphrase_fd)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        making = Enrolment(session)
        written = None
        try:
            rows = [f"    {number}  {line}" for number, line in enumerate(making.lines, 1)]
            with shown("The printed code of your recovery kit. Write it on paper, all four lines.", "", *rows):
                wait_for_enter("Enter when it is on paper. ")
            click.echo("Type it back, line by line.", err=True)
            making.type_back(read_code_lines(secrets, making.check_line))
            _show_phone(making, secrets)
            passphrase = own_passphrase(secrets, session, "Your passphrase, once more")
            if target is not None:
                when = int(making.now() * 1000)
                page = kit_page(session.practice, session.member, making.lines, session.path, when=when)
                written = write_page(target, "Recovery kit", page)
            making.finish(passphrase)
        except BaseException:
            if written is not None:
                Path(written).unlink(missing_ok=True)  # its code counts for nothing
            raise
        finally:
            making.give_up()
    if written is not None:
        say(f"Written: {written}. Print it, then remove it.")
    say("The kit counts. Keep the paper and the phone apart. A drill tells whether both still match.")


def _show_phone(making: Enrolment, secrets: Secrets) -> None:
    from tui.cli.terminal.quiet import wait_for_quiet
    from tui.cli.terminal.showing import shown
    from tui.terminal.qr import half_blocks, painted
    from vault_format.errors import TacendaError

    phone = making.phone
    groups = phone.groups
    beside = [
        "", "Scan it with the phone's authenticator", "", "Or type it in by hand", f"Name   {phone.label}",
        f"Key    {' '.join(groups[:4])}", f"       {' '.join(groups[4:])}", "Kind   time-based, 6 digits",
    ]  # fmt: skip
    rows = half_blocks(phone.uri)
    beside += [""] * (len(rows) - len(beside))
    picture = [f"{row}  {said}".rstrip() for row, said in zip(painted(rows), beside, strict=True)]
    wrong = ""
    while True:
        wait_for_quiet()
        with shown(*picture, wrong, after=""):
            code = secrets.type("The code that the phone shows now")
        try:
            making.confirm_phone(code)
        except TacendaError as error:
            if not secrets.typed:
                raise
            wrong = error.what
            continue
        return


@recovery.command()
@unlocking
def drill(vault: str, member: str | None, passphrase_fd: int | None) -> None:
    """Rehearse: type the printed code and one code of the phone, and hear for each whether it matches. Recorded.

    Exit code 3 if one does not match. With --passphrase-fd: passphrase, four lines, code, one a line.
    """
    from core.recovery import run_drill
    from core.recovery.kit.printed import read_line
    from tui.cli.terminal.output import say
    from tui.cli.terminal.quiet import refuse_near_moment, wait_for_quiet

    refuse_near_moment("Nothing was tried.")
    secrets = Secrets(passphrase_fd)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        lines = read_code_lines(secrets, read_line)
        if secrets.typed:
            wait_for_quiet()
        done = run_drill(session, lines, secrets.type("The code that the phone shows now"))
    for name, matches in (("printed code", done.code), ("phone code", done.phone)):
        click.echo(f"{name:<14}{'match' if matches else 'no match'}")
    say(f"Recorded as record {done.sequence:,}.")
    if done.clocks:
        say(done.clocks)
    if not (done.code and done.phone):
        from vault_format.errors import EXIT_CREDENTIALS

        click.get_current_context().exit(EXIT_CREDENTIALS)


@recovery.command()
@unlocking
@click.option("--json", "as_json", is_flag=True, help="One object.")
def status(vault: str, member: str | None, passphrase_fd: int | None, as_json: bool) -> None:
    """Show kit, drill, custodians, and what happens if you lose this or that."""
    from core.recovery.status import recovery_status
    from tui.cli.terminal.output import print_json

    with unlocked(vault, member, passphrase_fd) as session:
        found = recovery_status(session)
    if as_json:
        print_json(_as_object(found))
        return
    _print_status(found)


def _as_object(found: RecoveryStatus) -> dict[str, object]:
    from tui.cli.terminal.output import utc

    kit, custodians = found.kit, found.custodians
    return {
        "member": found.member,
        "kit": None if kit is None else {
            "made": utc(kit.made), "ends": utc(kit.ends), "exposed": kit.exposed,
            "drilled": utc(kit.drilled) if kit.drilled else None, "matched": kit.matched,
            "drill_due": utc(kit.drill_due),
        },
        "custodians": None if custodians is None else {
            "threshold": custodians.threshold, "names": list(custodians.names), "set": utc(custodians.set_at),
            "accepted": utc(custodians.accepted) if custodians.accepted else None, "process": custodians.process,
            "members": [{"name": name, "accepted": accepted} for name, accepted in custodians.members],
        },
        "losses": [dataclasses.asdict(row) for row in found.losses],
    }  # fmt: skip


def _print_status(found: RecoveryStatus) -> None:
    from tui.cli.terminal.output import local, print_line

    kit, custodians = found.kit, found.custodians
    if kit is None:
        print_line("kit", "none: tacenda recovery enrol")
    else:
        exposed = "; EXPOSED: make a new one" if kit.exposed else ""
        print_line("kit", f"made {local(kit.made)[:10]}, its moments reach to {local(kit.ends)[:10]}{exposed}")
        how = f"{local(kit.drilled)[:10]}, {'match' if kit.matched else 'no match'}" if kit.drilled else "never"
        print_line("last drill", f"{how}; the next is due {local(kit.drill_due)[:10]}")
    if custodians is None:
        print_line("custodians", "none: tacenda custodians set")
    else:
        by_you = f"accepted by you {local(custodians.accepted)[:10]}" if custodians.accepted else "not accepted by you"
        since = local(custodians.set_at)[:10]
        print_line("custodians", f"{custodians.threshold} of {', '.join(custodians.names)}; set {since}; {by_you}")
    print_line("")
    print_line("If you lose ...")
    for row in found.losses:
        print_line(f"{'  ' if row.back else '✗ '}{row.lost}: {row.way}")
