"""`tacenda demo`: a throw-away vault of invented notes, already unlocked."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--keep", type=click.Path(readable=False), metavar="PATH", help="Only make the vault, at PATH, and leave it there."
)
@click.pass_context
def demo(ctx: click.Context, keep: str | None) -> None:
    """Look around in a vault of invented notes. It is erased when you leave.

    Its passphrase stands on the page, so that locking and unlocking can be tried.
    """
    import os

    from core.demo import demo_folder, make_demo
    from tui.cli.terminal.output import say
    from tui.cli.vault.open import require_terminal

    if keep is not None:
        made = make_demo(keep)
        say(f"Made {made.path}. The member is {made.member}, the passphrase: {made.passphrase}")
        return
    require_terminal()
    with demo_folder() as folder:
        # what this machine would remember of a vault that is about to vanish goes with it
        os.environ["TACENDA_STATE"] = str(folder / "state")
        made = make_demo(str(folder / "demo.tacenda"))
        from tui.app import run

        ctx.exit(run(made.path, demo=made))
