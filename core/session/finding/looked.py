"""What a session that looks inside notes holds, and what it tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.catalog import NoteRow
from core.search import Inside
from core.session.desk import Desk
from vault_format.codes import Role


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that a search found."""

    row: NoteRow
    line: str


class Found(list[Hit]):
    """Lines that a search found.

    `closed` are notes that did not open; `left_out` counts those it does not look into: other people's drafts, and
    clients outside the caseload, which take a reason. `over` counts those there was no room to hold.
    """

    def __init__(self) -> None:
        super().__init__()
        self.closed: list[NoteRow] = []
        self.left_out = 0
        self.over = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What of the notes of a list is held as it stands there, and how many are behind, closed, or had no room."""

    rows: dict[int, NoteRow]
    behind: int
    closed: int
    over: int


@dataclass(slots=True)
class Looked:
    """The bodies a session holds: the record that says so, and what is not among them; see Found.

    `closed` and `over` give the revisions that did not open and that there was no room for.
    """

    inside: Inside = field(default_factory=Inside)
    sequence: int = 0
    closed: dict[int, int] = field(default_factory=dict)
    over: dict[int, int] = field(default_factory=dict)
    left_out: int = 0
    whole: bool = False
    _stood: tuple[list[NoteRow], int, Standing] | None = None

    def standing(self, rows: list[NoteRow]) -> Standing:
        """Return what is held of ROWS; computed once for the same list and texts, for it is asked for each key."""
        known = self._stood
        if known is None or known[0] is not rows or known[1] != self.inside.changes:
            held = {row.id: row for row in rows if self.inside.revision(row.id) == row.revision}
            over = sum(row.id in self.over for row in rows)
            closed = sum(row.id in self.closed for row in rows)
            standing = Standing(held, sum(self.lacks(row) for row in rows), closed, over)
            known = self._stood = (rows, self.inside.changes, standing)
        return known[2]

    def lacks(self, row: NoteRow) -> bool:
        """Whether looking inside would open ROW."""
        held = (self.inside.revision(row.id), self.closed.get(row.id), self.over.get(row.id))
        return row.revision not in held

    def wipe(self) -> None:
        """Forget every text."""
        self.inside.wipe()
        self.closed.clear()
        self.over.clear()
        self._stood = None
        self.whole = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What a search inside found: notes in the order of lists; see Found for what was left out.

    `held` notes were looked into; `behind` were saved by others since, or could not be looked into before.
    """

    rows: list[NoteRow]
    held: int
    behind: int
    left_out: int
    over: int
    closed: int
    sequence: int


def may_look(desk: Desk, rows: Iterable[NoteRow] | None = None) -> tuple[list[NoteRow], int]:
    """Return the notes this member may look into without a reason, in the order of lists, and how many others."""
    every = desk.catalog.notes() if rows is None else list(rows)
    caseloads, me = desk.state.caseloads, desk.keyring.member
    anywhere = desk.who.role is Role.SUPERVISOR
    may = []
    for row in every:
        caseload = caseloads.get(row.client)
        if (row.mine or row.status == "signed") and (anywhere or not caseload or me in caseload):
            may.append(row)
    return may, len(every) - len(may)
