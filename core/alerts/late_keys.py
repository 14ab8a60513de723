"""Keys that should have been changed: as the policy says, or because somebody asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from core.alerts.alert import DAY_MS, Alert, Rule, Severity
from core.alerts.thresholds import ASKED
from vault_format import public
from vault_format.authority.state import State
from vault_format.codes import Action, Reason
from vault_format.public.members import Rollover
from vault_format.public.trail import Reasoned


def asked_reason(action: int, said: public.Shape | None) -> Reason | None:
    """Return why a record of ACTION that SAID this asks for new keys before their date; None where it does not.

    A rollover because somebody might know the old keys asks by itself, also where the request behind it is missing.
    """
    if action == Action.ROTATION_DUE and isinstance(said, Reasoned):
        return Reason(said.reason)
    if isinstance(said, Rollover) and said.reason == Reason.COMPROMISE:
        return Reason.COMPROMISE
    return None


class LateKeys:
    """Follows the requests in one vault; the newest counts, until a key set is opened behind it."""

    def __init__(self) -> None:
        self._asked: tuple[int, int, int] | None = None

    def take(self, action: int, said: public.Shape | None, seq: int, time: int, member: int) -> None:
        """Take a signed record of MEMBER at TIME (UTC ms)."""
        if asked_reason(action, said) is not None:
            self._asked = (seq, time, member)

    def overdue(self, now: int, state: State) -> Iterator[Alert]:
        """Return what is late at NOW (UTC ms). Keys that somebody asked for are another matter with each request."""
        newest = state.epochs[-1]
        if self._asked is not None:
            seq, time, member = self._asked
            if seq > newest.seq and now > time + ASKED:
                yield Alert(Rule.ROTATION_OVERDUE, Severity.HIGH, now, member, (newest.seq, seq), seq)
        if now > newest.time + state.current_policy().rotation_days * DAY_MS:
            yield Alert(Rule.ROTATION_OVERDUE, Severity.LOW, now, 0, (newest.seq,))
