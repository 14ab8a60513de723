"""Many vaults, one watcher: each is followed and verified as it grows, and judged by an engine of its own."""

from __future__ import annotations

import contextlib
import os
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.alerts import Alert, Engine, Rule, Severity
from core.watching.changes import Changes
from vault_format import machine
from vault_format.errors import TacendaError
from vault_format.frames.scan import Batch
from vault_format.pins import PinFile
from vault_format.store import Moved
from vault_format.verification.findings import Finding
from vault_format.verification.verify import Pinned
from vault_format.view import Clock, View

TICK_SECONDS = 60.0
WHOLE_SECONDS = 3_600.0
"""So often a vault is verified from its first byte, for what was changed in place in records that were read before."""
_SHARE = 20.0
"""After a whole verification the next one waits so many times as long as it took: a twentieth of a core at most."""
Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """An alert of the vault at `path`; `member` is the name of whose act it was (empty: nobody's)."""

    path: str
    vault: str
    alert: Alert
    member: str
    detail: str = ""


class _Judged(View):
    """A view whose records go through an engine as they are accepted."""

    def __init__(self, path: str, clock: Clock, engine: Engine, pin: Pinned | None) -> None:
        self._engine = engine
        self.alerts: list[Alert] = []
        super().__init__(path, clock, pin=pin, listener=self._judge)

    def _judge(self, batch: Batch) -> None:
        self.alerts += self._engine.take(batch, self.walk.state)


class WatchedVault:
    """One vault. Its history teaches the engine what is usual; what came after the last record remembered is told.

    It is read on where it ends. Its beginning is read again where the file was written to and nothing was appended,
    and now and then whatever happens.
    """

    def __init__(self, path: str, clock: Clock, folder: str, now: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._now = now
        self._stamp: Stamp | None = None
        self._doubtful = False
        self._not_before = 0.0
        self._whole_due = 0.0
        self._spread = 0.5 + zlib.crc32(os.fsencode(path)) / 2**33
        self._clock = clock
        self._pins = PinFile(folder, path)
        self._engine = Engine()
        self._view: _Judged | None = None
        self._pinned: Pinned | None = self._pins.pinned
        self._objection = ""
        self._findings: set[Finding] = set()

    def look(self, *, first: bool = False) -> list[Told]:
        """Take in what was appended and return what is to be told; of what FIRST stood there what is not remembered."""
        try:
            return self._look(first=first)
        except TacendaError as error:
            return self._unreadable(error.what)
        except Exception as error:  # noqa: BLE001  whatever one vault does to this program, the others are watched
            self._forget_view()
            return self._unreadable(f"an error of Tacenda itself ({type(error).__name__})")

    def _look(self, *, first: bool) -> list[Told]:
        alerts = self._follow()
        self._objection = ""
        view = self._view
        if view is None:
            return []
        told = [self._told(view, alert) for alert in alerts if not first or self._came_meanwhile(alert)]
        now = self._clock()
        for each in view.findings:
            if each not in self._findings:
                self._findings.add(each)
                detail = f"{each.kind}: {each.detail}"
                told += [self._told(view, alert, detail) for alert in self._engine.finding(each.seq, now)]
        if not view.broken:
            self._pinned = view.pin()
            self._pins.remember(self._pinned)
        if not view.findings:
            self._findings.clear()
        return told + [self._told(view, alert) for alert in self._engine.tick(now, view.state)]

    def _came_meanwhile(self, alert: Alert) -> bool:
        """Whether ALERT rests on a record behind the last one that an earlier watch remembered."""
        pinned = self._pinned
        return pinned is not None and bool(alert.records) and alert.records[-1] > pinned.sequence

    def _follow(self) -> list[Alert]:
        view = self._view
        if view is not None:
            try:
                self._look_for_changes(view.follow())
            except Moved:
                self._forget_view()
            if self._now() >= (self._not_before if self._doubtful else self._whole_due):
                self._forget_view()
            view = self._view
        if view is None:
            return self._open()
        alerts, view.alerts = view.alerts, []
        return alerts

    def _open(self) -> list[Alert]:
        """Verify the whole file; return what came meanwhile."""
        began, engine = self._now(), Engine()
        view = self._view = _Judged(self.path, self._clock, engine, self._pinned)
        before, self._engine = self._engine, engine
        self._doubtful, self._stamp = False, None
        self._look_for_changes(1)
        spent = self._now() - began
        self._not_before = began + spent * _SHARE
        # many vaults that were opened together are not verified together again: events would wait for all of them
        self._whole_due = began + max(WHOLE_SECONDS * self._spread, spent * _SHARE)
        self._spread = 1.0
        alerts, view.alerts = view.alerts, []
        # opened anew: what was told before is not told again, and what came meanwhile is
        found = [alert for alert in alerts if before.is_later(alert)]
        engine.take_over(before)
        return found

    def _look_for_changes(self, appended: int) -> None:
        """Doubt the file where it was written to since the last look, and nothing was APPENDED that could be read."""
        with contextlib.suppress(OSError):
            status = os.stat(self.path)  # noqa: PTH116  the name as it was given
            stamp = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            self._doubtful = self._doubtful or (not appended and self._stamp not in (None, stamp))
            self._stamp = stamp

    def _told(self, view: View, alert: Alert, detail: str = "") -> Told:
        member = view.state.members.get(alert.member)
        return Told(self.path, view.state.vault_id.hex(), alert, member.name if member else "", detail)

    def _unreadable(self, what: str) -> list[Told]:
        """Say once that a vault cannot be followed."""
        if what == self._objection:
            return []
        self._objection = what
        alert = Alert(Rule.FINDING, Severity.CRITICAL, self._clock(), 0, ())
        return [Told(self.path, "", alert, "", what)]

    def _forget_view(self) -> None:
        if self._view is not None:
            self._view.close()
            self._view = None

    def close(self) -> None:
        """Give up."""
        if self._view is not None:
            self._view.close()
        self._pins.close()


class Watcher:
    """Follows the vaults at PATHS; state of its own (pins) is in FOLDER. NOW counts seconds and never goes back."""

    def __init__(
        self, paths: Sequence[str], folder: str, clock: Clock = machine.now_ms,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._vaults = {path: WatchedVault(path, clock, folder, now) for path in paths}
        self._changes = Changes(paths)
        self._now = now
        self._tick = now() + TICK_SECONDS

    def begin(self) -> list[Told]:
        """Read every vault once; return what is wrong or overdue now."""
        return [told for vault in self._vaults.values() for told in vault.look(first=True)]

    def step(self, seconds: float = TICK_SECONDS) -> list[Told]:
        """Wait until something changed, or SECONDS are over, and return what is to be told.

        Once in TICK_SECONDS every vault is looked at, whatever changes meanwhile: what is overdue sets off no record,
        and a vault that is always written to must not keep it from the others.
        """
        changed = self._changes.wait(max(0.0, min(seconds, self._tick - self._now())))
        if self._now() >= self._tick:
            self._tick = self._now() + TICK_SECONDS
            changed = list(self._vaults)
        return [told for path in changed for told in self._vaults[path].look()]

    def close(self) -> None:
        """Give up."""
        self._changes.close()
        for vault in self._vaults.values():
            vault.close()
