"""The accounting of disclosures and the amendments of one client, as a page to be handed over."""

from __future__ import annotations

from collections.abc import Sequence

from core.catalog.rows import short_id
from core.exchange.outward.accounting import Disclosure, disclosures
from core.exchange.outward.amendments import Amendment, amendments
from core.moments import moment, zone_of
from core.session.session import Session
from vault_format.errors import TacendaError


def accounting_page(session: Session, client: int, *, accounted: bool = False) -> str:
    """Return the page for CLIENT as Markdown; with ACCOUNTED only the disclosures that an accounting must name.

    No text and no title of a note is in it.
    """
    zone = session.policy.zone
    rows = [row for row in disclosures(session, client) if row.accounted or not accounted]
    lines = [
        f"# Accounting of disclosures: {_cell(_code(session, client))}", "",
        f"Vault {session.vault_id[:16]}, written {_when(session.vault.clock(), zone)} (zone {zone}).", "",
        *_disclosed(rows, zone), "", "## Requests to amend, and what was added", "",
        *_amended(amendments(session, client), zone),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _code(session: Session, client: int) -> str:
    """Return the client's code, the number where the member is shown no codes."""
    try:
        return session.catalog.client(client).code
    except TacendaError:
        return short_id(client)


def _disclosed(rows: Sequence[Disclosure], zone: str) -> list[str]:
    if not rows:
        return ["Nothing was disclosed."]
    lines = ["| when | to whom | what | form | purpose | basis | by | record |", "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        what = "1 note" if row.entries == 1 else f"{row.entries:,} notes"
        what += ", process notes among them" if row.process else ""
        what = f"failed: nothing left ({what})" if row.failed else what
        to = "; ".join((row.recipient, *row.more)) if row.readable else "sealed to owners and auditors"
        cells = (_when(row.time, zone), to, what, row.form, row.purpose, row.basis, row.member, f"{row.sequence:,}")
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return lines


def _amended(rows: Sequence[Amendment], zone: str) -> list[str]:
    if not rows:
        return ["Nothing was asked for, and nothing was added to a signed note."]
    lines = ["| what | of the note of | answer | signed | by | record |", "|---|---|---|---|---|---|"]
    for row in rows:
        answer = f"open, due {row.due}" if row.answer == "open" and row.due else row.answer
        signed, record = (_when(row.time, zone), f"{row.record:,}") if row.time else ("not yet", "")
        lines.append(f"| {' | '.join(map(_cell, (row.what, row.day, answer, signed, row.by, record)))} |")
    return lines


def _when(time: int, zone: str) -> str:
    return f"{moment(time, zone_of(zone)):%Y-%m-%d %H:%M}"


def _cell(text: str) -> str:
    text = "".join(f"\\{each}" if each in "\\|`*_<>#[]" else each for each in text)
    return " ".join(text.split())
