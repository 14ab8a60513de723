"""Alerts: what stands, newest first, with the records it rests on; answered with a reason, on the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from textual.widget import Widget

from core.alerts import Alert, Rule, Severity
from core.alerts.feed import Feed, Standing, answer, answer_told, standing_in
from core.moments import moment, zone_of
from core.session import Door, OpenVault
from tui import keymap, words
from tui.screens.box import Box
from tui.screens.page import Memento, Page
from tui.screens.trail.narrow import say_in
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Reason

_NOBODYS = (Rule.ROTATION_OVERDUE, Rule.REVIEW_OVERDUE, Rule.FINDING)
DAYS = 30
"""What is not on the record, as it is low or a note that nobody answered, is listed for so many days."""
_DAY_MS = 86_400_000
_ROLES = {Severity.CRITICAL: "danger", Severity.HIGH: "caution", Severity.LOW: "text", Severity.NOTE: "muted"}
REASONS = (
    (Reason.MISTAKE, "a slip: somebody mistyped, or forgot"), (Reason.BY_HAND, "done on purpose, and in order"),
    (Reason.CARE, "care of the client"), (Reason.SUPERVISION, "supervision"), (Reason.EMERGENCY, "emergency"),
    (Reason.LEGAL, "law or court"), (Reason.COMPROMISE, "somebody who may not: it is being dealt with"),
    (Reason.OTHER, "other, in words"),
)  # fmt: skip


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
        """Return whose act the last of its records is; what is overdue, or unsigned, is nobody's."""
        last = each.records[-1] if each.records else len(vault.columns)
        if each.rule in _NOBODYS or last >= len(vault.columns):
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


class AlertsPage(Page):
    """The alerts of the open session, or of DOOR's vault where nothing is unlocked."""

    WHERE = "alerts"
    PLACE = "audit"
    ABOUT = "What in the trail a person should look at. High and critical ones are on the record, and answered there."
    BINDINGS = keymap.bindings("alerts")

    def __init__(self, door: Door | None = None) -> None:
        super().__init__()
        self._door = door
        self._keyless: tuple[tuple[Standing, ...], list[Alert]] | None = None
        self._asked = False

    def body(self) -> Iterator[Widget]:
        """A sentence over the list."""
        yield Sheet(id="lead", focusable=False)
        yield Rows(id="focus")

    def memento(self) -> Memento | None:
        """Come back to the alerts."""
        return (AlertsPage, {}) if self._door is None else None

    def show_top(self) -> None:
        """Show the places, or that nothing is unlocked."""
        if self._door is None:
            super().show_top()
            return
        self.bar("top").show(
            (("[4 Audit]", "accent"), ("  no passphrase: notes and names stay closed", "muted")),
            self.place_of(self._door.path),
        )

    @property
    def _vault(self) -> OpenVault | None:
        session = self.tacenda.session
        if session is not None:
            return session.vault
        return self._door.opened if self._door is not None else None

    def fill(self) -> None:
        """Show what stands, with the cursor on the same alert."""
        vault = self._vault
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
        at = next((at for at, item in enumerate(items) if here is not None and _same(item, here)), 0)
        open_ones = sum(bool(item.sequence) and not item.answer for item in items)
        self.bar("where").show(((" Audit > ", "muted"), ("alerts", "accent"),
                                (f"   {open_ones:,} not answered, {len(items):,} in all", "text")))  # fmt: skip
        lead = [()] if items else [(), (("   Nothing stands here: no rule found anything.", "text"),)]
        self.query_one("#lead", Sheet).show(lead)
        rows.show(Listed(items, _line), at)
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
        from tui.screens.damaged import Damaged  # noqa: PLC0415
        from tui.screens.trail.audit import AuditPage  # noqa: PLC0415
        from tui.screens.trail.record import RecordView  # noqa: PLC0415
        from tui.screens.trail.review import ReviewPage  # noqa: PLC0415

        item, vault = self.here, self._vault
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
            self.say("Damage is mended, not answered: Enter shows what is damaged.")
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


def _same(item: Item, other: Item) -> bool:
    return (item.rule, item.records, item.sequence) == (other.rule, other.records, other.sequence)


def _line(item: Item, width: int) -> Line:
    severity = Severity(item.severity) if item.severity in list(Severity) else Severity.CRITICAL
    role = "muted" if item.answer else _ROLES[severity]
    mark = "✓" if item.answer else "!" if severity >= Severity.HIGH else " "
    when = words.second(item.time)[: 16 if width >= 79 else 10]
    count = words.plural(len(item.records), "record") if item.records else "-"
    what = f"{item.what} ({item.who})" if item.who else item.what
    end = f"answered by {item.answered_by}" if item.answer else count
    room = max(10, width - len(when) - 14 - (24 if width >= 79 else 0))
    line = [(f"{mark} ", role), (f"{when} ", "muted"), (words.fit(severity.name.lower(), 10), role),
            (words.fit(what, room) + " ", role)]  # fmt: skip
    return [*line, (words.fit(end, 23), "muted")] if width >= 79 else line


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
        self.query_one(Rows).show(Listed(REASONS, lambda reason, _: ((f" {reason[1]}", "text"),)))

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Give the reason that the cursor stands on."""
        reason = REASONS[self.query_one(Rows).cursor][0]
        said = self.query_one("#words", Field).said.strip()
        if reason == Reason.OTHER and not said:
            self.set_focus(self.query_one("#words", Field))
            return
        self.dismiss((reason, said))
