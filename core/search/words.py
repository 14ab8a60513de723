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

_DROPPED = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
"""Marks of the Latin, Greek and Cyrillic scripts, soft hyphens, zero-width spaces and joiners."""
_MORE = re.compile("[^\\x00-\\x7f\u2013\u2014\u2018-\u201e]")
"""Anything but ASCII, dashes and quotation marks: what is none of these only has to be lowered."""


def letters(text: str) -> str:
    """Return TEXT as it is compared, its white space as it is."""
    if text.isascii():
        return text.lower()
    if not _MORE.search(text):
        return text.casefold()
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def loose(text: str) -> str:
    """Return TEXT as it is compared: folded, on one line, no white space at its ends, one blank for any run of it."""
    folded = letters(text)
    if not folded.isascii():
        return " ".join(folded.split())
    # the same for ASCII, ten times as fast
    folded = folded.replace("\r", " ").replace("\n", " ").replace("\t", " ").replace("\v", " ").replace("\f", " ")
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
