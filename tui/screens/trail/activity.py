"""When things were done: charts of text, by hour and weekday, and week by week; of what the list shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from textual.widget import Widget

from core.audit.activity import Activity, activity
from core.audit.trail import Trail
from tui import words
from tui.keys import keymap
from tui.screens.page import Page
from tui.screens.vault.parts import heading
from tui.terminal import environment
from tui.widgets.lines import Line, Sheet

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHADES, _PLAIN_SHADES = " ·░▒▓█", " .:+*#"


class ActivityPage(Page):
    """How much was done when in TRAIL: of the records ONLY, if some are given, and ABOUT says which those are."""

    WHERE = "activity"
    PLACE = "audit"
    ABOUT = "When things were done. Darker is more; an hour that stands alone is worth a look."
    BINDINGS = keymap.bindings("activity")

    def __init__(self, trail: Trail, only: Sequence[int] | None = None, about: str = "") -> None:
        super().__init__()
        self._trail = trail
        self._only = only
        self._which = about
        self._found: Activity | None = None

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Count once; what comes while one looks is in the next look."""
        super().on_mount()
        which = f"   only {self._which}" if self._only is not None else ""
        self.bar("where").show(((" Audit > ", "muted"), ("activity", "accent"), (which, "accent")),
                               (("local time ", "muted"),))  # fmt: skip
        self.show_state("Counting.")
        self.work(partial(activity, self._trail, only=self._only), self._show)

    def _show(self, found: Activity) -> None:
        self._found = found
        self.fill_anew()
        said = "" if self._only is not None else " A filter of the list narrows what is counted."
        self.show_state(f"Darker is more.{said}")

    def fill_anew(self) -> None:
        """Draw for this width."""
        if self._found is not None:
            plain = environment.plain_symbols()
            self.query_one("#focus", Sheet).show(activity_lines(self._found, self.app.size.width, plain=plain))


def _shade(count: int, most: int, shades: str) -> str:
    """Return a sign for COUNT: a blank is none at all, and one record is always seen."""
    return shades[0] if not count else shades[1 + (len(shades) - 2) * (count - 1) // max(1, most - 1)]


def _bar(count: int, most: int, room: int, sign: str) -> str:
    return sign * max(bool(count), room * count // max(1, most))


def activity_lines(found: Activity, width: int, *, plain: bool) -> list[Line]:
    """Return both charts for WIDTH cells, of ASCII if PLAIN."""
    shades, full, cross = (_PLAIN_SHADES, "#", "x") if plain else (_SHADES, "█", "✗")
    cell = 2 if width >= 66 else 1
    most = max((max(row) for row in found.hours), default=0)
    lines: list[Line] = [(), heading("By hour and weekday"), ()]
    heads = "".join(f"{hour:02}".ljust(6 * cell) for hour in range(0, 24, 6))
    lines.append(((f"        {heads}", "muted"),))
    for day, row in zip(_DAYS, found.hours, strict=True):
        signs = "".join(_shade(count, most, shades) * cell for count in row)
        total = f" {sum(row):>9,}"
        lines.append(((f"   {day}  ", "muted"), (signs.ljust(24 * cell), "accent"), (total, "text")))
    busiest = f"   {shades[1]} one or few   {shades[-1]} {most:,}, the busiest hour"
    lines += [((busiest, "muted"),), (), heading("Week by week, the newest first"), ()]
    wide = width >= 66
    room = max(6, (width - (50 if wide else 44)) // (2 if wide else 1))
    reads = max((week.reads for week in found.weeks), default=0)
    failures = max((week.failures for week in found.weeks), default=0)
    head = "   from        " + words.fit("opened", room + 9) + (words.fit("failed", room + 7) if wide else "failed")
    lines.append(((head + ("" if not wide else "all records"), "muted"),))
    for week in reversed(found.weeks):
        bar = words.fit(_bar(week.reads, reads, room, full), room + 1)
        line = [(f"   {week.monday}  ", "muted"), (f"{week.reads:>7,} ", "text"), (bar, "accent")]
        failed = "danger" if week.failures else "muted"
        line.append((f"{week.failures:>5,} ", failed))
        if wide:
            line.append((words.fit(_bar(week.failures, failures, room, cross), room + 1), failed))
            line.append((f"{week.records:>9,}", "text"))
        lines.append(line)
    return lines
