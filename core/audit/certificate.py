"""What the records certify of something that was shredded: who approved it, when, why, and what of it stays."""

from __future__ import annotations

from dataclasses import dataclass

from vault_format import public
from vault_format.codes import Reason, Role
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole
from vault_format.ledger import Ledger
from vault_format.public.trail import Reasoned

SHRED_REASONS = {
    Reason.CLIENT_REQUEST: "the client asked for it", Reason.LEGAL: "the law asks for it",
    Reason.RETENTION_OVER: "kept as long as it has to be", Reason.MISTAKE: "written by mistake",
    Reason.OTHER: "other",
}  # fmt: skip
"""The reasons that people are asked for, in words."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The shred at record SEQ: approved by MEMBER in a ROLE at TIME (UTC ms), for REASON in words.

    `left` says whether the ciphertext has left this file; before that a compaction is still to come.
    """

    seq: int
    member: str
    role: str
    time: int
    reason: str
    left: bool


def certificate(ledger: Ledger, entity: int) -> Certificate | None:
    """Return what the records certify of ENTITY's shredding; None if it was not shredded. Needs no key."""
    state = ledger.state
    known = state.entities.get(entity)
    if known is None or not known.shredded:
        return None
    seq, number = next((seq, member) for seq, (which, member) in state.shreds.items() if which == entity)
    who = state.members[number]
    try:
        record = ledger.record(seq)
        time = record.header.time
        said = public.read(record.header.action, record.parts[0] or b"")
        reason = _words(said.reason) if isinstance(said, Reasoned) else "cannot be read"
    except (LookupError, NotCanonical, NotWhole):
        time, reason = 0, "cannot be read"
    parts = [part for first in (known.live, known.original) if first for part in (first, first + 1)]
    left = not any(state.parts.is_present(part) for part in parts)
    return Certificate(seq, who.name, Role(who.role).name.lower(), time, reason, left)


def _words(reason: int) -> str:
    return SHRED_REASONS.get(Reason(reason), Reason(reason).name.lower().replace("_", " "))
