"""Alerts as they are listed: what stands on the record, and what is told only; and what an answer can be."""

from __future__ import annotations

from dataclasses import dataclass

from core.alerts.alert import Alert, Rule, Severity
from core.alerts.feed import Standing
from core.session.opened import OpenVault
from vault_format.codes import Reason

DAYS = 30
"""What is not on the record, as it is low or a note that nobody answered, is listed for so many days."""
_DAY_MS = 86_400_000
_NOBODYS = (Rule.REVIEW_OVERDUE, Rule.FINDING)
ANSWERS = (
    (Reason.MISTAKE, "slip", "a slip: somebody mistyped, or forgot"),
    (Reason.BY_HAND, "in-order", "done on purpose, and in order"), (Reason.CARE, "care", "care of the client"),
    (Reason.SUPERVISION, "supervision", "supervision"), (Reason.EMERGENCY, "emergency", "emergency"),
    (Reason.LEGAL, "legal", "law or court"),
    (Reason.COMPROMISE, "compromise", "somebody who may not: it is being dealt with"),
    (Reason.OTHER, "other", "other, in words"),
)  # fmt: skip
"""What an alert can have been: the reason that is recorded, the word for a command, words for a page."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row: when (UTC ms), how serious, what; `sequence` is its record (0: none), `told` what an answer records."""

    time: int
    severity: int
    rule: int
    what: str
    who: str
    records: tuple[int, ...]
    sequence: int = 0
    answer: int = 0
    answered_by: str = ""
    told: Alert | None = None


def items_of(on_record: tuple[Standing, ...], told: list[Alert], vault: OpenVault, now: int) -> list[Item]:
    """Return the rows: what waits for an answer first, then by time, newest first."""
    names = {number: member.name for number, member in vault.ledger.state.members.items()}
    known = {(each.rule, each.records[-1:]) for each in on_record}
    times = vault.columns.times

    def when(each: Standing) -> int:
        """Return when it happened, not when somebody was there to record it."""
        last = each.records[-1] if each.records else each.sequence
        return times[last] if last < len(vault.columns) else each.time

    def whose(each: Standing) -> str:
        """Return whose act the last of its records is; what is overdue by a date, or unsigned, is nobody's."""
        last = each.records[-1] if each.records else len(vault.columns)
        nobodys = each.rule in _NOBODYS or (each.rule == Rule.ROTATION_OVERDUE and len(each.records) == 1)
        if nobodys or last >= len(vault.columns):
            return ""
        shape = vault.columns.shape(last)
        return names.get(shape.member, "") if shape.generation else ""

    rows = [
        Item(when(each), each.severity, each.rule, each.words, whose(each), each.records, each.sequence, each.answer,
             each.answered_by) for each in on_record
    ]  # fmt: skip
    rows += [
        Item(each.time, each.severity, each.rule, each.words, names.get(each.member, ""), each.records, told=each)
        for each in told
        if each.time > now - DAYS * _DAY_MS and (each.rule, each.records[-1:]) not in known
    ]
    ledger = vault.ledger
    if ledger.findings:
        first = ledger.findings[0]
        rows.append(Item(now, Severity.CRITICAL, Rule.FINDING, f"the vault does not verify: {first.kind}", "",
                         (min(first.seq, max(0, ledger.count - 1)),)))  # fmt: skip
    return sorted(rows, key=lambda row: (bool(row.answer), -row.time))


def severity_of(item: Item) -> Severity:
    """Return how serious it is; what a newer program counts as something else is critical."""
    return Severity(item.severity) if item.severity in list(Severity) else Severity.CRITICAL
