"""Markdown as it is meant, in lines of roles. Nothing is fetched, nothing is a link, nothing reaches the terminal raw.

Only what notes are written with is understood; the rest stays as it was typed, so that no word is ever lost.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tui import words
from tui.terminal.display import display_safe
from tui.widgets.lines import Line, Piece

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(?:\[([ xX])\]\s+)?(.*)")
_QUOTE = re.compile(r"((?:>\s?)+)(.*)")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*")
_FENCE = re.compile(r"\s*(```|~~~)")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1")
_LINK = re.compile(r"(!?)\[([^\]\n]{0,300})\]\(([^)\s]{1,1000})[^)\n]{0,300}\)")
_CODE = re.compile(r"`([^`\n]{1,500})`")
_MARGIN = 2


def markdown_lines(text: str, width: int) -> list[Line]:
    """Return TEXT laid into lines of at most WIDTH cells."""
    lines: list[Line] = []
    fenced = False
    for line in text.replace("\r\n", "\n").split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            lines += _rows(line.expandtabs(4), width, "    ", "    ", "muted", plain=True)
        else:
            lines += _block(line.expandtabs(4), width)
    while lines and not "".join(said for said, _ in lines[-1]).strip():
        lines.pop()
    return lines


def _block(line: str, width: int) -> list[Line]:
    if not line.strip():
        return [()]
    heading = _HEADING.fullmatch(line)
    if heading:
        return _rows(heading.group(2).rstrip("# "), width, " ", " ", "accent")
    if _RULE.fullmatch(line):
        return [((" " + "─" * max(1, width - 2), "muted"),)]
    quote = _QUOTE.fullmatch(line)
    if quote:
        bar = " " * _MARGIN + "│ " * min(quote.group(1).count(">"), 4)
        return _rows(quote.group(2) or " ", width, bar, bar, "muted")
    item = _ITEM.fullmatch(line)
    if item:
        indent, number, box, said = item.groups()
        mark = f"{number}. " if number else "· "
        if box is not None:
            mark = "[x] " if box in "xX" else "[ ] "
        first = " " * (_MARGIN + min(len(indent), 12)) + mark
        return _rows(said, width, first, " " * len(first), "text")
    return _rows(line.strip(), width, " " * _MARGIN, " " * _MARGIN, "text")


def _rows(said: str, width: int, first: str, more: str, role: str, *, plain: bool = False) -> list[Line]:
    """Return SAID wrapped, with FIRST before its first row and MORE before the others."""
    shown, bold = (display_safe(said), []) if plain else _inline(said)
    lines: list[Line] = []
    place = 0
    for at, row in enumerate(words.wrap(shown or " ", width - len(first) - 1)):
        start = max(shown.find(row.strip(), place), place)
        place = start + len(row.strip())
        pieces: list[Piece] = [(first if not at else more, role if role == "accent" else "muted")]
        lines.append([*pieces, *_pieces(row, start, bold, role)])
    return lines


def _inline(said: str) -> tuple[str, list[tuple[int, int]]]:
    """Return SAID without its marks, links as their words and the address behind, and which parts are strong."""
    said = _LINK.sub(lambda found: f"{found.group(2) or 'picture'} ({found.group(3)})", display_safe(said))
    said = _CODE.sub(lambda found: found.group(1), said)
    bold: list[tuple[int, int]] = []
    shown, place = "", 0
    for found in _BOLD.finditer(said):
        shown += said[place : found.start()]
        bold.append((len(shown), len(shown) + len(found.group(2))))
        shown += found.group(2)
        place = found.end()
    return shown + said[place:], bold


def _pieces(row: str, start: int, bold: list[tuple[int, int]], role: str) -> list[Piece]:
    """Return a row that begins at START of its paragraph, cut where BOLD begins and ends."""
    end = start + len(row)
    cuts = sorted({start, end, *(edge for span in bold for edge in span if start < edge < end)})
    return [
        (row[a - start : b - start], "accent" if any(x <= a < y for x, y in bold) else role) for a, b in pairwise(cuts)
    ]  # fmt: skip
