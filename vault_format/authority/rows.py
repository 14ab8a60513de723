"""The rows that a record's parts must have (docs/FORMAT.md, section 3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vault_format.codes import KeyType, Kind, NoteClass, PartRole
from vault_format.findings import Objection
from vault_format.scan import RowTuple

Wanted = tuple[int, int, int, int, int, int, int]
"""role, kind, class, key type, revision, entity, key epoch"""

PUBLIC: Wanted = (PartRole.PUBLIC, 0, 0, 0, 0, 0, 0)


def require(rows: Sequence[RowTuple], wanted: Iterable[Wanted]) -> None:
    """Refuse ROWS unless they are exactly the WANTED ones. Raises Objection `format`."""
    wanted = list(wanted)
    if len(rows) != len(wanted):
        raise Objection("format", f"{len(rows)} parts where {len(wanted)} belong")
    for position, (row, want) in enumerate(zip(rows, wanted, strict=True)):
        if row[:6] != want[:6] or row[7] != want[6]:
            raise Objection("format", f"part {position} is not the one that belongs there")


def index(kind: int, note_class: int, revision: int, entity: int, epoch: int, generation: int) -> Wanted:
    """Return the row of an entity's index part."""
    if note_class == NoteClass.PROCESS:
        return (PartRole.INDEX, kind, note_class, KeyType.AUTHOR, revision, entity, generation)
    return (PartRole.INDEX, kind, note_class, KeyType.INDEX, revision, entity, epoch)


def body(kind: int, note_class: int, revision: int, entity: int, epoch: int, generation: int) -> Wanted:
    """Return the row of an entity's body part."""
    if note_class == NoteClass.PROCESS:
        return (PartRole.BODY, kind, note_class, KeyType.AUTHOR, revision, entity, generation)
    return (PartRole.BODY, kind, note_class, KeyType.NOTES, revision, entity, epoch)


def detail(entity: int, epoch: int) -> Wanted:
    """Return the row of a detail box."""
    return (PartRole.DETAIL, 0, 0, KeyType.AUDIT, 0, entity, epoch)


def slot(enrolment: int, generation: int) -> Wanted:
    """Return the row of a passphrase slot's payload."""
    return (PartRole.KEY, Kind.SLOT, 0, KeyType.PASSPHRASE, generation, enrolment, 0)


def bundle(enrolment: int, generation: int) -> Wanted:
    """Return the row of a member's bundle."""
    return (PartRole.KEY, Kind.BUNDLE, 0, KeyType.MASTER, generation, enrolment, generation)


def grant(enrolment: int, generation: int, epoch: int) -> Wanted:
    """Return the row of a box with an epoch's keys."""
    return (PartRole.KEY, Kind.GRANT_BOX, 0, KeyType.MEMBER, generation, enrolment, epoch)


def old_keys(epoch: int) -> list[Wanted]:
    """Return the rows of the older epochs' keys: under the new notes key, under the new audit key."""
    return [
        (PartRole.KEY, Kind.OLD_KEYS, 0, KeyType.NOTES, 0, 0, epoch),
        (PartRole.KEY, Kind.OLD_KEYS, 0, KeyType.AUDIT, 0, 0, epoch),
    ]


def kit_slot(enrolment: int, generation: int) -> Wanted:
    """Return the row of a recovery kit's slot payload."""
    return (PartRole.KEY, Kind.KIT_SLOT, 0, KeyType.KIT, generation, enrolment, 0)


def kit_chunks(enrolment: int, count: int) -> list[Wanted]:
    """Return the rows of COUNT chunks of a kit's table."""
    return [(PartRole.KEY, Kind.KIT_CHUNK, 0, KeyType.KIT, at, enrolment, 0) for at in range(count)]


def author_box(enrolment: int, generation: int) -> Wanted:
    """Return the row of the box that opens a member's process notes to the authority."""
    return (PartRole.KEY, Kind.AUTHOR_BOX, 0, KeyType.MEMBER, generation, enrolment, 0)
