"""What the page of the trail stands on: which vault, the rows before the check is done, the ways to other pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from textual.timer import Timer
from textual.widget import Widget

from core.audit.asking import Asked
from core.audit.columns import Columns
from core.audit.newest import newest_records
from core.audit.surveyed import Surveyed
from core.audit.trail import Trail
from core.session import Door
from tui import words
from tui.screens.trail.beside import RecordBeside
from tui.screens.trail.lines import NewestFirst, Unverified, checking_lines
from tui.screens.trail.of_a_vault import OfAVault
from tui.screens.trail.writing import write_shown
from tui.widgets.lines import Bar, Sheet
from tui.widgets.rows import Rows
from vault_format.errors import TacendaError

LOOKING = "Looking through the trail."
_NEWEST = 100
_WATCH_SECONDS = 0.2


class TrailPage(RecordBeside, OfAVault):  # styles go by the first
    """A list of records of the open session's vault, or of DOOR's; the rest is as AuditPage says it."""

    def __init__(
        self, door: Door | None = None, at: int | None = None, asked: Asked | None = None, *,
        only: tuple[int, ...] = (), about: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self._door = door
        self._at = at
        self._asked = asked
        self._only = only
        self._why = about
        self._found: Surveyed | None = None
        self._looking: Columns | None = None
        self._question = 0
        self._put = -1
        self._checkpoint: int | None = None
        self._timer: Timer | None = None
        self._began = 0.0

    def body(self) -> Iterator[Widget]:
        """Verdict, what is shown, heads, list."""
        yield Sheet(id="verdict", focusable=False)
        yield Rows(id="damage")
        yield Bar(id="narrowed")
        yield Bar(id="heads")
        yield from self.list_and_sheet()

    @property
    def records(self) -> Rows:
        """The list of records."""
        return self.query_one("#focus", Rows)

    @property
    def here(self) -> int:
        """The record that the cursor stands on, -1 if there is none."""
        rows = self.records
        return rows.source.sequence(rows.cursor) if isinstance(rows.source, NewestFirst) and len(rows.source) else -1

    @property
    def found(self) -> Surveyed | None:
        """What is shown, as far as it was looked through."""
        return self._found

    # -- while it is checked -----------------------------------------------------------------------------------

    def _wait(self, door: Door) -> None:
        """Show the newest rows as they stand in the file, and follow the check."""
        if self._timer is not None:
            return
        self._began = time.monotonic()
        self._timer = self.set_interval(_WATCH_SECONDS, self._watch)
        self.work(partial(newest_records, door.path, _NEWEST), self._show_unverified, self._unread)
        self._watch()
        self.fill_anew()

    def _unread(self, error: BaseException) -> None:
        """Leave it to the check to say what is wrong with the file."""

    def _show_unverified(self, newest: tuple[int, Columns]) -> None:
        if self.vault is None:
            first, columns = newest
            self.records.show(Unverified(Trail(columns, lambda number: f"member {number}"), first), 0)
            self.fill_anew()
            self.show_state("Records open once they are verified.")

    def _watch(self) -> None:
        if self._door is None:
            return
        checking = self._door.progress()
        try:
            done = self._door.facts() is not None
        except TacendaError as error:
            self._stop_watching()
            self.query_one("#verdict", Sheet).show([((" This file cannot be checked.", "danger"),), ()])
            self.fail(error)
            return
        if done:
            self._stop_watching()
            self.fill()
            return
        passed = time.monotonic() - self._began
        self.query_one("#verdict", Sheet).show(checking_lines(checking, passed, self.app.size.width))

    def _stop_watching(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    # -- to other pages ----------------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """Show all about the record; a run is unfolded first."""
        from tui.screens.trail.record import RecordView  # noqa: PLC0415

        rows, found = self.records, self._found
        if self.focused is self.query_one("#damage", Rows):
            self.action_finding()
        elif found is None or not isinstance(rows.source, NewestFirst) or self.here < 0:
            if self._door is not None and self.vault is None:
                self.say("This record is not verified yet. It opens when the check is done.")
            elif self._looking is not None:
                self.say(LOOKING)
        elif found.shown.unfold(len(found.shown) - 1 - rows.cursor):
            # the newest of them stands where the run stood
            rows.show(NewestFirst(found.trail, found.shown), rows.cursor)
        else:
            self.tacenda.show_page(RecordView(self._door, self.here))

    def action_finding(self) -> None:
        """Show what is broken, or which entries are damaged."""
        from tui.screens.damage.broken import Broken  # noqa: PLC0415
        from tui.screens.damage.damaged import Damaged  # noqa: PLC0415

        vault = self.vault
        if vault is None or not vault.ledger.findings:
            return
        if not vault.ledger.broken:
            self.tacenda.show_page(Damaged(vault))
        elif self._door is not None:
            self.tacenda.show_page(Broken(self._door))

    def action_alerts(self) -> None:
        """Show the alerts."""
        from tui.screens.trail.alerts import AlertsPage  # noqa: PLC0415

        if self.vault is not None:
            self.tacenda.show_page(AlertsPage(self._door))

    def action_day(self) -> None:
        """Show the review of the day of the record where the cursor is."""
        from tui.screens.trail.review import ReviewPage  # noqa: PLC0415

        vault, here = self.vault, self.here
        if vault is not None:
            day = words.moment(vault.columns.times[here]).date() if here >= 0 else None
            self.tacenda.show_page(ReviewPage(self._door, day))

    def action_activity(self) -> None:
        """Show when what the list shows was done."""
        from tui.screens.trail.activity import ActivityPage  # noqa: PLC0415

        found, asked = self._found, self._asked
        if found is None:
            return
        if asked is None and not self._only:
            self.tacenda.show_page(ActivityPage(found.trail))
        else:
            about = asked.words if asked is not None else self._why
            self.tacenda.show_page(ActivityPage(found.trail, found.shown.sequences(), about))

    def action_checkpoint(self) -> None:
        """Show the page that makes a checkpoint, or compares one."""
        from tui.screens.trail.checkpoint import CheckpointPage  # noqa: PLC0415

        if self.vault is not None:
            self.tacenda.show_page(CheckpointPage(self._door))

    def action_write_out(self) -> None:
        """Write what is shown to a file."""
        vault, found = self.vault, self._found
        if vault is not None and found is not None:
            write_shown(self, vault, found)
