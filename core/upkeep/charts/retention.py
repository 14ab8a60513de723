"""How long each client's chart has to be kept, and when it may be destroyed. Nothing here destroys anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.acts import entries
from core.acts.acting import Acting
from core.catalog.gather import Entry
from core.indexes import AppointmentIndex, ClientIndex, NoteIndex
from core.session.desk import Desk
from core.session.session import Session
from vault_format import public
from vault_format.authority.notes import outside_flag
from vault_format.codes import Action, ClientStatus, Kind, Reason, Role
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole, Refused, UsageError
from vault_format.frames.record import Draft
from vault_format.public.entities import ClientSet
from vault_format.public.members import Policy

OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Kept:
    """One client's chart: the last contact (None: none yet), until when it has to be kept, and why.

    `minor` says that the later end comes from the client's age; `hold` that a legal hold keeps it whatever the date,
    `held_by` who set it and `held_since` when (UTC ms; empty and 0 where its record cannot be read); `over` that it may
    be destroyed by a person who decides so; `unknown` what is missing to say it (empty: nothing).
    """

    client: int
    code: str
    status: int
    last: date | None
    until: date | None
    minor: bool
    hold: bool
    over: bool
    unknown: str
    held_by: str = ""
    held_since: int = 0


def in_years(day: date, years: int) -> date:
    """Return DAY some YEARS later; the 29th of February becomes the 1st of March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def keep_until(last: date, born: date | None, policy: Policy) -> tuple[date, bool]:
    """Return until when a chart with its LAST contact has to be kept, and whether that is for the client's age.

    The later of: so many years after the last contact; so many years after a client, who was a minor at the last
    contact, came of age.
    """
    until = in_years(last, policy.retention_years)
    if born is not None:
        of_age = in_years(born, OF_AGE)
        if last < of_age:
            grown = in_years(of_age, policy.retention_minor_years)
            if grown > until:
                return grown, True
    return until, False


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def born_day(text: str) -> date | None:
    """Return a date of birth; of a year alone its last day, so that nothing goes too early."""
    return date(int(text), 12, 31) if text.isdigit() and len(text) == 4 and int(text) else _day(text)


def check_born(text: str) -> None:
    """Refuse a date of birth that how long a chart is kept could not rest on. Raises UsageError."""
    if text and born_day(text) is None:
        raise UsageError(f"{text} is no date.", safe="Nothing was written.", todo="Write it as 2011-04-12, or 2011.")


def _last_contacts(found: Iterable[Entry]) -> dict[int, date]:
    last: dict[int, date] = defaultdict(lambda: date.min)
    for entry in found:
        if isinstance(entry.index, NoteIndex):
            day = _day(entry.index.date)
        elif isinstance(entry.index, AppointmentIndex):
            day = _day(entry.index.start) if entry.index.state == "kept" else None
        else:
            continue
        if day is not None and not entry.shredded:
            last[entry.client] = max(last[entry.client], day)
    return dict(last)


def _set_by(desk: Desk) -> dict[int, tuple[str, int]]:
    """Return who set the hold on each client that is on one, and when (UTC ms)."""
    columns, holds, found = desk.vault.columns, desk.state.holds, {}
    kinds = {number for number, shape in enumerate(list(columns.shapes)) if shape.action == Action.CLIENT_SET}
    for seq, (code, client) in enumerate(zip(columns.codes, columns.clients, strict=False)):
        if code not in kinds or client not in holds:
            continue
        try:
            said = public.read(Action.CLIENT_SET, desk.record(seq).parts[0] or b"")
        except (NotCanonical, NotWhole, IndexError):
            continue
        if isinstance(said, ClientSet) and said.hold:
            found[client] = (desk.name_of(columns.shape(seq).member), columns.times[seq])
    return found


def retention(desk: Desk, today: date) -> list[Kept]:
    """Return every client's chart, those that may be destroyed first, then by date. Nothing is opened."""
    policy, holds = desk.state.current_policy(), desk.state.holds
    set_by = _set_by(desk) if holds else {}
    everything = desk.catalog.entries()
    last = _last_contacts(everything)
    rows = []
    for entry in everything:
        index = entry.index
        if entry.kind != Kind.CLIENT or entry.shredded or not isinstance(index, ClientIndex):
            continue
        status = desk.state.statuses.get(entry.entity, int(ClientStatus.ACTIVE))
        contact, born = last.get(entry.entity), born_day(index.born)
        unknown = "the date of birth cannot be read as a date" if index.born and born is None else ""
        until, minor = keep_until(contact, born, policy) if contact else (None, False)
        hold = entry.entity in holds
        over = bool(
            until and until < today and not hold and not unknown and status != ClientStatus.ACTIVE
        )  # an active client's chart is in use, whatever its dates say
        by, since = set_by.get(entry.entity, ("", 0)) if hold else ("", 0)
        rows.append(Kept(entry.entity, index.code, status, contact, until, minor, hold, over, unknown, by, since))
    return sorted(rows, key=lambda row: (not row.over, row.until or date.max, row.code))


def told_of(row: Kept, today: date) -> str:
    """Return what somebody who is about to destroy something of this chart should know of its clock."""
    if row.unknown:
        return f"How long this chart has to be kept cannot be said: {row.unknown}."
    if row.until is None:
        return "This chart has no contact yet that its years could count from."
    if row.until >= today:
        why = "that is for the client's age" if row.minor else "by the years of the policy"
        return f"This chart has to be kept until {row.until}, {why}."
    if not row.over:
        return f"The years of this chart were over on {row.until}, but the client is active."
    return f"This chart had to be kept until {row.until}; that is over."


def _check_hold(desk: Desk, client: int, *, hold: bool) -> None:
    """Raise Refused unless the member at DESK may set, or lift, a hold on CLIENT."""
    who, state, safe = desk.who, desk.state, "Nothing was changed."
    if who.role not in (Role.OWNER, Role.CLINICIAN):
        raise Refused(f"The role {who.role.name.lower()} sets no hold.", safe=safe, todo="Ask an owner or a clinician.")
    if who.role is Role.OWNER:
        return
    if not hold:
        raise Refused("Only an owner lifts a hold.", safe=safe, todo="Ask an owner.")
    if outside_flag(state, who.number, who.role, client):
        assigned = ", ".join(desk.name_of(number) for number in sorted(state.caseloads[client]))
        raise Refused(
            "This client is outside your caseload.", safe=safe, todo=f"Ask an owner, or who is assigned: {assigned}."
        )


def set_hold(session: Session, client: int, *, hold: bool, reason: Reason = Reason.LEGAL) -> None:
    """Set or lift a legal hold: while it stands nothing of the client's chart may leave the file.

    An owner sets and lifts one; a clinician sets one on a client of the own caseload, and lifts none. Raises Refused
    for everybody else, UsageError if it is so already.
    """
    with session.at_desk() as desk:
        if desk.catalog.entry(client).kind != Kind.CLIENT:
            raise UsageError("This is not a client.", safe="Nothing was changed.")

        def build(acting: Acting) -> list[Draft]:
            # who is assigned, and what another session did, as of this moment
            _check_hold(desk, client, hold=hold)
            if (client in acting.state.holds) == hold:
                raise UsageError(f"There is {'a' if hold else 'no'} hold on this client.", safe="Nothing was changed.")
            return [entries.client_hold(acting, client, hold=hold, reason=reason)]

        desk.append(build)
