"""Notes by what lists show of them: code, title, tags, date, type. Nothing is opened for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.catalog import ClientRow, NoteRow
from core.indexes import NOTE_TYPES
from core.search.query import Query
from core.search.words import loose


class _Folded(NamedTuple):
    """A row, its client's name, and what both are compared as."""

    row: NoteRow
    name: str
    line: str


class Titles:
    """The notes and clients of a catalog, ready to be found as one types.

    A client's name finds its notes as well; it is shown nowhere for it. `notes` keeps the order it was given. What
    BEFORE has made of the same rows is not made again.
    """

    def __init__(self, notes: Sequence[NoteRow], clients: Sequence[ClientRow], before: Titles | None = None) -> None:
        self.notes = list(notes)
        self.clients = list(clients)
        names = {row.id: row.name for row in clients}
        known = before._made if before is not None else {}  # noqa: SLF001  one of its own kind
        self._made: dict[int, _Folded] = {
            row.id: _folded(row, names.get(row.client, ""), known.get(row.id)) for row in self.notes
        }
        self._note_lines = [self._made[row.id].line for row in self.notes]
        self._client_lines = [loose(f"{row.code} {row.name}") for row in self.clients]
        self._last: tuple[Query, list[int]] | None = None

    def find(self, query: Query) -> list[NoteRow]:
        """Return the notes of which all that QUERY wants stands in the list; every note for an empty one."""
        lines, last = self._note_lines, self._last
        among: Sequence[int] = last[1] if last is not None and query.narrows(last[0]) else range(len(lines))
        for term in query.terms:
            among = [at for at in among if term in lines[at]]
        self._last = (query, list(among))
        return [self.notes[at] for at in among]

    def find_clients(self, query: Query) -> list[ClientRow]:
        """Return the clients whose code or name QUERY finds."""
        return [
            row for row, line in zip(self.clients, self._client_lines, strict=True)
            if all(term in line for term in query.terms)
        ]  # fmt: skip

    def head(self, note: int) -> str:
        """Return what is compared of a note's row, empty if there is none."""
        made = self._made.get(note)
        return made.line if made is not None else ""

    def wipe(self) -> None:
        """Forget every line."""
        for kept in (self.notes, self.clients, self._note_lines, self._client_lines):
            kept.clear()
        self._made.clear()
        self._last = None


def _folded(row: NoteRow, name: str, known: _Folded | None) -> _Folded:
    if known is not None and known.row is row and known.name == name:
        return known
    return _Folded(row, name, _line_of(row, name))


def _line_of(row: NoteRow, name: str) -> str:
    # between the fields stands what nobody types, so that no word is found across two of them
    fields = (
        row.client_code, name, row.title, *row.tags, row.date, NOTE_TYPES.get(row.type, ""), row.type, row.form,
        row.status, "yours alone" if row.process else "",
    )  # fmt: skip
    return loose(" \x00 ".join(filter(None, fields)))
