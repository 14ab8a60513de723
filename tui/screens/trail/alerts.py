"""Alerts: what stands, newest first, with the records it rests on; answered with a reason, on the record."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.alerts import Alert, Rule
from core.alerts.feed import Feed, Standing, answer, answer_told, standing_in
from core.alerts.listed import ANSWERS, DAYS, Item, items_of
from core.moments import moment, zone_of
from core.session import Door, OpenVault
from tui.keys import keymap
from tui.screens.box import Box, say_in
from tui.screens.page import Memento
from tui.screens.practice.sections import Sections
from tui.screens.trail.alert_lines import AlertRows, is_same
from tui.screens.trail.of_a_vault import OfAVault
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Reason


class AlertsPage(OfAVault):
    """The alerts of the open session, or of DOOR's vault where nothing is unlocked."""

    WHERE = "alerts"
    ABOUT = "What in the trail a person should look at. High and critical ones are on the record, and answered there."
    BINDINGS = keymap.bindings("alerts")

    def __init__(self, door: Door | None = None) -> None:
        super().__init__(door)
        self._keyless: tuple[tuple[Standing, ...], list[Alert]] | None = None
        self._asked = False

    def body(self) -> Iterator[Widget]:
        """A sentence over the list."""
        yield Sheet(id="lead", focusable=False)
        yield Sections(id="focus")

    def memento(self) -> Memento | None:
        """Come back to the alerts."""
        return (AlertsPage, {}) if self._door is None else None

    def fill(self) -> None:
        """Show what stands, with the cursor on the same alert."""
        vault = self.vault
        if vault is None:
            return
        alerting = self.tacenda.alerting
        if self._door is None and alerting.judged:
            self._show(vault, alerting.standing, alerting.told)
        elif self._door is None:
            self.show_state("Judging the history.")
            alerting.look(now=True)
        elif self._keyless is not None:
            self._show(vault, *self._keyless)
        elif not self._asked:
            self._asked = True
            self.show_state("Judging the history.")
            self.work(partial(_judged, vault), self._judged)

    def _judged(self, found: tuple[tuple[Standing, ...], list[Alert]]) -> None:
        self._keyless = found
        self.fill()

    def _show(self, vault: OpenVault, on_record: tuple[Standing, ...], told: list[Alert]) -> None:
        rows = self.query_one(Rows)
        here = self.here
        items = items_of(on_record, told, vault, self.tacenda.now())
        laid = AlertRows(items, self.app.size.width - 1)
        at = next((at for at, row in enumerate(laid.rows) if here is not None and is_same(row, here)), 0)
        open_ones = sum(bool(item.sequence) and not item.answer for item in items)
        self.bar("where").show(((" Audit > ", "muted"), ("alerts", "accent"),
                                (f"   {open_ones:,} not answered, {len(items):,} in all", "text")))  # fmt: skip
        lead = [()] if items else [(), (("   Nothing stands here: no rule found anything.", "text"),)]
        self.query_one("#lead", Sheet).show(lead)
        rows.show(Listed(laid.rows, laid.line), at)
        self.show_state(f"Notes and low ones go after {DAYS} days unless answered.")
        self.show_keys()

    def fill_anew(self) -> None:
        """Show it for this width."""
        self.fill()

    def hidden_keys(self) -> frozenset[str]:
        """Leave answering out where nobody can."""
        return frozenset({"answer"}) if self._door is not None else frozenset()

    @property
    def here(self) -> Item | None:
        """The alert that the cursor stands on."""
        rows = self.query_one(Rows)
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        return item if isinstance(item, Item) else None

    def action_choose(self) -> None:
        """Go to the records."""
        from tui.screens.damage.damaged import Damaged  # noqa: PLC0415
        from tui.screens.trail.audit import AuditPage  # noqa: PLC0415
        from tui.screens.trail.record import RecordView  # noqa: PLC0415
        from tui.screens.trail.review import ReviewPage  # noqa: PLC0415

        item, vault = self.here, self.vault
        if item is None or vault is None:
            return
        records = tuple(sorted({seq for seq in item.records if seq < len(vault.columns)}))
        if item.rule == Rule.FINDING and not item.sequence and not vault.ledger.broken:
            self.tacenda.show_page(Damaged(vault))
        elif item.rule == Rule.REVIEW_OVERDUE:
            zone = zone_of(vault.ledger.state.current_policy().zone)
            waits = [moment(vault.columns.times[seq], zone).date() for seq in records]
            self.tacenda.show_page(ReviewPage(self._door, *((waits[0], waits[-1]) if waits else ())))
        elif not records:
            self.say("No record set this off: what was due was not done.")
        elif len(records) == 1:
            self.tacenda.show_page(RecordView(self._door, records[0]))
        else:
            self.tacenda.show_page(AuditPage(self._door, records[-1], only=records, about=item.what))

    def action_answer(self) -> None:
        """Say what it was."""
        item, session = self.here, self.tacenda.session
        if item is None or session is None:
            return
        told = item.told
        if not item.sequence and told is None:
            self.say(self.keyed("Damage is mended, not answered: {choose} shows what is damaged."))
            return
        if item.answer:
            self.say(f"{item.answered_by} answered this in record {item.answer:,}.")
            return

        def answered(said: tuple[Reason, str] | None) -> None:
            if said is not None and told is not None:
                self.work(partial(answer_told, session, told, *said), self._answered)
            elif said is not None:
                self.work(partial(answer, session, item.sequence, *said), self._answered)

        self.tacenda.show_page(AnswerBox(item.what), answered)

    def _answered(self, sequence: int) -> None:
        self.say(f"Answered: record {sequence:,}.", "good")
        self.tacenda.alerting.look(now=True)


def _judged(vault: OpenVault) -> tuple[tuple[Standing, ...], list[Alert]]:
    return tuple(standing_in(vault)), Feed().refresh(vault)[::-1]


class AnswerBox(Box):
    """Asks what an alert was; its result is (reason, words)."""

    WHERE = "answer"
    BINDINGS = keymap.bindings("answer")

    def __init__(self, what: str) -> None:
        super().__init__("Answer this alert")
        self._what = what

    def body(self) -> Iterator[Widget]:
        """What it was, the reasons, words."""
        yield Sheet(id="what", focusable=False)
        yield Rows(id="focus")
        yield Labelled("Words", Field(id="words", hint="optional; owners and auditors read them"))

    def on_mount(self) -> None:
        """Fill it."""
        say_in(self, "what", self._what, "text")
        self.query_one(Rows).show(Listed(ANSWERS, lambda reason, _: ((f" {reason[2]}", "text"),)))

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Give the reason that the cursor stands on."""
        reason = ANSWERS[self.query_one(Rows).cursor][0]
        said = self.query_one("#words", Field).said.strip()
        if reason == Reason.OTHER and not said:
            self.set_focus(self.query_one("#words", Field))
            return
        self.dismiss((reason, said))
