"""The day's review: what was done on one day, looked through and signed off by a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from textual.widget import Widget

from core.reports.report import Report, as_markdown, nothing, report, sign_off
from core.session import Door
from tui import words
from tui.keys import keymap
from tui.screens.trail.of_a_vault import OfAVault
from tui.screens.trail.writing import write_page
from tui.screens.vault.copies import AskLine
from tui.screens.vault.parts import heading, labelled
from tui.widgets.lines import Line, Sheet
from vault_format.codes import Role

_MOST_LINES = 200


class ReviewPage(OfAVault):
    """The review of DAY (None: today), or of all days to UNTIL, in the open session's vault, or in DOOR's."""

    WHERE = "day"
    ABOUT = "One day of the trail: who did what how often, failures, alerts. Signing it off is recorded."
    BINDINGS = keymap.bindings("day")

    def __init__(self, door: Door | None = None, day: date | None = None, until: date | None = None) -> None:
        super().__init__(door)
        self._day = day
        self._until = until
        self._report: Report | None = None
        self._busy = False

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Read the day once: what comes while one looks is in the next reading of it."""
        super().on_mount()
        self._read(self._day, self._until)

    def _read(self, day: date | None, until: date | None = None) -> None:
        vault = self.vault
        if vault is not None and not self._busy:
            self._busy = True
            self.show_state("Reading the trail. Every record is checked for it.")
            reading = partial(report, vault.path, day, self.tacenda.now, vault.pins.pinned, until)
            self.work(reading, self._show, self._unread)

    def _unread(self, error: BaseException) -> None:
        self._busy = False
        self.show_state("")
        self.fail(error)

    def _show(self, found: Report) -> None:
        self._busy = False
        self._report = found
        self._day, self._until = date.fromisoformat(found.day), date.fromisoformat(found.until)
        self.fill_anew()
        self.show_keys()
        may = f"{self.key_of('sign')} signs it off." if self._may_sign else ""
        self.show_state(f"As it was read at {words.clock(self.tacenda.now())[:5]}. {may}".strip())

    @property
    def _may_sign(self) -> bool:
        session = self.tacenda.session
        may = session is not None and session.role in (Role.OWNER, Role.AUDITOR)
        return may and self._report is not None and not self._report.quiet

    def fill_anew(self) -> None:
        """Lay the day out for this width."""
        found = self._report
        if found is None:
            return
        self.bar("where").show(((" Audit > ", "muted"), (f"review of {_days(found)}", "accent"),
                                (f"   in the practice's zone, {found.zone}", "muted")))  # fmt: skip
        self.query_one("#focus", Sheet).show(review_lines(found, self.app.size.width))

    def hidden_keys(self) -> frozenset[str]:
        """Leave signing out where there is nothing to sign, or nobody."""
        return frozenset() if self._may_sign else frozenset({"sign"})

    def action_older(self) -> None:
        """Show the day before."""
        self._turn(self._day, -1)

    def action_newer(self) -> None:
        """Show the day after."""
        self._turn(self._until, 1)

    def _turn(self, day: date | None, step: int) -> None:
        if day is not None and not self._busy:
            self._read(day + timedelta(days=step))

    def action_sign(self) -> None:
        """Sign it off."""
        session, found = self.tacenda.session, self._report
        if session is None or found is None or not self._may_sign:
            return

        def answered(said: str | None) -> None:
            if said is not None:
                self.work(partial(sign_off, session, found, said), self._signed)

        hint = keymap.keyed("optional; owners and auditors read it. {submit} signs off", AskLine.WHERE)
        box = AskLine(f"Sign off {found.days}", "What you saw", hint)
        self.tacenda.show_page(box, answered)

    def _signed(self, sequence: int) -> None:
        self.say(f"Signed off: record {sequence:,}.", "good")
        self.tacenda.alerting.look(now=True)

    def action_write_out(self) -> None:
        """Write it to a file."""
        found = self._report
        if found is not None:
            said = "This review, as Markdown. No note and no name of a client is in it."
            write_page(self, "Write this review", said, f"review-{found.day}.md", as_markdown(found))


def _days(found: Report) -> str:
    first, last = words.with_weekday(found.day), words.with_weekday(found.until)
    return first if found.day == found.until else f"{first} to {last}"


def review_lines(found: Report, width: int) -> list[Line]:
    """Return the day as it stands on the page."""
    whole = ("The vault is whole.", "good") if found.intact else ("The vault does not verify.", "danger")
    lines: list[Line] = [(), ((f"   {whole[0]}", whole[1]), (f"  {found.records:,} records", "muted"))]
    if found.quiet:
        lines += [(), ((f"   {nothing(found)}.", "text"),)]
    else:
        lines += [((f"   Records {found.first:,} to {found.last:,}", "text"),), (), heading("Who did what, how often")]
        for name, acts in found.acts.items():
            told = ", ".join(f"{what} {count:,}" for what, count in acts.items())
            lines += labelled(name or "unknown", told, width)
    for title, texts, role in (("Findings", found.findings, "danger"), ("Alerts", found.alerts, "caution"),
                               ("Failures", found.failures, "caution"),
                               ("Signed off before", found.reviewed, "muted")):  # fmt: skip
        if texts:
            lines += [(), heading(title)]
            for text in texts[:_MOST_LINES]:
                lines += [((f"   {row}", role),) for row in words.wrap(text, width - 5)]
            if len(texts) > _MOST_LINES:
                lines.append(((f"   and {len(texts) - _MOST_LINES:,} more", "muted"),))
    return [*lines, (), *labelled("Report", words.grouped(found.digest().hex(), 8), width, "muted")]
