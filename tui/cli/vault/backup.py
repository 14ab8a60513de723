"""`tacenda backup`: copies that were verified, the list of them, and a try at one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.members.passphrase import Remembered
from tui.cli.opening import unlocked, unlocking
from tui.cli.trail.keyless import group

if TYPE_CHECKING:
    from core.upkeep.copies.backup import Copy

_EXAMPLES = """\b
Examples:
  tacenda backup practice.tacenda /media/disk/practice-2026-11-24.tacenda
  tacenda backup list practice.tacenda
  tacenda backup test practice.tacenda /media/disk/practice-2026-11-24.tacenda
"""


@group("make", epilog=_EXAMPLES, short_help="Make copies, list them, try one.")
def backup() -> None:
    """Make a copy of a vault, list the copies, try one. `tacenda backup VAULT FILE` is `tacenda backup make`."""


@backup.command()
@unlocking
@click.argument("file", type=click.Path(readable=False), metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="The copy, as one object.")
def make(vault: str, member: str | None, passphrase_fd: int | None, file: str, as_json: bool) -> None:
    """Copy the vault to FILE while others write in it. The copy is verified before it has that name, then recorded."""
    from core.upkeep.copies.backup import back_up
    from tui.cli.terminal.long_work import metered

    with unlocked(vault, member, passphrase_fd) as session, metered() as (meter, stop):
        copy = back_up(session, file, watch=meter.bytes_done, cancelled=stop)
        meter.close()
        _print(copy, session.vault.ledger.state.epoch, as_json=as_json)


@backup.command("list")
@unlocking
@click.option("--json", "as_json", is_flag=True, help="One object a copy.")
def list_copies(vault: str, member: str | None, passphrase_fd: int | None, as_json: bool) -> None:
    """List the copies that the records know, newest first: when, how large, which key set they open with."""
    from core.upkeep.copies.backup import copies
    from tui.cli.terminal.output import say

    with unlocked(vault, member, passphrase_fd) as session:
        found, epoch = copies(session), session.vault.ledger.state.epoch
        for copy in found:
            _print(copy, epoch, as_json=as_json)
        if not found:
            say("No copy was made with Tacenda. One disk that fails takes everything.")
        old = sum(copy.epoch < epoch for copy in found)
        if old:
            say(f"{old} of them still open with older keys, for ever.")


@backup.command()
@unlocking
@click.argument("file", type=click.Path(readable=False), metavar="FILE")
@click.option("--old-passphrase", is_flag=True, help="The copy opens with another passphrase: asks for that one, too.")
@click.option("--json", "as_json", is_flag=True, help="The copy, as one object.")
def test(
    vault: str, member: str | None, passphrase_fd: int | None, file: str, old_passphrase: bool, as_json: bool
) -> None:
    """Open a copy elsewhere, read a note in it, and record how that went. The copy itself is not touched.

    The note is the newest of yours, else the newest that opens for you; nothing of it is shown.
    """
    from core.upkeep.copies.backup import try_copy
    from tui.cli.terminal.output import say

    secrets = Remembered(passphrase_fd)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        known = secrets.ask("Passphrase of the copy") if old_passphrase else secrets.last
        copy = try_copy(session, file, known)
        _print(copy, session.vault.ledger.state.epoch, as_json=as_json)
        say(f"It opens: {copy.tried}.")


def copy_object(copy: Copy) -> dict[str, Any]:
    """Return COPY for programs."""
    from tui.cli.terminal.output import utc

    return {
        "record": copy.sequence, "made": utc(copy.time), "size": copy.size, "sha256": copy.digest.hex(),
        "epoch": copy.epoch, "path": copy.path or None, "there": copy.there,
        "tested": utc(copy.tested) if copy.tested else None, "worked": copy.worked if copy.tested else None,
        "opened_in_ms": copy.opened_in if copy.tested else None, "notes_read": copy.read if copy.tested else None,
    }  # fmt: skip


def copy_fields(copy: Copy, epoch: int) -> tuple[str, ...]:
    """Return COPY for people, of a vault whose key set is EPOCH."""
    from tui.cli.terminal.long_work import amount
    from tui.cli.terminal.output import local

    how = "worked" if copy.worked else "FAILED"
    tested = f"tried {local(copy.tested)[:10]}: {how}" if copy.tested else "never tried"
    where = copy.path or "made on another machine"
    older = "" if copy.epoch == epoch else ", older"
    return (
        local(copy.time)[:16], f"{amount(copy.size):>9}", f"key set {copy.epoch}{older}", tested,
        where if copy.there or not copy.path else f"{where} (not there now)",
    )  # fmt: skip


def _print(copy: Copy, epoch: int, *, as_json: bool) -> None:
    from tui.cli.terminal.output import print_json, print_line

    if as_json:
        print_json(copy_object(copy))
    else:
        print_line(*copy_fields(copy, epoch))
