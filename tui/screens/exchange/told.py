"""The accounting of disclosures: what left of one client's notes, when, for whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.widget import Widget

from core.exchange import Disclosure, disclosures
from tui import keymap, words
from tui.screens.page import Memento, Page
from tui.widgets.lines import Bar, Line
from tui.widgets.rows import Listed, Rows

_SEALED = "(sealed)"


class Told(Page):
    """Lists what left of CLIENT's notes, newest first."""

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
            self.work(partial(disclosures, session, self._client), self._show)
        self.fill_anew()

    def fill_anew(self) -> None:
        """Show the heads for this width."""
        name, basis = _widths(self.app.size.width)
        heads = f"   {'When':<12}{'For':<{name}}{'Basis':<{basis}}Notes, form"
        self.query_one("#heads", Bar).show(((heads, "muted"),))

    def _show(self, rows: list[Disclosure]) -> None:
        self.query_one(Rows).show(Listed(rows, _line))
        if not rows:
            self.show_state("Nothing has left. An export, by x in the chart, stands here from then on.", "text")

    @on(Rows.Moved)
    def _moved(self) -> None:
        rows = self.query_one(Rows)
        if isinstance(rows.source, Listed) and len(rows.source):
            row = rows.source.items[rows.cursor]
            if isinstance(row, Disclosure):
                self.show_state(_more(row), "text")


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
