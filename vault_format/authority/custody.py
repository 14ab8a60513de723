"""Recovery kits, drills, and the end of a recovery."""

from __future__ import annotations

from vault_format.authority import rows
from vault_format.authority.admission import REF_FIELD, Admitted, Opened, opened
from vault_format.authority.members import check_kit, same_master
from vault_format.authority.state import KitState, State
from vault_format.codes import Role
from vault_format.frames.scan import Fields
from vault_format.public import members as shapes
from vault_format.verification.findings import Objection


def kit_set(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """50: a first kit, or one after the old was voided."""
    parts = opened(parts)
    shape = parts.said(shapes.KitSet)
    who = act.signer
    chunks = rows.kit_chunks(who.enrolment, len(shape.kit.counts))
    rows.require(parts.rows, [rows.PUBLIC, rows.kit_slot(who.enrolment, who.generation), *chunks])
    same_master(who, shape.master)
    if who.kit is not None:
        raise Objection("authority", "a second kit beside one that is in force")
    check_kit(state, who, shape.kit)
    numbers = range(parts.first + 1, parts.first + 2 + len(chunks))
    who.kit = KitState(shape.kit.id, shape.kit.first + sum(shape.kit.counts), list(numbers))


def kit_extend(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """51: more slots, exactly where the table ends."""
    parts = opened(parts)
    shape = parts.said(shapes.KitExtend)
    who = act.signer
    rows.require(parts.rows, [rows.PUBLIC, *rows.kit_chunks(who.enrolment, len(shape.counts))])
    if who.kit is None or who.kit.id != shape.id or shape.first != who.kit.end:
        raise Objection("authority", "an extension of another kit, or with a gap or an overlap")
    who.kit.end += sum(shape.counts)
    who.kit.parts += range(parts.first + 1, parts.first + 1 + len(shape.counts))


def drill(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """52: a rehearsal of the member's own kit."""
    shape = opened(parts).said(shapes.Drill)
    kit = act.signer.kit
    if kit is None or kit.id != shape.id:
        raise Objection("authority", "a drill of another kit")


def recovery_done(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """55: names the record that registered the signer's new keys (for the authority: its own act)."""
    seq = fields[REF_FIELD]
    if seq not in state.registrations:
        raise Objection("authority", "the end of a recovery that registered no keys")
    who = act.signer
    if act.member == state.authority:
        return
    first = who.generation == 1
    admitted = first and who.added_by and state.members[who.added_by].role is Role.AUTHORITY
    if who.registered_seq != seq or (first and not admitted):
        raise Objection("authority", "the end of somebody else's recovery, or of none")
