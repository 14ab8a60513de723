"""How long a passphrase holds, in one row under its field, judged as one types; for pages that take a new one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from core.keys.strength import Strength, strength
from tui.widgets.lines import Line

INDENT = " " * 16
_FIRST = "six random words are good"

Judged = tuple[int, Strength] | None
Work = Callable[[Callable[[], Judged], Callable[[Judged], None], Callable[[BaseException], None]], None]
"""Does the first in a thread; its result goes to the second, what went wrong to the third, both on the page."""


class Judging:
    """Judges in a thread what is typed: the estimate takes longer than a key may. SHOW is told, None for nothing.

    One estimate goes on at a time. What is typed meanwhile waits in a place for one, where a newer text takes the place
    of an older: of what was typed and deleted again nothing is left, nor in what the thread hands back.
    """

    def __init__(self, work: Work, show: Callable[[Strength | None], None]) -> None:
        self._work = work
        self._show = show
        self._waits: deque[tuple[int, str, tuple[str, ...]]] = deque(maxlen=1)
        self._number = 0
        self._busy = False

    def judge(self, said: str, known: tuple[str, ...]) -> None:
        """Judge SAID, the newest text; KNOWN are words that a thief would try first."""
        self._number += 1
        self._waits.clear()
        if not said:
            self._show(None)
            return
        self._waits.append((self._number, said, known))
        if not self._busy:
            self._begin()

    def forget(self) -> None:
        """Forget what waits; what is being judged is told to nobody."""
        self._number += 1
        self._waits.clear()

    def _begin(self) -> None:
        self._busy = True
        self._work(self._estimate, self._judged, self._failed)

    def _estimate(self) -> Judged:
        try:
            number, said, known = self._waits.pop()
        except IndexError:
            return None
        return number, strength(said, known)

    def _judged(self, found: Judged) -> None:
        self._busy = False
        if self._waits:
            self._begin()
        elif found is not None and found[0] == self._number:
            self._show(found[1])

    def _failed(self, _: BaseException) -> None:
        # it is judged once more before it is taken, and said there
        self._busy = False
        self._show(None)


def strength_line(told: Strength | None, first: str = _FIRST) -> Line:
    """Return the row; TOLD is None while nothing was judged, and FIRST is said then."""
    if told is None:
        return ((INDENT + first, "muted"),)
    advice = f"; {told.advice}" if told.advice and not told.enough else ""
    said = f"{INDENT}{told.word}, about 10^{told.guesses:.0f} guesses{advice}"
    return ((said, "good" if told.enough else "caution"),)
