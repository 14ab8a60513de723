"""Names and one-line texts: what is accepted, and how they are compared."""

from __future__ import annotations

import re
import unicodedata

from vault_format import bounds
from vault_format.errors import UsageError

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}
"""Zero-width joiners that scripts and emoji are written with."""
_ENDS = re.compile(r"^[\s\u200c\u200d]+|[\s\u200c\u200d]+$")
"""What no line begins or ends with: spaces, and joiners with nothing to join."""
_DIGITS = re.compile(r"([0-9]+)")


def fold(text: str) -> str:
    """Return the form in which names, codes, titles and tags are compared: NFC, then casefold."""
    return unicodedata.normalize("NFC", text).casefold()


def in_order(text: str) -> list[tuple[int, int, str]]:
    """Return a key by which codes stand as people count: `OAK-9` before `OAK-10`, whatever their case."""
    return [
        (0, int(piece), piece) if piece.isascii() and piece.isdigit() else (1, 0, piece)
        for piece in _DIGITS.split(fold(text)) if piece
    ]  # fmt: skip


def check_name(name: str) -> None:
    """Refuse an empty name, one over 64 characters, or one with characters that cannot be seen. Raises UsageError."""
    if not name.strip() or len(name) > bounds.MAX_NAME:
        raise UsageError("A name has 1 to 64 characters.", todo="Choose another.")
    if name != name.strip():
        raise UsageError("A name does not begin or end with a space.", todo="Type it again.")
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        raise UsageError("A name cannot hold characters that are not seen.", todo="Type it again.")


def one_line(text: str, limit: int = 200) -> str:
    """Return TEXT as one line of at most LIMIT characters. Raises UsageError if it is longer.

    Line breaks and tabs become spaces; control and bidirectional characters are left out, spaces at the ends too.
    """
    kept = []
    for character in text:
        if character in "\r\n\t\u2028\u2029":
            kept.append(" ")
        elif character in _JOINERS or unicodedata.category(character) not in _UNSEEN:
            kept.append(character)
    line = _ENDS.sub("", unicodedata.normalize("NFC", "".join(kept)))
    if len(line) > limit:
        raise UsageError(f"This line is longer than {limit} characters.", todo="Shorten it.")
    return line
