"""The clients (F5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.cells import cell_len
from textual import on
from textual.widget import Widget

from core.catalog import ClientRow
from tui import words
from tui.keys import keymap
from tui.screens.beside import ROOMY, BesidePage
from tui.screens.page import Memento
from tui.screens.practice.in_short import client_in_short
from tui.widgets.columns import widen
from tui.widgets.lines import Bar, Line
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Role

_COLUMNS = (("Code", 11), ("Status", 10), ("Seen", 12), ("Next", 17), ("To do", 17), ("Risk", 10))
_NARROW = ("Code", "Next", "To do", "Risk")
_STATUSES = ("active", "closed", "archived")
_CODE_WITH_NAME = 30
_LONGEST_CODE = 26
"""No code takes more of a list that is not wide; its form takes none that is longer."""
_LEAST_TO_DO = 11


class Clients(BesidePage):
    """All clients by code; AT is the client that the cursor begins on, ONLY a status (1 to 3, 0: all).

    While indexes are still being opened rows come in anywhere: until then the cursor stays on the first row, unless
    somebody has put it on another one.
    """

    WHERE = "clients"
    PLACE = "clients"
    ABOUT = "All clients, active ones first. Names are hidden until v. Moving here opens nothing."
    BINDINGS = keymap.bindings("clients")

    def __init__(self, at: int = 0, only: int = 0) -> None:
        super().__init__()
        self._at = at
        self._put = 0
        self._only = only
        self._names = False
        self._longest = 0
        self._floors: dict[str, int] = {}

    def body(self) -> Iterator[Widget]:
        """Column heads over a list."""
        yield Bar(id="heads")
        yield from self.list_and_sheet()

    def memento(self) -> Memento:
        """Come back to the same client."""
        here = self.here
        return Clients, {"at": here.id if here else 0, "only": self._only}

    @property
    def here(self) -> ClientRow | None:
        """The client that the cursor stands on."""
        rows = self.query_one(Rows)
        source = rows.source
        if not len(source) or not isinstance(source, Listed):
            return None
        item = source.items[rows.cursor]
        return item if isinstance(item, ClientRow) else None

    def fill(self) -> None:
        """Show the list, with the cursor where it was."""
        session = self.tacenda.session
        if session is None:
            return
        self._notice()
        everybody = session.catalog.clients()
        counts = [(status, sum(row.status == status for row in everybody)) for status in _STATUSES]
        told = ", ".join(f"{number:,} {status}" for status, number in counts if number)
        only = _STATUSES[self._only - 1] if self._only else ""
        clients = [row for row in everybody if not only or row.status == only]
        if only:
            told += f"; {only} shown, {self.key_of('which')} shows others"
        names = self.keyed("names shown, {names} hides them" if self._names else "names hidden, {names} shows them")
        self.bar("where").show(
            ((f" {words.plural(len(everybody), 'client')}" + (f": {told}" if told else ""), "text"),),
            ((f"{names} ", "muted"),),
        )
        self._longest = max((cell_len(self._called(row)) for row in clients), default=0)
        self._floors = _floors(clients)
        self._place(clients, still=bool(session.catalog.closed))
        self._show_heads()
        self._rest(anew=True)
        self.show_keys()
        if not everybody:
            none = "No clients are shown to this role." if session.role is Role.AUDITOR else "No clients yet."
            adds = "" if "new" in self.kept_back() else f" {self.key_of('new')} adds one."
            self.show_state(f"{none}{adds}", "text")
        elif not clients:
            self.show_state(f"No client is {only}. {self.key_of('which')} shows others.", "text")

    def _notice(self) -> None:
        """Stay with the row that somebody has put the cursor on."""
        here = self.here
        if here is not None and here.id != self._put:
            self._at = self._put = here.id

    def _place(self, clients: list[ClientRow], *, still: bool) -> None:
        """Show CLIENTS with the cursor where it belongs; with STILL more of them are to come."""
        first = 0 if still and not self._at else None
        cursor = next((at for at, row in enumerate(clients) if row.id == self._at), first)
        self.query_one(Rows).show(Listed(clients, self._line), cursor)
        here = self.here
        # where a status has no clients the cursor stands nowhere, and comes back with the next
        self._put = here.id if here is not None else self._put
        self._at = self._at if still else self._put

    def fill_anew(self) -> None:
        """Show heads and what stands beside the list for this width."""
        self._show_heads()
        self._rest()

    def _show_heads(self) -> None:
        heads = "".join(words.fit(name, size) for name, size in self._columns(self.list_width))
        self.query_one("#heads", Bar).show((("   " + heads, "muted"),))

    def _called(self, row: ClientRow) -> str:
        return f"{row.code}  {row.name}" if self._names else row.code

    def _columns(self, width: int) -> list[tuple[str, int]]:
        columns = [column for column in _COLUMNS if width >= 80 or column[0] in _NARROW]
        roomy = width >= ROOMY
        if self._names:
            columns[0] = ("Code, name", _CODE_WITH_NAME)
            columns = [column for column in columns if column[0] not in {"Status", "To do"} or roomy]
        if roomy:
            # what is to be done has room for all of it, and so have couples and groups
            columns = [("To do", 26) if column[0] == "To do" else column for column in columns]
            columns.append(("Kind", 8))
        name, size = columns[0]
        wanted = max(size, self._longest + 2)
        spare = width - 3 - sum(taken for _, taken in columns)
        columns[0] = (name, min(size + max(0, spare), wanted))
        bound = wanted if self._names else min(wanted, _LONGEST_CODE)
        return columns if roomy else widen(columns, bound, self._floors)

    def _line(self, row: ClientRow, width: int) -> Line:
        values = {
            "Code": row.code, "Code, name": self._called(row), "Status": _standing(row, width),
            "Seen": row.seen or "never", "Next": _following(row.next) or "-", "To do": row.to_do or "-",
            "Risk": row.risk or "-", "Kind": row.kind,
        }  # fmt: skip
        line: list[tuple[str, str]] = [("  ", "text")]
        for name, size in self._columns(width + 1):
            value = values[name]
            role = "text"
            if name == "Risk" and value not in {"-", "none", "low"}:
                value, role = value.upper(), "caution"
            elif value == "-" or row.status != "active":
                role = "muted"
            line.append((words.fit(value, size - 2) + "  ", role))
        return line

    @on(Rows.Moved)
    def _moved(self) -> None:
        row = self.here
        self._notice()
        self._rest()
        if row is None:
            return
        unsigned = f", {row.unsigned:,} unsigned" if row.unsigned else ", all signed" if row.notes else ""
        kind = "" if row.kind == "person" else f", a {row.kind}"
        self.show_keys()
        self.show_state(f"{row.code}{kind}: {words.plural(row.notes, 'note')}{unsigned}. Moving here opens nothing.")

    def _rest(self, *, anew: bool = False) -> None:
        """Show in short what the cursor stands on, where there is room beside the list."""
        here = self.here
        self.rest_on(here.id if here is not None else None, self._show_in_short, anew=anew)

    def _show_in_short(self, client: int) -> None:
        row, session = self.here, self.tacenda.session
        if row is not None and session is not None and row.id == client:
            self.show_beside(client_in_short(session, row, self.tacenda.now(), self.beside_width))

    def action_choose(self) -> None:
        """Go to the chart."""
        from tui.screens.notes.chart import Chart  # noqa: PLC0415

        row = self.here
        if row is not None:
            self.tacenda.show_page(Chart(row.id))

    def action_new(self) -> None:
        """Add a client."""
        from tui.screens.clients.client_saving import ask_for_client  # noqa: PLC0415

        ask_for_client(self)

    def action_edit(self) -> None:
        """Open this client to edit it."""
        from tui.screens.clients.client_saving import edit_client  # noqa: PLC0415

        row = self.here
        if row is not None:
            edit_client(self, row.id)

    def action_bring_in(self) -> None:
        """Import notes from files."""
        from tui.screens.exchange.bring_in import BringIn  # noqa: PLC0415

        self.tacenda.show_page(BringIn())

    def action_write_out(self) -> None:
        """Export this client's chart."""
        from tui.screens.exchange.send_out import SendOut  # noqa: PLC0415

        row = self.here
        if row is not None:
            self.tacenda.show_page(SendOut(row.id))

    def action_sheet(self) -> None:
        """Show the client's sheet."""
        from tui.screens.practice.sheet import ClientSheet  # noqa: PLC0415

        row = self.here
        if row is not None:
            self.tacenda.show_page(ClientSheet(row.id))

    def action_which(self) -> None:
        """Show all clients, or those of one status."""
        self._only = (self._only + 1) % (len(_STATUSES) + 1)
        self.fill()

    def action_names(self) -> None:
        """Show or hide the names, on this page alone; that they are shown is recorded first."""
        session = self.tacenda.session
        if self._names or session is None:
            self._names = False
            self.fill()
        else:
            self.work(session.names_shown, self._show_names)

    def _show_names(self, _: int) -> None:
        self._names = True
        self.fill()


def _floors(rows: list[ClientRow]) -> dict[str, int]:
    """Return how narrow columns may become for the code's sake: none is cut for it but what is to be done."""
    risk = max((len(row.risk) for row in rows), default=0)
    to_do = max((len(row.to_do) for row in rows), default=0)
    return {
        "Status": 2 + max((len(_standing(row, 0)) for row in rows), default=0), "Risk": max(risk, len("Risk")) + 2,
        "To do": min(max(to_do, len("To do")) + 2, _LEAST_TO_DO),
        "Next": 17 if any(row.next for row in rows) else len("Next") + 2,
    }  # fmt: skip


def _standing(row: ClientRow, width: int) -> str:
    """Return a client's status; where the kind has no column, of an active one that it is a couple or a group."""
    return row.kind if row.status == "active" and row.kind != "person" and width < ROOMY - 1 else row.status


def _months_ahead(text: str) -> int:
    day, now = date.fromisoformat(text[:10]), date.fromisoformat(words.today())
    return abs((day.year - now.year) * 12 + day.month - now.month)


def _following(text: str) -> str:
    """Return when the next appointment is, `Tue 12-01 10:00`; words that are no day as they are."""
    told = words.with_weekday(text)
    # the coming eleven months need no year
    return told if told == text or _months_ahead(text) > 10 else f"{told[:4]}{told[9:]}"
