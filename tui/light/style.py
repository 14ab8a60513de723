"""How a cell looks, as the parameters of SGR that make it (ECMA-48 8.3.117), and the shortest way from one to another.

Styles are interned: two that look the same are the same object, so that cells compare by identity.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len

_ON: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 21, 51, 52, 53)
_OFF: Final = {22: (1, 2), 23: (3,), 24: (4, 21), 25: (5, 6), 27: (7,), 28: (8,), 29: (9,), 54: (51, 52), 55: (53,)}
_ENDS: Final = {on: off for off, ons in _OFF.items() for on in ons}
_SEEN_ON_BLANKS: Final = frozenset({4, 7, 8, 9, 21, 51, 52, 53})
"""Attributes that show on a space: lines through or round it, and those that swap or hide its colours."""

_MOST_STYLES = 2_048
_MOST_CELLS = 4_096
_MOST_CODE_POINTS = 32
"""Of one cell; marks beyond them are not drawn."""


class Cell(NamedTuple):
    """What stands in one column: a character with all its marks, and how it looks.

    WIDTH is its columns; what follows a wide one are cells of no text and width 0. SURE says that every terminal
    moves its cursor by WIDTH for it.
    """

    text: str
    style: Style
    width: int
    sure: bool


class _Cells(dict[str, Cell]):
    """The cells of one style, made when they are first asked for."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, text: str) -> Cell:
        style = self._style
        if len(self) >= _MOST_CELLS:
            self.clear()
        if text == " " and style.blank is not style:
            cell = style.blank.cells[" "]
        else:
            text = text[:_MOST_CODE_POINTS]
            cell = Cell(text, style, cell_len(text) if text else 0, sure(text))
        self[text] = cell
        return cell


class Style:
    """Colours as SGR parameters ("" is the terminal's own) and the attributes that are on.

    BLANK is the style of a space that looks the same; CELLS holds the cells of this style by their text.
    """

    __slots__ = ("_ways", "attributes", "background", "blank", "cells", "foreground")

    def __init__(self, foreground: str, background: str, attributes: frozenset[int]) -> None:
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
        seen = attributes & _SEEN_ON_BLANKS
        self.blank: Style = self
        if not seen and (foreground or attributes):
            self.blank = style("", background, frozenset())
        self.cells = _Cells(self)
        self._ways: dict[Style, str] = {}

    def way_to(self, other: Style) -> str:
        """Return the shortest sequence that turns a pen of this style into OTHER; empty if there is nothing to do."""
        if other is self:
            return ""
        if other not in self._ways:
            if len(self._ways) >= _MOST_STYLES:
                self._ways.clear()
            self._ways[other] = min(_anew(other), self._change(other), key=len)
        return self._ways[other]

    def blank_on(self, background: str) -> Style:
        """Return this style with another background, and without what would show on a space."""
        return style(self.foreground, background, self.attributes - _SEEN_ON_BLANKS)

    def _change(self, other: Style) -> str:
        ended = {_ENDS[on] for on in self.attributes - other.attributes}
        kept = {on for on in self.attributes if _ENDS[on] not in ended}
        parts = [str(off) for off in sorted(ended)]
        parts += [str(on) for on in _ON if on in other.attributes - kept]
        if self.foreground != other.foreground:
            parts.append(other.foreground or "39")
        if self.background != other.background:
            parts.append(other.background or "49")
        return f"\x1b[{';'.join(parts)}m"


def _anew(style: Style) -> str:
    """Return the sequence that makes STYLE from whatever the pen was."""
    parts = [str(on) for on in _ON if on in style.attributes]
    parts += [color for color in (style.foreground, style.background) if color]
    return f"\x1b[{';'.join(['0', *parts])}m" if parts else "\x1b[m"


PLAIN: Final = Style("", "", frozenset())
"""The terminal's own colours, and no attributes."""


def style(foreground: str, background: str, attributes: frozenset[int]) -> Style:
    """Return the one style of these colours and attributes."""
    if not (foreground or background or attributes):
        return PLAIN
    return _made(foreground, background, attributes)


_made = lru_cache(maxsize=_MOST_STYLES)(Style)


@lru_cache(maxsize=_MOST_STYLES)
def after_sgr(before: Style, parameters: str) -> Style:
    """Return the style after an SGR sequence with PARAMETERS; what it does not know changes nothing."""
    foreground, background, attributes = before.foreground, before.background, set(before.attributes)
    given = [int(one) if one.isdigit() else 0 for one in parameters.split(";")]
    place = 0
    while place < len(given):
        code = given[place]
        place += 1
        if code == 0:
            foreground, background, attributes = "", "", set()
        elif code in (38, 48):
            length = {5: 2, 2: 4}.get(given[place] if place < len(given) else 0, 0)
            color = ";".join(map(str, [code, *given[place : place + length]]))
            place += length or 1
            if length and code == 38:
                foreground = color
            elif length:
                background = color
        elif code in _ON:
            attributes.add(code)
        elif code in _OFF:
            attributes.difference_update(_OFF[code])
        elif code == 39 or 30 <= code <= 37 or 90 <= code <= 97:
            foreground = "" if code == 39 else str(code)
        elif code == 49 or 40 <= code <= 47 or 100 <= code <= 107:
            background = "" if code == 49 else str(code)
    return style(foreground, background, frozenset(attributes))


_SURELY_WIDE = ((0x3041, 0x3096), (0x30A1, 0x30FA), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3))


@lru_cache(maxsize=_MOST_CELLS)
def sure(text: str) -> bool:
    """Whether every terminal moves its cursor by the same number of columns for TEXT.

    Of one code point they agree on the old narrow ones and on Han, kana and Hangul. Marks, joiners, emoji and what
    is younger than some terminal's tables are drawn differently by different terminals.
    """
    if text.isascii():
        return True
    if len(text) != 1:
        return False
    if any(first <= ord(text) <= last for first, last in _SURELY_WIDE):
        return True
    return (
        ord(text) < 0x10000
        and unicodedata.category(text)[0] in "LNPSZ"
        and unicodedata.east_asian_width(text) not in "WF"
        and cell_len(text) == 1
    )
