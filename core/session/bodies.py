"""Many bodies at once, for a search: read in long pieces, each text held against its author's commitment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from core.catalog import Entry, identity
from core.indexes import NoteIndex
from core.keyring import damaged
from core.session.desk import Desk
from vault_format import public
from vault_format.codes import Kind, PartRole
from vault_format.encoding import NotCanonical, encode
from vault_format.errors import TacendaError
from vault_format.layout import Row
from vault_format.lookup import Found
from vault_format.public.entities import Addendum, Committed, Import


def open_bodies(
    desk: Desk, notes: Iterable[int], room: Callable[[], bool] = lambda: True
) -> Iterator[tuple[int, int, str | None]]:
    """Yield number, revision and text of NOTES at their newest revision; no text where one does not open.

    Nor is there one where ROOM says that there is none to hold it. What is opened must have been recorded before.
    """
    entries = [desk.catalog.entry(note) for note in notes]
    standing: dict[int, list[Entry]] = {}
    for entry in entries:
        standing.setdefault(entry.live[0], []).append(entry)
    saved = {entry.saved for entry in entries}
    commits: dict[int, bytes | None] = {}
    left = {entry.entity: entry for entry in entries}
    # a text stands in the record of its save or, under newer keys, in one behind it
    for found in desk.vault.ledger.records(sorted({*standing, *saved})):
        if found.sequence in saved:
            commits[found.sequence] = _commit(found)
        for entry in standing.get(found.sequence, ()):
            text = None
            if room():
                try:
                    text = _text(desk, entry, found, commits.get(entry.saved))
                except TacendaError:
                    text = None
            left.pop(entry.entity)
            yield entry.entity, entry.revision, text
    for entry in left.values():
        yield entry.entity, entry.revision, None


def _text(desk: Desk, entry: Entry, found: Found, commit: bytes | None) -> str | None:
    """Return the body of ENTRY out of the record that holds it; None or NotWhole or Refused where it does not open."""
    index, who, position = entry.index, identity(entry), entry.live[1] + 1
    if entry.kind != Kind.NOTE or not isinstance(index, NoteIndex) or index.client != entry.client or commit is None:
        return None
    if position >= len(found.rows):
        return None
    row, part = Row(*found.rows[position]), found.part(position)
    if part is None or (row.role, row.entity, row.revision) != (PartRole.BODY, who.entity, who.revision):
        return None
    raw = desk.keyring.open_body(who, row, part)
    # an index was taken only where its encoding was the one there is: encoded again it is what was sealed
    desk.keyring.check_commitment(who, index, encode(index), raw, commit)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise damaged(who) from None


def _commit(found: Found) -> bytes | None:
    """Return what a save says of its text, None if it does not say it."""
    try:
        said = public.read(found.fields[1][2], found.part(0) or b"")
    except (NotCanonical, KeyError, IndexError):
        return None
    return said.commit if isinstance(said, Committed | Addendum | Import) else None
