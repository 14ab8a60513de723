"""What a record says to auditors and owners alone: where a session came from, reasons in words.

It opens with the audit key. Nothing is recorded for it, as the format has no action that says so: the unlock that came
before is, and no note is opened (docs/decisions.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.details import open_origin, open_words
from core.session.session import Session
from vault_format.codes import Action, PartRole
from vault_format.errors import NotWhole


@dataclass(frozen=True, slots=True)
class Detail:
    """`lines` are (label, text). `state` is `open`, `closed` (no key here opens it), `damaged` or `none`."""

    state: str
    lines: tuple[tuple[str, str], ...] = ()


def detail_of(session: Session | None, sequence: int, *, sealed: bool = False) -> Detail:
    """Return the detail of record SEQUENCE as the member of SESSION may see it.

    Without a session SEALED says whether the record has one. Raises NotWhole if the record cannot be read.
    """
    if session is None:
        return Detail("closed" if sealed else "none")
    with session.at_desk() as desk:
        record, vault_id = desk.record(sequence), desk.state.vault_id
        for row, part in zip(record.rows, record.parts, strict=True):
            if row.role != PartRole.DETAIL:
                continue
            keys = desk.keyring.epochs.get(row.key_epoch)
            if keys is None or keys.audit is None:
                return Detail("closed")
            if part is None:
                return Detail("damaged")
            header = record.header
            try:
                if header.action in (Action.UNLOCK, Action.RECOVERY_BEGUN, Action.GRANT_REFUSED):
                    origin = open_origin(part, keys.audit, vault_id, header.session, header.action)
                    return Detail("open", (
                        ("From", origin.host), ("Login", origin.login), ("Terminal", origin.terminal),
                        ("Over", origin.client), ("Program", origin.agent),
                    ))  # fmt: skip
                words = open_words(part, keys.audit, vault_id, header.session, header.action, header.entity)
            except NotWhole:
                return Detail("damaged")
            more = tuple(("", each) for each in words.more)
            return Detail("open", (("Words", words.words), *more) if words.words or not more else more)
    return Detail("none")
