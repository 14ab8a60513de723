"""Damaged ciphertext: which entries stay closed, while everything else opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.widget import Widget

from core.catalog import NoteRow
from core.session import OpenVault, Session
from tui import words
from tui.keys import keymap
from tui.screens.damage.mending import Mending
from tui.screens.page import Page
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.errors import TacendaError
from vault_format.verification.findings import Finding

_ADVICE = (
    "Only these entries stay closed. Order, authority and signatures of every record hold, and all else opens.",
    "tacenda verify COPY tells whether a copy from before is whole.",
)
_MENDS = "In the first of them a hash proves which byte is wrong: {mend} mends it, in a copy."


class Damaged(Page):
    """The findings in VAULT that close one entry each. Entries have a name only while it is unlocked."""

    WHERE = "damaged"
    PLACE = "audit"
    ABOUT = "Some ciphertext in the file is damaged. What is listed here stays closed; nothing else is touched by it."
    BINDINGS = keymap.bindings("damaged")

    def __init__(self, vault: OpenVault) -> None:
        super().__init__()
        self._vault = vault
        self._mending = Mending(self, vault.path, opens=False)

    def body(self) -> Iterator[Widget]:
        """What it means over the list."""
        yield Sheet(id="advice", focusable=False)
        yield Rows(id="focus")

    def fill(self) -> None:
        """Show what was found, with the cursor where it was."""
        ledger = self._vault.ledger
        count = ledger.walk.report.finding_count
        self.bar("where").show((
            (" ! DAMAGED", "caution"), (f"  {words.plural(count, 'finding')} in {ledger.count:,} records", "text"),
        ))  # fmt: skip
        self.query_one(Rows).show(Listed(list(ledger.findings), self._line))
        if ledger.findings:
            self._mending.look(ledger.findings[0])
        self.fill_anew()
        if count > len(ledger.findings):
            self.show_state(f"The first {len(ledger.findings):,} of {count:,} are listed.", "text")

    def fill_anew(self) -> None:
        """Lay what it means out for this width."""
        lines: list[Line] = [()]
        for sentence in (*_ADVICE, *([self.keyed(_MENDS)] if self._mending.repair is not None else [])):
            lines += [((f" {row}", "text"),) for row in words.wrap(sentence, self.app.size.width - 2)]
        self.query_one("#advice", Sheet).show([*lines, ()])

    def _line(self, finding: Finding, width: int) -> Line:
        entity = self._vault.columns.entities[finding.seq] if finding.seq < len(self._vault.columns) else 0
        about = entry_words(self.tacenda.session, entity)
        return (
            (words.fit(f"  record {finding.seq:,}", 18), "text"),
            (words.fit(about, 30) if about else "", "text"), (words.fit(finding.detail, max(width - 49, 10)), "muted"),
        )  # fmt: skip

    def hidden_keys(self) -> frozenset[str]:
        """Leave mending out where no hash proves a repair."""
        return self._mending.hidden

    def on_unmount(self) -> None:
        """Nobody waits for a repair any more."""
        self._mending.stop()

    def action_mend(self) -> None:
        """Ask, then mend in a copy."""
        self._mending.ask()

    def action_choose(self) -> None:
        """Show the record."""
        from tui.screens.trail.record import RecordView  # noqa: PLC0415

        rows = self.query_one(Rows)
        if isinstance(rows.source, Listed) and len(rows.source):
            finding = rows.source.items[rows.cursor]
            if isinstance(finding, Finding):
                self.tacenda.show_page(RecordView(self.tacenda.door, finding.seq))


def closed_lines(closed: Sequence[NoteRow], width: int) -> list[Line]:
    """Return what a note's page says of its additions that are damaged; no line where none is."""
    lines: list[Line] = []
    for row in closed:
        said = (
            f"What {row.author} added on {row.date} is damaged and stays closed. That is recorded. "
            "The note above is whole; 4 and then ! tell more."
        )
        lines += [(), *(((f" {text}", "caution"),) for text in words.wrap(f"! {said}", width - 2))]
    return lines


def entry_words(session: Session | None, entity: int) -> str:
    """Return what a person calls an entry: `OTTER progress 2026-11-20`; empty without a key, or for no entry."""
    if session is None or not entity:
        return ""
    try:
        row = session.catalog.note(entity)
    except TacendaError:
        try:
            return f"client {session.catalog.client(entity).code}"
        except TacendaError:
            return "an entry that cannot be named"
    return " ".join(filter(None, (row.client_code, row.type.replace("-", " "), row.date))) or "a note"
