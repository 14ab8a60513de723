"""Who holds what: admitting, removing, other roles, and the access sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.acts import epochs, members, trail
from core.acts.members import Invitation
from core.alerts.alert import Rule, Severity
from core.audit.columns import Columns
from core.session.desk import Desk
from core.session.session import Session
from core.upkeep.rotation import Rotated, Rotation, Watch
from vault_format.authority.state import Member, State
from vault_format.codes import Action, Reason, Role
from vault_format.errors import Refused, UsageError

PEOPLE = (Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Given:
    """By whom something was given (empty: by making the vault), when (UTC ms), and in which record."""

    by: str
    time: int
    record: int


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One line of the access sheet.

    `since` and `added_by` say when (UTC ms) and by whom; `notes` and `audit` which of the current keys the member
    holds; `epoch` the key set of the present key pair, `generation` its number; `memory` (KiB) and `passes` what a
    try at the passphrase costs; `kit_until` the end of the recovery kit's table (UTC ms, 0: no kit); `custodians`
    whether the custodians may give the member new keys; `keys_since` and `last_here` are when the present key pair was
    registered and when the member last unlocked (UTC ms, 0: never). `admitted`, `role_given` and `keys_given` say who
    let the member in, gave the present role, and sealed the newest key set that the member was given.
    """

    number: int
    name: str
    role: Role
    active: bool
    since: int
    added_by: str
    notes: bool
    audit: bool
    epoch: int
    generation: int
    memory: int
    passes: int
    kit_until: int
    custodians: bool
    keys_since: int
    last_here: int
    admitted: Given
    role_given: Given
    keys_given: Given


def access_sheet(desk: Desk) -> list[AccessRow]:
    """Return who holds what, members that left too; the recovery authority is no person and not among them."""
    return sheet_of(desk.state, desk.vault.columns)


def sheet_of(state: State, columns: Columns) -> list[AccessRow]:
    """Return the access sheet of a verified vault; it needs no key."""
    times, last = columns.times, _last_unlocks(columns)

    def given(seq: int) -> Given:
        giver = state.members.get(columns.shape(seq).member) if seq else None
        return Given(giver.name if giver else "", times[seq], seq)

    return [
        AccessRow(
            member.number, member.name, member.role, member.active, times[member.added_seq],
            state.members[member.added_by].name if member.added_by else "", member.active and member.holds_notes,
            member.active and member.holds_audit, member.registered_epoch, member.generation, member.memory,
            member.passes, member.kit.end * 900_000 if member.kit else 0,
            bool(state.authority) and member.accepted == state.authority, times[member.registered_seq],
            last.get(member.number, 0), given(member.added_seq), given(member.role_seq or member.added_seq),
            given(_newest_keys(member, state)),
        )
        for member in state.members.values()
        if member.role is not Role.AUTHORITY
    ]  # fmt: skip


def _newest_keys(member: Member, state: State) -> int:
    """Return the record in which MEMBER was given the newest keys: the one of the set, or one that came behind it."""
    came = max(member.added_seq, member.role_seq)
    return max(came, state.epochs[-1].seq) if member.active else came


def _last_unlocks(columns: Columns) -> dict[int, int]:
    """Return when each member last unlocked (UTC ms), by number."""
    unlocks = {number: shape.member for number, shape in enumerate(columns.shapes) if shape.action == Action.UNLOCK}
    last: dict[int, int] = {}
    for code, time in zip(columns.codes, columns.times, strict=False):
        if code in unlocks:
            last[unlocks[code]] = time
    return last


def _require_owner(desk: Desk, what: str) -> None:
    if desk.who.role is not Role.OWNER:
        raise Refused(f"Only an owner {what}.", safe="Nothing was changed.", todo="Ask an owner.")


def _find(state: State, name: str) -> int:
    found = [member.number for member in state.active_members() if member.name.casefold() == name.casefold()]
    if not found:
        raise UsageError(f"There is no member {name}.", safe="Nothing was changed.", todo="List the members.")
    return found[0]


def admit(session: Session, invitation: Invitation, role: Role) -> int:
    """Admit a newcomer whose six words were compared, and give the keys of ROLE. Returns the member's number."""
    with session.at_desk() as desk:
        _require_owner(desk, "admits members")
        if role not in PEOPLE:
            raise UsageError("There is no such role.", todo="owner, clinician, supervisor or auditor.")
        desk.append(lambda acting: [members.member_add(acting, invitation, role)])
        return len(desk.state.members)


def words_differ(session: Session) -> int:
    """Record that an invitation was refused because its six words differed: an alert, for all who look. Returns it.

    It rests on this session's unlock and names nobody: what name stood in the block is whatever somebody put there.
    """
    with session.at_desk() as desk:
        _require_owner(desk, "admits members")
        unlock = desk.state.sessions[desk.number].unlock_seq
        return desk.append(
            lambda acting: [trail.alert(acting, Rule.WORDS_DIFFER, Severity.HIGH, [unlock])]
        )[-1].sequence


def _owners(state: State) -> list[int]:
    return [member.number for member in state.active_members() if member.role is Role.OWNER]


def remove(
    session: Session, name: str, reason: Reason, *, watch: Watch = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Rotated:  # fmt: skip
    """Remove a member, change every key in the same record, and re-encrypt at once.

    What the member copied, the member keeps. Raises Refused for everybody but an owner, UsageError for the last one.
    """
    with session.at_desk() as desk:
        _require_owner(desk, "removes members")
        number = _find(desk.state, name)
        if _owners(desk.state) == [number]:
            raise UsageError("The last owner cannot be removed.", safe="Nothing was changed.", todo="Make another one.")
        if number == desk.who.number:
            raise UsageError("Nobody removes themselves.", safe="Nothing was changed.", todo="Ask another owner.")
        desk.append(lambda acting: [epochs.member_remove(acting, number, reason).draft])
        desk.take_keys()
    return Rotation(session, watch=watch, cancelled=cancelled).go_on()


def change_role(
    session: Session, name: str, role: Role, *, watch: Watch = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Rotated | None:  # fmt: skip
    """Give a member another role; where that takes a key away, every key changes. Returns what was re-encrypted then.

    Raises Refused for everybody but an owner, UsageError for the last owner or an unknown member or role.
    """
    with session.at_desk() as desk:
        _require_owner(desk, "gives roles")
        if role not in PEOPLE:
            raise UsageError("There is no such role.", todo="owner, clinician, supervisor or auditor.")
        number = _find(desk.state, name)
        if desk.state.members[number].role is role:
            raise UsageError(f"{name} has that role.", safe="Nothing was changed.")
        if _owners(desk.state) == [number]:
            raise UsageError("The last owner stays one.", safe="Nothing was changed.", todo="Make another one first.")
        before = desk.state.epoch
        desk.append(lambda acting: [epochs.member_role(acting, number, role).draft])
        desk.take_keys()
        if desk.state.epoch == before:
            return None
    return Rotation(session, watch=watch, cancelled=cancelled).go_on()
