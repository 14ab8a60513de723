"""The accounting of disclosures: what left of one client's notes, and what was asked for and added to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.widget import Widget

from core.exchange import Amendment, Disclosure, accounting_page, amendments, disclosures
from core.session import Session
from tui import words
from tui.keys import keymap
from tui.screens.page import Memento, Page
from tui.screens.trail.writing import write_page
from tui.widgets.lines import Bar, Line
from tui.widgets.rows import Listed, Rows

_SEALED = "(sealed)"


class Told(Page):
    """Lists what left of CLIENT's notes, newest first, and below it what was asked to be amended and what was added."""

    WHERE = "told"
    PLACE = "clients"
    ABOUT = "What left of this client's notes. Recipients are sealed to owners and auditors. No note is opened for it."
    BINDINGS = keymap.bindings("told")

    def __init__(self, client: int) -> None:
        super().__init__()
        self._client = client

    def body(self) -> Iterator[Widget]:
        """Column heads over a list."""
        yield Bar(id="heads")
        yield Rows(id="focus")

    def memento(self) -> Memento:
        """Come back to the same client."""
        return Told, {"client": self._client}

    def fill(self) -> None:
        """Read the trail."""
        session = self.tacenda.session
        if session is not None:
            code = session.catalog.client(self._client).code
            self.bar("where").show(((" Clients > ", "muted"), (code, "accent"), (" > what left", "text")))
            self.work(partial(_look, session, self._client), self._show)
        self.fill_anew()

    def fill_anew(self) -> None:
        """Show the heads for this width."""
        name, basis = _widths(self.app.size.width)
        heads = f"   {'When':<12}{'For':<{name}}{'Basis':<{basis}}Notes, form"
        self.query_one("#heads", Bar).show(((heads, "muted"),))

    def _show(self, rows: list[Disclosure | Amendment]) -> None:
        self.query_one(Rows).show(Listed(rows, _row))
        if not rows:
            self.show_state("Nothing has left. An export, by x in the chart, stands here from then on.", "text")
        self.show_keys()

    @on(Rows.Moved)
    def _moved(self) -> None:
        rows = self.query_one(Rows)
        if isinstance(rows.source, Listed) and len(rows.source):
            row = rows.source.items[rows.cursor]
            if isinstance(row, Disclosure):
                self.show_state(_more(row), "text")
            elif isinstance(row, Amendment):
                self.show_state(_more_added(row), "text")

    def action_write_out(self) -> None:
        """Write the accounting to a file."""
        session = self.tacenda.session
        if session is not None:
            self.work(partial(accounting_page, session, self._client), self._write)

    def _write(self, text: str) -> None:
        session = self.tacenda.session
        if session is not None:
            said = (
                "The accounting of disclosures, what was asked to be amended and what was added, as Markdown, in "
                "clear: the client's code and recipients are in it, no text and no title of a note."
            )
            write_page(self, "Write the accounting", said, f"accounting-{words.today()}.md", text)


def _look(session: Session, client: int) -> list[Disclosure | Amendment]:
    return [*disclosures(session, client), *amendments(session, client)]


def _row(row: Disclosure | Amendment, width: int) -> Line:
    return _line(row, width) if isinstance(row, Disclosure) else _line_added(row, width)


def _widths(width: int) -> tuple[int, int]:
    """Return how many cells the recipient and the basis have."""
    return max(16, width * 3 // 10), max(14, width * 3 // 10)


def _line(row: Disclosure, width: int) -> Line:
    name, basis = _widths(width + 1)
    role = "caution" if row.failed else "text"
    return (
        ("  ", "text"), (f"{words.second(row.time)[:10]}  ", role),
        (words.fit(row.recipient or _SEALED, name - 2) + "  ", role if row.recipient else "muted"),
        (words.fit(row.basis, basis - 2) + "  ", "text"),
        ("FAILED" if row.failed else f"{row.entries:,} {row.form}", role),
    )  # fmt: skip


def _more(row: Disclosure) -> str:
    """Return everything else that is known of a disclosure."""
    said = [f"Record {row.sequence:,}, by {row.member}, for {row.purpose}"]
    said += ["process notes among them"] if row.process else []
    said += list(row.more)
    said.append("counts in an accounting" if row.accounted else "need not stand in an accounting")
    return "; ".join(said) + "."


def _line_added(row: Amendment, width: int) -> Line:
    name, basis = _widths(width + 1)
    answer = f"{row.answer}, due {row.due}" if row.due else row.answer
    return (
        ("  ", "text"), (f"{row.day:<10}  ", "text"), (words.fit(row.what, name - 2) + "  ", "text"),
        (words.fit(answer, basis - 2) + "  ", "caution" if row.answer == "open" else "text"),
        (f"by {row.by}", "muted"),
    )  # fmt: skip


def _more_added(row: Amendment) -> str:
    signed = f"Record {row.record:,}, signed {words.second(row.time)[:16]}" if row.time else "Not signed yet"
    of = "asked for" if row.answer else "of the note of"
    return f"{signed}, by {row.by}; {of} {row.day}."
