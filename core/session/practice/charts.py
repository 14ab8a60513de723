"""What becomes of a client as a whole: status, caseload, a duplicate merged, one made by mistake removed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from core.acts import entries
from core.acts.acting import Acting
from core.catalog import Entry
from core.catalog.appointments import PLANNED
from core.catalog.client_rows import merged_into, same_as
from core.indexes import ClientIndex
from core.session.approval import approve
from core.session.desk import Desk
from core.session.notes import writing
from core.session.notes.moving import move_draft
from core.session.practice import appointments, clients
from vault_format.codes import ClientStatus, Kind, NoteClass, Reason, Role
from vault_format.errors import Refused, UsageError
from vault_format.frames.record import Draft

STATUS_REASONS = (
    Reason.NONE, Reason.ENDED, Reason.CLIENT_REQUEST, Reason.LEFT, Reason.RETENTION_OVER, Reason.MISTAKE, Reason.LEGAL,
    Reason.OTHER,
)  # fmt: skip
"""The reasons that a change of status may have."""
MAX_ASSIGNED = 64
_UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: notes moved as drafts, appointments moved, signed notes that stay, others' drafts that stay."""

    drafts: int
    appointments: int
    signed: int
    others: int


def set_status(desk: Desk, client: int, status: ClientStatus, reason: Reason = Reason.NONE) -> int:
    """Make a client active, closed or archived, and return the record. Raises UsageError if it is so already."""
    writing.require_writer(desk)
    if reason not in STATUS_REASONS:
        raise UsageError("This is no reason for that.", safe=_UNCHANGED)

    def build(acting: Acting) -> list[Draft]:
        desk.catalog.check_client(client)
        if acting.state.statuses.get(client, ClientStatus.ACTIVE) == status:
            raise UsageError(f"This client is {status.name.lower()} already.", safe=_UNCHANGED)
        return [entries.client_status(acting, client, status, reason)]

    return desk.append(build)[-1].sequence


# -- caseload ------------------------------------------------------------------------------------------------


def assigned(desk: Desk, client: int) -> list[str]:
    """Return the names of who is assigned to a client; none: everybody who opens clients."""
    return [desk.name_of(number) for number in sorted(desk.state.caseloads.get(client, ()))]


def may_assign(desk: Desk, client: int) -> bool:
    """Whether this member may say who is assigned to a client."""
    me, caseload = desk.keyring.member, desk.state.caseloads.get(client)
    entity = desk.state.entities.get(client)
    if entity is None or desk.who.role not in (Role.OWNER, Role.CLINICIAN):
        return False
    return desk.who.role is Role.OWNER or (me in caseload if caseload else entity.author == me)


def assign(desk: Desk, client: int, names: Sequence[str]) -> int:
    """Assign the members called NAMES and nobody else; nobody at all means everybody. Returns the record.

    Raises UsageError for a name that no active member has, and Refused.
    """
    writing.require_writer(desk)
    desk.catalog.check_client(client)

    def build(acting: Acting) -> list[Draft]:
        known = {
            member.name.casefold(): member for member in acting.state.active_members()
            if member.role in (Role.OWNER, Role.CLINICIAN)
        }  # fmt: skip
        strangers = [name for name in names if name.casefold() not in known]
        if strangers:
            raise UsageError(
                f"No clinician is called {strangers[0]}.", safe=_UNCHANGED,
                todo=f"There are: {', '.join(member.name for member in known.values())}.",
            )  # fmt: skip
        numbers = sorted({known[name.casefold()].number for name in names})
        if len(numbers) > MAX_ASSIGNED:
            raise UsageError(f"At most {MAX_ASSIGNED} members are assigned to a client.", safe=_UNCHANGED)
        if frozenset(numbers) == acting.state.caseloads.get(client, frozenset()):
            raise UsageError("These are assigned already.", safe=_UNCHANGED)
        if not may_assign(desk, client):
            raise Refused(
                "Who is assigned is changed by an owner, or by who is assigned.", safe=_UNCHANGED, todo="Ask an owner."
            )
        return [entries.caseload(acting, client, numbers)]

    return desk.append(build)[-1].sequence


# -- a client that was made twice ------------------------------------------------------------------------------


def merge(
    desk: Desk, duplicate: int, into: int, *, reason: Reason | None = None, words: str = ""
) -> Merged:  # fmt: skip
    """Merge DUPLICATE into another client: see docs/decisions.md.

    This member's drafts move, planned appointments are made there anew, signed notes stay where they are; the duplicate
    is closed, and says whom it is the same as. May be called again by the author of drafts that stayed. Raises
    NeedsReason outside the caseload of either, UsageError, Refused, Conflict.
    """
    writing.require_writer(desk)
    _check_merge(desk, duplicate, into)
    # recorded first, like every opening; and refused here, not half-way
    target = clients.read_client(desk, into, reason=reason, words=words)
    opened = clients.read_client(desk, duplicate, reason=reason, words=words)
    moved = _move_drafts(desk, duplicate, target.client, reason, words)
    made = _move_appointments(desk, duplicate, target.client)
    if merged_into(_index(desk, duplicate)) != into:
        draft = dataclasses.replace(opened.draft, next=same_as(into))
        writing.save_client(desk, draft, duplicate, opened.revision)
    if desk.state.statuses.get(duplicate, ClientStatus.ACTIVE) == ClientStatus.ACTIVE:
        set_status(desk, duplicate, ClientStatus.CLOSED, Reason.MISTAKE)
    stay = [row for row in desk.catalog.notes(duplicate) if not row.parent]
    signed = sum(row.status == "signed" for row in stay)
    return Merged(moved, made, signed, len(stay) - signed)


def _check_merge(desk: Desk, duplicate: int, into: int) -> None:
    for client in (duplicate, into):
        desk.catalog.check_client(client)
    if duplicate == into:
        raise UsageError("A client is not merged into itself.", safe=_UNCHANGED)
    if merged_into(_index(desk, into)):
        raise UsageError("That one is a duplicate itself.", safe=_UNCHANGED, todo="Name the client it is the same as.")
    other = merged_into(_index(desk, duplicate))
    if other and other != into:
        raise UsageError("This client was merged into another one already.", safe=_UNCHANGED)
    if duplicate in desk.state.holds:
        raise Refused("There is a legal hold on this client.", safe=_UNCHANGED, todo="An owner lifts it first.")


def _index(desk: Desk, client: int) -> ClientIndex | None:
    index = desk.catalog.entry(client).index
    return index if isinstance(index, ClientIndex) else None


def _move_drafts(desk: Desk, duplicate: int, into: int, reason: Reason | None, words: str) -> int:
    """Save this member's own drafts under INTO, each before its old place is given up. Returns how many."""
    moved = 0
    for row in desk.catalog.notes(duplicate):
        # what is being added to a signed note stays below it
        if row.status != "draft" or not row.mine or row.parent or row.problem:
            continue
        move_draft(desk, row, into, reason, words)
        moved += 1
    return moved


def _move_appointments(desk: Desk, duplicate: int, into: int) -> int:
    there = {row.begin for row in desk.catalog.appointments(into)}
    moved = 0
    for row in desk.catalog.appointments(duplicate):
        if row.state != PLANNED or row.note or row.problem:
            continue
        if row.begin not in there:
            appointments.add(desk, into, row.start, row.minutes)
        appointments.set_state(desk, row.id, "cancelled")
        moved += 1
    return moved


# -- a client that was made by mistake -------------------------------------------------------------------------


def why_not_removed(desk: Desk, client: int) -> str:
    """Return why a client cannot be removed, in a sentence; empty if it can."""
    if desk.who.role is not Role.OWNER:
        return "Only an owner removes a client."
    if client in desk.state.holds:
        return "There is a legal hold on this client."
    for entry in _inside(desk, client):
        if entry.kind == Kind.NOTE and entry.signed:
            return "There are signed notes in this chart: it is closed or archived, never removed."
        if entry.note_class == NoteClass.PROCESS and entry.author != desk.keyring.member:
            return "There are process notes of somebody else's: only their author gives them up."
    return ""


def _inside(desk: Desk, client: int) -> list[Entry]:
    return [
        entry for entry in desk.catalog.entries()
        if entry.client == client and entry.entity != client and not entry.shredded
    ]  # fmt: skip


def remove(desk: Desk, client: int, passphrase: str, words: str = "") -> int:
    """Give up a client's entry with its drafts and appointments, after PASSPHRASE was given again.

    All of it is one write: all or nothing. Returns how many entries. Raises Refused, UsageError.
    """
    desk.catalog.check_client(client)
    _check_removal(desk, client)
    approve(desk, passphrase)
    gone: list[int] = []

    def build(acting: Acting) -> list[Draft]:
        desk.open_indexes()
        desk.catalog.check_client(client)
        _check_removal(desk, client)
        gone[:] = [*(entry.entity for entry in _inside(desk, client)), client]
        return [entries.shred(acting, number, Reason.MISTAKE, words) for number in gone]

    desk.append(build)
    return len(gone)


def _check_removal(desk: Desk, client: int) -> None:
    why = why_not_removed(desk, client)
    if why:
        raise Refused(why, safe="Nothing was removed.", todo="Close it instead.")
