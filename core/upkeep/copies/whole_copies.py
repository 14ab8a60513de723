"""The copies that this machine made of a vault, held against it: for a vault that is broken itself. Needs no key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.upkeep.copies.backup import places
from vault_format.errors import TacendaError
from vault_format.verification.verify import verify

_MOST = 50
"""Copies that are looked at, the newest files first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A copy that lies on this machine: where, its records (0: it cannot be read), when it was made (UTC ms).

    `whole` says that every record holds, `damaged` how many single texts in it do not.
    """

    path: str
    records: int
    made: int
    whole: bool
    damaged: int


def copies_here(
    vault_id: bytes, folder: str, now: int, *, cancelled: Callable[[], bool] = lambda: False
) -> list[Candidate]:
    """Verify the copies of the vault VAULT_ID (32 bytes) that this machine knows, best first: whole, then by records.

    FOLDER is the state folder, NOW the time in UTC ms. Copies of other vaults, and files that are gone, are left out.
    """
    standing: list[tuple[float, str]] = []
    for path in places(Path(folder)).values():
        try:
            standing.append((Path(path).stat().st_mtime, path))
        except OSError:
            continue
    found = []
    for made, path in sorted(standing, reverse=True)[:_MOST]:
        if cancelled():
            break
        try:
            verdict = verify(path, now)
        except (TacendaError, OSError):
            found.append(Candidate(path, 0, int(made * 1000), whole=False, damaged=0))
            continue
        if verdict.vault_id == vault_id:
            whole = all(each.local for each in verdict.findings) and not verdict.newer
            damaged = verdict.finding_count if whole else 0
            found.append(Candidate(path, verdict.records, int(made * 1000), whole, damaged))
    return sorted(found, key=lambda each: (not each.whole, each.damaged > 0, -each.records))
