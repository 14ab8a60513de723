"""Members who come, go, and get other roles."""

from __future__ import annotations

from collections.abc import Callable

from core.acts import epochs, members, trail
from core.acts.members import Invitation
from core.alerts.alert import Rule, Severity
from core.session.desk import Desk
from core.session.session import Session
from core.upkeep.keys.rotation import Rotated, Rotation, Watch
from vault_format.authority.state import State
from vault_format.codes import Reason, Role
from vault_format.errors import Refused, UsageError

PEOPLE = (Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR, Role.AUDITOR)


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
        return desk.append(lambda acting: [trail.alert(acting, Rule.WORDS_DIFFER, Severity.HIGH, [unlock])])[
            -1
        ].sequence


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
