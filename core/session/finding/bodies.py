"""Many texts at once, for a search or a rotation: read in long pieces, each held against its author's commitment."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from core.catalog import Entry, identity
from core.indexes import Index, NoteIndex
from core.keyring import Identity, damaged
from core.session.desk import Desk
from vault_format import public
from vault_format.codes import Kind, PartRole
from vault_format.encoding import NotCanonical, encode
from vault_format.errors import TacendaError
from vault_format.frames.scan import RowTuple
from vault_format.lookup import Found
from vault_format.public.entities import Addendum, Committed, Import

Sealed = tuple[RowTuple, bytes]
"""A part's row, and its bytes as they stand in the file."""


@contextmanager
def uncollected() -> Iterator[None]:
    """In the block the garbage collector rests: many texts at once leave nothing behind that refers to itself.

    It would go through the lists of a large vault again and again, which takes a fifth of the whole time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def open_bodies(
    desk: Desk, notes: Iterable[int], room: Callable[[], bool] = lambda: True
) -> Iterator[tuple[int, int, str | None]]:
    """Yield number, revision and text of NOTES at their newest revision; no text where one does not open.

    Nor is there one where ROOM says that there is none to hold it. What is opened must have been recorded before.
    """
    for entry, found, commit in _places(desk, [desk.catalog.entry(note) for note in notes]):
        text = None
        if found is not None and commit is not None and room():
            try:
                text = _text(desk, entry, found, commit)
            except (TacendaError, UnicodeDecodeError):
                text = None
        yield entry.entity, entry.revision, text


def open_pairs(desk: Desk, entries: Sequence[Entry]) -> Iterator[tuple[Entry, tuple[bytes, bytes] | None]]:
    """Yield each of ENTRIES with the plaintexts of its newest index and body, None where they do not open.

    Both come out of the file, and are what the author committed to. What is opened must have been recorded before.
    """
    for entry, found, commit in _places(desk, entries):
        pair = None
        if found is not None and commit is not None:
            try:
                pair = _pair(desk, entry, found, commit)
            except TacendaError:
                pair = None
        yield entry, pair


def _places(desk: Desk, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Found | None, bytes | None]]:
    """Yield ENTRIES, each with the record its newest text stands in and its author's commitment, as far as these are.

    In the order of the file; what is not there comes last.
    """
    standing: dict[int, list[Entry]] = {}
    left: dict[int, Entry] = {}
    saved = set()
    for entry in entries:
        standing.setdefault(entry.live[0], []).append(entry)
        left[entry.entity] = entry
        saved.add(entry.saved)
    commits: dict[int, bytes | None] = {}
    # a text stands in the record of its save or, under newer keys, in one behind it
    for found in desk.vault.ledger.records(sorted({*standing, *saved})):
        if found.sequence in saved:
            commits[found.sequence] = _commit(found)
        for entry in standing.get(found.sequence, ()):
            del left[entry.entity]
            yield entry, found, commits.get(entry.saved)
    for entry in left.values():
        yield entry, None, None


def _text(desk: Desk, entry: Entry, found: Found, commit: bytes) -> str | None:
    """Return the body of ENTRY out of the record that holds it; None or NotWhole or Refused where it does not open."""
    index, who = entry.index, identity(entry)
    if entry.kind != Kind.NOTE or not isinstance(index, NoteIndex) or index.client != entry.client:
        return None
    row, part = _part(found, entry.live[1] + 1, PartRole.BODY, who)
    raw = desk.keyring.open_body(who, row[3], row[7], part)
    # an index was taken only where its encoding was the one there is: encoded again it is what was sealed
    desk.keyring.check_commitment(who, index, encode(index), raw, commit)
    return raw.decode()


def _pair(desk: Desk, entry: Entry, found: Found, commit: bytes) -> tuple[bytes, bytes]:
    """Return the plaintexts of index and body. Raises NotWhole or Refused where they do not open."""
    who, at, keyring = identity(entry), entry.live[1], desk.keyring
    row, part = _part(found, at, PartRole.INDEX, who)
    known = entry.index if isinstance(entry.index, Index) else None
    index, raw_index = keyring.open_index(who, row[3], row[7], part, known=known)
    row, part = _part(found, at + 1, PartRole.BODY, who)
    raw_body = keyring.open_body(who, row[3], row[7], part)
    keyring.check_commitment(who, index, raw_index, raw_body, commit)
    return raw_index, raw_body


def _part(found: Found, position: int, role: int, who: Identity) -> Sealed:
    """Return a part of the record that holds WHO. Raises NotWhole where it is another's, or is not there."""
    if position < len(found.rows):
        row, part = found.rows[position], found.part(position)
        if part is not None and row[0] == role and row[5] == who.entity and row[4] == who.revision:
            return row, part
    raise damaged(who)


def _commit(found: Found) -> bytes | None:
    """Return what a save says of its text, None if it does not say it."""
    try:
        said = public.read(found.fields[1][2], found.part(0) or b"")
    except (NotCanonical, KeyError, IndexError):
        return None
    return said.commit if isinstance(said, Committed | Addendum | Import) else None
