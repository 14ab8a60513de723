"""Checking signatures in processes: for a program that does nothing else, a fifth sooner than in threads.

Threads have to ask for the interpreter's lock between two signatures, which the walk holds most of the time. A program
with threads of its own must not fork, so that the application keeps to `vault_format.verification.signatures`.
"""

from __future__ import annotations

import os
import signal
import struct
import threading
from typing import NoReturn

from vault_format.crypto import signing
from vault_format.frames import layout
from vault_format.verification.signatures import Claim

WORTH_FORKING = 8 << 20
"""Size of a file, in bytes, from which the processes' start is repaid."""

_CLAIM = struct.Struct("<Q32s208s")
_TELL = 256
_BAD = struct.Struct("<Q")


def may_fork() -> bool:
    """Whether this is one thread on a system that has `fork`."""
    return hasattr(os, "fork") and threading.active_count() == 1


def _read_whole(pipe: int, size: int) -> bytes:
    """Return SIZE bytes of PIPE, fewer only at its end."""
    found = bytearray()
    while len(found) < size and (more := os.read(pipe, size - len(found))):
        found += more
    return bytes(found)


def _write_whole(pipe: int, data: bytes) -> None:
    while data:
        data = data[os.write(pipe, data) :]


def _work(claims: int, answers: int, vault_id: bytes) -> None:
    """Check what CLAIMS brings; write what fails to ANSWERS, and at the end a whole number that no record has."""
    holds, message, size = signing.holds, layout.signed_message, layout.HEADER_SIZE
    bad = bytearray()
    while piece := _read_whole(claims, _CLAIM.size * _TELL):
        for seq, public, head in _CLAIM.iter_unpack(piece):
            if not holds(head[size:], message(vault_id if seq else layout.ZERO32, head[:size]), public):
                bad += _BAD.pack(seq)
    _write_whole(answers, bytes(bad) + layout.ZERO32)


class _Child:
    """A process that checks: the pipe to it, the pipe from it, its id."""

    def __init__(self, vault_id: bytes, inherited: list[int]) -> None:
        claims, self.to = os.pipe()
        self.answers, answer = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            self._run(claims, answer, vault_id, [*inherited, self.to, self.answers])
        os.close(claims)
        os.close(answer)

    @staticmethod
    def _run(claims: int, answer: int, vault_id: bytes, inherited: list[int]) -> NoReturn:
        status = 1
        try:
            # Ctrl-C ends the parent, whose pipe then ends this
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            # a sibling's pipe held open here would never end for the sibling
            for each in inherited:
                os.close(each)
            _work(claims, answer, vault_id)
            status = 0
        finally:
            os._exit(status)


class ForkedChecks:
    """Takes claims in order and returns, at the end, the sequences whose signature does not hold.

    A full pipe holds the walk back, so that memory stays flat however long the file is.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._wanted = workers or os.cpu_count() or 1
        self._children: list[_Child] = []
        self._pending: list[bytes] = []
        self._turn = 0

    def add(self, vault_id: bytes, claims: list[Claim]) -> None:
        """Queue CLAIMS; blocks while too many wait. Raises OSError if a process ended before its time."""
        pack = _CLAIM.pack
        self._pending += [pack(seq, public, head) for seq, public, head in claims]
        while len(self._pending) >= _TELL:
            self._send(vault_id, self._pending[:_TELL])
            del self._pending[:_TELL]

    def _send(self, vault_id: bytes, pieces: list[bytes]) -> None:
        if len(self._children) < self._wanted:
            inherited = [pipe for child in self._children for pipe in (child.to, child.answers)]
            self._children.append(_Child(vault_id, inherited))
        _write_whole(self._children[self._turn % self._wanted].to, b"".join(pieces))
        self._turn += 1

    def finish(self, vault_id: bytes) -> list[int]:
        """Wait for every check and return the sequences that failed, rising.

        Raises OSError if a process ended before its time: what it was given is then not verified.
        """
        if self._pending:
            self._send(vault_id, self._pending)
            self._pending = []
        bad: list[int] = []
        for child in self._children:
            os.close(child.to)
            child.to = -1
        for child in self._children:
            told = bytearray()
            while piece := os.read(child.answers, 1 << 16):
                told += piece
            if told[-len(layout.ZERO32) :] != layout.ZERO32:
                raise OSError("a process that checks signatures ended before its time")
            bad += [seq for (seq,) in _BAD.iter_unpack(told[: -len(layout.ZERO32)])]
        self.abandon()
        return sorted(bad)

    def abandon(self) -> None:
        """End the processes without a result."""
        for child in self._children:
            if child.to >= 0:
                os.close(child.to)
            os.close(child.answers)
        for child in self._children:
            os.waitpid(child.pid, 0)
        self._children.clear()
