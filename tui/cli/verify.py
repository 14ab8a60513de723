"""`tacenda verify`: is a vault whole, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vault_format.errors import TacendaError
    from vault_format.findings import Verdict

_WORST_FIRST = (70, 1, 2, 4, 3, 0)


@click.command()
@click.argument("vaults", nargs=-1, required=True, type=click.Path(), metavar="VAULT...")
@click.option("--json", "as_json", is_flag=True, help="One object a vault.")
@click.pass_context
def verify(ctx: click.Context, vaults: tuple[str, ...], as_json: bool) -> None:
    """Check every record, signature and ciphertext hash, without a key.

    With several vaults the exit code is the worst one.
    """
    from core.state_folder import state_folder
    from vault_format import machine, pins
    from vault_format.errors import TacendaError
    from vault_format.verify import Pinned
    from vault_format.verify import verify as verify_vault

    codes = set()
    for vault in vaults:
        pin = pins.PinFile(state_folder(), vault)
        try:
            verdict = verify_vault(vault, machine.now_ms(), pin=pin.pinned)
        except TacendaError as error:
            codes.add(error.exit_code)
            _print_error(vault, error, as_json=as_json)
            continue
        codes.add(verdict.exit_code)
        if verdict.intact and not verdict.newer:
            pin.remember(Pinned(verdict.vault_id, verdict.records - 1, verdict.head))
        pin.close()
        _print(verdict, as_json=as_json, known=pin.pinned is not None)
    ctx.exit(min(codes, key=_WORST_FIRST.index))


def _print_error(vault: str, error: TacendaError, *, as_json: bool) -> None:
    from tui.cli.main import say_error
    from tui.cli.output import print_json

    say_error(error)
    if as_json:
        print_json({"path": vault, "error": error.what, "exit_code": error.exit_code})


def _print(verdict: Verdict, *, as_json: bool, known: bool) -> None:
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
    if verdict.intact:
        word = "needs a newer Tacenda" if verdict.newer else "whole"
        print_line(f"{verdict.path}: {word}, {verdict.records:,} records, head {head}")
    else:
        print_line(
            f"{verdict.path}: BROKEN, {verdict.finding_count:,} finding{'s' if verdict.finding_count > 1 else ''}, "
            f"{verdict.records:,} records read"
        )
    if verdict.unattested:
        print_line(f"  unproven: {verdict.unattested:,} failed unlocks (nobody was identified, so nobody signed them)")
    for finding in verdict.findings:
        print_line(f"  record {finding.seq:,}", finding.kind, finding.detail)
    for notice in verdict.notices:
        print_line(f"  record {notice.seq:,}", f"notice {notice.kind}", notice.detail)
    if verdict.intact and not known:
        print_line("  first seen on this machine: a missing end could not be noticed; from now on it is")
