"""The command `tacenda`: which module serves which word, and how every error ends.

Nothing here imports Textual: `tacenda verify` starts without it. Standard output is data, standard error is for people.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from vault_format import machine
from vault_format.errors import EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_USAGE, TacendaError

COMMANDS = {
    "new": "tui.cli.new:new",
    "verify": "tui.cli.verify:verify",
    "audit": "tui.cli.audit:audit",
    "repair": "tui.cli.repair:repair",
    "carry-on": "tui.cli.carry_on:carry_on",
    "client": "tui.cli.client:client",
    "note": "tui.cli.note:note",
    "demo": "tui.cli.demo:demo",
    "open": "tui.cli.open:open_vault",
}
"""Word on the command line, and where its command stands."""

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
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that is no command as the vault to open."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            args = ["open", *args]
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        from core.session.origin import version

        click.echo(f"tacenda {version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup, invoke_without_command=True, no_args_is_help=True, epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)  # fmt: skip
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say which one.")
def cli() -> None:
    """Counselors' notes in one encrypted file, with a record of everything ever done with them."""


def say_error(error: TacendaError) -> None:
    """Say on standard error what happened, what is safe, what to do."""
    from tui.safe_text import display_safe

    click.echo(f"tacenda: {display_safe(str(error))}", err=True)


def _prepare_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _leave_quietly() -> None:
    """Whoever read standard output is gone: say nothing more there."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def run(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. No error shows a traceback: it would print what it works on."""
    machine.harden()
    _prepare_streams()
    try:
        result = cli.main(args=args, prog_name="tacenda", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        click.echo("", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _leave_quietly()
        return 0
    except TacendaError as error:
        say_error(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001  a traceback on a screen would show what is in the vault
        click.echo(
            f"tacenda: an error of Tacenda itself ({type(error).__name__}). What was saved is safe. "
            "Run the command again; if it stays, tell whoever looks after this program.",
            err=True,
        )
        return EXIT_INTERNAL
    return result if isinstance(result, int) else 0


def main() -> None:
    """Entry point of the command `tacenda`."""
    sys.exit(run())
