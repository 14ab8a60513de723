"""Which records a list shows, in which row: filtered, with runs of drafts folded, and growing as the trail grows.

A million rows cost what their runs and the records found cost: nothing is kept for a record that stands for itself.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from core.audit.columns import Shape
from core.audit.trail import Filter, Trail
from vault_format.codes import Action, Kind


def _is_draft(shape: Shape) -> bool:
    """Whether a record of this shape is one of the many that writing a note leaves: a revision, a journal's seal."""
    return shape.action == Action.DRAFT_KEPT or (shape.action == Action.SAVE and shape.kind == Kind.NOTE)


@dataclass(frozen=True, slots=True)
class Run:
    """What stands in a row: the newest of `count` records, the oldest of which is `first`."""

    first: int
    last: int
    count: int


class Shown:
    """Rows over TRAIL, row 0 the oldest: those that WANTED takes, or the records ONLY; runs are folded if FOLDED.

    KNOWN is for rows that are not folded.
    """

    def __init__(
        self, trail: Trail, wanted: Filter | None = None, *, only: Sequence[int] | None = None, folded: bool = True,
        known: tuple[int, Sequence[int]] | None = None,
    ) -> None:  # fmt: skip
        self._trail = trail
        self._wanted = wanted
        self._only = only
        self._folds = folded
        self._found: array[int] | None = None if wanted is None and only is None else array("Q", only or ())
        # what WANTED takes of the first records may be KNOWN: how many they are, and which
        self._looked, self._count = 0, 0
        if known is not None:
            self._looked, self._found = known[0], array("Q", known[1])
            self._count = len(self._found)
        # by run: the position of its first record, the row it stands in, how many records are hidden up to its end
        self._starts, self._rows, self._hidden = array("Q"), array("Q"), array("Q")
        self.extend()

    def extend(self) -> bool:
        """Take in what the trail has got since; whether that changes anything here."""
        upto = len(self._trail)
        if self._only is not None:
            before, self._count = self._count, len(self._only)
            return before != self._count
        if upto == self._looked:
            return False
        before = self._count
        if self._found is None:
            self._count = upto
        else:
            self._found.extend(self._trail.find(self._wanted or Filter(), self._looked))
            self._count = len(self._found)
        self._looked = upto
        if self._folds:
            self._fold(before)
        return self._count != before

    def _sequence(self, position: int) -> int:
        return position if self._found is None else self._found[position]

    def _fold(self, before: int) -> None:
        """Find runs from position BEFORE on; a run that stood at the end may go on."""
        columns = self._trail.columns
        drafts = frozenset(number for number, shape in enumerate(list(columns.shapes)) if _is_draft(shape))
        codes, entities, sessions = columns.codes, columns.entities, columns.sessions
        if self._found is None:
            stretch = enumerate(islice(codes, before, self._count), before)
            at = ((position, position) for position, code in stretch if code in drafts)
        else:
            found = enumerate(islice(self._found, before, self._count), before)
            at = ((position, seq) for position, seq in found if codes[seq] in drafts)
        last = -2
        if before and codes[self._sequence(before - 1)] in drafts:
            last = before - 1
        for position, seq in at:
            if position == last + 1:
                other = self._sequence(last)
                if entities[seq] == entities[other] and sessions[seq] == sessions[other]:
                    self._join(position)
            last = position

    def _join(self, position: int) -> None:
        """Let the record at POSITION stand with the one before it."""
        hidden = self._hidden[-1] if self._hidden else 0
        if self._starts:
            begun = self._hidden[-2] if len(self._hidden) > 1 else 0
            if self._starts[-1] + hidden - begun + 1 == position:
                self._hidden[-1] += 1
                return
        self._starts.append(position - 1)
        self._rows.append(position - 1 - hidden)
        self._hidden.append(hidden + 1)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._count - (self._hidden[-1] if self._hidden else 0)

    @property
    def looked(self) -> int:
        """How many records of the trail were looked at."""
        return self._looked

    @property
    def records(self) -> int:
        """How many records they are of."""
        return self._count

    def at(self, row: int) -> Run:
        """Return what stands in ROW. Raises IndexError."""
        if not 0 <= row < len(self):
            raise IndexError(row)
        run = bisect_right(self._rows, row) - 1
        if run >= 0 and self._rows[run] == row:
            before = self._hidden[run - 1] if run else 0
            start = self._starts[run]
            end = start + self._hidden[run] - before
            return Run(self._sequence(start), self._sequence(end), end - start + 1)
        seq = self._sequence(row + (self._hidden[run] if run >= 0 else 0))
        return Run(seq, seq, 1)

    def row_of(self, seq: int) -> int:
        """Return the row in which record SEQ stands, or the one it would stand before; 0 where there is none."""
        position = seq if self._found is None else bisect_left(self._found, seq)
        position = max(0, min(position, self._count - 1))
        run = bisect_right(self._starts, position) - 1
        if run < 0:
            return position
        before = self._hidden[run - 1] if run else 0
        if position <= self._starts[run] + self._hidden[run] - before:
            return self._rows[run]
        return position - self._hidden[run]

    def unfold(self, row: int) -> bool:
        """Let each record of the run in ROW stand for itself; whether there was one."""
        run = bisect_left(self._rows, row)
        if run == len(self._rows) or self._rows[run] != row:
            return False
        more = self._hidden[run] - (self._hidden[run - 1] if run else 0)
        for column in (self._starts, self._rows, self._hidden):
            del column[run]
        self._rows[run:] = array("Q", [each + more for each in self._rows[run:]])
        self._hidden[run:] = array("Q", [each - more for each in self._hidden[run:]])
        return True

    def sequences(self) -> Sequence[int]:
        """Return the numbers of all records that are shown or folded, rising."""
        return range(self._count) if self._found is None else self._found
