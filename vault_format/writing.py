"""What a writer adds to the records it was asked for: their time and places, and what must be accounted for first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vault_format.authority.replay import Replay
from vault_format.authority.state import State
from vault_format.codes import Action, Role, TailCase
from vault_format.errors import CapReached
from vault_format.frames import layout
from vault_format.frames.record import Draft, Place, Signer, frame, said
from vault_format.public.trail import TailRepaired
from vault_format.store import Aside

SKEW_MS = 60_000
"""How far another writer's clock may be ahead without a step back in the record."""
MOST_REPAIRS = 8
"""Side files that one append accounts for; the next ones account for the rest."""


def moment(now: int, last: int) -> int:
    """Return the time of a record written at NOW after a signed record of the time LAST (UTC ms)."""
    return last if now < last <= now + SKEW_MS else now


def chain(drafts: Sequence[Draft], place: Place, signer: Signer | None) -> list[bytes]:
    """Return the frames of DRAFTS, the first at PLACE, each of the others behind the one before."""
    frames = []
    for draft in drafts:
        raw = frame(draft, place, signer)
        frames.append(raw)
        place = replace(place, sequence=place.sequence + 1, prev=layout.record_hash(raw))
    return frames


def check_caps(replay: Replay, drafts: Sequence[Draft], now: int) -> None:
    """Refuse unsigned records that the next signed record could not lawfully follow. Raises CapReached."""
    failures, beginnings = replay.allowed(now)
    actions = [*replay.run, *(draft.action for draft in drafts)]
    begun = actions.count(Action.RECOVERY_BEGUN)
    if begun > beginnings or len(actions) - begun > failures:
        raise CapReached(
            "The vault holds as many failed attempts as it may until somebody unlocks it.", safe="Nothing was written.",
            todo="Unlock it, and look at the failures in the audit trail.",
        )  # fmt: skip


def repairs(state: State, signer: Signer, aside: Sequence[Aside]) -> list[Draft]:
    """Return the records that account for what was set ASIDE, as far as SIGNER may write them."""
    known = state.members.get(signer.member)
    if known is None or known.role is Role.AUTHORITY or not state.is_current(known):
        return []
    drafts = []
    for each in aside[:MOST_REPAIRS]:
        head = each.head if each.case == TailCase.CUT else b""
        if each.case != TailCase.CUT or len(head) == layout.BARE_SIZE:
            shape = TailRepaired(case=each.case, length=each.length, digest=each.digest, head=head)
            drafts.append(Draft(Action.TAIL_REPAIRED, (said(shape),), state.epoch))
    return drafts
