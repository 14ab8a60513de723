"""What the pages of the vault have in common: headed paragraphs, a bar of progress, sizes and durations."""

from __future__ import annotations

from collections.abc import Iterable

from core.session import Session
from tui import words
from tui.screens.page import Page
from tui.widgets.lines import Line
from vault_format.codes import Role

TEXT_WIDTH = 100


def heading(said: str) -> Line:
    """Return a heading."""
    return ((f" {said}", "accent"),)


def paragraph(said: str, width: int, role: str = "text", indent: int = 3) -> list[Line]:
    """Return SAID in rows, indented."""
    room = min(width, TEXT_WIDTH) - indent - 2
    return [((" " * indent + row, role),) for row in words.wrap(said, room)]


def labelled(label: str, said: str, width: int, role: str = "text", room: int = 14) -> list[Line]:
    """Return SAID in rows behind LABEL; below it where the page is narrow."""
    if width < 60:
        room = 10
    rows = list(words.wrap(said, min(width, TEXT_WIDTH) - room - 5))
    first = ((f"   {label:<{room}}", "muted"), (rows[0] if rows else "", role))
    return [first, *(((" " * (room + 3) + row, role),) for row in rows[1:])]


def progress_bar(done: int, total: int, room: int) -> str:
    """Return a bar of ROOM cells, and how many parts of a hundred it is."""
    full = room * done // total if total else 0
    return "█" * full + "░" * (room - full) + f"  {100 * done // total if total else 0:>3}%"


def amount(size: int) -> str:
    """Return a size in powers of ten: `21.3 MB`."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} bytes"


def duration(seconds: float) -> str:
    """Return `40 s` or `6 min 48 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def day(milliseconds: int) -> str:
    """Return the local date of a time, `2026-11-23`; `never` for 0."""
    return words.second(milliseconds)[:10] if milliseconds else "never"


def join(blocks: Iterable[Iterable[Line]]) -> list[Line]:
    """Return blocks one after the other, a blank row between them."""
    lines: list[Line] = []
    for block in blocks:
        rows = list(block)
        lines += [*([()] if lines and rows else []), *rows]
    return lines


class VaultPage(Page):
    """A page of the place Vault; `at` stands in its path."""

    PLACE = "vault"
    at = ""

    @property
    def page_width(self) -> int:
        """Cells in a row."""
        return self.app.size.width

    def show_where(self, right: str = "") -> None:
        """Say where this is."""
        path = ((" Vault > ", "muted"), (self.at, "accent"))
        self.bar("where").show(path, ((f"{right} ", "muted"),) if right else ())

    def owner(self, session: Session) -> bool:
        """Whether the member is an owner."""
        return session.role is Role.OWNER
