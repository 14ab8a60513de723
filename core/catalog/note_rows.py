"""Notes as lists show them: made once, and again where something of one has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from core.catalog.gather import Entry, Gathered
from core.catalog.rows import NoteRow, days_late, short_id
from core.indexes import ClientIndex, NoteIndex
from vault_format.codes import AddendumKind, Kind, NoteClass

_ADDED: dict[int, str] = {
    AddendumKind.ADDENDUM: "addendum",
    AddendumKind.LATE_ENTRY: "late entry",
    AddendumKind.CORRECTION: "correction",
}


class NoteRows:
    """The rows of the notes in GATHERED for MEMBER; NAMES gives a member's name."""

    def __init__(self, gathered: Gathered, member: int, names: Callable[[int], str]) -> None:
        self._gathered = gathered
        self._member = member
        self._names = names
        self._rows: dict[int, NoteRow] = {}
        self._touched = gathered.touched = []
        self._turn = threading.Lock()

    def row(self, entry: Entry) -> NoteRow:
        """Return the row of a note."""
        # what is touched while a row is made is dropped after it was kept, and never before
        with self._turn:
            if self._touched:
                self._drop_touched()
            row = self._rows.get(entry.entity)
            if row is None:
                row = self._rows[entry.entity] = self._made(entry)
            return row

    def _drop_touched(self) -> None:
        """Forget the rows of what was touched. Another thread may be adding to the list meanwhile."""
        touched = self._touched
        while touched:
            entry = touched.pop()
            if entry.kind == Kind.CLIENT:
                # its code stands in the rows of all its notes
                self._rows.clear()
                continue
            self._rows.pop(entry.entity, None)
            # the row of a note says what was added to it
            self._rows.pop(entry.parent, None)

    def code(self, client: int) -> str:
        """Return a client's code; where it cannot be opened, the pseudonym that the trail shows."""
        entry = self._gathered.entries.get(client)
        if entry is not None and isinstance(entry.index, ClientIndex):
            return entry.index.code
        return f"c{short_id(client)[:4]}" if entry is not None and entry.problem else ""

    def _made(self, entry: Entry) -> NoteRow:
        index = entry.index if isinstance(entry.index, NoteIndex) else None
        signed, cosigned = bool(entry.signed), entry.cosigned
        return NoteRow(
            id=entry.entity, client=entry.client, client_code=self.code(entry.client),
            date=index.date if index else "", type=index.type if index else "", form=index.form if index else "",
            title=index.title if index else "", tags=tuple(index.tags) if index else (),
            status="shredded" if entry.shredded else "signed" if signed else "draft",
            state_words=self._state_words(entry), revision=entry.revision, updated=entry.saved_time,
            signed_at=entry.signed_time, author=self._names(entry.author), mine=entry.author == self._member,
            process=entry.note_class == NoteClass.PROCESS, parent=entry.parent, addendum=entry.addendum,
            local=index.local if index else "", start=index.start if index else "", end=index.end if index else "",
            risk=index.risk if index else "", problem=entry.problem,
            late=days_late(index.date, entry.signed_time) if index and signed and not entry.parent else 0,
            signed_record=entry.signed, cosigned_by=self._names(cosigned[1]) if cosigned else "",
            cosigned_at=cosigned[2] if cosigned else 0, cosigned_record=cosigned[0] if cosigned else 0,
        )  # fmt: skip

    def _state_words(self, entry: Entry) -> str:
        if entry.problem:
            return entry.problem
        if not entry.signed:
            return "draft" if entry.author == self._member else f"draft of {self._names(entry.author)}"
        words = ["signed"]
        entries = self._gathered.entries
        added = [entries[child] for child in list(self._gathered.children.get(entry.entity, ())) if child in entries]
        if len(added) == 1:
            words.append(f"1 {_ADDED.get(added[0].addendum, 'addition')}")
        elif added:
            words.append(f"{len(added)} added")
        if entry.cosigned:
            words.append("co-signed")
        return ", ".join(words)

    def wipe(self) -> None:
        """Forget every row."""
        with self._turn:
            self._rows.clear()
            self._touched.clear()
