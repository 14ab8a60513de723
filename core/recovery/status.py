"""The state of recovery in a vault, for one member: kit, drill, custodians, and the table of losses."""

from __future__ import annotations

from dataclasses import dataclass

from core.keys.kit import SLOT_SECONDS
from core.recovery.kit.kit_record import is_exposed, rehearsed
from core.recovery.losses import Loss, losses
from core.session.desk import Desk
from core.session.session import Session
from vault_format.codes import Action

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class KitStatus:
    """The member's kit. Times are UTC ms, 0 for never; `drilled` is the last drill, `matched` how it went."""

    made: int
    ends: int
    exposed: bool
    drilled: int
    matched: bool
    drill_due: int


@dataclass(frozen=True, slots=True)
class CustodianStatus:
    """The custodians: `threshold` of `names` can recover; `set_at` is when (UTC ms).

    `accepted` is when the asking member accepted them (0: not), `process` whether with the own process notes;
    `members` are all members with whether they accepted.
    """

    threshold: int
    names: tuple[str, ...]
    set_at: int
    accepted: int
    process: bool
    members: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class RecoveryStatus:
    """What a recovery page shows; `kit` and `custodians` are None where there are none."""

    member: str
    kit: KitStatus | None
    custodians: CustodianStatus | None
    losses: tuple[Loss, ...]


def recovery_status(session: Session) -> RecoveryStatus:
    """Return the state of recovery for the member of SESSION. Nothing is opened for it."""
    with session.at_desk() as desk:
        return RecoveryStatus(desk.who.name, _kit(desk), _custodians(desk), tuple(losses(desk)))


def _newest(desk: Desk, action: Action, member: int) -> int:
    """Return the newest record of ACTION by MEMBER, -1 if there is none."""
    columns = desk.vault.columns
    wanted = {
        code for code, shape in enumerate(columns.shapes) if shape.member == member and shape.action == action
    }  # fmt: skip
    if not wanted:
        return -1
    return next((seq for seq in range(len(columns) - 1, -1, -1) if columns.codes[seq] in wanted), -1)


def _kit(desk: Desk) -> KitStatus | None:
    who = desk.who
    if who.kit is None:
        return None
    found = rehearsed(desk)
    due = (found.matched or found.made) + desk.state.current_policy().drill_days * DAY_MS
    matched = bool(found.last) and found.last == found.matched
    ends = who.kit.end * SLOT_SECONDS * 1000
    return KitStatus(found.made, ends, is_exposed(desk), found.last, matched, due)


def _custodians(desk: Desk) -> CustodianStatus | None:
    state, who, columns = desk.state, desk.who, desk.vault.columns
    if not state.authority:
        return None
    authority = state.members[state.authority]
    accepted = who.accepted == state.authority
    seq = _newest(desk, Action.AUTHORITY_ACCEPT, who.number) if accepted else -1
    return CustodianStatus(
        state.threshold, tuple(name for name, _ in state.custodians), columns.times[authority.added_seq],
        columns.times[seq] if seq >= 0 else 0, accepted and who.process_opt_in,
        tuple((each.name, each.accepted == state.authority) for each in state.active_members()),
    )  # fmt: skip
