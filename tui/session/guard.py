"""The guard: a thread that saves the draft and locks the session, also when the event loop stands still.

A line that has stalled stops Textual's event loop in the middle of a write, so neither a timer nor a signal handler of
asyncio runs any more. The guard waits on a pipe and a clock that counts sleep; it needs the loop for nothing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import select
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Protocol

from core.session import Session
from tui.drafts.draft import Rescue
from vault_format import machine
from vault_format.codes import LockReason
from vault_format.errors import TacendaError

GRACE = 5.0
"""Seconds that the application has to end by itself after a hang-up, before the guard ends the process."""
SETTLE = 0.3
"""Seconds that the event loop has, when the line goes, to take up the keys that have come already."""
_TICK = 1.0

Notify = Callable[[LockReason, Rescue], None]


class Typed(Protocol):
    """What is being typed, as far as the end of a session needs it."""

    def rescue(self) -> Rescue:
        """Save what the vault does not have, without asking anybody; never raises TacendaError."""

    def clear(self) -> None:
        """Forget the text."""

    def close(self) -> None:
        """Let nobody wait any more."""


class Guard(threading.Thread):
    """Watches one unlocked session at a time.

    NOTIFY is called from the guard's thread after a session was ended; HANGUP after that, when the line is gone or the
    process is to end; SETTLE before it, with the most seconds it may take, where the person did not ask for the end:
    keys may be on their way. CLOCK counts seconds, sleep included.
    """

    def __init__(
        self, notify: Notify, hangup: Callable[[LockReason], None], settle: Callable[[float], None], *,
        clock: Callable[[], float] = machine.awake_and_asleep, tick: float = _TICK, grace: float = GRACE,
    ) -> None:  # fmt: skip
        super().__init__(name="guard", daemon=True)
        self._notify = notify
        self._hangup = hangup
        self._settle = settle
        self._clock = clock
        self._tick = tick
        self._grace = grace
        self._session: Session | None = None
        self._typed: Typed | None = None
        self._idle = 0.0
        self._touched = clock()
        self._turn = threading.RLock()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._over = threading.Event()

    # -- from the application --------------------------------------------------------------------------------

    def watch(self, session: Session, typed: Typed, idle_seconds: float) -> None:
        """Take charge of SESSION and of what is TYPED."""
        with self._turn:
            self._session, self._typed, self._idle = session, typed, idle_seconds
            self._touched = self._clock()

    def touch(self) -> bool:
        """Note that the person did something. Returns False, and has the session locked, where that came too late.

        The limit may be over unseen: the machine slept or the process stood still, and the key came before the tick.
        """
        if self._overdue():
            self.ask(LockReason.IDLE)
            return False
        self._touched = self._clock()
        return True

    def _overdue(self) -> bool:
        return self._session is not None and 0 < self._idle <= self._clock() - self._touched

    def ask(self, reason: LockReason) -> None:
        """Have the session ended for REASON; safe in a signal handler, returns at once."""
        try:
            os.write(self._writer, bytes([reason]))
        except OSError:  # the pipe is full: it is being told already
            return

    def end(self, reason: LockReason) -> Rescue | None:
        """Save and lock now, in this thread. Returns None if there was no session."""
        with self._turn:
            session, typed = self._session, self._typed
            self._session = self._typed = None
            if session is None or typed is None:
                return None
            rescue = typed.rescue()
            # The keys are gone also where the record could not be written.
            with contextlib.suppress(TacendaError):
                session.lock(reason)
            typed.clear()
            typed.close()
            return dataclasses.replace(rescue, unrecorded=session.problem)

    def stop(self) -> None:
        """End the thread."""
        self._over.set()
        self.ask(LockReason.PERSON)
        if not self.is_alive():
            self._close()

    def _close(self) -> None:
        """Give up the pipe; a signal that comes later finds no descriptor to write to, least of all another's."""
        ends = self._reader, self._writer
        self._reader = self._writer = -1
        for end in ends:
            if end >= 0:
                os.close(end)

    # -- the thread ------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Wait for somebody to ask, or for nobody to touch a key for too long."""
        # not select(), which takes no descriptor above 1,023
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        while not self._over.is_set():
            ready = poll.poll(self._tick * 1000)
            if self._over.is_set():
                break
            if ready:
                for code in set(os.read(self._reader, 64)):
                    self._act(LockReason(code))
            elif self._overdue():
                self._act(LockReason.IDLE)
        self._close()

    def _act(self, reason: LockReason) -> None:
        leaving = reason in (LockReason.HANGUP, LockReason.SYSTEM)
        if self._session is not None and (leaving or reason == LockReason.SUSPEND):
            self._settle(SETTLE)
        rescue = self.end(reason)
        if rescue is not None:
            self._notify(reason, rescue)
        if leaving:
            self._hangup(reason)
            # the rest is the application's affair; if it cannot, the process still must not live on
            timer = threading.Timer(self._grace, os._exit, (0,))
            timer.daemon = True
            timer.start()

    # -- signals ---------------------------------------------------------------------------------------------

    def listen(self) -> None:
        """Take over SIGHUP and SIGTERM. To be called in the main thread."""

        def handler(number: int, frame: FrameType | None) -> None:
            del frame
            self.ask(LockReason.HANGUP if number == getattr(signal, "SIGHUP", None) else LockReason.SYSTEM)

        for name in ("SIGHUP", "SIGTERM"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), handler)
