"""`tacenda checkpoint`: a text that can be kept, printed and co-signed, and held against the vault later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.opening import VAULT, unlocking

if TYPE_CHECKING:
    from core.session import Session

_EXAMPLES = """\b
Examples:
  tacenda checkpoint make practice.tacenda > today.checkpoint
  tacenda verify practice.tacenda --checkpoint today.checkpoint
  tacenda checkpoint key county.office county.key      a witness's own key
  tacenda checkpoint cosign today.checkpoint county.key > cosigned.checkpoint
"""


@click.group(epilog=_EXAMPLES, short_help="What stands in a vault now, to be kept outside it.")
def checkpoint() -> None:
    """Checkpoints: a few lines with the tree root over every record, signed (C2SP signed notes)."""


@checkpoint.command("make", short_help="Make one, signed by you and recorded.")
@unlocking
def make(vault: str, member: str | None, passphrase_fd: int | None) -> None:
    """Print a checkpoint of the vault as it is now."""
    from core.trust import render
    from core.trust.checking import take_checkpoint
    from tui.cli.opening import unlocked
    from tui.cli.terminal.output import print_text, say

    with unlocked(vault, member, passphrase_fd) as session:
        made = take_checkpoint(session)
        key = _key_of(session)
    print_text(render(made))
    say(f"Keep it outside this machine. The key that signed it: {key}")


def _key_of(session: Session) -> str:
    from core.trust.checkpoint import key_name, verifier_key

    with session.at_desk() as desk:
        return verifier_key(key_name(desk.who.name), desk.who.sign)


@checkpoint.command("keys", short_help="The members' keys, as other tools read them. Needs no passphrase.")
@VAULT
def keys(vault: str) -> None:
    """Print each member's verifier key."""
    from core.trust.checkpoint import key_name, verifier_key
    from tui.cli.terminal.output import print_line
    from vault_format import machine
    from vault_format.view import View

    view = View(vault, machine.now_ms)
    try:
        view.check_whole()
        for member in view.state.active_members():
            print_line(verifier_key(key_name(member.name), member.sign))
    finally:
        view.close()


@checkpoint.command("key", short_help="Make a witness's own key.")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False))
def key(name: str, file: str) -> None:
    """Write a new secret key to FILE, mode 0600, and print its public half."""
    from core.trust.witness import new_witness
    from tui.cli.terminal.output import print_line

    print_line(new_witness(name, Path(file)))


@checkpoint.command("cosign", short_help="Add a witness's signature to a checkpoint.")
@click.argument("text", type=click.Path(dir_okay=False), metavar="CHECKPOINT")
@click.argument("file", type=click.Path(dir_okay=False), metavar="KEYFILE")
def cosign(text: str, file: str) -> None:
    """Print the checkpoint with the witness's signature added. What it says is yours to have checked before."""
    from core.trust import parse, render
    from core.trust.kept import read_small
    from core.trust.witness import cosigned
    from tui.cli.terminal.output import print_text

    print_text(render(cosigned(parse(read_small(Path(text))), Path(file))))
