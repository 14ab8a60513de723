"""What happens if you lose this or that: ways back, computed from a vault's actual state."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.keys.kit import SLOT_SECONDS
from core.moments import moment
from core.recovery.kit.kit_record import is_exposed
from core.session.desk import Desk
from core.upkeep.copies.backup import Copy, known_copies
from vault_format.authority.state import Member, State
from vault_format.codes import Kind, NoteClass, Role

_ONLY_COPY = "none: no copy of the file is on the record; make one on another disk"
_SAME_DISK = "none: no copy is known but on this disk; make one on another disk"


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


def _passphrase(state: State, who: Member, *, kit: bool, exposed: bool) -> Loss:
    ways = []
    if kit:
        ways.append("your recovery kit: the printed code and the phone" + (" (exposed)" if exposed else ""))
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
    state, who = desk.state, desk.who
    kit, custodians = _kit(who, desk.vault.clock()), _custodians(state, who)
    exposed = kit and is_exposed(desk)
    found = [_passphrase(state, who, kit=kit, exposed=exposed)]
    if kit:
        found += _of_the_kit(custodians=custodians, exposed=exposed)
    found += _process_notes(desk, kit=kit, opened=custodians and who.process_opt_in)
    if state.authority:
        spare = len(state.custodians) - state.threshold
        found.append(
            Loss(
                f"{spare} of the {len(state.custodians)} shares" if spare else "any share",
                "the others still do; hold a new ceremony soon" if spare else "none by custodians: hold a new ceremony",
                bool(spare),
            )
        )
    found.append(_machine(desk))
    found.append(_you(state, _other_owners(state, who), opened=custodians and who.process_opt_in))
    return found


def _of_the_kit(*, custodians: bool, exposed: bool) -> Iterator[Loss]:
    yield Loss("the phone", "your passphrase: make a new kit with another phone", True)
    if exposed:
        # codes were typed where nobody recovered: what is left of the kit's strength is its paper
        told = "none: codes were typed, and whoever saw them needs only this paper. Make a new kit now"
        yield Loss("the printed code, while the kit is exposed", told, False)
    else:
        yield Loss("the printed code", "your passphrase: make a new kit and print that", True)
    away = "the custodians give you new keys" if custodians else "none: keep the printed code elsewhere"
    yield Loss("passphrase and phone, or passphrase and printed code", away, custodians)


def _process_notes(desk: Desk, *, kit: bool, opened: bool) -> Iterator[Loss]:
    """Yield what becomes of the member's own process notes with the keys that alone open them."""
    held = {generation for generation, _ in desk.keyring.bundle.authors}
    own = [
        entry.key_epoch in held for entry in desk.catalog.entries()
        if entry.kind == Kind.NOTE and entry.note_class == NoteClass.PROCESS and not entry.shredded
        and entry.author == desk.who.number
    ]  # fmt: skip
    if any(own):
        lost = f"{'passphrase and kit' if kit else 'your passphrase'}: your process notes"
        way = "the custodians' new keys open them, too; you chose so" if opened else (
            "none: they are closed for ever. Accept the custodians with them, or keep a kit"
        )  # fmt: skip
        yield Loss(lost, way, opened)
    gone = own.count(False)
    if gone:
        said = "1 process note" if gone == 1 else f"{gone:,} process notes"
        yield Loss(f"lost already: {said} of yours", "none: the keys were lost with your former ones", False)


def _machine(desk: Desk) -> Loss:
    copies = known_copies(desk)
    away = next((copy for copy in copies if not _with_the_vault(copy, desk.vault.path)), None)
    if away is None:
        return Loss("this machine", _SAME_DISK if copies else _ONLY_COPY, False)
    day = f"{moment(away.time, None):%Y-%m-%d}"
    return Loss("this machine", f"the copy of {day} and your passphrase; not what was written since", True)


def _with_the_vault(copy: Copy, vault: str) -> bool:
    """Whether COPY goes with the disk that the vault is on, or is gone from it: then it is no way back."""
    if not copy.path:
        return False
    try:
        return os.stat(Path(copy.path).parent).st_dev == os.stat(vault).st_dev  # noqa: PTH116  both the same way
    except OSError:
        return False  # a stick that is not in, say


def _you(state: State, others: list[str], *, opened: bool) -> Loss:
    if not state.authority and not others:
        return Loss("you", "none: nobody else could ever open this vault", False)
    way = "the custodians add an owner" if state.authority else f"another owner goes on: {', '.join(others)}"
    process = "open to them, by new keys in your name" if opened else "stay closed"
    return Loss("you", f"{way}; your process notes {process}", True)
