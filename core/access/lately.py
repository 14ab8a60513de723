"""What each member did in the last 30 days, counted from the records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields

from core.audit.columns import Columns, Shape
from vault_format.codes import Action, Kind

DAYS = 30
DAY_MS = 86_400_000


@dataclass(slots=True)
class Lately:
    """How often a member did what in the last 30 days.

    `read` and `saved` are notes; `at_once` how often many texts were opened in one act, by a search or a rotation;
    `signed` signatures and co-signatures; `failed` failed unlocks under the member's name, which nobody signed.
    """

    unlocks: int = 0
    read: int = 0
    at_once: int = 0
    saved: int = 0
    signed: int = 0
    exports: int = 0
    shredded: int = 0
    failed: int = 0

    @property
    def words(self) -> str:
        """The counts for people; what is rare is left out where it did not happen."""
        told = [
            _count(self.unlocks, "unlock"), f"{_count(self.read, 'note')} read",
            f"many at once {_count(self.at_once, 'time')}" if self.at_once else "", f"{self.saved:,} saved",
            f"{self.signed:,} signed", _count(self.exports, "export"),
            f"{self.shredded:,} shredded" if self.shredded else "", _count(self.failed, "failed unlock"),
        ]  # fmt: skip
        return ", ".join(filter(None, told))


NAMES = tuple(each.name for each in fields(Lately))
"""What is counted, as programs are told."""


def _count(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def lately(columns: Columns, now: int) -> dict[int, Lately]:
    """Return what was done in the 30 days before NOW (UTC ms), by the number of the member."""
    since = now - DAYS * DAY_MS
    counts = Counter(code for code, time in zip(columns.codes, columns.times, strict=False) if time >= since)
    found: dict[int, Lately] = {}
    for code, count in counts.items():
        shape = columns.shapes[code]
        name = _name(shape)
        if name:
            each = found.setdefault(shape.member, Lately())
            setattr(each, name, getattr(each, name) + count)
    return found


_ACTS = {
    Action.UNLOCK: "unlocks", Action.SEARCH: "at_once", Action.SIGN: "signed", Action.COSIGN: "signed",
    Action.DISCLOSE: "exports", Action.SHRED: "shredded", Action.UNLOCK_FAILED: "failed",
}  # fmt: skip
_OF_NOTES = {Action.READ: "read", Action.SAVE: "saved", Action.ADDENDUM: "saved", Action.IMPORT: "saved"}


def _name(shape: Shape) -> str:
    if shape.kind == Kind.NOTE and shape.action in _OF_NOTES:
        return _OF_NOTES[Action(shape.action)]
    return _ACTS[Action(shape.action)] if shape.action in _ACTS else ""
