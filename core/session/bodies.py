"""Many bodies at once, for a search: each record is read once, each text held against what its author committed to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from core.catalog import Entry, identity
from core.indexes import NoteIndex
from core.keyring import damaged
from core.session.desk import Desk
from vault_format import public
from vault_format.codes import Kind, PartRole
from vault_format.encoding import NotCanonical, encode
from vault_format.errors import NotWhole, TacendaError, UsageError
from vault_format.ledger import Record
from vault_format.public.entities import Addendum, Committed, Import


def open_bodies(
    desk: Desk, notes: Iterable[int], room: Callable[[], bool] = lambda: True
) -> Iterator[tuple[int, int, str | None]]:
    """Yield number, revision and text of NOTES at their newest revision; no text where one does not open.

    Nor is there one where ROOM says that there is none to hold it: then nothing is read. Notes that stand in one record
    should follow each other. What is opened must have been recorded before.
    """
    reading = _Reading(desk)
    for note in notes:
        entry = desk.catalog.entry(note)
        try:
            yield note, entry.revision, reading.text(entry) if room() else None
        except TacendaError:
            yield note, entry.revision, None


class _Reading:
    """Reads bodies of the vault at DESK, and remembers the record that it read last."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._last: tuple[int, Record] | None = None

    def _record(self, sequence: int) -> Record:
        if self._last is None or self._last[0] != sequence:
            self._last = (sequence, self._desk.record(sequence))
        return self._last[1]

    def text(self, entry: Entry) -> str:
        """Return the body of ENTRY's newest revision. Raises NotWhole, Refused, UsageError."""
        index, who = entry.index, identity(entry)
        if entry.kind != Kind.NOTE or not isinstance(index, NoteIndex) or index.client != entry.client:
            raise damaged(who)
        sequence, position = entry.live
        record = self._record(sequence)
        place = position + 1
        if place >= len(record.rows):
            raise damaged(who)
        row, part = record.rows[place], record.parts[place]
        if (row.role, row.entity, row.revision) != (PartRole.BODY, who.entity, who.revision):
            raise damaged(who)
        if part is None:
            raise UsageError("The text of this revision was dropped when the vault was compacted.")
        keyring = self._desk.keyring
        raw = keyring.open_body(who, row, part)
        # an index was taken only where its encoding was the one there is: encoded again it is what was sealed
        keyring.check_commitment(who, index, encode(index), raw, _commit(self._record(entry.saved)))
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise damaged(who) from None


def _commit(record: Record) -> bytes:
    """Return what a save says of its text. Raises NotWhole."""
    try:
        said = public.read(record.header.action, record.parts[0] or b"")
    except (NotCanonical, KeyError, IndexError):
        said = None
    if not isinstance(said, Committed | Addendum | Import):
        raise NotWhole("This record does not say what was saved.", todo="Verify the vault.")
    return said.commit
