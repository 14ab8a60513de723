"""`tacenda certificate`: what the records certify of texts that were given up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from tui.cli.opening import VAULT
from tui.cli.trail.keyless import verified

if TYPE_CHECKING:
    from core.audit.certificate import Certificate

_EXAMPLES = """\b
Examples:
  tacenda certificate practice.tacenda 3fa2
  tacenda certificate practice.tacenda --client 7c1e > destroyed.txt
  tacenda certificate practice.tacenda --json
"""
_ID = re.compile(r"[0-9a-f]{1,16}")


@click.command(epilog=_EXAMPLES, short_help="The certificate of destruction of what was shredded.")
@VAULT
@click.argument("note_id", metavar="[ID]", default="")
@click.option("--client", default="", metavar="ID", help="All of this client: the id, or how it begins.")
@click.option("--json", "as_json", is_flag=True, help="One object for each text that was given up.")
def certificate(vault: str, note_id: str, client: str, as_json: bool) -> None:
    """Print who approved that a text was given up, when, why, and what of it stays. Needs no passphrase.

    Without ID or --client, of everything that was ever shredded. It is read from the records, which are the
    certificate; the hash is that of the record which approved it.
    """
    from core.audit.certificate import certificate_text, certificates
    from tui.cli.terminal.output import print_json, print_text, say
    from vault_format import machine
    from vault_format.errors import UsageError

    digits = {name: text.strip().lower() for name, text in (("entity", note_id), ("client", client))}
    for text in filter(None, digits.values()):
        if not _ID.fullmatch(text):
            raise UsageError(f"{text} is no id.", todo="Ids are hexadecimal: `audit --json` has them.")
    with verified(vault) as opened:
        ledger = opened.ledger
        found = certificates(ledger, opened.columns, **digits)
        text = certificate_text(found, ledger.state, ledger.count, ledger.head, machine.now_ms())
    if not found:
        if any(digits.values()):
            raise UsageError("Nothing with this id was shredded.", todo="Without an id, all of it is listed.")
        say("Nothing was ever shredded in this vault.")
    elif as_json:
        for each in found:
            print_json(_object(each))
    else:
        print_text(text)


def _object(each: Certificate) -> dict[str, Any]:
    from tui.cli.terminal.output import utc

    return {
        "id": f"{each.entity:016x}", "client": f"{each.client:016x}", "what": each.what, "record": each.seq,
        "hash": each.digest.hex(), "time": utc(each.time), "approved_by": each.member, "role": each.role,
        "reason": each.reason, "author": each.author, "signed": each.signed or None, "records": each.records,
        "left_this_file": each.left,
    }  # fmt: skip
