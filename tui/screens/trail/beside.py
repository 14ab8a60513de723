"""The record under the cursor, in short, at the right of the list where there is room (F14)."""

from __future__ import annotations

from functools import partial

from textual.timer import Timer

from core.audit import RecordPage, record_page
from core.session import OpenVault
from tui import words
from tui.screens.page import Page
from tui.widgets.lines import Line, Sheet

WIDE = 120
"""From so many columns on the record stands beside the list."""
_REST_SECONDS = 0.1
"""Nothing is looked at for a record that the cursor only passes."""
_LABEL = 11


class RecordBeside(Page):
    """A page with a sheet `beside`; `show_beside` is told which record the cursor stands on."""

    def __init__(self) -> None:
        super().__init__()
        self._resting: Timer | None = None
        self._beside = -1

    def show_beside(self, vault: OpenVault | None, sequence: int) -> None:
        """Show record SEQUENCE of VAULT once the cursor rests on it."""
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
        if self.app.size.width < WIDE or vault is None or sequence < 0:
            self._beside = -1
            return
        if sequence != self._beside:
            self._resting = self.set_timer(_REST_SECONDS, partial(self._look_beside, vault, sequence))

    def _look_beside(self, vault: OpenVault, sequence: int) -> None:
        self._beside = sequence
        self.work(partial(record_page, vault.ledger, sequence), self._show_beside, self._unreadable)

    def _show_beside(self, page: RecordPage) -> None:
        if page.seq == self._beside:
            sheet = self.query_one("#beside", Sheet)
            sheet.show(brief_lines(page, sheet.size.width or 40))

    def _unreadable(self, _: BaseException) -> None:
        self.query_one("#beside", Sheet).show([((" It cannot be read from the file.", "danger"),)])


def brief_lines(page: RecordPage, width: int) -> list[Line]:
    """Return a record in short; Enter shows all of it."""
    header = page.header
    lines: list[Line] = [((f" Record {page.seq:,}", "accent"),), ()]

    def say(label: str, text: str, role: str = "text") -> None:
        rows = list(words.wrap(text, max(8, width - _LABEL - 1))) if text else []
        for number, row in enumerate(rows):
            head = words.fit(f" {label}" if not number else "", _LABEL)
            lines.append(((head, "muted"), (row, role)))

    say("What", page.what)
    say("Result", page.outcome, "danger" if page.failed else "good")
    say("Who", f"{page.member}{', ' + page.role if page.role else ''}")
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
