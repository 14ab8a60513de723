"""`tacenda verify`: is a vault whole, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vault_format.findings import Verdict
    from vault_format.verify import Pinned

_WORST_FIRST = (70, 1, 2, 4, 3, 0)


_EXAMPLES = """\b
Examples:
  tacenda verify practice.tacenda
  tacenda verify --json /backups/*.tacenda
"""


@click.command(epilog=_EXAMPLES, short_help="Is it whole? Needs no passphrase.")
@click.argument("vaults", nargs=-1, required=True, type=click.Path(readable=False), metavar="VAULT...")
@click.option("--json", "as_json", is_flag=True, help="One object a vault.")
@click.pass_context
def verify(ctx: click.Context, vaults: tuple[str, ...], as_json: bool) -> None:
    """Check every record, signature and ciphertext hash, without a key.

    Ends with 0 if all is whole, 1 with a finding, 2 for what is no vault or needs a newer Tacenda, 4 for what cannot be
    read. With several vaults it is the worst of them.
    """
    codes = {_verify_one(vault, as_json=as_json) for vault in vaults}
    ctx.exit(min(codes, key=_WORST_FIRST.index))


def _verify_one(vault: str, *, as_json: bool) -> int:
    """Verify one vault and print what was found; return its exit code. One that fails does not hide the others."""
    from core.checked import check
    from core.state_folder import state_folder
    from vault_format import machine
    from vault_format.errors import EXIT_INTERNAL, EXIT_UNAVAILABLE, TacendaError

    try:
        verdict, before = check(vault, machine.now_ms(), state_folder())
    except TacendaError as error:
        _print_error(vault, str(error), error.exit_code, as_json=as_json)
        return error.exit_code
    except OSError as error:
        _print_error(vault, f"{vault} cannot be read: {error.strerror}.", EXIT_UNAVAILABLE, as_json=as_json)
        return EXIT_UNAVAILABLE
    except Exception as error:  # noqa: BLE001  the other vaults are verified all the same
        what = f"an error of Tacenda itself ({type(error).__name__}) on {vault}. Nothing was changed."
        _print_error(vault, what, EXIT_INTERNAL, as_json=as_json)
        return EXIT_INTERNAL
    _print(verdict, before, as_json=as_json)
    return verdict.exit_code


def _print_error(vault: str, what: str, code: int, *, as_json: bool) -> None:
    from tui.cli.output import print_json, say

    say(f"tacenda: {what}")
    if as_json:
        print_json(
            {
                "path": vault, "vault_id": None, "records": None, "head": None, "intact": None, "unattested": None,
                "findings": [], "notices": [], "error": what, "exit_code": code,
            }
        )  # fmt: skip


def _print(verdict: Verdict, before: Pinned | None, *, as_json: bool) -> None:
    from tui.cli.output import print_json, print_line

    if as_json:
        print_json(
            {
                "path": verdict.path, "vault_id": verdict.vault_id.hex(), "records": verdict.records,
                "head": verdict.head.hex(), "intact": verdict.intact, "unattested": verdict.unattested,
                "findings": [{"seq": f.seq, "kind": f.kind, "detail": f.detail} for f in verdict.findings],
                "notices": [{"seq": n.seq, "kind": n.kind, "detail": n.detail} for n in verdict.notices],
            }
        )  # fmt: skip
        return
    head = " ".join(verdict.head.hex()[at : at + 4] for at in range(0, 16, 4))
    records = f"{verdict.records:,} record{'' if verdict.records == 1 else 's'}"
    if verdict.intact:
        word = "needs a newer Tacenda" if verdict.newer else "whole"
        print_line(f"{verdict.path}: {word}, {records}, head {head}")
    else:
        found = f"{verdict.finding_count:,} finding{'' if verdict.finding_count == 1 else 's'}"
        print_line(f"{verdict.path}: BROKEN, {found}, {records} read")
    if verdict.unattested:
        failed = f"{verdict.unattested:,} unsigned record{'' if verdict.unattested == 1 else 's'}"
        print_line(f"  unproven: {failed} of failed unlocks or recoveries (nobody was identified)")
    for finding in verdict.findings:
        print_line(f"  record {finding.seq:,}", finding.kind, finding.detail)
    if verdict.finding_count > len(verdict.findings):
        print_line(f"  and {verdict.finding_count - len(verdict.findings):,} more")
    for notice in verdict.notices:
        print_line(f"  record {notice.seq:,}", f"notice {notice.kind}", notice.detail)
    if verdict.intact and not verdict.newer and before is None:
        print_line("  first seen on this machine: only from now on would a missing end be noticed here")
