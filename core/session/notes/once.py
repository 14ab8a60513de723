"""A save that is tried again is written once: what an earlier try left in the file is found there."""

from __future__ import annotations

from collections.abc import Callable

from core.acts import entries
from core.acts.acting import Acting
from core.indexes import NoteIndex
from core.keys import derive
from core.session.desk import Desk
from core.session.notes.doubt import Place
from vault_format import public
from vault_format.encoding import NotCanonical, encode
from vault_format.errors import NotWhole, SyncFailed, TacendaError
from vault_format.frames.record import Draft
from vault_format.public.entities import Addendum, Committed, Import


def save_once(
    desk: Desk, text: object, number: int, base: int, build: Callable[[Acting, Place], entries.Saved]
) -> Place:
    """Append the save of TEXT that BUILD gives for its place, unless an earlier try of it stands there already.

    Returns the place with the record that holds it. Raises SyncFailed where that record cannot be said to be on the
    disk, and what appending and BUILD raise.
    """
    place = Place(number, base)

    def drafts(acting: Acting) -> list[Draft]:
        nonlocal place
        place = desk.doubts.place(acting.state.entities, text, number, base)
        if place.saved:
            return []
        made = build(acting, place)
        desk.doubts.trying(number, base, made.commit, text)
        return [made.draft]

    for written in desk.append(drafts):
        place = place._replace(saved=written.sequence)
    if desk.vault.ledger.pin().sequence < place.saved:
        raise SyncFailed(
            "The system cannot say that this is on the disk.", safe="Your text is kept where it is.",
            todo="Check the disk, then save again.",
        )  # fmt: skip
    desk.doubts.settled(number)
    desk.doubts.settled(place.number)
    return place


def commit_of(desk: Desk, saved_seq: int) -> bytes:
    """Return the commitment in the public part of a save. Raises NotWhole."""
    record = desk.record(saved_seq)
    try:
        said = public.read(record.header.action, record.parts[0] or b"")
    except (NotCanonical, KeyError, IndexError):
        said = None
    if not isinstance(said, Committed | Addendum | Import):
        raise NotWhole(f"Record {saved_seq:,} does not say what was saved.", todo="Verify the vault.")
    return said.commit


def has_text(desk: Desk, note: int, text: str) -> bool:
    """Whether the newest revision of the member's own NOTE is exactly TEXT.

    Its commitment tells, and the index that lists opened: the body stays closed.
    """
    try:
        entry = desk.catalog.entry(note)
        commit = commit_of(desk, entry.saved)
    except TacendaError:
        return False
    index, keyring = entry.index, desk.keyring
    if not isinstance(index, NoteIndex) or entry.author != keyring.member:
        return False
    found = derive.commitment(
        index.c, keyring.vault_id, note, entry.revision, entry.author, encode(index), text.encode()
    )  # fmt: skip
    return derive.same(found, commit)
