"""How long each client's chart has to be kept, holds, and giving up a whole chart. Nothing is destroyed by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from textual import on
from textual.widget import Widget

from core.session import Session
from core.upkeep.charts.retention import OF_AGE, Kept, retention, set_hold, told_of
from tui import words
from tui.keys import keymap
from tui.screens.page import Memento
from tui.screens.vault.charts.approval import Approval, Matter
from tui.screens.vault.looking import LookingPage
from tui.screens.vault.parts import day, heading, labelled, paragraph
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import ClientStatus, Role

_NONE = "There are no clients, so there is no chart that has to be kept."
_WIDE = 79
_HOLD = "Under it nothing of this chart is shredded, and what is written over stays in the file"


@dataclass(frozen=True, slots=True)
class Seen:
    """Every chart on a day, those that may be destroyed first."""

    rows: tuple[Kept, ...]
    today: date


def look(session: Session) -> Seen:
    """Look at the clock of every chart. No note is opened."""
    today = date.fromisoformat(session.local_day())
    with session.at_desk() as desk:
        desk.open_indexes()
        return Seen(tuple(retention(desk, today)), today)


def told(seen: Seen) -> str:
    """Return the state of all charts in a few words."""
    over, held = sum(row.over for row in seen.rows), sum(row.hold for row in seen.rows)
    said = f"{words.plural(over, 'chart')} may be destroyed" if over else "every chart is to be kept"
    return f"{said}, {words.plural(held, 'legal hold')}" if held else said


class RetentionPage(LookingPage[Seen]):
    """The charts with their dates, and all about the chosen one."""

    WHERE = "retention"
    at = "Retention"
    ABOUT = "How long each chart has to be kept, and what may be destroyed. Nothing goes by itself: a person decides."
    BINDINGS = keymap.bindings("retention")

    def body(self) -> Iterator[Widget]:
        """Heads, charts, one of them."""
        yield Bar(id="heads")
        yield Rows(id="focus")
        yield Sheet(id="detail")

    def memento(self) -> Memento:
        """Come back to the list."""
        return RetentionPage, {}

    def look(self, session: Session) -> Seen:
        """Look at every clock."""
        return look(session)

    def before_looking(self, session: Session) -> None:
        """Say who may do what."""
        may = {Role.OWNER: "owner, may change", Role.CLINICIAN: "clinician, may set a hold"}
        self.show_where(may.get(session.role, "an owner changes"))

    def fill_anew(self) -> None:
        """Show the list for this width."""
        seen, session = self.seen, self.tacenda.session
        if seen is None or session is None:
            return
        last = f"{'Last seen':<12}" if self.page_width >= _WIDE else ""
        heads = f"    {'Client':<15}{'Status':<10}{last}{'Keep until':<12}"
        self.query_one("#heads", Bar).show(((heads if seen.rows else "", "muted"),))
        self.query_one("#focus", Rows).show(Listed(seen.rows, _line))
        if not seen.rows:
            self.query_one("#detail", Sheet).show([(), *paragraph(_NONE, self.page_width)])
        policy = session.policy
        years, minors = policy.retention_years, policy.retention_minor_years
        said = f"Kept {years} years after the last contact, minors {minors} after {OF_AGE}. Nothing goes by itself."
        self.show_state(said)
        self.show_keys()

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what needs a chart where there is none; under a hold shredding, and lifting it for a clinician."""
        row, session = (self.here, self.tacenda.session) if self.is_mounted else (None, None)
        if row is None or session is None:
            return frozenset({"choose", "hold", "shred"})
        if not row.hold:
            return frozenset()
        return frozenset({"shred"}) if self.owner(session) else frozenset({"shred", "hold"})

    @property
    def here(self) -> Kept | None:
        """The chart that the cursor stands on."""
        seen, at = self.seen, self.query_one("#focus", Rows).cursor
        return seen.rows[at] if seen is not None and at < len(seen.rows) else None

    @on(Rows.Moved)
    def _show_detail(self) -> None:
        row, seen, session = self.here, self.seen, self.tacenda.session
        if row is not None and seen is not None and session is not None:
            minor = session.policy.retention_minor_years
            self.query_one("#detail", Sheet).show([(), *chart_lines(row, seen.today, minor, self.page_width)])
        self.show_keys()

    # -- what can be done --------------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """Show the client's sheet, where it is closed."""
        from tui.screens.practice.sheet import ClientSheet  # noqa: PLC0415

        row = self.here
        if row is not None:
            self.tacenda.show_page(ClientSheet(row.client))

    def action_hold(self) -> None:
        """Set a legal hold; lift one, once that was approved. Who may not is told so by the act itself."""
        row, session = self.here, self.tacenda.session
        if row is None or session is None:
            return
        if not row.hold:
            self.work(partial(set_hold, session, row.client, hold=True), lambda _: self._held(row.code, "set"))
            return
        if not self.owner(session):
            self.say("Only an owner lifts a hold.")
            return
        self.tacenda.show_page(Approval(
            Matter(
                f"Retention > hold on {row.code}", "lift it",
                "The legal hold is lifted, on the record. From then on notes of this chart can be shredded again.",
                "What was written over while it stood stays in the file. The hold can be set again.",
                "Copies of the file, and what was exported.", "you are an owner",
            ),
            lambda _: self._held(row.code, "lifted"),
            lambda session, *_: set_hold(session, row.client, hold=False),
        ))  # fmt: skip

    def _held(self, code: str, done: str) -> None:
        self.tacenda.renew()
        self.say(f"The hold on {code} is {done}, on the record.", "good")

    def action_shred(self) -> None:
        """Ask for everything, then give the whole chart up."""
        from tui.screens.vault.charts.dropping import ask_to_shred_chart  # noqa: PLC0415

        row = self.here
        if row is None:
            return
        if row.hold:
            self.say("This client is under a legal hold. Nothing of it is given up before that is lifted.", "caution")
            return
        ask_to_shred_chart(self, row.client)


def _line(row: Kept, width: int) -> Line:
    status = ClientStatus(row.status).name.lower()
    last = f"{row.last or 'never'!s:<12}" if width >= _WIDE - 1 else ""
    line = [("! " if row.over else "  ", "caution"),
            (f" {words.fit(row.code, 14)} {status:<10}", "text"), (last, "muted"),
            (f"{row.until or '-'!s:<12}", "text")]  # fmt: skip
    if row.hold:
        said, role = "legal hold", "caution"
    elif row.over:
        said, role = "may be destroyed", "caution"
    elif row.unknown:
        said, role = "not known", "caution"
    else:
        said, role = "a minor" if row.minor else "", "muted"
    return [*line, (said, role)]


def chart_lines(row: Kept, today: date, minor_years: int, width: int) -> list[Line]:
    """Return all about the clock of one chart, on a day."""
    lines: list[Line] = [heading(row.code), *labelled("Clock", told_of(row, today), width)]
    if row.minor:
        said = f"a minor at the last contact: {minor_years} years after turning {OF_AGE} count"
        lines += labelled("Age", said, width)
    by = f", set by {row.held_by} on {day(row.held_since)}" if row.held_by else ""
    held = f"a legal hold stands{by}. {_HOLD}, whatever the date" if row.hold else "no legal hold"
    lines += labelled("Hold", held, width, "caution" if row.hold else "text")
    if row.until is not None and row.until < today and row.status == ClientStatus.ACTIVE:
        lines += labelled("To do", "close it on its sheet, if the work has ended", width)
    return lines
