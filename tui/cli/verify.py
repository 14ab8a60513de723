"""`tacenda verify`: is a vault whole, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from tui.cli.folder import vaults_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vault_format.findings import Verdict
    from vault_format.verify import Pinned

_WORST_FIRST = (70, 1, 2, 4, 3, 0)
_WORTH_PROCESSES = 16 << 20
"""From so many bytes in several vaults on the start of processes is repaid."""


class _Seen(NamedTuple):
    """A vault that was verified: its exit code, its row of a table, its id in hex (empty if it could not be read)."""

    code: int
    row: tuple[str, str, str, str]
    vault_id: str = ""


_EXAMPLES = """\b
Examples:
  tacenda verify practice.tacenda
  tacenda verify --json /backups/*.tacenda
  tacenda verify /vaults                                a table of every vault in a folder
  tacenda verify practice.tacenda --checkpoint kept.txt --key county+2de7a629+AcV6…
  tacenda verify /vaults --checkpoint otter.txt --checkpoint maple.txt
"""


@click.command(epilog=_EXAMPLES, short_help="Is it whole? Needs no passphrase.")
@click.argument("vaults", nargs=-1, required=True, type=click.Path(readable=False), metavar="VAULT...")
@click.option("--json", "as_json", is_flag=True, help="One object a vault.")
@click.option(
    "--checkpoint", "kept", multiple=True, type=click.Path(dir_okay=False), metavar="FILE",
    help="A checkpoint kept before; may be repeated. Of several vaults it is held against the one that it names.",
)  # fmt: skip
@click.option("--key", "keys", multiple=True, metavar="KEY", help="A key that must have signed it; may be repeated.")
@click.pass_context
def verify(
    ctx: click.Context, vaults: tuple[str, ...], as_json: bool, kept: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    """Check every record, signature and ciphertext hash, without a key. A folder stands for the vaults in it.

    Ends with 0 if all is whole, 1 with a finding, 2 for what is no vault or needs a newer Tacenda, 4 for what cannot be
    read. With several vaults it is the worst of them.
    """
    every = [each for vault in vaults for each in vaults_in(vault)]
    seen = _each(every, as_json=as_json)
    codes = {each.code for each in seen}
    for path in kept:
        codes |= _held(path, every, seen, keys, as_json=as_json)
    ctx.exit(min(codes, key=_WORST_FIRST.index))


def _each(vaults: list[str], *, as_json: bool) -> list[_Seen]:
    """Verify each; several at once, on as many cores as there are, told in the order they were named."""
    if len(vaults) < 2 or (as_json and sum(map(_size, vaults)) < _WORTH_PROCESSES):
        return [_verify_one(vault, as_json=as_json) for vault in vaults]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    given = [(vault, as_json) for vault in vaults]
    if sum(map(_size, vaults)) < _WORTH_PROCESSES:
        return _tell([_captured(each) for each in given], as_json=as_json)
    way = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=way) as pool:
        return _tell(list(pool.map(_captured, given)), as_json=as_json)


def _tell(done: Sequence[tuple[_Seen, str, str]], *, as_json: bool) -> list[_Seen]:
    """Print a table of what was DONE, and under it what there is to say of each vault."""
    from tui.cli.output import print_line

    seen = [each for each, _, _ in done]
    if not as_json:
        head = ("verdict", "records", "head", "vault")
        wide = [max(len(row[at]) for row in (head, *(each.row for each in seen))) for at in range(3)]
        for verdict, records, first, vault in (head, *(each.row for each in seen)):
            print_line(f"{verdict:<{wide[0]}}", f"{records:>{wide[1]}}", f"{first:<{wide[2]}}", vault)
    for _, out, err in done:
        click.echo(err, err=True, nl=False)
        click.echo(out, nl=False)
    return seen


def _size(vault: str) -> int:
    import os

    try:
        return os.stat(vault).st_size  # noqa: PTH116  as above
    except (OSError, ValueError):
        return 0


def _captured(given: tuple[str, bool]) -> tuple[_Seen, str, str]:
    """Verify one, here or in a process of its own; return what was seen and what it printed."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        seen = _verify_one(given[0], as_json=given[1], in_table=True)
    return seen, out.getvalue(), err.getvalue()


def _held(
    kept: str, vaults: Sequence[str], seen: Sequence[_Seen], keys: tuple[str, ...], *, as_json: bool
) -> set[int]:  # fmt: skip
    """Hold the checkpoint KEPT against the one vault, or of several against those it names; return the codes."""
    from pathlib import Path

    from core.trust import parse
    from core.trust.checkpoint import origin_of
    from tui.cli.checkpoint import read_small
    from tui.cli.output import print_json, print_line
    from vault_format.errors import EXIT_FINDING

    origin = parse(read_small(Path(kept))).origin
    wanted = [
        vault for vault, each in zip(vaults, seen, strict=True)
        if len(vaults) == 1 or (each.vault_id and origin_of(bytes.fromhex(each.vault_id)) == origin)
    ]  # fmt: skip
    if wanted:
        return {_against(vault, kept, keys, as_json=as_json) for vault in wanted}
    what = "none of these vaults is the one it names"
    if as_json:
        print_json({"path": None, "checkpoint": kept, "holds": False, "detail": what})
    else:
        print_line(f"checkpoint {kept}: {what}")
    return {EXIT_FINDING}


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


def _verify_one(vault: str, *, as_json: bool, in_table: bool = False) -> _Seen:
    """Verify one vault and print what was found, or what a row of a table has no room for.

    One that fails does not hide the others.
    """
    from core.checked import check
    from core.state_folder import state_folder
    from vault_format import machine
    from vault_format.errors import EXIT_INTERNAL, EXIT_UNAVAILABLE, TacendaError

    try:
        verdict, before = check(vault, machine.now_ms(), state_folder())
    except TacendaError as error:
        _print_error(vault, str(error), error.exit_code, as_json=as_json)
        return _Seen(error.exit_code, ("NOT READ", "", "", vault))
    except OSError as error:
        _print_error(vault, f"{vault} cannot be read: {error.strerror}.", EXIT_UNAVAILABLE, as_json=as_json)
        return _Seen(EXIT_UNAVAILABLE, ("NOT READ", "", "", vault))
    except Exception as error:  # noqa: BLE001  the other vaults are verified all the same
        what = f"an error of Tacenda itself ({type(error).__name__}) on {vault}. Nothing was changed."
        _print_error(vault, what, EXIT_INTERNAL, as_json=as_json)
        return _Seen(EXIT_INTERNAL, ("NOT READ", "", "", vault))
    _print(verdict, before, as_json=as_json, in_table=in_table)
    return _Seen(verdict.exit_code, _row(verdict), verdict.vault_id.hex())


def _row(verdict: Verdict) -> tuple[str, str, str, str]:
    """Return verdict, records, the head's beginning, path."""
    head = " ".join(verdict.head.hex()[at : at + 4] for at in range(0, 16, 4))
    word = "newer" if verdict.newer else "whole"
    return word if verdict.intact else "BROKEN", f"{verdict.records:,}", head if verdict.intact else "", verdict.path


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


def _print(verdict: Verdict, before: Pinned | None, *, as_json: bool, in_table: bool) -> None:
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
    _, _, head, path = _row(verdict)
    records = f"{verdict.records:,} record{'' if verdict.records == 1 else 's'}"
    found = f"{verdict.finding_count:,} finding{'' if verdict.finding_count == 1 else 's'}"
    said = verdict.finding_count or verdict.unattested or verdict.notices or verdict.newer or before is None
    if in_table and said:
        print_line(f"{path}:")
    elif in_table:
        return
    elif verdict.intact:
        print_line(f"{path}: {'needs a newer Tacenda' if verdict.newer else 'whole'}, {records}, head {head}")
    else:
        print_line(f"{path}: BROKEN, {found}, {records} read")
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
