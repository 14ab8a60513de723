"""What the door shows: facts that need no key."""

from __future__ import annotations

from dataclasses import dataclass

from vault_format.verification.findings import Finding, Notice


@dataclass(frozen=True, slots=True)
class Checking:
    """How far verification is, in bytes."""

    done: int
    all: int
    finished: bool


@dataclass(frozen=True, slots=True)
class LastUse:
    """The last session: whose, when its last record was (UTC ms), whether it was locked at the end."""

    member: str
    time: int
    locked: bool


@dataclass(frozen=True, slots=True)
class DoorFacts:
    """What a stranger who holds the file could compute, and what this machine remembers.

    `seen_here` and `new_here` count records; `failed_unlocks` are the times (UTC ms) of those since the last signed
    record; `writable` is empty or says why the file cannot be written here; `broken` is set where the chain or what it
    amounts to does not hold: then nothing can be unlocked. Findings without it close their own entity only.
    """

    vault_id: str
    practice: str
    known_here: bool
    records: int
    seen_here: int
    new_here: int
    last_use: LastUse | None
    failed_unlocks: list[int]
    members: list[str]
    findings: list[Finding]
    notices: list[Notice]
    torn: int
    writable: str
    head: str = ""
    unattested: int = 0
    finding_count: int = 0
    broken: bool = False


def grouped(raw: bytes, digits: int = 16) -> str:
    """Return the first hex DIGITS of RAW in groups of four."""
    text = raw.hex()[:digits]
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
