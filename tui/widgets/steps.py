"""What a person takes for one character: how far a cursor goes over it, and what of it a keyboard sends unseen."""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len
from textual.events import Key

from tui.light.cells import clusters

_WINDOW = 64
"""No character that people write has more code points."""
_AS_EMOJI = "\ufe0f"


def step_left(text: str, at: int) -> int:
    """Return how many code points of TEXT the character before AT has; 0 at its beginning."""
    before = clusters(text[max(0, at - _WINDOW) : at])
    return len(before[-1]) if before else 0


def step_right(text: str, at: int) -> int:
    """Return how many code points of TEXT the character at AT has; 0 at its end."""
    after = clusters(text[at : at + _WINDOW])
    return len(after[0]) if after else 0


def erased_left(text: str, at: int) -> int:
    """Return how many code points before AT one Backspace takes: all of an emoji, else a mark before its letter."""
    size = step_left(text, at)
    character = text[at - size : at]
    if size > 1 and (cell_len(character[0]) == 2 or _AS_EMOJI in character or 0x1F1E6 <= ord(character[0]) < 0x1F200):
        return size
    return min(size, 1)


def unseen_of(event: Key) -> str:
    """Return the character that EVENT types without showing one: a joiner, a mark of direction; else nothing.

    Textual lets only printable ones through. Without joiners Persian words and emoji of several code points fall apart.
    """
    character = event.character or ""
    return character if len(character) == 1 and unicodedata.category(character) == "Cf" else ""
