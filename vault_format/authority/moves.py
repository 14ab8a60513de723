"""Ciphertext that moves or goes: re-encryption, its confirmation, drops, compaction."""

from __future__ import annotations

from vault_format.authority import rows
from vault_format.authority.admission import REF_FIELD, SEQUENCE, Admitted, Opened, opened
from vault_format.authority.entities import SHREDDED, Entity
from vault_format.authority.state import State
from vault_format.codes import NoteClass, Role
from vault_format.frames.scan import Fields
from vault_format.public import entities as entity_shapes
from vault_format.public import trail
from vault_format.verification.findings import Objection


def reencrypt(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """32: pairs of index and body under the current keys, for many entities at once."""
    parts = opened(parts)
    found: list[tuple[int, Entity | None]] = []
    for at in range(0, len(parts.rows), 2):
        _, kind, note_class, _, revision, number, _, _, _ = parts.rows[at]
        entity = state.entities.get(number)
        # an entity that is not there has the place that its own row says: the next check refuses the record
        own = (entity.kind, entity.note_class, entity.revision) if entity else (kind, note_class, revision)
        place = (*own, number, act.epoch, act.generation)
        rows.require(parts.rows[at : at + 2], (rows.index(*place), rows.body(*place)))
        found.append((number, entity))
    moved: dict[int, tuple[Entity, int]] = {}
    for at, (number, entity) in enumerate(found):
        if entity is None or entity.flags & SHREDDED or number in moved:
            raise Objection("authority", "a re-encryption of nothing, or of one entity twice")
        if entity.note_class == NoteClass.PROCESS:
            if entity.author != act.member:
                raise Objection("authority", "a re-encryption of somebody else's process note")
        elif act.signer.role is not Role.OWNER:
            raise Objection("authority", "a re-encryption of chart notes by somebody who is no owner")
        moved[number] = (entity, parts.first + 2 * at)
    for number, (entity, live) in moved.items():
        _move(state, number, entity, live, act.member)


def _move(state: State, number: int, entity: Entity, live: int, mover: int) -> None:
    protected = bool(entity.signed) or entity.client in state.holds
    original = entity.original
    if protected and not original:
        original = entity.live
    else:
        allow_pair(state, entity.live)
    state.entities.put(number, entity._replace(live=live, original=original, mover=mover))


def allow_pair(state: State, index: int) -> None:
    """Mark an index part and the body behind it as droppable."""
    state.parts.allow_drop(index)
    state.parts.allow_drop(index + 1)


def confirmed(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """33: somebody opened what was re-encrypted and found the author's text; the originals may go."""
    shape = opened(parts).said(entity_shapes.Confirmed)
    alone = state.note_writers() == 1
    checked: dict[int, Entity] = {}
    for number, live in shape.entries:
        entity = state.entities.get(number)
        if entity is None or entity.flags & SHREDDED or number in checked:
            raise Objection("authority", "a confirmation of nothing, or of one entity twice")
        if live != entity.live:
            raise Objection("authority", "a confirmation of parts that are not the live ones")
        if entity.note_class == NoteClass.PROCESS:
            if entity.author != act.member:
                raise Objection("authority", "a confirmation of somebody else's process note")
        elif act.member == entity.mover and not alone:
            raise Objection("authority", "a confirmation by the one who re-encrypted")
        if entity.client in state.holds:
            raise Objection("authority", "a confirmation under a legal hold, which keeps the originals")
        checked[number] = entity
    for number, entity in checked.items():
        if entity.original:
            allow_pair(state, entity.original)
        state.entities.put(number, entity._replace(original=0, mover=0))


def drop(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """60: lists the parts that may leave the file."""
    shape = opened(parts).said(trail.Drop)
    end = 0
    for first, count in shape.ranges:
        if first < end or not count:
            raise Objection("format", "ranges that are empty or out of order")
        end = first + count
    ref = fields[REF_FIELD]
    only: frozenset[int] | None = None
    if ref or act.signer.role is not Role.OWNER:
        number, member = state.shreds.get(ref, (0, 0))
        entity = state.entities.get(number)
        if entity is None or member != act.member:
            raise Objection("authority", "a drop that answers no shred of its own")
        only = frozenset((entity.live, entity.live + 1, entity.original, entity.original + 1))
    if end > opened(parts).first:
        raise Objection("authority", "a drop of parts of later records")
    for first, count in shape.ranges:
        for part in range(first, first + count):
            if not state.parts.may_drop(part) or (only is not None and part not in only):
                raise Objection("authority", f"part {part} may not be dropped")
    for first, count in shape.ranges:
        for part in range(first, first + count):
            state.parts.drop(part)
    state.drops[fields[SEQUENCE]] = act.member
    state.drop_ranges[fields[SEQUENCE]] = list(shape.ranges)


def compacted(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """61: the parts that a drop listed are gone from the file."""
    if state.drops.get(fields[REF_FIELD]) != act.member:
        raise Objection("authority", "a compaction without a drop of its own")
    state.compacted.setdefault(fields[REF_FIELD], fields[SEQUENCE])
