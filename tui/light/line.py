"""The line to the terminal, written by a thread that waits where the line does, so that nothing else has to."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from typing import Final

_PIECE: Final = 4_096
_PIECE_IF_BLOCKING: Final = 256
_TICK_MS: Final = 50
SLOW_FOR: Final = 2.0
"""Seconds for which a line counts as slow after it made the writer wait."""
PATIENCE: Final = 1.0
"""Seconds without a byte taken after which the end no longer waits for the line."""


class Line(threading.Thread):
    """Sends to the terminal on FILENO what NEXT_DATA returns, for as long as that is something, and again after `wake`.

    NEXT_DATA is told whether the line is slow. It returns the bytes to send, or for how many seconds there are none
    (None: until `wake`). FAILED hears of an error in it, after which nothing is sent any more.

    Whoever wakes sends by itself what the line takes at once, which spares a key the wait for a thread. The thread
    sends the rest.
    """

    def __init__(
        self, fileno: int, next_data: Callable[[bool], bytes | float | None], failed: Callable[[BaseException], None]
    ) -> None:  # fmt: skip
        super().__init__(name="light-line", daemon=True)
        self._next_data = next_data
        self._failed = failed
        self._awake = threading.Condition(threading.RLock())
        self._woken = False
        self._ending = False
        self._dead = False
        self._waited = float("-inf")
        self._progress = time.monotonic()
        self._sending = threading.Lock()
        self._rest = b""
        """What of the last data the line has not taken; like the line itself in the hands of who holds `_sending`."""
        self._own, self._fileno = _own_way(fileno)

    def wake(self) -> None:
        """Say that there may be something to send, and send what can be."""
        if self._own and self._sending.acquire(blocking=False):
            try:
                if self._dead or self._send_at_once():
                    return
            except OSError:
                # the thread meets it too, and ends
                pass
            finally:
                self._sending.release()
        self.nudge()

    def nudge(self) -> None:
        """Say that there may be something to send, and leave it to the thread. Signal handlers may call it."""
        with self._awake:
            self._woken = True
            self._awake.notify()

    def stop(self) -> bool:
        """Send what there still is, then end; whether all was sent.

        Waits no longer than the line takes bytes: PATIENCE seconds after the last one the rest is dropped.
        """
        self._ending = True
        self._progress = time.monotonic()
        self.wake()
        self.nudge()
        while self.is_alive():
            self.join(0.02)
            if time.monotonic() - self._progress > PATIENCE:
                self._dead = True
                return False
        return not self._rest

    def run(self) -> None:
        """Send until the end, or until there is no terminal any more."""
        try:
            while self._step():
                pass
        except OSError:
            # hung up: the keyboard's side notices and says so
            pass
        except BaseException as error:  # noqa: BLE001  in a thread nobody else would hear of it
            self._failed(error)
        finally:
            self._dead = True
            with self._sending:
                if self._own:
                    os.close(self._fileno)

    def _step(self) -> bool:
        """Send what there is, then wait for more; whether to go on."""
        with self._awake:
            self._woken = False
        with self._sending:
            while not self._dead and (wait := self._more()) is True:
                if self._own or self._ready():
                    self._write(_PIECE if self._own else _PIECE_IF_BLOCKING)
                if self._rest:
                    self._waited = time.monotonic()
                    self._ready()
        if self._dead or self._ending:
            return False
        with self._awake:
            if not self._woken:
                self._awake.wait(wait)
        return True

    def _send_at_once(self) -> bool:
        """Send while the line takes it; whether it took everything and nothing has to be waited for."""
        while (wait := self._more()) is True:
            self._write(_PIECE)
            if self._rest:
                return False
        return wait is None and not self._ending

    def _more(self) -> float | bool | None:
        """Have something in `_rest`: True; or return for how long there is nothing (None: until `wake`)."""
        if not self._rest:
            data = self._next_data(time.monotonic() - self._waited < SLOW_FOR)
            if not isinstance(data, bytes):
                return data
            self._rest = data
        return True

    def _write(self, most: int) -> None:
        """Hand the line up to MOST bytes at a time, until it takes no more."""
        with contextlib.suppress(BlockingIOError, InterruptedError):
            while self._rest:
                taken = os.write(self._fileno, self._rest[:most])
                self._rest = self._rest[taken:]
                self._progress = time.monotonic()
                if not self._own:
                    return

    def _ready(self) -> bool:
        """Wait a little until the line takes something; whether it does."""
        poll = select.poll()
        poll.register(self._fileno, select.POLLOUT)
        return bool(poll.poll(_TICK_MS))


def _own_way(fileno: int) -> tuple[bool, int]:
    """Return a descriptor that never blocks, and that it is ours to close; or FILENO, if there is no such way.

    The terminal is opened anew: its old description is shared with the shell, which must not find it non-blocking.
    """
    try:
        own = os.open(os.ttyname(fileno), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False, fileno
    if os.fstat(own).st_rdev != os.fstat(fileno).st_rdev:
        os.close(own)
        return False, fileno
    return True, own
