"""`tacenda VAULT`: open the application."""

from __future__ import annotations

import sys

import click

from tui.cli.opening import VAULT


def require_terminal() -> None:
    """Refuse to draw where nobody can see it. Raises UsageError."""
    from vault_format.errors import UsageError

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "The application needs a terminal.",
            todo="Every task has a command as well; `tacenda --help` lists them.",
        )


@click.command("open", hidden=True)
@VAULT
@click.pass_context
def open_vault(ctx: click.Context, vault: str) -> None:
    """Open a vault in the application, or make one where none is."""
    open_application(ctx, vault)


def open_application(ctx: click.Context, vault: str | None) -> None:
    """Open VAULT in the application; None: let it ask which. Ends the command with its exit code."""
    require_terminal()
    from tui.app import run

    ctx.exit(run(vault))
