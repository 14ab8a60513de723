"""`tacenda report` and `tacenda evidence`: the day's review, and each requirement's check; without a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.opening import VAULT
from tui.cli.terminal.secrets import passphrase_option

if TYPE_CHECKING:
    from datetime import date

_EXAMPLES = """\b
Examples:
  tacenda report practice.tacenda
  tacenda report practice.tacenda --day 2026-11-24 --json
  tacenda report practice.tacenda --sign --as auditor
  tacenda report practice.tacenda --day 2026-11-23 --until 2026-11-27 --sign
"""
_EVIDENCE_EXAMPLES = """\b
Examples:
  tacenda evidence practice.tacenda
  tacenda evidence practice.tacenda --out evidence.toml
  tacenda evidence practice.tacenda --out evidence.md
"""


@click.command(epilog=_EXAMPLES, short_help="The day's review. Needs no passphrase, but to sign it off.")
@passphrase_option
@VAULT
@click.option("--day", metavar="DAY", help="Which day, as 2026-11-24; today if it is not said.")
@click.option("--until", metavar="DAY", help="All days from --day to this one, as one review.")
@click.option("--json", "as_json", is_flag=True, help="As JSON: what a signed review names the SHA-256 of.")
@click.option("--sign", is_flag=True, help="Sign the review off, on the record.")
@click.option("--words", default="", metavar="TEXT", help="What you looked at; only auditors can read it.")
@click.option("--as", "member", metavar="MEMBER", help="Who you are, to sign it off.")
def report(
    vault: str, passphrase_fd: int | None, day: str | None, until: str | None, as_json: bool, sign: bool, words: str,
    member: str | None,
) -> None:  # fmt: skip
    """Print what was done in a vault on one day: who did what how often, failures, alerts, findings.

    A day without records needs no signing off. Owners and auditors sign off; where there is one member only, once a
    week is enough.
    """
    from core.checked import remembered
    from core.reports import report as reports
    from core.state_folder import state_folder
    from tui.cli.opening import unlocked
    from tui.cli.terminal.output import print_text, say
    from vault_format import machine

    wanted, last = (_day(text) if text else None for text in (day, until))
    found = reports.report(vault, wanted, machine.now_ms, remembered(vault, state_folder()), last)
    print_text(reports.as_json(found) if as_json else reports.as_markdown(found))
    if sign:
        with unlocked(vault, member, passphrase_fd) as session:
            sequence = reports.sign_off(session, found, words)
        say(f"Signed off: record {sequence:,}.")


def _day(text: str) -> date:
    from datetime import date

    from vault_format.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text} is no day.", todo="Write it as 2026-11-24.") from None


@click.command(epilog=_EVIDENCE_EXAMPLES, short_help="Each requirement, checked now. Needs no passphrase.")
@VAULT
@click.option("--json", "as_json", is_flag=True, help="One object.")
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write it, too: as a page where FILE ends in .md, else as TOML.")  # fmt: skip
@click.pass_context
def evidence(ctx: click.Context, vault: str, as_json: bool, out: str | None) -> None:
    """Run every requirement's check against a vault. The first critical one that is not met ends the run, with 1."""
    from dataclasses import asdict

    from core.checked import remembered
    from core.evidence import as_markdown, as_toml, gather_evidence
    from core.state_folder import state_folder
    from tui.cli.terminal.output import local, print_json, print_line, say
    from vault_format import machine
    from vault_format.errors import EXIT_DONE, EXIT_FINDING

    found = gather_evidence(vault, machine.now_ms, remembered(vault, state_folder()))
    if as_json:
        print_json(asdict(found))
    else:
        for step in found.steps:
            critical = "critical" if step.critical else ""
            print_line(f"{step.id}", f"{step.title:<26}", f"{step.result.upper():<8}", f"{critical:<9}", step.found)
            records = f"records {', '.join(f'{seq:,}' for seq in step.records[-8:])}" if step.records else ""
            print_line("   ", f"45 CFR {step.citation}", local(step.time), records)
    if out is not None:
        _write_new(Path(out), as_markdown(found) if out.endswith(".md") else as_toml(found))
        say(f"Written to {out}.")
    ctx.exit(EXIT_DONE if found.met else EXIT_FINDING)


def _write_new(path: Path, text: str) -> None:
    """Write TEXT to a file that was not there. Raises UsageError, or Unavailable."""
    from vault_format.errors import Unavailable, UsageError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", safe="It was not touched.", todo="Choose another name.") from None
    except OSError as error:
        raise Unavailable(f"{path} could not be written: {error.strerror}.") from None
