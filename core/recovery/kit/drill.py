"""A drill: the printed code and one code of the phone, each a match or not, and nothing else; recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from core.acts import kit as kit_acts
from core.acts import members
from core.acts.acting import Acting
from core.keyring import Keyring
from core.keys.bundle import Bundle, KitKeys
from core.keys.kit import open_kit_slot
from core.recovery.kit.clocks import trouble
from core.recovery.kit.enrolment import matching_step, wait_for_quiet
from core.recovery.kit.found import find_kit
from core.recovery.kit.printed import read_code
from core.session.session import Session
from vault_format.errors import Refused, UsageError
from vault_format.frames.record import Draft


@dataclass(frozen=True, slots=True)
class Drilled:
    """How a drill went: whether the printed code and the phone's code matched, and the record that says so.

    `clocks` is what is to be said of a phone whose clock is off, empty where its code gives no reason to.
    """

    code: bool
    phone: bool
    sequence: int
    clocks: str = ""


def _kit(keyring: Keyring) -> KitKeys:
    kit = keyring.bundle.kit
    if kit is None:
        raise Refused("You have no recovery kit.", safe="Nothing was tried.", todo="Make one first.")
    return kit


def run_drill(session: Session, lines: Sequence[str], phone: str) -> Drilled:
    """Rehearse with the printed LINES and one code of the PHONE. The code really unwraps the kit's slot.

    Raises WrongLine, UsageError for what is no code or too near a recovery moment, Refused without a kit: then nothing
    was tried.
    """
    with session.at_desk() as desk:
        kit, now = _kit(desk.keyring), desk.vault.clock() / 1000
        wait_for_quiet(now)
        code = read_code(lines)
        found = find_kit(desk.vault, desk.who)
        state = desk.state
        try:
            master = open_kit_slot(
                code, kit.target, found.slot, found.payload, birth=state.birth, vault_id=state.vault_id,
                enrolment=desk.who.enrolment, generation=found.generation, kit_id=found.id,
            )  # fmt: skip
            code_matches = master == desk.keyring.master
        except Refused:
            code_matches = False
        try:
            step = matching_step(kit.secret, phone, now, after=kit.step)
        except UsageError:
            raise
        except Refused:
            step = 0
        bundles: list[Bundle] = []

        def build(acting: Acting) -> list[Draft]:
            drafts = [kit_acts.drill(acting, code=code_matches, phone=bool(step))]
            if step:
                # a code counts once, in this session and every later one
                spent = msgspec.structs.replace(_kit(acting.keyring), step=step)
                bundles.append(msgspec.structs.replace(acting.keyring.bundle, kit=spent))
                drafts.append(members.bundle_set(acting, bundles[-1]))
            return drafts

        written = desk.append(build)
        if bundles:
            desk.keyring.bundle = bundles[-1]
        clocks = "" if step else trouble(kit.secret, phone, now)
        return Drilled(code_matches, bool(step), written[0].sequence, clocks)
