"""What somebody looks for: words, all of which must be there, and phrases in quotation marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.search.words import loose

_PIECES = re.compile(r'["\u201c\u201d\u201e\u00ab\u00bb]([^"\u201c\u201d\u201e\u00ab\u00bb]*)'
                     r'(?:["\u201c\u201d\u201e\u00ab\u00bb]|$)|([^\s"\u201c\u201d\u201e\u00ab\u00bb]+)')  # fmt: skip
MAX_LENGTH = 1_000
"""What is typed behind so many characters is not looked for."""


@dataclass(frozen=True, slots=True)
class Query:
    """TERMS are folded as `loose` folds; each must be found, in any order. The longest come first: they are rarest."""

    terms: tuple[str, ...]

    @classmethod
    def of(cls, said: str) -> Query:
        """Return what SAID looks for; a quotation mark that is not closed goes to the end."""
        pieces = [loose(phrase or word) for phrase, word in _PIECES.findall(said[:MAX_LENGTH])]
        return cls(tuple(sorted({piece for piece in pieces if piece}, key=lambda piece: (-len(piece), piece))))

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.terms)

    def narrows(self, before: Query) -> bool:
        """Whether what this finds is among what BEFORE finds."""
        return all(any(old in new for new in self.terms) for old in before.terms)
