"""`tacenda verify`: is a vault whole, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from tui.cli.trail.folder import vaults_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.trust.checking import TreeListener
    from core.trust.kept import Kept
    from vault_format.verification.findings import Verdict
    from vault_format.verification.verify import Pinned

_WORST_FIRST = (70, 1, 2, 4, 3, 0)
_WORTH_PROCESSES = 16 << 20
"""From so many bytes in several vaults on the start of processes is repaid."""


class _Seen(NamedTuple):
    """A vault that was verified: its exit code, its row of a table, its id (empty if it could not be read).

    `tree` is what checkpoints are held against, computed beside the verification.
    """

    code: int
    row: tuple[str, str, str, str]
    vault_id: bytes = b""
    records: int = 0
    tree: TreeListener | None = None


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
    checkpoints = _read(kept, keys)
    seen = _each(every, tuple(each.checkpoint.size for each in checkpoints.values()), as_json=as_json)
    codes = {each.code for each in seen}
    for path, each in checkpoints.items():
        codes |= _held(path, each, every, seen, as_json=as_json)
    ctx.exit(min(codes, key=_WORST_FIRST.index))


def _read(paths: tuple[str, ...], keys: tuple[str, ...]) -> dict[str, Kept]:
    """Read what was kept, before anything takes long."""
    if not paths:
        return {}
    from core.trust.kept import read_kept

    return {path: read_kept(path, keys) for path in paths}


def _each(vaults: list[str], sizes: tuple[int, ...], *, as_json: bool) -> list[_Seen]:
    """Verify each, with the tree at SIZES; several at once, on all cores, told in the order they were named."""
    if len(vaults) < 2 or (as_json and sum(map(_size, vaults)) < _WORTH_PROCESSES):
        return [_verify_one(vault, sizes, as_json=as_json) for vault in vaults]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    given = [(vault, sizes, as_json) for vault in vaults]
    if sum(map(_size, vaults)) < _WORTH_PROCESSES:
        return _tell([_captured(each) for each in given], as_json=as_json)
    way = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=way) as pool:
        return _tell(list(pool.map(_captured, given)), as_json=as_json)


def _tell(done: Sequence[tuple[_Seen, str, str]], *, as_json: bool) -> list[_Seen]:
    """Print a table of what was DONE, and under it what there is to say of each vault."""
    from tui.cli.terminal.output import print_line

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


def _captured(given: tuple[str, tuple[int, ...], bool]) -> tuple[_Seen, str, str]:
    """Verify one, here or in a process of its own; return what was seen and what it printed."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        seen = _verify_one(given[0], given[1], as_json=given[2], in_table=True)
    return seen, out.getvalue(), err.getvalue()


def _held(
    path: str, kept: Kept, vaults: Sequence[str], seen: Sequence[_Seen], *, as_json: bool
) -> set[int]:  # fmt: skip
    """Hold what was KEPT at PATH against the one vault, or of several against those it names; return the codes."""
    from core.trust.checkpoint import origin_of
    from tui.cli.terminal.output import print_json, print_line
    from vault_format.errors import EXIT_FINDING

    wanted = [
        (vault, each) for vault, each in zip(vaults, seen, strict=True)
        if each.vault_id and (len(vaults) == 1 or origin_of(each.vault_id) == kept.checkpoint.origin)
    ]  # fmt: skip
    if wanted:
        return {_against(vault, each, path, kept, as_json=as_json) for vault, each in wanted}
    what = "none of these vaults is the one it names" if len(vaults) > 1 else "the vault could not be read"
    if as_json:
        print_json({"path": None, "checkpoint": path, "holds": False, "detail": what})
    else:
        print_line(f"checkpoint {path}: {what}")
    # that a vault could not be read has its own code
    return {EXIT_FINDING} if len(vaults) > 1 else set()


def _against(vault: str, seen: _Seen, path: str, kept: Kept, *, as_json: bool) -> int:
    """Say how VAULT, as it was SEEN, stands to what was KEPT at PATH; return the exit code."""
    from core.trust import check_against
    from tui.cli.terminal.output import print_json, print_line, say
    from vault_format.errors import EXIT_DONE, EXIT_FINDING

    checkpoint = kept.checkpoint
    assert seen.tree is not None  # noqa: S101  whoever asks for a checkpoint asks for the tree, too
    found = check_against(checkpoint, seen.vault_id, seen.records, seen.tree, kept.keys)
    if as_json:
        print_json(
            {
                "path": vault, "checkpoint": path, "size": checkpoint.size, "holds": not found.problem,
                "detail": found.problem, "signed_by": list(found.signers), "unknown": list(found.unknown),
            }
        )  # fmt: skip
    elif found.problem:
        print_line(f"{vault}: checkpoint {path} does NOT hold: {found.problem}")
    else:
        signers = f", signed by {', '.join(found.signers)}" if found.signers else ""
        print_line(f"{vault}: goes on from the {checkpoint.size:,} records of {path}{signers}")
    if not found.problem and not found.signers:
        say("tacenda: whose checkpoint it is was not checked: name the key with --key.")
    return EXIT_FINDING if found.problem else EXIT_DONE


def _verify_one(vault: str, sizes: tuple[int, ...] = (), *, as_json: bool, in_table: bool = False) -> _Seen:
    """Verify one vault and print what was found, or what a row of a table has no room for.

    With SIZES of checkpoints the tree is computed in the same walk. One that fails does not hide the others.
    """
    from core.checked import check
    from core.state_folder import state_folder
    from vault_format import machine
    from vault_format.errors import EXIT_INTERNAL, EXIT_UNAVAILABLE, TacendaError

    try:
        tree = _tree(sizes)
        verdict, before = check(vault, machine.now_ms(), state_folder(), tree.take if tree is not None else None)
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
    return _Seen(verdict.exit_code, _row(verdict), verdict.vault_id, verdict.records, tree)


def _tree(sizes: tuple[int, ...]) -> TreeListener | None:
    if not sizes:
        return None
    from core.trust.checking import TreeListener

    return TreeListener(*sizes)


def _row(verdict: Verdict) -> tuple[str, str, str, str]:
    """Return verdict, records, the head's beginning, path."""
    head = " ".join(verdict.head.hex()[at : at + 4] for at in range(0, 16, 4))
    word = "newer" if verdict.newer else "whole"
    return word if verdict.intact else "BROKEN", f"{verdict.records:,}", head if verdict.intact else "", verdict.path


def _print_error(vault: str, what: str, code: int, *, as_json: bool) -> None:
    from tui.cli.terminal.output import print_json, say

    say(f"tacenda: {what}")
    if as_json:
        print_json(
            {
                "path": vault, "vault_id": None, "records": None, "head": None, "intact": None, "unattested": None,
                "findings": [], "notices": [], "error": what, "exit_code": code,
            }
        )  # fmt: skip


def _print(verdict: Verdict, before: Pinned | None, *, as_json: bool, in_table: bool) -> None:
    from tui.cli.terminal.output import print_json, print_line

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
