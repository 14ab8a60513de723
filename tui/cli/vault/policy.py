"""`tacenda policy`: what an owner decided for the whole vault."""

from __future__ import annotations

from typing import Any

import click

from tui.cli.opening import VAULT, unlocked, unlocking
from tui.cli.trail.keyless import group, verified

_EXAMPLES = """\b
Examples:
  tacenda policy practice.tacenda
  tacenda policy set practice.tacenda rotation_days=60 rotation_auto=no
  tacenda policy set practice.tacenda alerts.failures=3 alerts.dormant_days=30
  tacenda policy show practice.tacenda --toml > policy.toml
  tacenda policy set practice.tacenda --from policy.toml
"""


@group("show", epilog=_EXAMPLES, short_help="Show or change the policy.")
def policy() -> None:
    """Show or change the policy. `tacenda policy VAULT` is `tacenda policy show`."""


@policy.command()
@VAULT
@click.option("--json", "as_json", is_flag=True, help="All values, as one object.")
@click.option("--toml", "as_toml", is_flag=True, help="All values as a file for `policy set --from`.")
def show(vault: str, as_json: bool, as_toml: bool) -> None:
    """Show the policy. Needs no passphrase: it is signed, and anyone who holds the file can read it."""
    import msgspec

    from core.upkeep.policy import RULES, told, values_of
    from core.upkeep.policy_file import as_toml as toml_of
    from tui.cli.terminal.output import print_json, print_line, print_text
    from vault_format.errors import UsageError

    if as_json and as_toml:
        raise UsageError("Either --json or --toml.")
    with verified(vault) as opened:
        state = opened.ledger.state
        found = state.current_policy()
    if as_toml:
        print_text(toml_of(found, state.practice))
        return
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    values = values_of(found)
    for rule in RULES:
        print_line(f"{rule.field:<22}", f"{told(rule.field, values[rule.field]):<16}", rule.sentence)
    print_line(f"{'zone':<22}", f"{found.zone:<16}", "time zone of the practice")


@policy.command("set")
@unlocking
@click.argument("values", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--from", "file", metavar="FILE", help="Take the values from a TOML file, `-` for standard input.")
@click.option("--json", "as_json", is_flag=True, help="All values as they are then, as one object.")
def set_values(
    vault: str, member: str | None, passphrase_fd: int | None, values: tuple[str, ...], file: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """As an owner, put other values in force; what is not named stays as it is.

    `alerts.` before a name is where alerts begin to speak: each has bounds, so that none falls silent.
    """
    import msgspec

    from core.alerts.thresholds import loosened
    from core.upkeep.policy import LATER, change_policy, parse, told, values_of
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import print_json, print_line, say

    if bool(values) == bool(file):
        raise click.UsageError("Either FIELD=VALUE or --from FILE says what is to be put in force.")
    wanted = _from_file(file) if file else {}
    for each in values:
        field, equals, text = each.partition("=")
        if not equals:
            raise click.UsageError(f"{each} is not FIELD=VALUE.")
        wanted[field.strip()] = parse(field.strip(), text.strip())
    with unlocked(vault, member, passphrase_fd, stdin_taken=file == typed.ASK) as session:
        before = session.policy
        found = change_policy(session, wanted)
    if loosened(before, found):
        say(LATER)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    present = values_of(found)
    for field in wanted:
        print_line(f"{field:<22}", told(field, present[field]))


def _from_file(file: str) -> dict[str, Any]:
    """Return the values in FILE, `-` for standard input. Raises UsageError, which names lines."""
    import os

    from core.settings.reading import parsed, read
    from core.upkeep.policy_file import from_toml
    from tui.cli.terminal import typed
    from vault_format.errors import UsageError

    if file == typed.ASK:
        return from_toml(parsed("standard input", typed.text()))
    if not os.path.lexists(file):
        raise UsageError(f"There is no file {file}.", safe="Nothing was changed.", todo="Check the name.")
    return from_toml(read(file))
