"""What verification says: findings, notices, the verdict (docs/FORMAT.md, section 4)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

FindingKind = Literal["chain", "signature", "authority", "payload", "pin", "checkpoint", "format"]
NoticeKind = Literal["torn", "flood", "clock", "newer", "unknown-harmless", "undropped", "continues"]

MAX_LISTED = 1_000
"""Findings and notices kept in full; the rest is only counted, so that a broken file cannot fill memory."""


class Objection(Exception):
    """One thing that verification objects to, without the sequence it was found at."""

    def __init__(self, kind: FindingKind, detail: str) -> None:
        super().__init__(detail)
        self.kind: FindingKind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A finding at a sequence; it makes a vault not whole.

    `local` is set where only ciphertext is damaged or gone: the chain and the state hold, one entity is closed.
    """

    seq: int
    kind: FindingKind
    detail: str
    local: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Notice:
    """Something honest machines produce or strangers can append; shown, but the vault stays whole."""

    seq: int
    kind: NoticeKind
    detail: str


@dataclass(slots=True)
class Report:
    """Findings and notices as they are collected; counts go on where the lists stop.

    `broken_at` is the lowest sequence with a finding that is not local, None while there is none.
    """

    findings: list[Finding] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    finding_count: int = 0
    notice_count: int = 0
    broken_at: int | None = None
    _places: bytearray = field(default_factory=bytearray)
    """A bit for each sequence with a finding, listed or not."""

    def find(self, seq: int, kind: FindingKind, detail: str, *, local: bool = False) -> None:
        """Add a finding, unless one stands at SEQ already: a record gives at most one.

        A further one that is not LOCAL makes the first so, too: damaged ciphertext must not hide a false signature.
        """
        if not local:
            self.broken_at = seq if self.broken_at is None else min(seq, self.broken_at)
        if self._mark(seq):
            if not local:
                self.findings = [replace(each, local=False) if each.seq == seq else each for each in self.findings]
            return
        self.finding_count += 1
        if len(self.findings) < MAX_LISTED:
            self.findings.append(Finding(seq, kind, detail, local))
        elif not local and all(each.local for each in self.findings):
            # what breaks a vault is listed, however much else there is
            self.findings[-1] = Finding(seq, kind, detail, local)

    def _mark(self, seq: int) -> bool:
        """Mark SEQ; whether it was marked already."""
        at, bit = seq >> 3, 1 << (seq & 7)
        if at >= len(self._places):
            self._places.extend(bytes(at + 1 - len(self._places)))
        there = bool(self._places[at] & bit)
        self._places[at] |= bit
        return there

    def forget(self, seq: int) -> None:
        """Drop the findings at SEQ and behind it: what was set aside is no part of the vault."""
        self.findings = [finding for finding in self.findings if finding.seq < seq]
        del self._places[(seq + 7) >> 3 :]
        if seq & 7 and seq >> 3 < len(self._places):
            self._places[seq >> 3] &= (1 << (seq & 7)) - 1
        self.finding_count = int.from_bytes(self._places, "little").bit_count()
        if self.broken_at is not None and self.broken_at >= seq:
            self.broken_at = None

    def note(self, seq: int, kind: NoticeKind, detail: str) -> None:
        """Add a notice."""
        self.notice_count += 1
        if len(self.notices) < MAX_LISTED:
            self.notices.append(Notice(seq, kind, detail))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of verifying one vault.

    `records` counts what stands before a tail that was set aside; `head` is the last record's hash (32 bytes);
    `end` is the file offset at which the accepted records end; `set_aside` the bytes behind it.
    """

    path: str
    vault_id: bytes
    records: int
    head: bytes
    unattested: int
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    finding_count: int
    end: int
    set_aside: int

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return self.finding_count == 0

    @property
    def newer(self) -> bool:
        """Whether the vault lawfully needs a newer program."""
        return any(notice.kind == "newer" for notice in self.notices)

    @property
    def exit_code(self) -> int:
        """0 whole, 1 a finding, 2 made by a newer program."""
        if self.finding_count:
            return 1
        return 2 if self.newer else 0
