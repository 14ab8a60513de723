"""`tacenda completion SHELL`: what a shell needs to complete commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")

_EXAMPLES = """\b
Examples:
  tacenda completion bash >> ~/.bashrc
  tacenda completion zsh >> ~/.zshrc
  tacenda completion fish > ~/.config/fish/completions/tacenda.fish
"""


@click.command(epilog=_EXAMPLES, short_help="What bash, zsh or fish needs to complete.")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what SHELL needs to complete commands, options and files of `tacenda`.

    Kept where the shell reads it when it starts, it works from the next shell on. Nothing of a vault is completed.
    """
    from tui.cli.main import COMPLETING, cli

    made = get_completion_class(shell)
    assert made is not None  # noqa: S101  Click has one for each of SHELLS
    source = made(cli, {}, "tacenda", COMPLETING)
    click.echo(source.source_template % source.source_vars())
