"""Entities: saving, signing, adding, reading, exporting, shredding, and a client's public state."""

from __future__ import annotations

from vault_format.authority import rows
from vault_format.authority.admission import (
    CLIENT_FIELD,
    ENTITY_FIELD,
    REF_FIELD,
    REVISION_FIELD,
    SEQUENCE,
    Admitted,
    Opened,
    opened,
)  # fmt: skip
from vault_format.authority.entities import SHREDDED, Entity
from vault_format.authority.state import State
from vault_format.codes import Flag, Kind, NoteClass, Role
from vault_format.frames.scan import Fields
from vault_format.public import entities as shapes
from vault_format.verification.findings import Objection

# Plain numbers: what is read from an enumeration costs more than the comparison, and these stand in every read.
_NOTE, _PROCESS = int(Kind.NOTE), int(NoteClass.PROCESS)
_OUTSIDE, _DRAFT = int(Flag.OUTSIDE_CASELOAD), int(Flag.OTHERS_DRAFT)


def _existing(state: State, act: Admitted, fields: Fields) -> Entity:
    """Return the entity that the header names, which must be there, whole, and as the header says."""
    return _as_named(state.entities.get(fields[ENTITY_FIELD]), act, fields)


def _as_named(entity: Entity | None, act: Admitted, fields: Fields) -> Entity:
    if entity is None:
        raise Objection("authority", "an entity that no save created")
    if entity.flags & SHREDDED:
        raise Objection("authority", "an entity that was shredded")
    if entity.client != fields[CLIENT_FIELD] or entity.kind != act.kind or entity.note_class != act.note_class:
        raise Objection("authority", "kind, class or client are not the entity's own")
    return entity


def _check_client(state: State, act: Admitted, fields: Fields) -> None:
    client, kind = fields[CLIENT_FIELD], act.kind
    if kind == Kind.TEMPLATE:
        if client:
            raise Objection("authority", "a template that names a client")
        return
    if kind == Kind.CLIENT:
        if client != fields[ENTITY_FIELD]:
            raise Objection("authority", "a client that is not its own client")
        return
    known = state.entities.get(client)
    if known is None or known.kind != Kind.CLIENT or known.flags & SHREDDED:
        raise Objection("authority", "a client that is not known")


def _check_pair(act: Admitted, fields: Fields, parts: Opened) -> None:
    entity, revision = fields[ENTITY_FIELD], fields[REVISION_FIELD]
    place = (act.kind, act.note_class, revision, entity, act.epoch, act.generation)
    rows.require(parts.rows, (rows.PUBLIC, rows.index(*place), rows.body(*place)))


def _create(state: State, act: Admitted, fields: Fields, parts: Opened, commit: bytes) -> None:
    if not fields[ENTITY_FIELD] or fields[REVISION_FIELD] != 1:
        raise Objection("authority", "a new entity without a number, or not at revision 1")
    _check_client(state, act, fields)
    client, kind, note_class, tag = fields[CLIENT_FIELD], act.kind, act.note_class, state.entities.tag(commit)
    entity = Entity(client, fields[SEQUENCE], 0, parts.first + 1, 0, 1, act.member, 0, kind, note_class, 0, tag)
    state.entities.put(fields[ENTITY_FIELD], entity)


def save(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """40: a new entity, or the next revision of one that may still change."""
    parts = opened(parts)
    commit = parts.said(shapes.Committed).commit
    _check_pair(act, fields, parts)
    known = state.entities.get(fields[ENTITY_FIELD])
    if known is None:
        _create(state, act, fields, parts, commit)
        return
    client, _, signed, live, original, revision, author, _, kind, note_class, flags, _ = _as_named(known, act, fields)
    if fields[REVISION_FIELD] != revision + 1:
        raise Objection("authority", "a revision that does not follow the latest")
    if signed:
        raise Objection("authority", "a save over a signed note")
    if kind == _NOTE and author != act.member:
        raise Objection("authority", "a save of somebody else's note")
    _supersede(state, client, live, original)
    tag = state.entities.tag(commit)
    entity = Entity(
        client, fields[SEQUENCE], 0, parts.first + 1, 0, revision + 1, act.member, 0, kind, note_class, flags, tag
    )
    state.entities.put(fields[ENTITY_FIELD], entity)


def _supersede(state: State, client: int, live: int, original: int) -> None:
    if client in state.holds:
        return
    allow_drop = state.parts.allow_drop
    for index in (live, original) if original else (live,):
        allow_drop(index)
        allow_drop(index + 1)


def imported(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """4C: carried over from another vault; here the importer is the author."""
    parts = opened(parts)
    shape = parts.said(shapes.Import)
    _check_pair(act, fields, parts)
    if state.entities.get(fields[ENTITY_FIELD]) is not None:
        raise Objection("authority", "an import over an entity that exists")
    _create(state, act, fields, parts, shape.commit)


def sign(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """41: the author locks the current revision for ever."""
    commit = opened(parts).said(shapes.Committed).commit
    entity = _existing(state, act, fields)
    if entity.author != act.member or entity.signed:
        raise Objection("authority", "a signature by somebody else than the author, or a second one")
    if fields[REVISION_FIELD] != entity.revision or fields[REF_FIELD] != entity.saved:
        raise Objection("authority", "a signature of another revision than the latest")
    if state.entities.tag(commit) != entity.tag:
        raise Objection("authority", "a signature of another text than was saved")
    state.entities.put(fields[ENTITY_FIELD], entity._replace(signed=fields[SEQUENCE]))


def addendum(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """42: a new note that stands below a signed one."""
    parts = opened(parts)
    shape = parts.said(shapes.Addendum)
    _check_pair(act, fields, parts)
    parent = state.entities.get(shape.parent)
    if parent is None or not parent.signed or parent.signed != fields[REF_FIELD] or parent.flags & SHREDDED:
        raise Objection("authority", "an addition to a note that is not signed")
    if (parent.note_class, parent.client) != (act.note_class, fields[CLIENT_FIELD]):
        raise Objection("authority", "an addition of another class or client than the note's")
    if parent.note_class == NoteClass.PROCESS and parent.author != act.member:
        raise Objection("authority", "an addition to somebody else's process note")
    if state.entities.get(fields[ENTITY_FIELD]) is not None:
        raise Objection("authority", "an addition over an entity that exists")
    _create(state, act, fields, parts, shape.commit)


def cosign(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """43: a supervisor agrees with a signed chart note."""
    commit = opened(parts).said(shapes.Committed).commit
    entity = _existing(state, act, fields)
    if not entity.signed or fields[REF_FIELD] != entity.signed or fields[REVISION_FIELD] != entity.revision:
        raise Objection("authority", "a co-signature of a note that is not signed")
    if state.entities.tag(commit) != entity.tag:
        raise Objection("authority", "a co-signature of another text than was signed")


def _check_reader(state: State, act: Admitted, fields: Fields, entity: Entity) -> None:
    """Refuse a reader, or flags that do not say what this opening is. Raises Objection."""
    client, _, signed, _, _, revision, author, _, kind, note_class, _, _ = entity
    if not 1 <= fields[REVISION_FIELD] <= revision:
        raise Objection("authority", "a revision that does not exist")
    flags = 0
    if author != act.member:
        if note_class == _PROCESS:
            raise Objection("authority", "somebody else's process note")
        if kind == _NOTE and not signed:
            flags = _DRAFT
    if client in state.caseloads:
        flags |= outside_flag(state, act.member, act.signer.role, client)
    if act.flags & (_OUTSIDE | _DRAFT) != flags:
        raise Objection("authority", "flags that do not say what this opening is")


def outside_flag(state: State, member: int, role: Role, client: int) -> int:
    """Return the flag for a client whose caseload does not name the member, else 0."""
    caseload = state.caseloads.get(client)
    if caseload and member not in caseload and role in (Role.OWNER, Role.CLINICIAN):
        return _OUTSIDE
    return 0


def read(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """44: an entity's body is opened; with a reason where the caseload or the author is another."""
    if act.flags & (_OUTSIDE | _DRAFT):
        rows.require(opened(parts).rows, (rows.PUBLIC, rows.detail(fields[ENTITY_FIELD], act.epoch)))
    elif parts is not None:
        raise Objection("format", "a reason where none is needed")
    _check_reader(state, act, fields, _as_named(state.entities.get(fields[ENTITY_FIELD]), act, fields))


def disclose(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """45: an export of one note, or of a client's chart."""
    entity = _existing(state, act, fields)
    if act.kind == Kind.CLIENT:
        if fields[REVISION_FIELD]:
            raise Objection("authority", "a chart at a revision")
        if act.flags != outside_flag(state, act.member, act.signer.role, entity.client):
            raise Objection("authority", "flags that do not say what this export is")
        return
    _check_reader(state, act, fields, entity)


def shred(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """46: the ciphertext may go; header, table and commitment stay."""
    entity = _existing(state, act, fields)
    own_draft = entity.kind == Kind.NOTE and entity.author == act.member and not entity.signed
    if entity.note_class == NoteClass.PROCESS and entity.author != act.member:
        raise Objection("authority", "somebody else's process note")
    if act.signer.role is not Role.OWNER and not own_draft:
        raise Objection("authority", "a shred by somebody who is neither owner nor author of a draft")
    if entity.client in state.holds:
        raise Objection("authority", "a shred under a legal hold")
    if fields[REVISION_FIELD] != entity.revision:
        raise Objection("authority", "a shred of another revision than the latest")
    _supersede(state, entity.client, entity.live, entity.original)
    state.entities.put(fields[ENTITY_FIELD], entity._replace(flags=entity.flags | SHREDDED))
    state.shreds[fields[SEQUENCE]] = (fields[ENTITY_FIELD], act.member)


def client_set(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """47: status, legal hold or caseload of a client."""
    shape = opened(parts).said(shapes.ClientSet)
    if sum(value is not None for value in (shape.status, shape.hold, shape.members)) != 1:
        raise Objection("format", "not exactly one of status, hold and members")
    entity = _existing(state, act, fields)
    client = fields[CLIENT_FIELD]
    if shape.members is not None:
        _assign(state, act, entity, client, shape.members)
    elif shape.hold is not None:
        if not shape.hold and act.signer.role is not Role.OWNER:
            raise Objection("authority", "a legal hold lifted by somebody who is no owner")
        (state.holds.add if shape.hold else state.holds.discard)(client)
    elif shape.status is not None:
        state.statuses[client] = shape.status


def _assign(state: State, act: Admitted, entity: Entity, client: int, members: list[int]) -> None:
    assigned = state.caseloads.get(client)
    allowed = (
        act.signer.role is Role.OWNER
        or (assigned is not None and act.member in assigned)
        or (not assigned and entity.author == act.member)
    )
    if not allowed:
        raise Objection("authority", "a caseload changed by somebody who is not in it")
    if sorted(set(members)) != members or any(number not in state.members for number in members):
        raise Objection("authority", "a caseload of members that do not exist, or not in order")
    state.caseloads[client] = frozenset(members)


def draft(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """48 to 4B: what became of text in the draft journal."""
    entity = state.entities.get(fields[ENTITY_FIELD])
    if entity is None:
        if not fields[ENTITY_FIELD] or fields[REVISION_FIELD]:
            raise Objection("authority", "a draft of nothing, or of a revision that does not exist")
        _check_client(state, act, fields)
        return
    _as_named(entity, act, fields)
    if entity.author != act.member or entity.signed or not 1 <= fields[REVISION_FIELD] <= entity.revision:
        raise Objection("authority", "a draft of somebody else's or of a signed note")


READERS = frozenset({Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR})
WRITERS = frozenset({Role.OWNER, Role.CLINICIAN})
