"""One record of the trail, with how it chains and whose signature it carries (F15)."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widget import Widget

from core.audit import RecordPage, record_page
from core.session import Door, OpenVault
from tui import keymap, words
from tui.screens.door.facts import labelled
from tui.screens.page import Page
from tui.widgets.lines import Line, Sheet
from vault_format.errors import TacendaError


class RecordView(Page):
    """All about record SEQUENCE of the open session's vault, or of DOOR's."""

    WHERE = "record"
    PLACE = "audit"
    ABOUT = "One record. What it says, that it follows from the one before, and whose key signed it."
    BINDINGS = keymap.bindings("record")

    def __init__(self, door: Door | None, sequence: int) -> None:
        super().__init__()
        self._door = door
        self._sequence = sequence

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    @property
    def vault(self) -> OpenVault | None:
        """The verified vault."""
        session = self.tacenda.session
        if session is not None:
            return session.vault
        return self._door.opened if self._door is not None else None

    def show_top(self) -> None:
        """Show where this is."""
        path = self.tacenda.path or ""
        self.bar("top").show(
            (("[4 Audit]", "accent"), (f" > record {self._sequence:,}", "text")), self.place_of(path)
        )

    def fill(self) -> None:
        """Read the record."""
        vault = self.vault
        if vault is not None:
            sequence = self._sequence
            self.work(lambda: record_page(vault.ledger, sequence), self._show, self._unreadable)

    def _unreadable(self, error: BaseException) -> None:
        if isinstance(error, TacendaError | LookupError):
            self.query_one("#focus", Sheet).show([(), (("   This record cannot be read from the file.", "danger"),)])
        else:
            self.fail(error)

    def _show(self, page: RecordPage) -> None:
        self.query_one("#focus", Sheet).show(record_lines(page, self.app.size.width))

    def action_older(self) -> None:
        """Show the record before."""
        self._step(-1)

    def action_newer(self) -> None:
        """Show the record after."""
        self._step(1)

    def _step(self, step: int) -> None:
        vault = self.vault
        if vault is None:
            return
        if not 0 <= self._sequence + step < vault.ledger.count:
            self.say("This is the first record." if step < 0 else "This is the newest record.")
            return
        self._sequence += step
        self.show_top()
        self.fill()


def record_lines(page: RecordPage, width: int) -> list[Line]:
    """Return all about a record."""
    header = page.header
    local, utc = words.full(header.time)
    who = f"{page.member}{', role ' + page.role if page.role else ''}" or "nobody"
    keys = f"   key set {header.epoch}, member key {header.generation}" if header.generation else ""
    lines: list[Line] = [()]
    lines += labelled("What", ((page.what, "text"), (f"   {page.outcome}", "danger" if page.failed else "good")), width)
    lines += labelled("Who", ((who + keys, "text"),), width)
    lines += labelled("When", ((local, "text"), (f"   UTC {utc}", "muted")), width)
    if page.about:
        revision = f", revision {header.revision}" if header.revision else ""
        lines += labelled("About", ((page.about + revision, "text"),), width)
    if page.flags:
        lines += labelled("Flags", ((page.flags, "caution"),), width)
    lines += [(), *_chain(page), *_signature(page, width)]
    if page.parts:
        for number, part in enumerate(page.parts):
            role = "danger" if part.endswith("DAMAGED") else "text"
            lines += labelled("Payload" if not number else "", ((part, role),), width)
    else:
        lines += labelled("Payload", (("none: this act writes no content", "muted"),), width)
    if page.said:
        wrapped = list(words.wrap(page.said, max(width - 18, 20)))
        for number, row in enumerate(wrapped):
            lines += labelled("Says" if not number else "", ((row, "muted"),), width)
    return lines


def _chain(page: RecordPage) -> list[Line]:
    does = {True: ("✓ it does", "good"), False: ("✗ it does not", "danger")}
    lines: list[Line] = [(("   Chain", "muted"),)]
    if page.follows is not None:
        lines.append(((f"     says it follows   {words.grouped(page.prev)} ...   ", "text"), does[page.follows]))
    lines.append(((f"     this record       {words.grouped(page.digest)} ...", "text"),))
    if page.followed is not None:
        lines.append((("     the next one says it follows this            ", "text"), does[page.followed]))
    else:
        lines.append((("     this is the newest record", "muted"),))
    return [*lines, ()]


def _signature(page: RecordPage, width: int) -> list[Line]:
    if page.signature == "none":
        return labelled("Signature", (("none: nobody was identified, so nobody signed it", "caution"),), width)
    holds = page.signature == "holds"
    by = f", let in by {page.key_by}" if page.key_by else ""
    key = f" (record {page.key_seq:,}{by})" if page.key_seq is not None else ""
    said = f"Ed25519, {page.member}'s key {page.header.generation}{key} "
    mark = ("✓ holds", "good") if holds else ("✗ does not hold", "danger")
    return labelled("Signature", ((said, "text"), mark), width)
