"""What a sink did not take is kept, within bounds, and sent once it takes something again, the oldest first."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from core.watching.sinks import Sink
from core.watching.watcher import Told
from vault_format.errors import Unavailable

MOST = 1_000
"""So many alerts are kept; then the oldest is given up, for what is new matters more."""
LONGEST_SECONDS = 86_400.0
"""One that was refused for so long is given up, so that it cannot hold back the others for ever."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class Outbox:
    """Hands alerts to SINK. SAY is told in a sentence when it takes nothing, and when it does again.

    NOW counts seconds and never goes back.
    """

    def __init__(self, sink: Sink, say: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> None:
        self._sink = sink
        self._say = say
        self._now = now
        self._kept: deque[tuple[float, Told]] = deque()
        self._pause = 0.0
        self._due = 0.0
        self._late = 0
        self._given_up = 0

    def __len__(self) -> int:
        """How many alerts wait."""
        return len(self._kept)

    @property
    def wait(self) -> float | None:
        """In how many seconds `retry` has something to do; None: nothing waits."""
        return max(0.0, self._due - self._now()) if self._kept else None

    def send(self, told: Told) -> None:
        """Send TOLD now, behind what waits, or keep it."""
        self._kept.append((self._now(), told))
        if len(self._kept) > MOST:
            self._kept.popleft()
            self._given_up += 1
        self.retry()

    def retry(self, *, at_once: bool = False) -> None:
        """Send what waits, if the sink was left alone for long enough, or AT_ONCE."""
        if not self._kept or (not at_once and self._now() < self._due):
            return
        while self._kept:
            told = self._kept[0][1]
            try:
                self._sink.send(told)
            except Unavailable as error:
                self._refused(error)
                return
            self._kept.popleft()
            self._late += bool(self._pause)
        if self._pause:
            lost = f", {self._given_up:,} were given up meanwhile" if self._given_up else ""
            self._say(f"Alerts are taken again: {self._late:,} that waited were sent{lost}.")
        self._pause, self._late, self._given_up = 0.0, 0, 0

    def _refused(self, error: Unavailable) -> None:
        now = self._now()
        if not self._pause:
            self._say(f"{error} It is kept and sent later.")
        self._pause = min(LONGEST_PAUSE, self._pause * 2 or FIRST_PAUSE)
        self._due = now + self._pause
        while self._kept and now - self._kept[0][0] > LONGEST_SECONDS:
            self._kept.popleft()
            self._given_up += 1

    def close(self) -> None:
        """Try once more, and say what was not sent."""
        self.retry(at_once=True)
        left = len(self._kept) + self._given_up
        if left:
            what = "1 alert was" if left == 1 else f"{left:,} alerts were"
            self._say(f"{what} not sent. Printed they are, and they stand in the vaults' records.")
        self._kept.clear()
        self._sink.close()
