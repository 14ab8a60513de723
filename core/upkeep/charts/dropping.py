"""Ciphertext that goes: shredding one note, and compacting a vault to what is still of use.

Headers, tables and commitments stay for ever; copies elsewhere keep what they hold, and the pages say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from core.acts import entries, moves, trail
from core.acts.acting import Acting
from core.session.desk import Desk
from core.session.session import Session
from core.upkeep.charts.retention import Kept, retention, told_of
from vault_format.authority.state import State
from vault_format.codes import Kind, NoteClass, Reason, Role
from vault_format.errors import Refused, TacendaError, UsageError
from vault_format.frames.record import Draft
from vault_format.upkeep import compaction

Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Dropped:
    """What compacting did: the file's sizes in bytes before and after, and how many parts went."""

    before: int
    after: int
    parts: int


def shred_note(session: Session, note: int, reason: Reason, words: str = "") -> int:
    """Give up the text of NOTE for ever: its author while it is a draft, else an owner. Returns the shred's record.

    The ciphertext leaves the file with the next compaction. Raises Refused, and UsageError under a legal hold, or
    where the reason is that the chart's years are over and they are not.
    """
    today = date.fromisoformat(session.local_day())
    with session.at_desk() as desk:
        _check_shred(desk, note)

        def build(acting: Acting) -> list[Draft]:
            # a hold that another session set, or a note that it wrote, until this moment counts
            _check_shred(desk, note)
            clock = _clock(desk, note, today)
            if reason == Reason.RETENTION_OVER and not (clock and clock.over):
                raise UsageError(
                    told_of(clock, today) if clock else "This belongs to no chart.", safe="Nothing was given up.",
                    todo="Wait until then, or give the reason that it is.",
                )  # fmt: skip
            return [entries.shred(acting, note, reason, words)]

        sequence = desk.append(build)[-1].sequence
        desk.open_indexes()
        return sequence


def before_shredding(session: Session, note: int) -> str:
    """Return what the retention clock says of NOTE's chart, for whom is asked. Raises what shredding it would."""
    today = date.fromisoformat(session.local_day())
    with session.at_desk() as desk:
        _check_shred(desk, note)
        clock = _clock(desk, note, today)
    return told_of(clock, today) if clock else ""


def _clock(desk: Desk, note: int, today: date) -> Kept | None:
    desk.open_indexes()
    client = desk.catalog.entry(note).client
    return next((row for row in retention(desk, today) if row.client == client), None)


def _check_shred(desk: Desk, note: int) -> None:
    entry, who = desk.catalog.entry(note), desk.who
    if entry.kind == Kind.CLIENT and any(
        each.client == note and each.entity != note and not each.shredded for each in desk.catalog.entries()
    ):
        raise UsageError("This client still has entries.", safe="Nothing was given up.", todo="Shred those first.")
    if entry.shredded:
        raise UsageError("This was shredded already.", safe="Nothing was changed.")
    if entry.note_class == NoteClass.PROCESS and entry.author != who.number:
        raise Refused("Only its author gives up a process note.", safe="Nothing was given up.")
    if who.role is not Role.OWNER and (entry.author != who.number or entry.signed):
        raise Refused("Only an owner gives up what is signed or another's.", safe="Nothing was given up.")
    if entry.client in desk.state.holds:
        raise UsageError(
            "This client is under a legal hold.", safe="Nothing was given up.", todo="An owner lifts the hold first."
        )


def _own_unanswered(state: State, member: int) -> list[int]:
    """Return the drops of MEMBER whose parts no compaction has answered for."""
    return [seq for seq, owner in state.drops.items() if owner == member and seq not in state.compacted]


def _require_dropper(desk: Desk) -> None:
    if desk.who.role not in (Role.OWNER, Role.CLINICIAN):
        raise Refused(
            f"The role {desk.who.role.name.lower()} does not compact a vault.", safe="Nothing was changed.",
            todo="Ask an owner.",
        )  # fmt: skip


def _list_drops(desk: Desk) -> None:
    """Record what may leave the file: an owner all of it, a clinician what the own shreds gave up."""
    _require_dropper(desk)
    state, who = desk.state, desk.who
    if who.role is Role.OWNER:
        if next(iter(state.parts.droppable()), None) is not None:
            desk.append(lambda acting: [moves.drop(acting)])
        return
    for seq, (_, member) in list(state.shreds.items()):
        if member == who.number:
            try:
                desk.append(lambda acting, seq=seq: [moves.drop_shredded(acting, seq)])  # type: ignore[misc]
            except UsageError:
                continue  # this one was listed before


def compact_vault(
    session: Session, *, watch: Watch | None = None, cancelled: Callable[[], bool] = lambda: False
) -> Dropped:
    """Record what may go, write the file anew without it, verify that, and put it in the old one's place.

    Raises UsageError if there is nothing to drop, Refused for roles that may not, and what compacting raises: then the
    file is as it was, and compacting again goes on from the drop that was recorded.
    """
    with session.at_desk() as desk:
        _list_drops(desk)
        vault, member = desk.vault, desk.who.number
        waiting = _own_unanswered(desk.state, member)
        if not waiting:
            raise UsageError("There is nothing to drop.", safe="Nothing was changed.")
        pin = vault.ledger.pin()
    try:
        done = compaction.compact(vault.path, vault.clock, pin=pin, watch=watch, cancelled=cancelled)
    except TacendaError:
        with session.at_desk() as desk:
            # only what this session announced can be said to have failed in it
            if waiting[-1] > desk.state.sessions[desk.number].unlock_seq:
                desk.append(lambda acting: [trail.act_failed(acting, waiting[-1], Reason.OTHER)])
        raise

    def build(acting: Acting) -> list[Draft]:
        left = _own_unanswered(acting.state, member)
        return [moves.compacted(acting, seq, done.before, done.after) for seq in left if seq in waiting]

    session.follow()
    with session.at_desk() as desk:
        desk.append(build)
    return Dropped(done.before, done.after, done.parts)
