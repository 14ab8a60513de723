"""`tacenda verify`: is a vault whole, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vault_format.findings import Verdict
    from vault_format.verify import Pinned

_WORST_FIRST = (70, 1, 2, 4, 3, 0)
_WORTH_PROCESSES = 16 << 20
"""From so many bytes in several vaults on the start of processes is repaid."""


_EXAMPLES = """\b
Examples:
  tacenda verify practice.tacenda
  tacenda verify --json /backups/*.tacenda
  tacenda verify /vaults                                every vault in a folder
  tacenda verify practice.tacenda --checkpoint kept.txt --key county+2de7a629+AcV6…
"""


@click.command(epilog=_EXAMPLES, short_help="Is it whole? Needs no passphrase.")
@click.argument("vaults", nargs=-1, required=True, type=click.Path(readable=False), metavar="VAULT...")
@click.option("--json", "as_json", is_flag=True, help="One object a vault.")
@click.option("--checkpoint", "kept", type=click.Path(dir_okay=False), metavar="FILE", help="A checkpoint kept before.")
@click.option("--key", "keys", multiple=True, metavar="KEY", help="A key that must have signed it; may be repeated.")
@click.pass_context
def verify(
    ctx: click.Context, vaults: tuple[str, ...], as_json: bool, kept: str | None, keys: tuple[str, ...]
) -> None:
    """Check every record, signature and ciphertext hash, without a key. A folder stands for the vaults in it.

    Ends with 0 if all is whole, 1 with a finding, 2 for what is no vault or needs a newer Tacenda, 4 for what cannot be
    read. With several vaults it is the worst of them.
    """
    every = [each for vault in vaults for each in _vaults_in(vault)]
    codes = set(_each(every, as_json=as_json))
    if kept is not None:
        codes |= {_against(vault, kept, keys, as_json=as_json) for vault in every}
    ctx.exit(min(codes, key=_WORST_FIRST.index))


def _vaults_in(path: str) -> list[str]:
    """Return PATH, or the vaults in it if it is a folder. Raises NotAVault for a folder without any."""
    import os

    from vault_format.errors import NotAVault

    # without pathlib, whose import would be a tenth of this short command
    if not os.path.isdir(path):  # noqa: PTH112
        return [path]
    found = sorted(f"{path.rstrip('/')}/{name}" for name in os.listdir(path) if name.endswith(".tacenda"))  # noqa: PTH208
    if not found:
        raise NotAVault(f"There is no vault in the folder {path}.", todo="Vaults in a folder end in .tacenda.")
    return found


def _each(vaults: list[str], *, as_json: bool) -> list[int]:
    """Verify each; several at once, on as many cores as there are, printed in the order they were named."""
    if len(vaults) < 2 or sum(map(_size, vaults)) < _WORTH_PROCESSES:
        return [_verify_one(vault, as_json=as_json) for vault in vaults]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    way = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=way) as pool:
        codes = []
        for code, out, err in pool.map(_captured, [(vault, as_json) for vault in vaults]):
            click.echo(err, err=True, nl=False)
            click.echo(out, nl=False)
            codes.append(code)
        return codes


def _size(vault: str) -> int:
    import os

    try:
        return os.stat(vault).st_size  # noqa: PTH116  as above
    except (OSError, ValueError):
        return 0


def _captured(given: tuple[str, bool]) -> tuple[int, str, str]:
    """Verify one in a process of its own; return its code and what it printed."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = _verify_one(given[0], as_json=given[1])
    return code, out.getvalue(), err.getvalue()


def _against(vault: str, kept: str, keys: tuple[str, ...], *, as_json: bool) -> int:
    """Hold VAULT against a checkpoint that was KEPT; return the exit code."""
    from pathlib import Path

    from core.trust import check_against, parse
    from core.trust.checking import TreeListener
    from core.trust.checkpoint import read_verifier_key
    from tui.cli.checkpoint import read_small
    from tui.cli.output import print_json, print_line, say
    from vault_format import machine
    from vault_format.errors import EXIT_DONE, EXIT_FINDING
    from vault_format.verify import verify as walk

    checkpoint = parse(read_small(Path(kept)))
    wanted = dict(read_verifier_key(key) for key in keys)
    listener = TreeListener(checkpoint.size)
    verdict = walk(vault, machine.now_ms(), listener=listener.take)
    found = check_against(checkpoint, verdict.vault_id, verdict.records, listener, wanted)
    missing = [name for name in wanted if name not in found.signers]
    problem = found.problem or (f"{missing[0]} did not sign it" if missing else "")
    if as_json:
        print_json(
            {
                "path": vault, "checkpoint": kept, "size": checkpoint.size, "holds": not problem, "detail": problem,
                "signed_by": list(found.signers), "unknown": list(found.unknown),
            }
        )  # fmt: skip
    elif problem:
        print_line(f"{vault}: checkpoint {kept} does NOT hold: {problem}")
    else:
        signers = f", signed by {', '.join(found.signers)}" if found.signers else ""
        print_line(f"{vault}: goes on from the {checkpoint.size:,} records of {kept}{signers}")
    if not problem and not found.signers:
        say("tacenda: whose checkpoint it is was not checked: name the key with --key.")
    return EXIT_FINDING if problem else EXIT_DONE


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
