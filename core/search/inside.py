"""The bodies that a session opened to look inside: in memory only, forgotten when it is locked.

At this size a list of folded texts and `in` beats every index: it is made as fast as bodies are opened, answers in some
milliseconds, and finds any part of any word in any script. SQLite would also spill plaintext into temporary files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.search.query import Query
from core.search.words import loose

_HEADING = ("# ", "## ", "### ")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a text where something was found: its number from 0, the line as it is, the heading above it."""

    number: int
    line: str
    heading: str


@dataclass(frozen=True, slots=True)
class Match:
    """A note in which everything was found, and at which revision of it."""

    note: int
    revision: int


class Inside:
    """Texts of notes, each at one revision, as they are and as they are compared. Not thread-safe by itself."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[int, str, str]] = {}
        self.size = 0
        """Characters that are held, the folded ones not counted."""
        self.changes = 0
        """Rises with every change."""

    def __len__(self) -> int:
        return len(self._texts)

    def revision(self, note: int) -> int:
        """Return the revision of NOTE that is held, 0 if none is."""
        kept = self._texts.get(note)
        return kept[0] if kept else 0

    def put(self, note: int, revision: int, text: str) -> None:
        """Hold TEXT as NOTE at REVISION."""
        folded = loose(text)
        self.drop(note)
        self.size += len(text)
        self._texts[note] = (revision, text, text if folded == text else folded)

    def drop(self, note: int) -> None:
        """Forget NOTE."""
        kept = self._texts.pop(note, None)
        self.changes += 1
        if kept is not None:
            self.size -= len(kept[1])

    def text(self, note: int) -> str:
        """Return the text of NOTE. Raises LookupError if it is not held."""
        return self._texts[note][1]

    def find(self, query: Query, notes: Iterable[int], head: Callable[[int], str] = lambda _: "") -> list[Match]:
        """Return which of NOTES hold everything QUERY wants, in the order given.

        HEAD gives what a list shows of a note, folded: a word may stand there, too, as long as one stands in the text.
        """
        texts, terms = self._texts, query.terms
        if not terms:
            return []
        found = []
        for note in notes:
            kept = texts.get(note)
            if kept is None:
                continue
            folded, missing = kept[2], 0
            for term in terms:
                if term not in folded:
                    missing += 1
                    if term not in head(note):
                        break
            else:
                if missing < len(terms):
                    found.append(Match(note, kept[0]))
        return found

    def places(self, note: int, query: Query) -> list[Place]:
        """Return the lines of NOTE that hold the most of what QUERY wants, in order. Raises LookupError."""
        _, text, folded = self._texts[note]
        return places(text, folded, query)

    def wipe(self) -> None:
        """Forget every text. Python cannot overwrite them; nothing refers to them any more."""
        self._texts.clear()
        self.size = 0
        self.changes += 1


def places(text: str, folded: str, query: Query) -> list[Place]:
    """Return the lines of TEXT that hold the most of QUERY's terms; FOLDED is what `loose` makes of TEXT.

    A phrase across the end of a line stands where it begins.
    """
    counted: list[tuple[int, Place]] = []
    heading, at = "", 0
    across = {folded.find(term) for term in query.terms if term in folded}
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if line.startswith(_HEADING):
            heading = line.lstrip("# ").strip()
        compared = loose(line)
        holds = sum(term in compared for term in query.terms)
        if compared:
            begins = any(at <= start < at + len(compared) for start in across)
            at += len(compared) + 1
            if holds or begins:
                counted.append((holds, Place(number, line, heading)))
    most = max((holds for holds, _ in counted), default=0)
    return [place for holds, place in counted if holds == most]
