"""`tacenda policy`: what an owner decided for the whole vault."""

from __future__ import annotations

import click

from tui.cli.keyless import group, verified
from tui.cli.opening import VAULT, unlocked, unlocking

_EXAMPLES = """\b
Examples:
  tacenda policy practice.tacenda
  tacenda policy set practice.tacenda rotation_days=60 rotation_auto=no
"""


@group("show", epilog=_EXAMPLES, short_help="Show or change the policy.")
def policy() -> None:
    """Show or change the policy. `tacenda policy VAULT` is `tacenda policy show`."""


@policy.command()
@VAULT
@click.option("--json", "as_json", is_flag=True, help="All values, as one object.")
def show(vault: str, as_json: bool) -> None:
    """Show the policy. Needs no passphrase: it is signed, and anyone who holds the file can read it."""
    import msgspec

    from core.upkeep.policy import RULES, told
    from tui.cli.output import print_json, print_line

    with verified(vault) as opened:
        found = msgspec.structs.asdict(opened.ledger.state.current_policy())
    if as_json:
        print_json(found)
        return
    for rule in RULES:
        print_line(f"{rule.field:<22}", f"{told(rule.field, found[rule.field]):<16}", rule.sentence)
    print_line(f"{'zone':<22}", f"{found['zone']:<16}", "time zone of the practice")


@policy.command("set")
@unlocking
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--json", "as_json", is_flag=True, help="All values as they are then, as one object.")
def set_values(
    vault: str, member: str | None, passphrase_fd: int | None, values: tuple[str, ...], as_json: bool
) -> None:
    """As an owner, put other values in force."""
    import msgspec

    from core.upkeep.policy import change_policy, parse, told
    from tui.cli.output import print_json, print_line

    wanted = {}
    for each in values:
        field, equals, text = each.partition("=")
        if not equals:
            raise click.UsageError(f"{each} is not FIELD=VALUE.")
        wanted[field.strip()] = parse(field.strip(), text.strip())
    with unlocked(vault, member, passphrase_fd) as session:
        found = msgspec.structs.asdict(change_policy(session, **wanted))
    if as_json:
        print_json(found)
        return
    for field in wanted:
        print_line(f"{field:<22}", told(field, found[field]))
