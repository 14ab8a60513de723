"""`tacenda access`: who holds which key, given by whom, when."""

from __future__ import annotations

from typing import Any

import click

from tui.cli.opening import VAULT
from tui.cli.trail.keyless import verified


def as_object(row: Any) -> dict[str, Any]:  # noqa: ANN401  an AccessRow; core is imported when the command runs
    """Return a row of the access sheet as it stands in JSON."""
    from core.access.lately import NAMES
    from core.access.sheet import role_words
    from tui.cli.terminal.output import utc

    def given(each: Any) -> dict[str, Any]:  # noqa: ANN401  a Given, as above
        return {"by": each.by or None, "at": utc(each.time), "record": each.record}

    return {
        "member": row.name, "role": role_words(row.role), "active": row.active, "since": utc(row.since),
        "added_by": row.added_by or None, "notes_key": row.notes, "audit_key": row.audit, "epoch": row.epoch,
        "generation": row.generation, "keys_since": utc(row.keys_since), "argon2_kib": row.memory,
        "argon2_passes": row.passes, "kit_until": utc(row.kit_until) if row.kit_until else None,
        "custodians": row.custodians, "last_here": utc(row.last_here) if row.last_here else None,
        "admitted": given(row.admitted), "role_given": given(row.role_given), "keys_given": given(row.keys_given),
        "fingerprint": row.fingerprint, "process_notes_behind": row.process_behind,
        "last_30_days": {name: getattr(row.lately, name) for name in NAMES},
        "custody": None if row.custody is None else {
            "threshold": row.custody.threshold, "people": list(row.custody.people),
            "accepted": list(row.custody.accepted), "process": list(row.custody.process),
        },
    }  # fmt: skip


@click.command(short_help="The access sheet: who holds which key.")
@VAULT
@click.option("--json", "as_json", is_flag=True, help="One object a member.")
def access(vault: str, as_json: bool) -> None:
    """Print who holds which key, given by whom, when: evidence to keep elsewhere. Needs no passphrase.

    For each member besides: the fingerprint of the public keys, process notes that stand under older ones, and what
    was done in the last 30 days. The custodians have a row, too.
    """
    from core.access import access_sheet
    from core.access.sheet import sheet_text
    from tui.cli.terminal.output import print_json, print_text
    from vault_format import machine

    with verified(vault) as opened:
        ledger = opened.ledger
        rows = access_sheet(opened)
        text = sheet_text(rows, ledger.state, ledger.count, ledger.head, machine.now_ms())
    if as_json:
        for row in rows:
            print_json(as_object(row))
    else:
        print_text(text)
