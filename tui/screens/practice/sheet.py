"""A client's sheet: how it stands, its appointments, and what can become of it. Nothing is opened for it but by `v`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual import on
from textual.widget import Widget

from core.catalog import AppointmentRow, ClientRow
from core.session import NeedsReason, OpenClient, Session
from core.session.practice.charts import Merged
from tui import words
from tui.keys import keymap
from tui.screens.notes.reading.reason import AskReason
from tui.screens.page import Memento, Page
from tui.screens.practice import appointed
from tui.screens.practice.boxes import AskInto, AskRemoval, AskStatus, AskWho, StatusChoice
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Reason
from vault_format.errors import UsageError

_ON_APPOINTMENTS = frozenset({"choose", "took_place", "missed", "cancelled", "reschedule"})
_ACTS = (("status", "{status} close, reopen, archive"), ("assign", "{assign} who works with it"),
         ("merge", "{merge} merge"), ("remove", "{remove} remove"))  # fmt: skip
_MARKS = {"planned": ("·", "muted"), "kept": ("✓", "good"), "missed": ("!", "caution"), "cancelled": ("✗", "muted")}
_ABOUT = 3
"""Rows of what is written about a client; the appointments need the rest."""
Given = tuple[Reason, str] | None


class ClientSheet(Page):
    """All of CLIENT but its notes."""

    WHERE = "sheet"
    PLACE = "clients"
    ABOUT = "One client: how it stands, appointments, who works with it. Only {names} opens something, and is recorded."
    BINDINGS = keymap.bindings("sheet")

    def __init__(self, client: int) -> None:
        super().__init__()
        self.client = client
        self._opened: OpenClient | None = None

    def body(self) -> Iterator[Widget]:
        """How it stands, over the appointments."""
        yield Sheet(id="lead", focusable=False)
        yield Bar(id="heads")
        yield Rows(id="focus")

    def memento(self) -> Memento:
        """Come back to the same client."""
        return ClientSheet, {"client": self.client}

    def erase(self) -> None:
        """Forget the name, too."""
        self._opened = None
        super().erase()

    def fill(self) -> None:
        """Show how it stands now."""
        session = self.tacenda.session
        if session is None:
            return
        try:
            row = session.catalog.client(self.client)
        except UsageError as gone:
            # removed in another session meanwhile
            self.fail(gone)
            return
        told = row.status if row.kind == "person" else f"{row.status}, a {row.kind}"
        self.bar("where").show(((" Clients > ", "muted"), (row.code, "accent"), (f" > sheet   {told}", "text")))
        self.query_one("#lead", Sheet).show(self._lead(session, row))
        now = self.tacenda.now()
        rows = session.catalog.appointments(self.client)
        ahead = [one for one in rows if one.end > now]
        shown = [*ahead, *reversed([one for one in rows if one.end <= now])]
        self.query_one("#heads", Bar).show((("   Appointments, the next ones first", "muted"),))
        self.query_one(Rows).show(Listed(shown, self._line))
        if not shown:
            plans = "" if "new" in self.kept_back() else f" {self.key_of('new')} plans one."
            self.show_state(f"No appointments yet.{plans}", "text")

    def fill_anew(self) -> None:
        """Lay out what stands on top for this width."""
        self.fill()

    def _lead(self, session: Session, row: ClientRow) -> list[Line]:
        names = ", ".join(session.assigned(self.client)) or "everybody"
        risk = row.risk + (f", since {row.risk_since}" if row.risk_since else "") if row.risk else "-"
        told = [("Works with it", names), ("Last seen", row.seen or "never"), ("Risk", risk)]
        opened = self._opened
        if opened is not None:
            draft = opened.draft
            told += [("Name", draft.name or "none"), ("Born", draft.born), ("People", ", ".join(draft.people))]
            told += [("Goals", "; ".join(draft.goals)), *self._about(draft.text)]
        else:
            told.append(("Name", f"hidden, {self.key_of('names')} opens it: recorded"))
        if row.same_as:
            told.append(("The same as", f"{self._code(session, row.same_as)}; signed notes stay here"))
        if row.duplicates:
            told.append(("Made twice", ", ".join(self._code(session, one) for one in row.duplicates)))
        if row.to_do:
            told.append(("To do", row.to_do))
        lines: list[Line] = [((f"   {words.fit(what, 15)}", "muted"), (value, "text")) for what, value in told if value]
        said = "; ".join(told for name, told in _ACTS if name not in self.kept_back())
        keys = words.wrap(keymap.keyed(said, "sheet"), self.app.size.width - 5)
        return [*lines, *(((f"   {row}", "muted"),) for row in keys), ()]

    def _about(self, text: str) -> list[tuple[str, str]]:
        """Return what is written about them, its beginning where it is long: e shows all of it."""
        rows = list(words.wrap(" ".join(text.split()), max(20, self.app.size.width - 20)))
        if len(rows) > _ABOUT:
            rows = [*rows[: _ABOUT - 1], f"{rows[_ABOUT - 1]} {words.cut_mark()}"]
        return [("" if place else "About", row) for place, row in enumerate(rows)]

    @staticmethod
    def _code(session: Session, client: int) -> str:
        return next((row.code for row in session.catalog.clients() if row.id == client), "a client that was removed")

    def _line(self, row: AppointmentRow, width: int) -> Line:
        mark, role = _MARKS[row.state]
        said = "note signed" if row.signed else "note begun" if row.note else ""
        if not said and row.end <= self.tacenda.now() and row.state != "cancelled":
            said = "no note"
        line: list[tuple[str, str]] = [(words.fit(f"  {words.with_weekday(row.when)}", 25), "text")]
        if width >= 70:
            line.append((words.fit(f"{row.minutes} min", 10), "muted"))
        role_of_said = "caution" if said == "no note" else "text"
        return [*line, (f"{mark} ", role), (words.fit(row.state, 12), "text"), (said or row.problem, role_of_said)]

    # -- appointments ------------------------------------------------------------------------------------------

    @property
    def here(self) -> AppointmentRow | None:
        """The appointment that the cursor stands on."""
        rows = self.query_one(Rows)
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        return item if isinstance(item, AppointmentRow) else None

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what needs an appointment where there is none."""
        return frozenset() if self.here is not None else _ON_APPOINTMENTS

    @on(Rows.Moved)
    def _moved(self) -> None:
        self.show_keys()

    def action_choose(self) -> None:
        """Open the appointment's note, or write it."""
        from tui.screens.notes.chart import open_note  # noqa: PLC0415

        row, session = self.here, self.tacenda.session
        if row is None or session is None:
            return
        if row.note:
            open_note(self.tacenda, session.catalog.note(row.note))
        elif row.state == "cancelled":
            self.say("It was called off: nothing is to be written.")
        else:
            appointed.write_for(self, row)

    def action_new(self) -> None:
        """Plan an appointment."""
        appointed.plan(self, self.client)

    def action_took_place(self) -> None:
        """Say that the session took place."""
        if self.here is not None:
            appointed.mark(self, self.here, "kept")

    def action_missed(self) -> None:
        """Say that the client did not come."""
        if self.here is not None:
            appointed.mark(self, self.here, "missed")

    def action_cancelled(self) -> None:
        """Say that it was called off."""
        if self.here is not None:
            appointed.mark(self, self.here, "cancelled")

    def action_reschedule(self) -> None:
        """Move it."""
        if self.here is not None:
            appointed.move(self, self.here)

    # -- the client as a whole -----------------------------------------------------------------------------------

    def _with_reason(self, act: Callable[..., object], then: Callable[[object], None], given: Given = None) -> None:
        """Do ACT, which takes `reason` and `words`, asking for a reason where one is needed."""

        def answered(answer: Given) -> None:
            if answer is not None:
                self._with_reason(act, then, answer)

        def refused(error: BaseException) -> None:
            if isinstance(error, NeedsReason):
                self.tacenda.show_page(AskReason(error.what), answered)
            else:
                self.fail(error)

        reason, said = given or (None, "")
        self.work(partial(act, reason=reason, words=said), then, refused)

    def action_names(self) -> None:
        """Open the client for its name, which is recorded; or hide it."""
        session = self.tacenda.session
        if self._opened is not None or session is None:
            self._opened = None
            self.fill()
            return
        self._with_reason(partial(session.read_client, self.client), self._named)

    def _named(self, opened: object) -> None:
        if isinstance(opened, OpenClient):
            self._opened = opened
            self.fill()
            self.say(f"Opened as record {opened.sequence:,}. {self.key_of('names')} hides it.")

    def action_status(self) -> None:
        """Close, reopen or archive."""
        session = self.tacenda.session
        if session is None:
            return

        def answered(choice: StatusChoice | None) -> None:
            if choice is not None:
                status, reason, _ = choice
                self.work(partial(session.set_status, self.client, status, reason), self._recorded)

        self.tacenda.show_page(AskStatus(session.catalog.client(self.client)), answered)

    def _recorded(self, sequence: object) -> None:
        self.tacenda.renew()
        self.say(f"Done: record {sequence:,}." if isinstance(sequence, int) else "Done.", "good")

    def action_assign(self) -> None:
        """Say who works with it."""
        session = self.tacenda.session
        if session is None:
            return
        if not session.may_assign(self.client):
            self.say("Who works with a client is changed by an owner, or by who does. Ask an owner.", "caution")
            return

        def answered(names: tuple[str, ...] | None) -> None:
            if names is not None and list(names) != session.assigned(self.client):
                self.work(partial(session.assign, self.client, names), self._recorded)

        code = session.catalog.client(self.client).code
        self.tacenda.show_page(AskWho(code, session.clinicians(), session.assigned(self.client)), answered)

    def action_merge(self) -> None:
        """Merge it into another one."""
        session = self.tacenda.session
        if session is None:
            return

        def answered(into: int | None) -> None:
            if into is not None:
                self._with_reason(partial(session.merge, self.client, into), self._merged)

        self.tacenda.show_page(AskInto(session.catalog.client(self.client), session.catalog.clients()), answered)

    def _merged(self, merged: object) -> None:
        if not isinstance(merged, Merged):
            return
        self.tacenda.renew()
        stay = f"{words.plural(merged.signed, 'signed note')} stay here"
        others = f"; {words.plural(merged.others, 'draft')} of others wait for their authors" if merged.others else ""
        self.say(f"Merged: {words.plural(merged.drafts, 'draft')} moved, {stay}{others}.", "good")

    def action_remove(self, problem: str = "") -> None:
        """Remove it, once that was approved."""
        session = self.tacenda.session
        if session is None:
            return
        why = session.why_not_removed(self.client)
        if why:
            self.say(f"{why} Nothing was removed.", "caution")
            return

        def answered(result: tuple[str, str] | None) -> None:
            if result is not None:
                job = partial(session.remove_client, self.client, *result)
                self.work(job, self._removed, lambda error: self.action_remove(str(error)))

        self.tacenda.show_page(AskRemoval(session.catalog.client(self.client), problem), answered)

    def _removed(self, _: object) -> None:
        self.tacenda.go_to("clients")
        page = self.tacenda.page
        if page is not None:
            said = "Removed. The ciphertext leaves this file when it is compacted; copies keep it."
            page.call_after_refresh(page.say, said, "good")
