"""A trail looked through once for a list: its rows, its failures, the last checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.audit.columns import Columns
from core.audit.shown import Shown
from core.audit.trail import Filter, Trail, outcome_words
from vault_format.codes import Action


def last_time(columns: Columns, action: Action) -> int:
    """Return when the last record of ACTION says it was made (UTC ms), 0 if there is none."""
    kinds = {number for number, shape in enumerate(list(columns.shapes)) if shape.action == action}
    if not kinds:
        return 0
    codes = columns.codes
    return next((columns.times[seq] for seq in range(len(columns) - 1, -1, -1) if codes[seq] in kinds), 0)


@dataclass
class Surveyed:
    """Rows of a trail and, among the same records, those that failed; `checkpoint` in UTC ms, 0 if there was none.

    `alike` is how many clients, or notes, the records are about where they were asked for by how their ids begin.
    """

    columns: Columns
    trail: Trail
    shown: Shown
    failures: Shown
    checkpoint: int
    alike: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self._looked = len(self.columns)

    def extend(self) -> bool:
        """Take in what came since; whether the rows changed."""
        came = self._looked, len(self.columns)
        if came[0] == came[1]:
            return False
        self._looked = came[1]
        self.failures.extend()
        columns = self.columns
        for seq in range(*came):
            if columns.shape(seq).action == Action.CHECKPOINT:
                self.checkpoint = columns.times[seq]
        return self.shown.extend()

    def failure_before(self, sequence: int) -> int | None:
        """Return the last failed record before SEQUENCE; after the first the last of all; None if nothing failed."""
        if not len(self.failures):
            return None
        row = self.failures.row_of(sequence)
        while row >= 0 and self.failures.at(row).last >= sequence:
            row -= 1
        return self.failures.at(row).last if row >= 0 else self.failures.at(len(self.failures) - 1).last


def survey(columns: Columns, trail: Trail, wanted: Filter | None, only: tuple[int, ...] = ()) -> Surveyed:
    """Look through TRAIL over COLUMNS, for what WANTED takes or for the records ONLY."""
    if only:
        failed = tuple(seq for seq in only if trail.row(seq).failed)
        shown, failures = Shown(trail, only=only, folded=False), Shown(trail, only=failed, folded=False)
    else:
        shown = Shown(trail, wanted)
        failures = _failures(columns, trail, wanted, shown)
    alike = _alike(columns, wanted, shown) if wanted is not None else (0, 0)
    return Surveyed(columns, trail, shown, failures, last_time(columns, Action.CHECKPOINT), alike)


def _alike(columns: Columns, wanted: Filter, shown: Shown) -> tuple[int, int]:
    """Return how many clients, and how many notes, what is SHOWN is about; 0 where WANTED does not ask for any."""
    asked = ((columns.clients, wanted.clients), (columns.entities, wanted.notes))
    clients, notes = (len({column[seq] for seq in shown.sequences()}) if begun else 0 for column, begun in asked)
    return clients, notes


def _failures(columns: Columns, trail: Trail, wanted: Filter | None, shown: Shown) -> Shown:
    """Return those of SHOWN that failed, without looking through the whole trail once more."""
    if wanted is not None and wanted.failed is False:
        return Shown(trail, only=(), folded=False)
    failing = replace(wanted or Filter(), failed=True)
    if wanted is None:
        return Shown(trail, failing, folded=False)
    kinds = {number for number, shape in enumerate(list(columns.shapes)) if outcome_words(shape)[1]}
    found = [seq for seq in shown.sequences() if columns.codes[seq] in kinds]
    return Shown(trail, failing, folded=False, known=(shown.looked, found))
