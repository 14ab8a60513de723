"""What the keyboard meant by ESC: the key, or the beginning of a sequence.

Three faults of the stock parser are mended here, before it sees a byte: Esc and the next key in one read are two keys
and not Alt+key; an arrow whose bytes arrive apart is still an arrow, and never the letter at its end; a paste that
arrives in pieces is one paste. A sequence that nobody knows is dropped and never typed as text. What follows a lone Esc
counts as the rest of a sequence only if it arrives in one piece and looks like nothing else: a word that begins with O
is text.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

ESC = "\x1b"
_PASTE_BEGINS = "\x1b[200~"
_PASTE_ENDS = "\x1b[201~"
_OPENERS = "[O]PX^_N"
_REST = re.compile(r"O[A-DFHPQRSM]|\[\[[A-E]|\[[0-9;]*[A-DFHPQRSZu~]")
"""What the rest of a key's sequence looks like, when it arrives alone and after its ESC."""

MAX_SEQUENCE = 4_096
MAX_PASTE = 9_000_000
"""Characters of one paste that are kept; over it `Pasted.cut` is set."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Characters without any ESC among them."""

    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One whole escape sequence."""

    text: str


@dataclass(frozen=True, slots=True)
class Escape:
    """The Esc key."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """One whole paste; CUT if it was longer than what is kept."""

    text: str
    cut: bool = False


Token = Typed | Sequence | Escape | Pasted


class Gate:
    """Turns characters as they arrive into tokens.

    Times are seconds of any clock that only goes forward. ESC alone is the key after LONE seconds; a sequence that was
    begun may take PATIENCE seconds to arrive.
    """

    def __init__(self, *, lone: float = 0.1, patience: float = 1.0) -> None:
        self._lone = lone
        self._patience = patience
        self._held = ""
        self._since = 0.0
        self._escaped = float("-inf")
        self._paste: list[str] | None = None
        self._paste_length = 0

    @property
    def waiting(self) -> bool:
        """Whether something is held back that `tick` may release."""
        return bool(self._held) and self._paste is None

    def feed(self, data: str, now: float) -> Iterator[Token]:
        """Take DATA that arrived at NOW."""
        if self._held:
            data, self._held = self._held + data, ""
        elif self._paste is None and now - self._escaped < self._patience and _REST.fullmatch(data):
            # the rest of a sequence whose ESC was taken for the key; nothing else has come since
            data = ESC + data
        self._escaped = float("-inf")
        while data:
            if self._paste is not None:
                data = yield from self._pasting(data)
                continue
            text, escape, rest = data.partition(ESC)
            if text:
                yield Typed(text)
            if not escape:
                return
            data = ESC + rest
            end = _end(data)
            if end < 0:
                self._held, self._since = data, now
                return
            if end == 1:
                yield Escape()
            elif data[:end] == _PASTE_BEGINS:
                self._paste, self._paste_length = [], 0
            else:
                yield Sequence(data[:end])
            data = data[end:]

    def tick(self, now: float) -> Iterator[Token]:
        """Release what has waited long enough at NOW."""
        if not self.waiting:
            return
        limit = self._lone if self._held == ESC else self._patience
        if now - self._since >= limit:
            # an opener that was not followed by anything: Esc, and a key that is bound to nothing
            self._held = ""
            self._escaped = now
            yield Escape()

    def _pasting(self, data: str) -> Generator[Token, None, str]:
        """Collect pasted text; return what follows its end."""
        assert self._paste is not None  # noqa: S101  tells the type checker
        text, end, rest = data.partition(_PASTE_ENDS)
        if not end:
            keep = _overlap(text)
            if keep:
                self._held = text[-keep:]
                text = text[:-keep]
        room = MAX_PASTE - self._paste_length
        self._paste.append(text[: max(room, 0)])
        self._paste_length += len(text)
        if end:
            yield Pasted("".join(self._paste).replace("\x00", ""), self._paste_length > MAX_PASTE)
            self._paste = None
        return rest


def _overlap(text: str) -> int:
    """Return how many characters at the end of TEXT may be the beginning of a paste's end."""
    for length in range(min(len(_PASTE_ENDS) - 1, len(text)), 0, -1):
        if _PASTE_ENDS.startswith(text[-length:]):
            return length
    return 0


def _end(data: str) -> int:
    """Return where the sequence that DATA begins with ends; 1 if its ESC is the key; -1 if that is not known yet."""
    if len(data) == 1:
        return -1
    opener = data[1]
    if opener not in _OPENERS:
        return 1
    if len(data) == 2:
        return -1
    if opener in "ON":
        return 3
    if opener == "[":
        return _csi_end(data)
    for place in range(2, min(len(data), MAX_SEQUENCE)):
        if data[place] == "\x07":
            return place + 1
        if data[place] == "\\" and data[place - 1] == ESC:
            return place + 1
    return len(data) if len(data) >= MAX_SEQUENCE else -1


def _csi_end(data: str) -> int:
    if data[2] == "[":  # the Linux console's F1 to F5: ESC [ [ A
        return 4 if len(data) > 3 else -1
    for place in range(2, min(len(data), MAX_SEQUENCE)):
        if "@" <= data[place] <= "~":
            return place + 1
        if not " " <= data[place] <= "?":
            return place  # a character that no sequence holds: what was there so far is dropped
    return len(data) if len(data) >= MAX_SEQUENCE else -1
