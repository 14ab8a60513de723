"""How texts are compared when one looks for words: letters count, not how they are written.

Unicode's compatibility decomposition (UAX #15) makes one of what looks alike (ligatures, full-width letters). Marks of
Latin, Greek and Cyrillic letters fall away, so that `Zurich` finds `Zürich` and the other way round; case is folded;
the rest is composed again, for in other scripts marks are letters. Invisible characters that only say where a line may
break or letters join are left out, and any run of white space is one blank: a phrase is found across a line's end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_DROPPED = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
"""Marks of the Latin, Greek and Cyrillic scripts, soft hyphens, zero-width spaces and joiners."""
_ASCII = bytes(range(128))
_BLANKS = "\n\r\t\v\f\x1c\x1d\x1e\x1f"
_MOST = 64
"""So many different signs beyond ASCII are replaced one after the other; a text with more is decomposed as a whole."""
_MANY = 4096
"""Signs whose replacement is remembered: many scripts' worth."""


def letters(text: str) -> str:
    """Return TEXT as it is compared, its white space as it is."""
    if text.isascii():
        return text.lower()
    lowered = _sign_by_sign(text)
    return lowered if lowered is not None else _whole(text)


def _whole(text: str) -> str:
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _sign_by_sign(text: str) -> str | None:
    """Return what `_whole` makes of TEXT, five times as fast; None where signs do not stand for themselves.

    Where every sign becomes ASCII, or punctuation that nothing joins, there is nothing to reorder or to compose.
    """
    found = set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))
    if len(found) > _MOST:
        return None
    becomes = [(sign, _becomes(sign)) for sign in found]
    if any(piece is None for _, piece in becomes):
        return None
    for sign, piece in becomes:
        if piece is not None and piece != sign:
            text = text.replace(sign, piece)
    return text.lower()


@lru_cache(_MANY)
def _becomes(sign: str) -> str | None:
    """Return what SIGN becomes wherever it stands, None if that depends on what stands round it."""
    piece = _whole(sign)
    alone = all(one.isascii() or (unicodedata.category(one)[0] in "PS" and one.lower() == one) for one in piece)
    return piece if alone and unicodedata.normalize("NFKD", piece) == piece else None


def loose(text: str) -> str:
    """Return TEXT as it is compared: folded, on one line, no white space at its ends, one blank for any run of it."""
    folded = text.lower() if text.isascii() else _sign_by_sign(text)
    if folded is None:
        return " ".join(_whole(text).split())
    # the same without white space beyond ASCII, ten times as fast
    for blank in _BLANKS:
        folded = folded.replace(blank, " ")
    while "  " in folded:
        folded = folded.replace("  ", " ")
    return folded.strip(" ")


def spans(line: str, terms: Iterable[str]) -> list[tuple[int, int]]:
    """Return where TERMS (as `loose` gives them) stand in LINE: from, to, in order, overlapping ones joined."""
    folded: list[str] = []
    places: list[int] = []
    for at, character in enumerate(line):
        piece = " " if character.isspace() else letters(character)
        if piece == " " and folded and folded[-1] == " ":
            continue
        folded.extend(piece)
        places.extend([at] * len(piece))
    text = "".join(folded)
    found: list[tuple[int, int]] = []
    for term in terms:
        at = text.find(term) if term else -1
        while at >= 0:
            found.append((places[at], places[at + len(term) - 1] + 1))
            at = text.find(term, at + len(term))
    joined: list[tuple[int, int]] = []
    for start, last in sorted(found):
        end = _with_marks(line, last)
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _with_marks(line: str, end: int) -> int:
    """Return END, moved behind the marks that belong to the letter before it."""
    while end < len(line) and unicodedata.combining(line[end]):
        end += 1
    return end
