"""When Python looks for garbage: while nobody types. Looking through everything takes longer than a key may wait."""

from __future__ import annotations

import gc
from collections.abc import Callable

QUIET = 2.0
"""Seconds without a key after which what was made since the last time is looked through."""
AWAY = 60.0
"""Seconds after which everything is; sooner after a lock and once lists are complete."""
SECONDS = 1.0
_PYTHONS = gc.get_threshold()
_SELDOM = 1_000
"""How many rounds over young objects pass before Python looks through all by itself: it hardly ever comes to that."""


class Collecting:
    """Has the process's garbage looked for when nobody has touched a key for a while; CLOCK counts seconds.

    What was found to be in use is set aside (`gc.freeze`), so that the next round is short.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._on = False
        self._touched = clock()
        self._some = self._all = True
        self._away = False

    def start(self) -> None:
        """Take over from Python's own counting."""
        self._on = True
        gc.set_threshold(*_PYTHONS[:2], _SELDOM)

    def stop(self) -> None:
        """Leave everything to Python again."""
        self._on = False
        gc.set_threshold(*_PYTHONS)
        gc.unfreeze()

    def touch(self) -> None:
        """Note that the person did something."""
        self._touched = self._clock()
        self._some = True

    def owe(self) -> None:
        """Note that much has changed: everything is looked through with the next quiet moment."""
        self._some = self._all = True

    def look(self) -> None:
        """Look for garbage, if it is time. To be called every second or so."""
        quiet = self._clock() - self._touched
        if not self._on or quiet < QUIET:
            return
        whole = self._all or (quiet >= AWAY and not self._away)
        if not whole and not self._some:
            return
        if whole:
            gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._some = self._all = False
        self._away = quiet >= AWAY
