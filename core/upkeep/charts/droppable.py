"""What compacting would take out of the file: for the member who would do it, and for an owner."""

from __future__ import annotations

from dataclasses import dataclass

from core.acts.moves import shredded_parts
from core.session.desk import Desk
from vault_format.authority.state import State
from vault_format.codes import Role


@dataclass(frozen=True, slots=True)
class Droppable:
    """Parts that would go, and their size in bytes: if this member compacted now, and if an owner did."""

    parts: int
    size: int
    whole_parts: int
    whole_size: int


def droppable(desk: Desk) -> Droppable:
    """Return what would leave the file if the member at DESK compacted it now. Nothing is opened."""
    state, size_of = desk.state, desk.vault.ledger.size_of_parts
    listed = _listed(state)
    whole = listed | set(state.parts.droppable())
    mine = _by(desk, listed)
    whole_size = size_of(whole)
    return Droppable(len(mine), whole_size if mine == whole else size_of(mine), len(whole), whole_size)


def _listed(state: State) -> set[int]:
    """Return the parts that a drop listed and no compaction took out, since it failed or was stopped."""
    return {
        part
        for seq, ranges in state.drop_ranges.items() if seq not in state.compacted
        for first, count in ranges for part in range(first, first + count) if state.parts.is_present(part)
    }  # fmt: skip


def _by(desk: Desk, listed: set[int]) -> set[int]:
    state, who = desk.state, desk.who
    if who.role is Role.OWNER:
        found = set(state.parts.droppable())
    elif who.role is Role.CLINICIAN:
        shreds = (seq for seq, (_, member) in state.shreds.items() if member == who.number)
        found = {part for seq in shreds for part in shredded_parts(state, seq)}
    else:
        return set()
    own = any(member == who.number and seq not in state.compacted for seq, member in state.drops.items())
    # whoever compacts takes everything along that was listed, by whomever
    return found | listed if found or own else set()
