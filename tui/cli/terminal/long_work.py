"""Work that takes long: how far it is, on standard error, and an end between two steps where somebody asks for it."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from vault_format.codes import LockReason

_EVERY = 0.5
_EVERY_LINE = 5.0
_SIGNALS = (("SIGINT", LockReason.PERSON), ("SIGTERM", LockReason.SYSTEM), ("SIGHUP", LockReason.HANGUP))


class Stop:
    """Whether somebody asked the work to end. Called, it says so; `check` raises Ended then."""

    def __init__(self) -> None:
        self.reason: LockReason | None = None

    def __call__(self) -> bool:
        """Whether somebody asked."""
        return self.reason is not None

    def check(self) -> None:
        """Raise Ended if somebody asked."""
        from tui.cli.opening import Ended

        if self.reason is not None:
            raise Ended(self.reason)


@contextmanager
def stopping() -> Iterator[Stop]:
    """Let Ctrl-C and the signals that end a process only ask in this block: a step that was begun is finished."""
    stop, before = Stop(), {}

    def heard(number: int, _frame: FrameType | None) -> None:
        stop.reason = reasons[number]

    reasons = {getattr(signal, name): reason for name, reason in _SIGNALS if hasattr(signal, name)}
    if threading.current_thread() is threading.main_thread():
        before = {
            number: signal.signal(number, heard) for number in reasons if signal.getsignal(number) != signal.SIG_IGN
        }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Meter:
    """Writes how far something is: on a terminal in one row, else a line now and then. UNIT is what is counted."""

    def __init__(self, unit: str = "bytes") -> None:
        self._unit = unit
        self._last = 0.0
        self._shown = False
        self._began = time.monotonic()
        self._doing = ""
        self._row = sys.stderr.isatty()

    def bytes_done(self, done: int, total: int) -> None:
        """Tell that DONE of TOTAL bytes are done."""
        self.tell("", done, total, time.monotonic() - self._began)

    def step(self, step: Any) -> None:  # noqa: ANN401  core.upkeep.Step, imported when the command runs
        """Tell of a step of a rotation: each phase has a row of its own, with its own rate and time left."""
        if step.doing != self._doing:
            self.close()
            self._doing, self._unit, self._last = step.doing, step.unit, 0.0 if self._row else time.monotonic()
        if step.done or self._row:
            self.tell(f"{step.doing}: ", step.done, step.total, step.seconds)

    def tell(self, doing: str, done: int, total: int, seconds: float) -> None:
        """Tell that DONE of TOTAL are done after SECONDS."""
        now = time.monotonic()
        if now - self._last < (_EVERY if self._row else _EVERY_LINE) and done < total:
            return
        self._last = now
        rate = done / seconds if seconds > 0 else 0.0
        left = f", {duration((total - done) / rate)} left" if rate and done < total else ""
        told = f", {rate:,.0f} a second{left}" if rate else ""
        text = f"{doing}{done:,} of {total:,} {self._unit}{told}"
        sys.stderr.write(f"\r\x1b[K{text}" if self._row else f"{text}\n")
        sys.stderr.flush()
        self._shown = True

    def close(self) -> None:
        """End the row."""
        if self._row and self._shown:
            sys.stderr.write("\n")
            self._shown = False


@contextmanager
def metered(unit: str = "bytes") -> Iterator[tuple[Meter, Stop]]:
    """Yield a meter, and whether to stop; afterwards the row is ended."""
    meter = Meter(unit)
    with stopping() as stop:
        try:
            yield meter, stop
        finally:
            meter.close()


def duration(seconds: float) -> str:
    """Return `40 s` or `6 min 48 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def amount(size: int) -> str:
    """Return a size in powers of ten: `21.3 MB`."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} bytes"
