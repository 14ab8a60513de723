"""`tacenda import`: notes from files become drafts."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import click

from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.exchange import Outcome, Plan, Watch
    from core.session import Session

_EXAMPLES = """\b
Examples:
  tacenda import practice.tacenda notes --dry-run
  tacenda import practice.tacenda notes --client OTTER
  tacenda import practice.tacenda notes.csv --make-clients
\b
A file of a folder may begin with a head:
  ---
  client: OTTER
  date: 2026-11-09
  start: 10:05
  end: 10:56
  type: progress
  form: soap
  title: Sleep routine, week 4
  tags: [sleep, work]
  ---
\b
What it does not say comes from its name (2026-11-09 Sleep routine.md) and
from its folder (OTTER). CSV has these words as columns, JSON as keys; the
text stands under `text`. docs/EXCHANGE.md has all of it.
"""


@click.command("import", epilog=_EXAMPLES, short_help="Notes from a folder, a CSV or a JSON file.")
@unlocking
@click.argument("path", type=click.Path(readable=False), metavar="PATH")
@click.option("--client", default="", metavar="CODE", help="Whose notes they are, where they do not say.")
@click.option("--make-clients", is_flag=True, help="Add a client for each code that is not there.")
@click.option("--dry-run", is_flag=True, help="Say what would be made and what is refused; write nothing.")
@click.option("--skip-refused", is_flag=True, help="Import the rest where something is refused; else nothing is.")
@click.option("--json", "as_json", is_flag=True, help="One object a note.")
def import_notes(
    vault: str, path: str, member: str | None, passphrase_fd: int | None, client: str, make_clients: bool,
    dry_run: bool, skip_refused: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make drafts of yours from the notes at PATH: a folder of Markdown or text, a CSV, or a JSON file.

    All is looked at before the first is written. What was imported before is known again and passed over.
    """
    from core.exchange import Outcome, Watch, plan_import, run_import
    from core.exchange.inward import bring_in
    from tui.cli.terminal.output import say
    from vault_format.errors import Unavailable

    with unlocked(vault, member, passphrase_fd) as session:
        plan = plan_import(session, path, client=client, make_clients=make_clients)
        _print_plan(plan, as_json=as_json, dry_run=dry_run)
        say(_summary(plan))
        if dry_run:
            return
        if not skip_refused:
            bring_in.require_whole(plan)
        watch, outcome = Watch(), Outcome()
        try:
            _run(session, plan, watch, outcome, run_import)
        finally:
            _print_outcome(outcome, as_json=as_json)
        if outcome.stopped:
            raise Unavailable(
                outcome.stopped, safe=f"{len(outcome.written):,} notes were written and are listed.",
                todo="Run it again: what is written is known, the rest is taken up.",
            )  # fmt: skip


def _run(session: Session, plan: Plan, watch: Watch, outcome: Outcome, run: object) -> None:
    """Run the import, and tell a terminal how far it is."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(0.5):
            click.echo(f"\r{watch.done:,} of {watch.of:,} ", nl=False, err=True)

    teller = threading.Thread(target=tell, daemon=True)
    if sys.stderr.isatty():
        teller.start()
    try:
        run(session, plan, watch, outcome)  # type: ignore[operator]
    finally:
        done.set()
        if teller.ident is not None:
            teller.join()
            click.echo("\r", nl=False, err=True)


def _print_plan(plan: Plan, *, as_json: bool, dry_run: bool) -> None:
    from tui.cli.terminal.output import print_json, print_line

    if dry_run:
        for code in plan.clients:
            _print("client", code, "", as_json=as_json)
        for each in plan.notes:
            draft = each.draft
            if as_json:
                print_json({
                    "what": "note", "source": each.source, "client": each.code, "date": draft.date,
                    "type": draft.type, "title": draft.title, "remarks": list(each.remarks),
                })  # fmt: skip
            else:
                print_line(f"{'note':<8}", each.source, each.code, draft.date, draft.type, *each.remarks)
    for left in plan.passed:
        _print("passed", left.source, left.why, as_json=as_json)
    for left in plan.refused:
        _print("refused", left.source, left.why, as_json=as_json)


def _print(what: str, source: str, why: str, *, as_json: bool) -> None:
    from tui.cli.terminal.output import print_json, print_line

    if as_json:
        print_json({"what": what, "source": source, "why": why})
    else:
        print_line(f"{what:<8}", source, why)


def _print_outcome(outcome: Outcome, *, as_json: bool) -> None:
    from core.catalog import short_id
    from tui.cli.terminal.output import print_json, print_line, say

    for code in outcome.clients:
        _print("client", code, "made", as_json=as_json)
    for each in outcome.written:
        if as_json:
            print_json({
                "what": "written", "source": each.source, "id": short_id(each.note), "record": each.sequence,
            })  # fmt: skip
        else:
            print_line(f"{'written':<8}", each.source, short_id(each.note), f"record {each.sequence:,}")
    for left in outcome.left:
        _print("left", left.source, left.why, as_json=as_json)
    say(f"Written: {len(outcome.written):,} notes, as drafts of yours. The files are as they were, and in clear.")


def _summary(plan: Plan) -> str:
    """Return what an import would do, in a sentence."""
    told = [f"{len(plan.notes):,} to make"]
    if plan.clients:
        told.append(f"{len(plan.clients):,} clients to add")
    others = ((plan.passed, "passed over"), (plan.refused, "refused"))
    told += [f"{len(found):,} {word}" for found, word in others if found]
    return ", ".join(told) + "."
