"""The command `tacenda`: which module serves which word, and how every error ends.

Nothing here imports Textual: `tacenda verify` starts without it. Standard output is data, standard error is for people.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from vault_format import machine
from vault_format.errors import (
    EXIT_DONE,
    EXIT_INTERNAL,
    EXIT_INTERRUPTED,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    TacendaError,
)

COMMANDS = {
    "new": "tui.cli.vault.new:new",
    "verify": "tui.cli.trail.verify:verify",
    "audit": "tui.cli.trail.audit:audit",
    "watch": "tui.cli.trail.watch:watch",
    "alerts": "tui.cli.trail.alerts:alerts",
    "report": "tui.cli.trail.report:report",
    "evidence": "tui.cli.trail.report:evidence",
    "lost": "tui.cli.trail.lost:lost",
    "checkpoint": "tui.cli.trail.checkpoint:checkpoint",
    "repair": "tui.cli.vault.repair:repair",
    "carry-on": "tui.cli.vault.carry_on:carry_on",
    "today": "tui.cli.clients.today:today",
    "client": "tui.cli.clients.client:client",
    "appointment": "tui.cli.clients.appointment:appointment",
    "note": "tui.cli.notes.note:note",
    "draft": "tui.cli.notes.draft:draft",
    "import": "tui.cli.exchange.importing:import_notes",
    "export": "tui.cli.exchange.exporting:export",
    "disclosures": "tui.cli.exchange.exporting:disclosures",
    "members": "tui.cli.members.members:members",
    "access": "tui.cli.members.access:access",
    "passphrase": "tui.cli.members.passphrase:passphrase",
    "rotate": "tui.cli.members.rotate:rotate",
    "policy": "tui.cli.vault.policy:policy",
    "shred": "tui.cli.vault.dropping:shred",
    "certificate": "tui.cli.vault.certificate:certificate",
    "compact": "tui.cli.vault.dropping:compact",
    "backup": "tui.cli.vault.backup:backup",
    "recovery": "tui.cli.recovery.recovery:recovery",
    "recover": "tui.cli.recovery.recover:recover",
    "custodians": "tui.cli.recovery.custodians:custodians",
    "retention": "tui.cli.vault.keeping:retention",
    "hold": "tui.cli.vault.keeping:hold",
    "demo": "tui.cli.vault.demo:demo",
    "keys": "tui.cli.reference.keys:keys",
    "completion": "tui.cli.reference.completion:completion",
    "man": "tui.cli.reference.man:man",
    "open": "tui.cli.vault.open:open_vault",
}
"""Word on the command line, and where its command stands."""

COMPLETING = "_TACENDA_COMPLETE"
"""The environment variable in which a shell asks for words, as Click names it."""

_EXAMPLES = """\b
Begin:
  tacenda demo                       look around in a throw-away vault
  tacenda practice.tacenda           open a vault, or make one
\b
Without a passphrase:
  tacenda verify practice.tacenda    is it whole, is anything missing
  tacenda audit practice.tacenda     who did what, and when
\b
In scripts and with a screen reader:
  tacenda client add practice.tacenda OTTER
  tacenda note add practice.tacenda --client OTTER < note.md
  tacenda note list practice.tacenda --json --passphrase-fd 3 3< secret
\b
Exit codes: 0 done and whole; 1 a finding; 2 wrong usage or not a vault;
3 credentials refused; 4 busy, read-only or no space; 70 an error of Tacenda;
130 interrupted.
"""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used; a first word that is no command is a vault to open."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the words, in the order of the table."""
        return [word for word in COMMANDS if word != "open"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command for a word, or None."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        from tui.cli.reference.examples import teach

        teach(command, cmd_name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the words, and files: the first word may be a vault. Bash forgets what stands before files."""
        return [CompletionItem(incomplete, type="file"), *super().shell_complete(ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that is no command as the vault to open."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            _check_no_slip(args)
            args = ["open", *args]
        return super().resolve_command(ctx, args)

    # Click would end with 1, which means a finding, when nobody reads the output any more.

    def make_context(self, *given: Any, **more: Any) -> click.Context:  # noqa: ANN401  as Click has it
        """Read the arguments; help is printed here."""
        try:
            return super().make_context(*given, **more)
        except BrokenPipeError:
            raise ReaderGoneError from None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGoneError from None


class ReaderGoneError(Exception):
    """Whoever read standard output is gone."""


def _check_no_slip(args: list[str]) -> None:
    """Refuse words that are no vault and options, but a command that was not meant so. Raises click.UsageError."""
    if len(args) < 2 or args[1].startswith("-"):
        return
    if args[1] in COMMANDS:
        raise click.UsageError(f"The command comes first: tacenda {args[1]} {args[0]}")
    if not os.path.lexists(args[0]):
        from difflib import get_close_matches

        near = get_close_matches(args[0], COMMANDS, 1)
        raise click.UsageError(f"There is no command {args[0]}." + (f" Is it {near[0]}?" if near else ""))


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        from core.version import version

        click.echo(f"tacenda {version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup, invoke_without_command=True, epilog=_EXAMPLES, subcommand_metavar="VAULT | COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)  # fmt: skip
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say which one.")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Counselors' notes in one encrypted file, with a record of everything ever done with them."""
    if ctx.invoked_subcommand is None:
        from tui.cli.vault.open import open_application

        open_application(ctx, None)


def say_error(error: TacendaError) -> None:
    """Say on standard error what happened, what is safe, what to do."""
    _say(str(error))


def _say(text: str) -> None:
    """Say TEXT on standard error, if anybody is there to hear it."""
    from tui.safe_text import display_safe

    with contextlib.suppress(OSError, ValueError):
        click.echo(f"tacenda: {display_safe(text)}", err=True)


def _say_usage(error: click.ClickException) -> None:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    path = context.command_path if context is not None else "tacenda"
    _say(f"{error.format_message()} More: {path} --help")


def _prepare_streams() -> None:
    """Write UTF-8 into files and pipes, and to a terminal what it can show.

    A standard stream that is closed is opened to nowhere: else the next file would take its place, perhaps the vault's.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _leave_quietly() -> None:
    """Nobody reads standard output, or it is full: what is still held back for it goes nowhere."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)


_NOT_OURS = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENFILE,
    errno.EMFILE, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN,
}  # fmt: skip
"""What a disk or a system may answer at any time: no error of ours."""


def run(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. No error shows a traceback: it would print what it works on."""
    machine.harden()
    _prepare_streams()
    try:
        result = cli.main(args=args, prog_name="tacenda", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  a traceback on a screen would show what is in the vault
        return _ended(error)
    return result if isinstance(result, int) else EXIT_DONE


def _ended(error: BaseException) -> int:
    """Say what there is to say about ERROR and return the exit code."""
    if COMPLETING in os.environ:
        # a shell asks for words: what is wrong so far is none of its affair
        return error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else EXIT_DONE
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort() | KeyboardInterrupt() | EOFError():
            _say("interrupted.")
            return EXIT_INTERRUPTED
        case click.ClickException():
            _say_usage(error)
            return EXIT_USAGE
        case BrokenPipeError() | ReaderGoneError():
            _leave_quietly()
            return EXIT_DONE
        case TacendaError():
            say_error(error)
            return error.exit_code
        case MemoryError():
            _say("There is not enough memory. What was saved is safe. End other programs, then try again.")
            return EXIT_UNAVAILABLE
        case OSError() if error.errno in _NOT_OURS:
            _leave_quietly()
            _say(f"The system refused: {error.strerror}. What was saved is safe. Check the disk, then try again.")
            return EXIT_UNAVAILABLE
    _say(
        f"an error of Tacenda itself ({type(error).__name__}). What was saved is safe. "
        "Run the command again; if it stays, tell whoever looks after this program."
    )
    return EXIT_INTERNAL


def _quiet(*_: object) -> None:
    """Show nothing of an error outside a command, which nobody waits for."""


def main() -> None:
    """Entry point of the command `tacenda`."""
    sys.excepthook = threading.excepthook = sys.unraisablehook = _quiet
    sys.exit(run())
