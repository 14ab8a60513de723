"""The rows that a record's parts must have (docs/FORMAT.md, section 3.2)."""

from __future__ import annotations

from collections.abc import Sequence

from vault_format.codes import KeyType, Kind, NoteClass, PartRole
from vault_format.frames.scan import RowTuple
from vault_format.verification.findings import Objection

Wanted = tuple[int, int, int, int, int, int, int]
"""role, kind, class, key type, revision, entity, key epoch"""

# Numbers, not members of enumerations: rows are compared with them one by one.
_PUBLIC, _INDEX, _BODY = int(PartRole.PUBLIC), int(PartRole.INDEX), int(PartRole.BODY)
_DETAIL, _PROCESS = int(PartRole.DETAIL), int(NoteClass.PROCESS)
_BY_INDEX, _BY_NOTES, _BY_AUTHOR, _BY_AUDIT = (
    int(KeyType.INDEX), int(KeyType.NOTES), int(KeyType.AUTHOR), int(KeyType.AUDIT),
)  # fmt: skip

PUBLIC: Wanted = (_PUBLIC, 0, 0, 0, 0, 0, 0)


def require(rows: Sequence[RowTuple], wanted: Sequence[Wanted]) -> None:
    """Refuse ROWS unless they are exactly the WANTED ones. Raises Objection `format`."""
    if len(rows) != len(wanted):
        raise Objection("format", f"{len(rows)} parts where {len(wanted)} belong")
    for row, want in zip(rows, wanted):  # noqa: B905  compared above
        if row[:6] != want[:6] or row[7] != want[6]:
            raise Objection("format", f"part {rows.index(row)} is not the one that belongs there")


def index(kind: int, note_class: int, revision: int, entity: int, epoch: int, generation: int) -> Wanted:
    """Return the row of an entity's index part."""
    if note_class == _PROCESS:
        return (_INDEX, kind, note_class, _BY_AUTHOR, revision, entity, generation)
    return (_INDEX, kind, note_class, _BY_INDEX, revision, entity, epoch)


def body(kind: int, note_class: int, revision: int, entity: int, epoch: int, generation: int) -> Wanted:
    """Return the row of an entity's body part."""
    if note_class == _PROCESS:
        return (_BODY, kind, note_class, _BY_AUTHOR, revision, entity, generation)
    return (_BODY, kind, note_class, _BY_NOTES, revision, entity, epoch)


def detail(entity: int, epoch: int) -> Wanted:
    """Return the row of a detail box."""
    return (_DETAIL, 0, 0, _BY_AUDIT, 0, entity, epoch)


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
