"""A note's text laid into rows, with what a correction is about marked in it."""

from __future__ import annotations

from collections.abc import Sequence

from tui import words
from tui.terminal.display import display_safe
from tui.widgets.lines import Line, Piece

_MARGIN = 3


def note_lines(text: str, width: int, marked: Sequence[tuple[str, str]] = ()) -> list[Line]:
    """Return a note's text as lines: headings in their role, the rest wrapped.

    MARKED are passages, each with the sign that stands in the margin beside it.
    """
    lines: list[Line] = []
    for paragraph in text.replace("\r\n", "\n").split("\n"):
        if paragraph.startswith(("# ", "## ", "### ")):
            lines.append(((f" {paragraph.lstrip('# ')}", "accent"),))
        else:
            lines += _paragraph(display_safe(paragraph.expandtabs(4)), width - 4, marked)
    while lines and not "".join(piece for piece, _ in lines[-1]).strip():
        lines.pop()
    return lines


def _paragraph(paragraph: str, width: int, marked: Sequence[tuple[str, str]]) -> list[Line]:
    spans = [
        (at, at + len(safe), sign)
        for passage, sign in marked
        if (safe := display_safe(passage.expandtabs(4)))
        for at in _places(paragraph, safe)
    ]
    lines: list[Line] = []
    place = 0
    for row in words.wrap(paragraph or " ", width):
        start = max(paragraph.find(row.strip(), place), place)
        place = start + len(row.strip())
        lines.append(_row(row, start, spans))
    return lines


def _places(paragraph: str, passage: str) -> list[int]:
    found, at = [], paragraph.find(passage)
    while at >= 0:
        found.append(at)
        at = paragraph.find(passage, at + len(passage))
    return found


def _row(row: str, start: int, spans: Sequence[tuple[int, int, str]]) -> Line:
    """Return a row that begins at START of its paragraph, with what of SPANS stands in it marked."""
    within = sorted((max(a - start, 0), min(b - start, len(row)), sign) for a, b, sign in spans)
    within = [span for span in within if span[0] < span[1]]
    sign = within[0][2] if within else ""
    pieces: list[Piece] = [(f"{sign:<{_MARGIN}}"[:_MARGIN], "caution")]
    place = 0
    for a, b, _ in within:
        if a >= place:
            pieces += [(row[place:a], "text"), (row[a:b], "mark")]
            place = b
    return [piece for piece in [*pieces, (row[place:], "text")] if piece[0]]


def ruled(said: str, width: int, role: str) -> list[Line]:
    """Return a rule with words in it; words that do not fit stand below it."""
    room = width - 6
    first, *more = words.wrap(said, room) if len(said) > room else [said]
    head = (("── ", "muted"), (first, role), (" " + "─" * max(0, width - len(first) - 4), "muted"))
    return [head, *(((f"   {row}", role),) for row in more)]


def quoted(text: str) -> list[str]:
    """Return the passages that TEXT quotes: what stands behind `> ` at the beginning of a line."""
    return [line[2:].strip() for line in text.split("\n") if line.startswith("> ") and line[2:].strip()]
