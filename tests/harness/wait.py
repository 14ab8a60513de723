"""Waiting for a condition with a deadline: the only place where a test sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Generous: the deadline is there to end a test that hangs, not to measure.
DEADLINE = 20.0
_SOON, _SELDOM, _PART = 0.01, 0.1, 0.1
"""Seconds between two looks: soon at first, then a tenth of what was waited. A look may cost a process."""


def pause_after(waited: float) -> float:
    """Return how long to pause before the next look after so many seconds of waiting."""
    return min(_SELDOM, max(_SOON, waited * _PART))


def wait_until(
    predicate: Callable[[], T], timeout: float = DEADLINE, what: str | Callable[[], str] = "the condition"
) -> T:
    """Poll PREDICATE until it returns something true, and return that.

    `timeout` is in seconds. WHAT names what was waited for; a function is called for it only when it did not
    come, and may tell the present state. Raises AssertionError then.
    """
    began = time.monotonic()
    while True:
        # The clock first, so that a long poll that ends past the deadline still counts if it succeeds.
        late = time.monotonic() >= began + timeout
        value = predicate()
        if value:
            return value
        if late:
            told = what if isinstance(what, str) else what()
            message = f"waited {timeout:g} s in vain for {told}"
            raise AssertionError(message)
        time.sleep(pause_after(time.monotonic() - began))
