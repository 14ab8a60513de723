"""What differs between two texts: by line, and by word where one line became another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_LONGEST = 2_000
"""Words of a line up to which words are compared; comparing more takes longer than anybody waits."""
_LINES = 4_000
"""Lines that differ up to which they are matched with one another."""


class Change(Enum):
    """What became of a line."""

    SAME = " "
    GONE = "-"
    NEW = "+"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of either text: `pieces` are its words, each with whether it differs.

    `number` counts the lines of the text it stands in, from 1; `skipped` how many equal lines before it are left out.
    """

    change: Change
    number: int
    pieces: tuple[tuple[str, bool], ...]
    skipped: int = 0

    @property
    def text(self) -> str:
        """The line."""
        return "".join(text for text, _ in self.pieces)


def differences(old: str, new: str, around: int = 2) -> list[DiffLine]:
    """Return the lines that differ, each with AROUND equal lines before and after it; none if the texts are equal."""
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return []
    return _near(list(_lines(before, after)), around)


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffLine]:
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    yield from (_same(at + 1, after[at]) for at in range(head))
    yield from _between(before[head : len(before) - tail], after[head : len(after) - tail], head)
    yield from (_same(at + 1, after[at]) for at in range(len(after) - tail, len(after)))


def _between(before: Sequence[str], after: Sequence[str], offset: int) -> Iterator[DiffLine]:
    if max(len(before), len(after)) > _LINES:
        yield from _replaced(before, after, offset, offset)
        return
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (_same(offset + at + 1, after[at]) for at in range(k, m))
        else:
            yield from _replaced(before[i:j], after[k:m], offset + i, offset + k)


def _replaced(before: Sequence[str], after: Sequence[str], old_at: int, new_at: int) -> Iterator[DiffLine]:
    """Yield what went and what came; lines that became one another stand together, with their words compared."""
    if len(before) == len(after) <= _LINES:
        for at, (old, new) in enumerate(zip(before, after, strict=True)):
            gone, come = _words(old, new)
            yield DiffLine(Change.GONE, old_at + at + 1, gone)
            yield DiffLine(Change.NEW, new_at + at + 1, come)
        return
    yield from (DiffLine(Change.GONE, old_at + at + 1, ((line, True),)) for at, line in enumerate(before))
    yield from (DiffLine(Change.NEW, new_at + at + 1, ((line, True),)) for at, line in enumerate(after))


def _words(old: str, new: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > _LONGEST:
        return ((old, True),), ((new, True),)
    gone: list[tuple[str, bool]] = []
    come: list[tuple[str, bool]] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        differs = kind != "equal"
        gone += [("".join(before[i:j]), differs)] if j > i else []
        come += [("".join(after[k:m]), differs)] if m > k else []
    return tuple(gone), tuple(come)


def _same(number: int, line: str) -> DiffLine:
    return DiffLine(Change.SAME, number, ((line, False),))


def _near(lines: list[DiffLine], around: int) -> list[DiffLine]:
    wanted: set[int] = set()
    for at, line in enumerate(lines):
        if line.change is not Change.SAME:
            wanted.update(range(max(0, at - around), min(len(lines), at + around + 1)))
    kept: list[DiffLine] = []
    last = -1
    for at in sorted(wanted):
        line = lines[at]
        kept.append(DiffLine(line.change, line.number, line.pieces, at - last - 1))
        last = at
    return kept
