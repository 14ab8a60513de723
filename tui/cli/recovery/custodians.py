"""`tacenda custodians`: who together can recover, and what a layperson needs to know for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.opening import unlocked, unlocking
from tui.cli.terminal.secrets import Secrets

if TYPE_CHECKING:
    from core.recovery.custody.ceremony import Ceremony

_EXAMPLES = """\b
Examples:
  tacenda custodians set practice.tacenda 2 custodian-1 custodian-2 custodian-3
  tacenda custodians accept practice.tacenda --process
  tacenda custodians status practice.tacenda --json
  tacenda custodians will practice.tacenda --out will.html
"""


@click.group(epilog=_EXAMPLES)
def custodians() -> None:
    """Set, accept and list the people who together can recover."""


@custodians.command("set")
@unlocking
@click.argument("threshold", type=click.INT, metavar="K")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def set_custodians(
    vault: str, member: str | None, passphrase_fd: int | None, threshold: int, names: tuple[str, ...]
) -> None:  # fmt: skip
    """Hold the ceremony: K of the people named can recover together. For an owner, with all of them present.

    Each sees 33 words alone and types them back. Nothing counts before the last of them did; older shares are void
    then, and every member accepts the new custodians anew.
    """
    from core.recovery.custody.ceremony import Ceremony, custodian_named
    from tui.cli.recovery.recovery import own_passphrase
    from tui.cli.terminal.output import say
    from tui.cli.terminal.showing import need_terminal, shown, wait_for_enter

    need_terminal("A share")
    secrets = Secrets(passphrase_fd)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        ceremony = Ceremony(session, threshold, [custodian_named(name, session) for name in names])
        try:
            for number, name in enumerate(names):
                with shown(f"{name} alone at the keyboard: everybody else looks away."):
                    wait_for_enter("Enter shows the share. ")
                rows = word_rows(ceremony.share(number))
                with shown(f"{name}: write these words on paper, with their numbers.", "", *rows):
                    wait_for_enter("Enter when they are on paper. ")
                _type_back(ceremony, number, name, secrets)
                say(f"{name}: typed back.")
            ceremony.finish(own_passphrase(secrets, session, "The owner's passphrase, once more"))
        finally:
            ceremony.give_up()
    say(f"{threshold} of {len(names)} custodians can recover. Every member accepts them: tacenda custodians accept.")


def word_rows(words: list[str]) -> list[str]:
    """Return WORDS with their numbers in three columns, to be read downwards."""
    height = -(-len(words) // 3)
    return [
        "".join(f"{at + 1:>6} {words[at]:<12}" for at in range(row, len(words), height)).rstrip()
        for row in range(height)
    ]  # fmt: skip


def _type_back(ceremony: Ceremony, number: int, name: str, secrets: Secrets) -> None:
    from tui.cli.main import say_error
    from tui.cli.terminal.showing import shown
    from vault_format.errors import UsageError

    with shown(f"{name}: type all 33 words back, with blanks between them; four letters of each are enough."):
        while True:
            try:
                ceremony.type_back(number, secrets.type("Words"))
            except UsageError as error:
                if not secrets.typed:
                    raise
                say_error(error)
                continue
            return


@custodians.command()
@unlocking
@click.option("--process", is_flag=True, help="They open your process notes, too (HIPAA: psychotherapy notes).")
def accept(vault: str, member: str | None, passphrase_fd: int | None, process: bool) -> None:
    """Agree that the custodians may give you new keys. Recorded."""
    from core.recovery.custody.ceremony import accept as accept_custodians
    from core.recovery.custody.ceremony import custodians_words
    from tui.cli.terminal.output import say
    from vault_format.errors import Refused

    with unlocked(vault, member, passphrase_fd) as session:
        if not session.vault.ledger.state.authority:
            raise Refused("This vault has no custodians.", safe="Nothing was written.", todo="An owner sets them.")
        who, of = custodians_words(session.vault.ledger.state), session.vault.ledger.state.authority
        sequence = accept_custodians(session, process=process, of=of)
    say(f"{who}.")
    say(f"Accepted, record {sequence:,}. Process notes: {'open to them, too' if process else 'closed to them'}.")


@custodians.command()
@unlocking
@click.option("--json", "as_json", is_flag=True, help="One object.")
def status(vault: str, member: str | None, passphrase_fd: int | None, as_json: bool) -> None:
    """Show who the custodians are, since when, and who has accepted them."""
    from core.recovery.status import recovery_status
    from tui.cli.terminal.output import local, print_json, print_line, utc

    with unlocked(vault, member, passphrase_fd) as session:
        found = recovery_status(session).custodians
    if as_json:
        print_json(
            {"threshold": 0, "names": [], "set": None, "members": []} if found is None else {
                "threshold": found.threshold, "names": list(found.names), "set": utc(found.set_at),
                "members": [{"name": name, "accepted": accepted} for name, accepted in found.members],
            }
        )  # fmt: skip
    elif found is None:
        print_line("none: nobody can recover for you. tacenda custodians set")
    else:
        print_line(f"{found.threshold} of {len(found.names)}, set {local(found.set_at)[:10]}: {', '.join(found.names)}")
        for name, accepted in found.members:
            print_line(f"{name:<20}", "accepted" if accepted else "has not accepted")


@custodians.command()
@unlocking
@click.option("--out", "target", type=click.Path(), metavar="FILE", help="A new file: text, or HTML by its name.")
def will(vault: str, member: str | None, passphrase_fd: int | None, target: str | None) -> None:
    """Write the instructions for a professional will, from the vault's present state."""
    import os

    from core.recovery.paper import will_page, write_page
    from core.recovery.status import recovery_status
    from tui.cli.terminal.output import print_text, say
    from vault_format import machine

    with unlocked(vault, member, passphrase_fd) as session:
        found, practice = recovery_status(session), session.practice
        page = will_page(practice, os.path.abspath(session.path), found, when=machine.now_ms())  # noqa: PTH100
    if target is None:
        print_text(page)
    else:
        say(f"Written: {write_page(target, 'Professional will', page)}.")
