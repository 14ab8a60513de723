"""The record under the cursor, in short, at the right of the list where there is room (F14)."""

from __future__ import annotations

from functools import partial

from core.audit.page import RecordPage, record_page
from core.session import OpenVault
from tui import words
from tui.screens.beside import BesidePage, labelled
from tui.widgets.lines import Line


class RecordBeside(BesidePage):
    """A list of records; `show_record` is told which one the cursor stands on."""

    def show_record(self, vault: OpenVault | None, sequence: int) -> None:
        """Show record SEQUENCE of VAULT once the cursor rests on it."""
        if vault is None or sequence < 0:
            self.rest_on(None, lambda _: None)
        else:
            self.rest_on(sequence, partial(self._read_record, vault))

    def _read_record(self, vault: OpenVault, sequence: int) -> None:
        self.work(partial(record_page, vault.ledger, sequence), self._show_record, self._unreadable)

    def _show_record(self, page: RecordPage) -> None:
        if self.stands_beside(page.seq):
            self.show_beside(brief_lines(page, self.beside_width))

    def _unreadable(self, _: BaseException) -> None:
        self.show_beside([((" It cannot be read from the file.", "danger"),)])


def brief_lines(page: RecordPage, width: int) -> list[Line]:
    """Return a record in short; Enter shows all of it."""
    header = page.header
    lines: list[Line] = [((f" Record {page.seq:,}", "accent"),), ()]

    def say(label: str, text: str, role: str = "text") -> None:
        lines.extend(labelled(label, text, width, role))

    say("What", page.what)
    say("Result", page.outcome, "danger" if page.failed else "good")
    say("Who", words.with_role(page.member, page.role))
    say("When", words.second(header.time))
    say("About", page.about)
    if header.revision:
        say("Revision", f"{header.revision}")
    say("Flags", page.flags, "caution")
    lines.append(())
    sides = [("follows", page.follows), ("followed", page.followed)]
    broken = [name for name, holds in sides if holds is False]
    say("Chain", "✗ it does not hold" if broken else "✓ it holds", "danger" if broken else "good")
    mark = {"holds": ("✓ holds", "good"), "none": ("none: nobody was identified", "caution")}
    say("Signature", *mark.get(page.signature, ("✗ does not hold", "danger")))
    damaged = sum(part.endswith("DAMAGED") for part in page.parts)
    payload = f"{words.plural(len(page.parts), 'part')}{f', {damaged} DAMAGED' if damaged else ''}"
    say("Payload", payload if page.parts else "none", "danger" if damaged else "text")
    say("Hash", words.grouped(page.digest))
    if page.said:
        lines.append(())
        say("Says", page.said, "muted")
    return lines
