"""Alerts while a vault is open: judged as records come, recorded once if they matter, told to whoever is there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.alerts import Alert, Severity
from core.alerts.feed import Feed, Standing, record_new, standing
from core.session import Session
from tui.screens.page import Page

if TYPE_CHECKING:
    from tui.application import Tacenda

SECONDS = 1.0
_EVERY = 300
"""What no record sets off, as keys that should be changed, is looked at every so many looks."""
_MOST_AT_ONCE = 100
"""A long history that was never judged is told by its newest alerts; the rest stand on the page of alerts."""
_MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one look: what is new, how much of it was put on the record, and all that stands there."""

    new: tuple[Alert, ...]
    recorded: int
    standing: tuple[Standing, ...]


@dataclass
class Work:
    """What goes on from look to look; `pending` are alerts that are to be put on the record."""

    feed: Feed
    pending: list[Alert]


def judge(session: Session, work: Work) -> Judged:
    """Judge what came since the last look; put what is high or critical on the record.

    Raises what following and appending raise; what was not recorded then is tried again with the next look.
    """
    alerts = work.feed.refresh(session.vault)
    work.pending += [alert for alert in alerts if alert.severity >= Severity.HIGH]
    del work.pending[:-_MOST_AT_ONCE]
    recorded = record_new(session, work.pending)
    work.pending.clear()
    with session.at_desk() as desk:
        return Judged(tuple(alerts), recorded, tuple(standing(desk)))


class Alerting:
    """Judges the vault of APP's session, one look at a time. `standing` and `told` are for the page, newest first."""

    def __init__(self, app: Tacenda) -> None:
        self._app = app
        self.begin_anew()

    def begin_anew(self) -> None:
        """Know nothing: another session is open, or none."""
        self._work = Work(Feed(), [])
        self._looking = False
        self._said = False
        self._count = -1
        self._looks = 0
        self.standing: tuple[Standing, ...] = ()
        self.told: list[Alert] = []
        self.judged = False

    @property
    def unanswered(self) -> int:
        """How many alerts on the record nobody has answered."""
        return sum(not each.answer for each in self.standing) if self._app.session is not None else 0

    def look(self, *, now: bool = False) -> None:
        """Look once, in a thread, if there are records that were not judged, if it is time, or NOW."""
        session = self._app.session
        if session is None or self._looking or not session.vault.ledger.count:
            return
        self._looks += 1
        if not now and session.vault.ledger.count == self._count and self._looks % _EVERY:
            return
        self._looking = True
        self._count = session.vault.ledger.count
        self._app.start_job(self._app, partial(judge, session, self._work), self._done, self._failed)

    def _done(self, judged: Judged) -> None:
        self._looking = False
        changed = judged.standing != self.standing or bool(judged.new)
        self.judged = True
        self.standing = judged.standing
        self.told = [*reversed(judged.new), *self.told][:_MOST_KEPT]
        page = self._app.page
        if page is None:
            return
        if judged.recorded:
            worst = max(judged.new, key=lambda alert: (alert.severity, alert.time))
            more = f", and {judged.recorded - 1} more" if judged.recorded > 1 else ""
            page.say(f"Alert, {worst.severity.name.lower()}: {worst.words}{more}. Recorded; Audit lists it.", "caution")
        for shown in self._app.pages:
            if isinstance(shown, Page) and (shown.WHERE == "alerts" or (changed and shown.WHERE in {"today", "audit"})):
                shown.fill()

    def _failed(self, error: BaseException) -> None:
        """Say once what keeps alerts from the record; they are tried again with what comes next."""
        self._looking = False
        page = self._app.page
        if not self._said and page is not None:
            self._said = True
            page.fail(error)
