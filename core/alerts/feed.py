"""Alerts in an open session: judged as records come in, recorded once, answered with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from core.acts import trail
from core.acts.acting import Acting
from core.alerts.alert import WORDS, Alert, Rule, Severity
from core.alerts.engine import Engine
from core.session.desk import Desk
from core.session.opened import OpenVault
from core.session.session import Session
from vault_format import public
from vault_format.codes import Action, Reason
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole, UsageError
from vault_format.frames.record import Draft
from vault_format.frames.scan import Batch
from vault_format.ledger import Ledger, Record
from vault_format.public.trail import Alert as AlertShape


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert on the record: where, when (UTC ms), what, and the record that answers it (0: nobody did)."""

    sequence: int
    time: int
    rule: int
    severity: int
    records: tuple[int, ...]
    answer: int
    answered_by: str

    @property
    def words(self) -> str:
        """What happened, in words; a rule of a newer program by its number."""
        return WORDS[Rule(self.rule)] if self.rule in list(Rule) else f"rule {self.rule}"


class Feed:
    """What an engine makes of the vault of a session, as it grows."""

    def __init__(self) -> None:
        self._engine = Engine()
        self._ledger: Ledger | None = None
        self._next = 0

    def refresh(self, vault: OpenVault) -> list[Alert]:
        """Judge what came since the last time; the first time that is the whole history."""
        ledger = vault.ledger
        before: Engine | None = None
        if ledger is not self._ledger:
            if self._ledger is not None:
                # opened anew: what was told before is not told again
                before, self._engine = self._engine, Engine()
            self._ledger, self._next = ledger, 0
        found: list[Alert] = []
        while (batch := _next_batch(ledger, self._next)) is not None:
            found += self._engine.take(batch, ledger.state)
            self._next = batch.items[-1][2][2] + 1
        if before is not None:
            found = [alert for alert in found if before.is_later(alert)]
        return found + self._engine.tick(vault.clock(), ledger.state)


def _next_batch(ledger: Ledger, first: int) -> Batch | None:
    """Return the next records; whoever wants to write in the meantime can, however long a history is judged."""
    for batch in ledger.batches(first):
        return batch
    return None


def standing(desk: Desk) -> list[Standing]:
    """Return the alerts on the record, newest first. Nothing is opened."""
    return standing_in(desk.vault)


def standing_in(vault: OpenVault) -> list[Standing]:
    """Return the alerts on the record of VAULT, newest first; no key is needed. One that cannot be read is left out."""
    columns, members, found = vault.columns, vault.ledger.state.members, {}
    kinds = {number for number, shape in enumerate(columns.shapes) if shape.action in (Action.ALERT, Action.ANSWERED)}
    for seq in [seq for seq, code in enumerate(columns.codes) if code in kinds]:
        shape = columns.shape(seq)
        try:
            record = vault.ledger.record(seq)
        except (LookupError, NotWhole):
            continue
        if shape.action == Action.ALERT:
            said = _said(record)
            if said is not None:
                found[seq] = Standing(
                    seq, columns.times[seq], said.rule, said.severity, tuple(said.records), 0, ""
                )  # fmt: skip
            continue
        of = found.get(record.header.ref)
        if of is not None:
            name = members[shape.member].name if shape.member in members else ""
            found[of.sequence] = Standing(of.sequence, of.time, of.rule, of.severity, of.records, seq, name)
    return list(found.values())[::-1]


def _said(record: Record) -> AlertShape | None:
    try:
        said = public.read(Action.ALERT, record.parts[0] or b"")
    except (NotCanonical, IndexError):
        return None
    return said if isinstance(said, AlertShape) else None


def record_new(session: Session, alerts: list[Alert], least: Severity = Severity.HIGH) -> int:
    """Put ALERTS of at least this severity on the record, but for those that stand there. Returns how many."""
    with session.at_desk() as desk:

        def build(acting: Acting) -> list[Draft]:
            # looked up where the newest state is known: another session may have recorded them a moment ago
            known = {(each.rule, each.records[-1:]) for each in standing(desk)}
            return [
                trail.alert(acting, alert.rule, alert.severity, alert.records) for alert in alerts
                if alert.severity >= least and alert.records and (alert.rule, alert.records[-1:]) not in known
            ]  # fmt: skip

        if not any(alert.severity >= least and alert.records for alert in alerts):
            return 0
        return len(desk.append(build))


def answer(session: Session, sequence: int, reason: Reason, words: str = "") -> int:
    """Answer the alert at SEQUENCE with a reason; WORDS are for the auditors. Returns the record. Raises UsageError."""
    if reason == Reason.OTHER and not words.strip():
        raise UsageError("Another reason is said in words.", safe="Nothing was written.")
    with session.at_desk() as desk:
        known = next((each for each in standing(desk) if each.sequence == sequence), None)
        if known is None:
            raise UsageError(f"Record {sequence:,} is no alert.", safe="Nothing was written.")
        if known.answer:
            raise UsageError(f"{known.answered_by} answered this alert.", safe="Nothing was written.")
        return desk.append(lambda acting: [trail.answered(acting, sequence, reason, words)])[-1].sequence


def answer_told(session: Session, told: Alert, reason: Reason, words: str = "") -> int:
    """Put TOLD on the record, whatever its severity, and answer it there. Returns the record of the answer.

    Where another session recorded it a moment ago that one is answered. Raises UsageError, as `answer` does.
    """
    with session.at_desk() as desk:

        def build(acting: Acting) -> list[Draft]:
            if _standing_as(desk, told) is not None:
                return []
            return [trail.alert(acting, told.rule, told.severity, told.records)]

        desk.append(build)
        known = _standing_as(desk, told)
        if known is None:
            raise UsageError("This alert could not be found on the record.", todo="Try again.")
        return answer(session, known.sequence, reason, words)


def _standing_as(desk: Desk, told: Alert) -> Standing | None:
    key = (told.rule, told.records[-1:])
    return next((each for each in standing(desk) if (each.rule, each.records[-1:]) == key), None)
