"""New keys that somebody asked for before their date: a passphrase that may be known, a recovery."""

from __future__ import annotations

from dataclasses import dataclass

from core.alerts.late_keys import asked_reason
from core.session.desk import Desk
from vault_format import public
from vault_format.codes import Action, Reason
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole

WORDS = {
    Reason.COMPROMISE: "somebody might know the keys",
    Reason.KIT_RECOVERY: "keys were recovered with a kit",
    Reason.CUSTODIAN_RECOVERY: "custodians recovered keys",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for new keys, in which record, when (UTC ms), why."""

    member: str
    sequence: int
    time: int
    reason: Reason

    @property
    def words(self) -> str:
        """Why, for the middle of a sentence."""
        return WORDS.get(self.reason, "they were asked for")


def asked_for(desk: Desk) -> Asked | None:
    """Return the newest request for new keys that no key set has answered. Nothing is opened."""
    columns, first = desk.vault.columns, desk.state.epochs[-1].seq
    kinds = (Action.ROTATION_DUE, Action.MEMBER_ROLLOVER)
    wanted = {number for number, shape in enumerate(columns.shapes) if shape.action in kinds}
    for seq in range(len(columns) - 1, first, -1):
        if columns.codes[seq] not in wanted:
            continue
        reason = _reason(desk, seq)
        if reason is not None:
            return Asked(desk.name_of(columns.shape(seq).member), seq, columns.times[seq], reason)
    return None


def _reason(desk: Desk, seq: int) -> Reason | None:
    try:
        record = desk.record(seq)
        action = record.header.action
        return asked_reason(action, public.read(action, record.parts[0] or b""))
    except (NotCanonical, NotWhole, IndexError, KeyError):
        return None
