"""What happens if you lose this or that: ways back, computed from a vault's actual state."""

from __future__ import annotations

from dataclasses import dataclass

from core.keys.kit import SLOT_SECONDS
from core.session.desk import Desk
from vault_format.authority.state import Member, State
from vault_format.codes import Role


@dataclass(frozen=True, slots=True)
class Loss:
    """One row: what is lost, the way back as it stands, and whether there is one."""

    lost: str
    way: str
    back: bool


def _kit(who: Member, now: int) -> bool:
    return who.kit is not None and who.kit.end * SLOT_SECONDS * 1000 > now


def _custodians(state: State, who: Member) -> bool:
    return bool(state.authority) and who.accepted == state.authority


def _other_owners(state: State, who: Member) -> list[str]:
    return [
        member.name for member in state.active_members() if member.role is Role.OWNER and member.number != who.number
    ]


def _passphrase(state: State, who: Member, now: int) -> Loss:
    ways = []
    if _kit(who, now):
        ways.append("your recovery kit: the printed code and the phone")
    if _custodians(state, who):
        ways.append(f"{state.threshold} of {len(state.custodians)} custodians give you new keys")
    if not ways and _other_owners(state, who):
        ways.append("none for your own keys and process notes; an owner can admit you under a new name")
        return Loss("your passphrase", ways[0], False)
    return Loss(
        "your passphrase", "; or ".join(ways) or "none: every note of yours would be closed for ever", bool(ways)
    )


def losses(desk: Desk) -> list[Loss]:
    """Return the table of losses and ways back for the member at DESK."""
    state, who, now = desk.state, desk.who, desk.vault.clock()
    kit, custodians = _kit(who, now), _custodians(state, who)
    others = _other_owners(state, who)
    found = [_passphrase(state, who, now)]
    if kit:
        found += [
            Loss("the phone", "your passphrase: make a new kit with another phone", True),
            Loss("the printed code", "your passphrase: make a new kit and print that", True),
        ]
        away = "the custodians give you new keys" if custodians else "none: keep the printed code elsewhere"
        found.append(Loss("passphrase and phone, or passphrase and printed code", away, custodians))
    if state.authority:
        spare = len(state.custodians) - state.threshold
        found.append(
            Loss(
                f"{spare} of the {len(state.custodians)} shares" if spare else "any share",
                "the others still do; hold a new ceremony soon" if spare else "none by custodians: hold a new ceremony",
                bool(spare),
            )
        )
    found.append(Loss("this machine", "the newest copy of the file, and your passphrase", True))
    found.append(_you(state, others, opened=custodians and who.process_opt_in))
    return found


def _you(state: State, others: list[str], *, opened: bool) -> Loss:
    if not state.authority and not others:
        return Loss("you", "none: nobody else could ever open this vault", False)
    way = "the custodians add an owner" if state.authority else f"another owner goes on: {', '.join(others)}"
    return Loss("you", f"{way}; your process notes {'open to them' if opened else 'stay closed'}", True)
