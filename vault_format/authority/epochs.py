"""Epoch records: rotation, and everything that cannot be written without one."""

from __future__ import annotations

from vault_format import bounds
from vault_format.authority import rows
from vault_format.authority.admission import SEQUENCE, TIME, Admitted, Opened, opened
from vault_format.authority.members import check_keys, check_new_member, folded
from vault_format.authority.state import AUDIT_KEYS, NOTE_KEYS, EpochState, Member, State
from vault_format.codes import Role
from vault_format.frames.scan import Fields
from vault_format.public import members as shapes
from vault_format.verification.findings import Objection


def _recipients(state: State, without: int = 0, also: Member | None = None) -> list[Member]:
    """Return who is entitled to the next epoch's keys, by number."""
    entitled = [
        member
        for member in state.members.values()
        if member.active and member.number != without
        and (member.role is not Role.AUTHORITY or (also is None and member.number == state.authority))
    ]  # fmt: skip
    if also is not None:
        entitled.append(also)
    return sorted(entitled, key=lambda member: member.number)


def _check_rows(state: State, epoch: shapes.Epoch, parts: Opened, new: tuple[int, int] = (0, 0)) -> None:
    """Refuse rows that are not the ones EPOCH announces; NEW is number and enrolment of a member this record makes."""
    number = state.epoch + 1
    boxes = []
    for (member, generation), row in zip(epoch.boxes, parts.rows[1:], strict=False):
        known = state.members.get(member)
        # a box for nobody has the enrolment that its own row says: the boxes themselves are refused later
        enrolment = new[1] if member == new[0] else known.enrolment if known else row[5]
        boxes.append(rows.grant(enrolment, generation, number))
    rows.require(parts.rows, [rows.PUBLIC, *boxes, *rows.old_keys(number)])


def _check(state: State, epoch: shapes.Epoch, entitled: list[Member]) -> None:
    if epoch.boxes != [(member.number, member.generation) for member in entitled]:
        raise Objection("authority", "boxes for others than exactly the members entitled to the new epoch")
    if epoch.old != state.epoch:
        raise Objection("authority", "a wrong number of older epochs")


def _open(state: State, epoch: shapes.Epoch, fields: Fields, parts: Opened) -> None:
    for part in state.epochs[-1].box_parts:
        state.parts.allow_drop(part)
    opened_epoch = EpochState(
        state.epoch + 1, epoch.notes, epoch.index, epoch.audit, fields[SEQUENCE], fields[TIME],
        list(range(parts.first + 1, parts.first + 1 + len(epoch.boxes) + 2)),
    )  # fmt: skip
    state.epochs.append(opened_epoch)
    state.changed()


def epoch_open(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """30: new keys for everybody, whole in one record."""
    parts = opened(parts)
    shape = parts.said(shapes.EpochOpen)
    _check_rows(state, shape.epoch, parts)
    _check(state, shape.epoch, _recipients(state))
    _open(state, shape.epoch, fields, parts)


def remove(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """21: a member goes, and the keys change in the same record."""
    parts = opened(parts)
    shape = parts.said(shapes.MemberRemove)
    _check_rows(state, shape.epoch, parts)
    who = state.members.get(shape.member)
    if who is None or not who.active or who.role is Role.AUTHORITY or who.number == act.member:
        raise Objection("authority", "a removal of nobody, of the authority, or of oneself")
    _check(state, shape.epoch, _recipients(state, without=who.number))
    who.active = False
    for number in [number for number, session in state.sessions.items() if session.member == who.number]:
        del state.sessions[number]
    _open(state, shape.epoch, fields, parts)


def role(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """22: another role; with a new epoch if a key is lost by it."""
    parts = opened(parts)
    shape = parts.said(shapes.MemberRole)
    who = state.members.get(shape.member)
    if shape.epoch is not None:
        _check_rows(state, shape.epoch, parts)
    else:
        enrolment, generation = (who.enrolment, who.generation) if who else (parts.rows[1][5], parts.rows[1][4])
        rows.require(parts.rows, [rows.PUBLIC, rows.grant(enrolment, generation, state.epoch)])
    if who is None or not who.active or who.role is Role.AUTHORITY or who.role == shape.role:
        raise Objection("authority", "a role for nobody, or the one held already")
    new = Role(shape.role)
    owners = [member for member in state.active_members() if member.role is Role.OWNER]
    if owners == [who]:
        raise Objection("authority", "the last owner cannot take another role")
    keeps = (who.role not in NOTE_KEYS or new in NOTE_KEYS) and (who.role not in AUDIT_KEYS or new in AUDIT_KEYS)
    if keeps != (shape.epoch is None):
        raise Objection("authority", "a new epoch exactly where a key is lost")
    if shape.epoch is None:
        state.epochs[-1].box_parts.append(parts.first + 1)
    else:
        _check(state, shape.epoch, _recipients(state))
        _open(state, shape.epoch, fields, parts)
    who.role, who.role_seq = new, fields[SEQUENCE]
    state.changed()


def authority_set(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """26: a new recovery authority in place of the old one, and new keys."""
    parts = opened(parts)
    shape = parts.said(shapes.AuthoritySet)
    _check_rows(state, shape.epoch, parts, (shape.member, shape.enrolment))
    name = f"recovery {shape.member}"
    check_new_member(state, shape.member, name, shape.enrolment)
    check_keys(shape.keys, state.vault_id, shape.enrolment, 1)
    if shape.threshold > len(shape.custodians):
        raise Objection("authority", "a threshold above the number of custodians")
    if any(number and number not in state.members for _, number in shape.custodians):
        raise Objection("authority", "a custodian who is no member")
    authority = Member(
        number=shape.member, name=name, role=Role.AUTHORITY, enrolment=shape.enrolment, added_by=act.member,
        added_seq=fields[SEQUENCE], sign=shape.keys.sign, box=shape.keys.box, master=bytes(32),
        registered_seq=fields[SEQUENCE],
    )  # fmt: skip
    _check(state, shape.epoch, _recipients(state, also=authority))
    old = state.members.get(state.authority)
    if old is not None:
        old.active = False
    _open(state, shape.epoch, fields, parts)
    authority.registered_epoch = state.epoch
    state.members[authority.number] = authority
    state.names.add(folded(name))
    state.authority, state.threshold, state.custodians = shape.member, shape.threshold, list(shape.custodians)
    state.registrations[fields[SEQUENCE]] = authority.number
    state.changed()


def authority_accept(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """27: the member agrees to be re-keyed by this authority."""
    parts = opened(parts)
    shape = parts.said(shapes.AuthorityAccept)
    who = act.signer
    wanted = [rows.PUBLIC]
    if shape.process:
        wanted.append(rows.author_box(who.enrolment, who.generation))
    rows.require(parts.rows, wanted)
    if not state.authority or shape.authority != state.authority:
        raise Objection("authority", "an acceptance of something that is not the current recovery authority")
    who.accepted, who.process_opt_in = shape.authority, shape.process


MOST_BOXES = bounds.MAX_PARTS - 3
"""Members that one epoch record can serve: parts of a record less the public part and the older keys."""
