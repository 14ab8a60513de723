"""The accounting of disclosures: for one client, what left the vault, when, for whom and why."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.trail import Filter, Trail
from core.details import open_words
from core.session.desk import Desk
from core.session.session import Session
from vault_format import public
from vault_format.codes import Action, Basis, ExportForm, Kind, PartRole, Purpose
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole
from vault_format.ledger import Record
from vault_format.public.entities import Disclose

FORMS: dict[int, str] = {
    ExportForm.MARKDOWN: "Markdown", ExportForm.TEXT: "text", ExportForm.HTML: "HTML", ExportForm.JSON: "JSON",
}  # fmt: skip
BASES: dict[int, str] = {
    Basis.AUTHORIZATION: "client's authorization", Basis.ACCESS: "client's right of access",
    Basis.CARE: "treatment, payment or operations", Basis.COURT: "court or subpoena",
    Basis.LAW: "required by law", Basis.THREAT: "serious threat", Basis.OTHER: "other",
}  # fmt: skip
PURPOSES: dict[int, str] = {
    Purpose.TREATMENT: "treatment", Purpose.PAYMENT: "payment", Purpose.OPERATIONS: "operations",
    Purpose.CLIENT_COPY: "client's own copy", Purpose.COURT: "court", Purpose.ABUSE_REPORT:
    "report of abuse or neglect", Purpose.DUTY_TO_WARN: "duty to warn", Purpose.OVERSIGHT: "oversight or licensing",
    Purpose.OTHER: "other",
}  # fmt: skip
NOT_ACCOUNTED = frozenset({Basis.AUTHORIZATION, Basis.ACCESS, Basis.CARE})
"""What an accounting under 45 CFR 164.528 may leave out; it is listed here all the same."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One export of a client's notes: its record, time (UTC ms), who made it, the note (0: the chart), how many notes.

    RECIPIENT and MORE are empty where READABLE is false: they are sealed to owners and auditors. FAILED says that the
    record was written and the export was not; ACCOUNTED that a client who asks for the accounting must be told of it.
    """

    sequence: int
    time: int
    member: str
    note: int
    form: str
    basis: str
    purpose: str
    entries: int
    process: bool
    failed: bool
    accounted: bool
    readable: bool
    recipient: str
    more: tuple[str, ...]


def disclosures(session: Session, client: int) -> list[Disclosure]:
    """Return what left of CLIENT's notes, newest first.

    Details open with the audit key that the session holds; no note is opened.
    """
    with session.at_desk() as desk:
        columns = desk.vault.columns
        trail = Trail(columns, desk.name_of)
        failed = {
            desk.record(seq).header.ref for seq in trail.find(Filter(action=Action.ACT_FAILED))
        }  # fmt: skip
        found = trail.find(Filter(action=Action.DISCLOSE, client=client))
        return [row for seq in reversed(found) if (row := _row(desk, seq, failed=seq in failed)) is not None]


def _row(desk: Desk, seq: int, *, failed: bool) -> Disclosure | None:
    record = desk.record(seq)
    header = record.header
    try:
        said = public.read(header.action, record.parts[0] or b"")
    except (NotCanonical, IndexError):
        return None
    if not isinstance(said, Disclose):
        return None
    recipient, more, readable = _words(desk, record)
    accounted = not failed and said.basis not in NOT_ACCOUNTED
    return Disclosure(
        seq, header.time, desk.name_of(header.member), header.entity if header.kind == Kind.NOTE else 0,
        FORMS.get(said.form, f"form {said.form}"),
        BASES.get(said.basis, f"basis {said.basis}"),
        PURPOSES.get(said.purpose, f"purpose {said.purpose}"),
        said.entries, said.process, failed, accounted, readable, recipient, more,
    )  # fmt: skip


def _words(desk: Desk, record: Record) -> tuple[str, tuple[str, ...], bool]:
    """Return recipient and further lines, and whether they could be read."""
    header = record.header
    for row, part in zip(record.rows, record.parts, strict=True):
        if row.role != PartRole.DETAIL or part is None:
            continue
        keys = desk.keyring.epochs.get(row.key_epoch)
        if keys is None or keys.audit is None:
            break
        try:
            words = open_words(
                part, keys.audit, desk.state.vault_id, header.session, header.action, header.entity
            )  # fmt: skip
        except NotWhole:
            return "damaged", (), False
        return words.words, tuple(words.more), True
    return "", (), False
