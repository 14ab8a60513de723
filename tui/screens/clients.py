"""The clients (F5)."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.widget import Widget

from core.catalog import ClientRow
from tui import keymap, words
from tui.screens.page import Memento, Page
from tui.widgets.lines import Bar, Line
from tui.widgets.rows import Listed, Rows

_COLUMNS = (("Code", 13), ("Status", 10), ("Seen", 12), ("Next", 18), ("To do", 14), ("Risk", 11))
_NARROW = ("Code", "Next", "To do", "Risk")
_CODE_WITH_NAME = 30


class Clients(Page):
    """All clients by code; AT is the client that the cursor begins on."""

    WHERE = "clients"
    PLACE = "clients"
    ABOUT = "All clients, active ones first. Names are hidden until v. Moving here opens nothing."
    BINDINGS = keymap.bindings("clients")

    def __init__(self, at: int = 0) -> None:
        super().__init__()
        self._at = at
        self._names = False

    def body(self) -> Iterator[Widget]:
        """Column heads over a list."""
        yield Bar(id="heads")
        yield Rows(id="focus")

    def memento(self) -> Memento:
        """Come back to the same client."""
        here = self.here
        return Clients, {"at": here.id if here else 0}

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
        here = self.here
        wanted = here.id if here else self._at
        clients = session.catalog.clients()
        counts = [(status, sum(row.status == status for row in clients)) for status in ("active", "closed", "archived")]
        told = ", ".join(f"{number:,} {status}" for status, number in counts if number)
        names = "names shown, v hides them" if self._names else "names hidden, v shows them"
        self.bar("where").show(
            ((f" {words.plural(len(clients), 'client')}" + (f": {told}" if told else ""), "text"),),
            ((f"{names} ", "muted"),),
        )
        cursor = next((at for at, row in enumerate(clients) if row.id == wanted), None)
        self.fill_anew()
        self.query_one(Rows).show(Listed(clients, self._line), cursor)
        if not clients:
            self.show_state("No clients yet. n adds one.", "text")

    def fill_anew(self) -> None:
        """Show the heads for this width."""
        width = self.app.size.width
        heads = "".join(words.fit(name, size) for name, size in self._columns(width))
        self.query_one("#heads", Bar).show((("   " + heads, "muted"),))

    def _columns(self, width: int) -> list[tuple[str, int]]:
        columns = [column for column in _COLUMNS if width >= 80 or column[0] in _NARROW]
        if self._names:
            columns[0] = ("Code, name", _CODE_WITH_NAME)
            columns = [column for column in columns if column[0] not in {"Status", "To do"} or width >= 120]
        return columns

    def _line(self, row: ClientRow, width: int) -> Line:
        values = {
            "Code": row.code, "Code, name": f"{row.code}  {row.name}", "Status": row.status,
            "Seen": row.seen or "never", "Next": row.next or "-", "To do": row.to_do or "-", "Risk": row.risk or "-",
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
        if row is None:
            return
        unsigned = f", {row.unsigned:,} unsigned" if row.unsigned else ", all signed" if row.notes else ""
        self.show_state(f"{row.code}: {words.plural(row.notes, 'note')}{unsigned}. Moving here opens nothing.")

    def action_choose(self) -> None:
        """Go to the chart."""
        from tui.screens.notes.chart import Chart  # noqa: PLC0415

        row = self.here
        if row is not None:
            self.tacenda.show_page(Chart(row.id))

    def action_new(self) -> None:
        """Add a client."""
        from tui.screens.client_form import ask_for_client  # noqa: PLC0415

        ask_for_client(self)

    def action_edit(self) -> None:
        """Open this client to edit it."""
        from tui.screens.client_form import edit_client  # noqa: PLC0415

        row = self.here
        if row is not None:
            edit_client(self, row.id)

    def action_bring_in(self) -> None:
        """Import notes from files."""
        from tui.screens.exchange.bring_in import BringIn  # noqa: PLC0415

        self.tacenda.show_page(BringIn())

    def action_export(self) -> None:
        """Export this client's chart."""
        from tui.screens.exchange.send_out import SendOut  # noqa: PLC0415

        row = self.here
        if row is not None:
            self.tacenda.show_page(SendOut(row.id))

    def action_names(self) -> None:
        """Show or hide the names, on this page alone."""
        self._names = not self._names
        self.fill()
