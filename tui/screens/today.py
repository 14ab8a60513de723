"""Today: what needs doing (F3, F4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual import on
from textual.widget import Widget

from core import today
from core.catalog import AppointmentRow
from core.drafts import DraftKind
from core.session import Session, Unfinished
from core.today import Due
from tui import words
from tui.keys import keymap
from tui.screens.page import Memento, Page
from tui.screens.practice import appointed
from tui.screens.practice.due import Item, due_line, is_same, room_for_codes
from tui.screens.practice.sections import Heading, Sections
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Role
from vault_format.errors import UsageError

_HEADINGS = {
    today.COSIGN: "To co-sign", today.SESSION: "Sessions without a note", today.DRAFT: "Drafts, oldest first",
    today.RISK: "Risk", today.NEXT: "Next", today.VAULT: "Vault",
}  # fmt: skip
_ON_APPOINTMENTS = frozenset({"took_place", "missed", "cancelled", "reschedule"})


class Today(Page):
    """The first page after the unlock."""

    WHERE = "today"
    PLACE = "today"
    ABOUT = "What needs doing, most urgent first. {choose} does what the row says. Moving here opens nothing."
    BINDINGS = keymap.bindings("today")

    def body(self) -> Iterator[Widget]:
        """A heading over a list."""
        yield Sheet(id="lead", focusable=False)
        yield Sections(id="focus")

    def memento(self) -> Memento:
        """Come back to Today."""
        return Today, {}

    def fill(self) -> None:
        """Look through what the lists say."""
        session = self.tacenda.session
        if session is None:
            return
        now = words.minute(self.tacenda.now())
        who = words.with_role(session.member, session.role.name.lower())
        self.bar("where").show(((f" {now}", "text"),), ((f"{who} ", "muted"),))
        first = session.role in (Role.OWNER, Role.CLINICIAN) and not session.catalog.clients()
        items = self._first() if first else self._items(session)
        lead: list[Line] = []
        if first:
            lead += [(), (("   The vault is ready. This makes it a practice:", "text"),), ()]
        elif not self._to_finish(items) and not self.tacenda.returning.left:
            lead += [(), ((f"   {self._nothing(session)}", "text"),), ()]
        self.query_one("#lead", Sheet).show(lead)
        self.query_one("#lead").display = bool(lead)
        rows = self.query_one(Sections)
        here = self.here
        at = next((at for at, item in enumerate(items) if here and is_same(item, here)), rows.first(items))
        rows.show(Listed(items, partial(due_line, room_for_codes(items))), at)
        self._speak(self._to_finish(items), first=first)
        self.show_keys()

    @staticmethod
    def _to_finish(items: list[Item | Heading]) -> int:
        return sum(isinstance(item, Item) and item.act in _TO_FINISH for item in items)

    def _nothing(self, session: Session) -> str:
        ahead = next((one for one in session.due() if one.kind == today.NEXT), None)
        return "Nothing is due." + (f" Next: {ahead.code}, {words.with_weekday(ahead.when)}." if ahead else "")

    def _speak(self, count: int, *, first: bool) -> None:
        demo = self.tacenda.demo
        if demo is not None:
            self.show_state(f"A demonstration, erased when you leave. Its passphrase: {demo.passphrase}", "text")
        elif first:
            self.show_state(self.keyed("Every key that works is in the line at the bottom. {help} explains them."))
        else:
            finish = f"{words.plural(count, 'note')} to finish. " if count else ""
            self.show_state(f"{finish}Moving here opens nothing.")

    # -- what stands there -----------------------------------------------------------------------------------

    def _first(self) -> list[Item | Heading]:
        return [
            Item("", "Add your first client", "", "a code you choose; the name is optional", "", self.action_new),
            Item("", "Make a recovery kit", "", "without it a forgotten passphrase is the end", "", self._how("kit")),
            Item("", "Look around", "", "what the keys do", "", self.tacenda.action_help),
        ]

    def _items(self, session: Session) -> list[Item | Heading]:
        items: list[Item | Heading] = []
        left = self.tacenda.returning.left
        if left:
            items.append(Heading("Not in the vault yet"))
            items += [self._left(one, self._code(session, one.client)) for one in left]
        waiting = self.tacenda.alerting.unanswered
        if waiting:
            items.append(Heading("Alerts"))
            items.append(Item("!", "", "", words.plural(waiting, "alert") + " not answered", "look", self._alerts))
        before = ""
        for one in session.due():
            if one.kind != before:
                items.append(Heading(_HEADINGS[one.kind]))
                before = one.kind
            items.append(self._item(one))
        return items

    def _alerts(self) -> None:
        from tui.screens.trail.alerts import AlertsPage  # noqa: PLC0415

        self.tacenda.show_page(AlertsPage())

    @staticmethod
    def _code(session: Session, client: int) -> str:
        return next((row.code for row in session.catalog.clients() if row.id == client), "")

    def _item(self, one: Due) -> Item:
        mark = "!" if one.urgent else ""
        if one.kind == today.VAULT:
            return Item(mark, "", "", one.what, one.act, self._how(one.type))
        when = words.with_weekday(one.when)
        if one.kind == today.NEXT and one.when[:10] == words.today():
            when = f"today {one.when[11:]}"
        if one.kind == today.RISK:
            # the day stands in what is said
            when = ""
        return Item(mark, one.code, when, one.what, one.act, partial(self._do, one), None, one.appointment)

    def _left(self, left: Unfinished, code: str) -> Item:
        from tui.screens.clients.client_saving import resume  # noqa: PLC0415
        from tui.screens.notes.writing.recovering import Recovering, why_words  # noqa: PLC0415

        when = words.with_weekday(words.second(left.time)[:10])
        if left.kind == DraftKind.CLIENT:
            return Item("!", code or "new client", when, why_words(left), "the form", lambda: resume(self, left), left)
        act = "as a new note" if left.old else "go on with it"
        return Item(
            "!", code, when, why_words(left), act, lambda: self.tacenda.show_page(Recovering(left)), left
        )  # fmt: skip

    def _do(self, one: Due) -> None:
        from tui.screens.notes.chart import Chart, open_note  # noqa: PLC0415
        from tui.screens.notes.signing.cosign import CosignReview  # noqa: PLC0415

        app = self.tacenda
        session = app.session
        if session is None:
            return
        if one.kind == today.SESSION:
            appointed.write_for(self, session.catalog.appointment(one.appointment))
        elif one.act == today.PLAN:
            appointed.plan_said(self, one.client, one.when)
        elif one.kind == today.COSIGN:
            app.show_page(CosignReview(one.note))
        elif one.note:
            open_note(app, session.catalog.note(one.note))
        elif one.kind == today.RISK:
            appointed.begin(self, one.client, "safety-plan", "stanley-brown")
        else:
            app.show_page(Chart(one.client))

    def _how(self, kind: str) -> Callable[[], None]:
        def recovery() -> None:
            from tui.screens.recovery.page import RecoveryPage  # noqa: PLC0415

            self.tacenda.show_page(RecoveryPage())

        def keys() -> None:
            from tui.screens.vault.keys.keys import KeysPage  # noqa: PLC0415

            self.tacenda.show_page(KeysPage())

        return keys if kind == "keys" else recovery

    # -- the row that the cursor stands on ---------------------------------------------------------------------

    @property
    def here(self) -> Item | None:
        """The row that the cursor stands on."""
        rows = self.query_one(Rows)
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        return item if isinstance(item, Item) else None

    @property
    def appointment(self) -> AppointmentRow | None:
        """The appointment that the row is about."""
        item, session = self.here, self.tacenda.session
        if item is None or not item.appointment or session is None:
            return None
        try:
            return session.catalog.appointment(item.appointment)
        except UsageError:
            # removed in another session meanwhile
            return None

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what cannot be done with this row."""
        item = self.here
        hidden = set() if item is not None and item.left is not None else {"discard"}
        if item is None or not item.appointment:
            hidden |= _ON_APPOINTMENTS
        return frozenset(hidden)

    @on(Rows.Moved)
    def _moved(self) -> None:
        self.show_keys()

    def action_choose(self) -> None:
        """Do what the row says."""
        item = self.here
        if item is None:
            return
        try:
            item.do()
        except UsageError as gone:
            self.fail(gone)

    def action_discard(self) -> None:
        """Discard text that is not in the vault, once that was asked."""
        from tui.screens.notes.writing.recovering import ask_to_discard  # noqa: PLC0415

        item = self.here
        if item is not None and item.left is not None:
            ask_to_discard(self, item.left)

    def action_new(self) -> None:
        """Add a client."""
        from tui.screens.clients.client_saving import ask_for_client  # noqa: PLC0415

        ask_for_client(self)

    def _mark(self, state: str) -> None:
        row = self.appointment
        if row is not None:
            appointed.mark(self, row, state)

    def action_took_place(self) -> None:
        """Say that the session took place."""
        self._mark("kept")

    def action_missed(self) -> None:
        """Say that the client did not come."""
        self._mark("missed")

    def action_cancelled(self) -> None:
        """Say that it was called off."""
        self._mark("cancelled")

    def action_reschedule(self) -> None:
        """Move it."""
        row = self.appointment
        if row is not None:
            appointed.move(self, row)


_TO_FINISH = frozenset({"write it", "go on with it", "co-sign it", "as a new note"})
