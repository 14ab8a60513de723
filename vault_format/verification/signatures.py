"""Checking signatures on all cores beside the walk; libsodium releases the interpreter's lock while it verifies."""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue

from vault_format.crypto import signing
from vault_format.frames import layout

Claim = tuple[int, bytes, bytes]
"""Sequence, public key (32 bytes), header and signature (208 bytes)."""

_SLICE = 64
_IN_FLIGHT = 12


def _check(vault_id: bytes, claims: list[Claim]) -> list[int]:
    holds, message, size = signing.holds, layout.signed_message, layout.HEADER_SIZE
    return [
        seq
        for seq, public, head in claims
        if not holds(head[size:], message(vault_id if seq else layout.ZERO32, head[:size]), public)
    ]


class SignatureChecks:
    """Takes claims in order and returns, at the end, the sequences whose signature does not hold.

    At most 12 slices of 64 claims wait at once, so that memory stays flat however long the file is.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._wanted = workers or os.cpu_count() or 1
        self._threads: list[threading.Thread] = []
        self._tasks: SimpleQueue[tuple[bytes, list[Claim]] | None] = SimpleQueue()
        self._room = threading.Semaphore(_IN_FLIGHT)
        self._pending: list[Claim] = []
        self._bad: list[int] = []
        self._failure: BaseException | None = None
        self._given_up = False

    def add(self, vault_id: bytes, claims: list[Claim]) -> None:
        """Queue CLAIMS; blocks while too many wait."""
        self._pending += claims
        while len(self._pending) >= _SLICE:
            self._submit(vault_id, self._pending[:_SLICE])
            del self._pending[:_SLICE]

    def _submit(self, vault_id: bytes, claims: list[Claim]) -> None:
        if len(self._threads) < self._wanted:
            thread = threading.Thread(target=self._work, name="signatures", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._room.acquire()
        self._tasks.put((vault_id, claims))

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                if not self._given_up:
                    self._bad += _check(*task)
            except BaseException as failure:  # noqa: BLE001  raised again by `finish`, in the thread that waits for it
                self._failure = failure
            finally:
                self._room.release()

    def _stop(self) -> None:
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def finish(self, vault_id: bytes) -> list[int]:
        """Wait for every check and return the sequences that failed, rising."""
        if self._pending:
            self._submit(vault_id, self._pending)
            self._pending = []
        self._stop()
        if self._failure is not None:
            raise self._failure
        return sorted(self._bad)

    def abandon(self) -> None:
        """Stop without a result."""
        self._given_up = True
        self._stop()
