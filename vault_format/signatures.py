"""Checking signatures on all cores beside the walk; libsodium releases the interpreter's lock while it verifies."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

from vault_format import layout, signing

Claim = tuple[int, bytes, bytes]
"""Sequence, public key (32 bytes), header and signature (208 bytes)."""

_SLICE = 256
_IN_FLIGHT = 16


def _check(vault_id: bytes, claims: list[Claim]) -> list[int]:
    holds = signing.holds
    message = layout.signed_message
    return [
        seq
        for seq, public, head in claims
        if not holds(head[144:], message(vault_id if seq else layout.ZERO32, head[:144]), public)
    ]


class SignatureChecks:
    """Takes claims in order and returns, at the end, the sequences whose signature does not hold.

    At most 16 slices of 256 claims wait at once, so that memory stays flat however long the file is.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._pool = ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix="signatures")
        self._waiting: deque[Future[list[int]]] = deque()
        self._pending: list[Claim] = []
        self._bad: list[int] = []
        self.checked = 0

    def add(self, vault_id: bytes, claims: list[Claim]) -> None:
        """Queue CLAIMS; blocks while too many wait."""
        self._pending += claims
        while len(self._pending) >= _SLICE:
            self._submit(vault_id, self._pending[:_SLICE])
            del self._pending[:_SLICE]

    def _submit(self, vault_id: bytes, claims: list[Claim]) -> None:
        self._waiting.append(self._pool.submit(_check, vault_id, claims))
        while len(self._waiting) > _IN_FLIGHT:
            self._collect()

    def _collect(self) -> None:
        self._bad += self._waiting.popleft().result()

    def finish(self, vault_id: bytes) -> list[int]:
        """Wait for every check and return the sequences that failed, rising."""
        if self._pending:
            self.checked += len(self._pending)
            self._submit(vault_id, self._pending)
            self._pending = []
        while self._waiting:
            self._collect()
        self._pool.shutdown()
        return sorted(self._bad)

    def abandon(self) -> None:
        """Stop without a result."""
        self._pool.shutdown(wait=False, cancel_futures=True)
