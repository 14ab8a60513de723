"""What needs doing today, computed from the lists and the clock; nothing is opened for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from core.catalog import AppointmentRow, Catalog, ClientRow, Entry, NoteRow
from core.catalog.appointments import CANCELLED, MISSED, PLANNED
from core.catalog.client_rows import NO_RISK
from core.indexes import NoteIndex
from vault_format.authority.state import State
from vault_format.codes import Role

if TYPE_CHECKING:
    from core.session.desk import Desk
    from core.upkeep.keys.asked import Asked

DAY_MS = 86_400_000
PLAN = "plan it"
MAX_OF_A_KIND = 50
"""Rows of one kind: who has more has them on the clients' list."""
DAYS_AHEAD = 7
PLAN_STALE_DAYS = 30
"""After so many days a safety plan is said to be old."""
SESSION, DRAFT, RISK, NEXT, COSIGN, VAULT = "session", "draft", "risk", "next", "cosign", "vault"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do. `kind` is one of the above; `act` is what doing it means, as a command would say it.

    `when` is the time of what it is about (`2026-11-23 10:00`, empty for the vault); `days` its age; `urgent` asks for
    a mark. `client`, `note` and `appointment` are what to open, 0 for none.
    """

    kind: str
    code: str
    when: str
    what: str
    act: str
    days: int = 0
    urgent: bool = False
    client: int = 0
    note: int = 0
    appointment: int = 0
    type: str = ""


@dataclass(frozen=True, slots=True)
class VaultFacts:
    """What the state says of the vault: UTC ms of the newest key set, when the next is due, the last drill (0: none).

    `last_drill` is of the present kit, made at `kit_made`, and one where both halves matched. `kit` says whether
    this member has a recovery kit, `owner` whether keys are this member's business, `asked` who asked for new ones
    before their date.
    """

    keys_since: int
    keys_due: int
    last_drill: int
    drill_days: int
    kit: bool
    owner: bool
    kit_made: int = 0
    asked: Asked | None = None


def due(desk: Desk) -> list[Due]:
    """Return what needs doing for the member at DESK, most urgent first."""
    now = desk.vault.clock()
    facts = vault_facts(desk)
    if not desk.who.holds_notes:
        return list(vault_due(facts, now))
    catalog, role = desk.catalog, desk.who.role
    found = list(cosign_due(catalog.notes(only=_matters), now)) if role is Role.SUPERVISOR else []
    if role in (Role.OWNER, Role.CLINICIAN):
        cases, me = desk.state.caseloads, desk.keyring.member

        def mine(client: int) -> bool:
            caseload = cases.get(client)
            return me in caseload if caseload else True

        found += practice_due(catalog, now, mine)
    return [*found, *vault_due(facts, now)]


def _matters(entry: Entry) -> bool:
    """Whether Today may have to say something of a note: of ten thousand it is a few."""
    index = entry.index
    return not entry.signed or (isinstance(index, NoteIndex) and (index.type == "safety-plan" or bool(index.tags)))


def practice_due(catalog: Catalog, now: int, mine: Callable[[int], bool]) -> list[Due]:
    """Return sessions without a note, drafts, risk and what comes next, of the clients for whom MINE says so."""
    clients = {row.id: row for row in catalog.clients() if mine(row.id) and not row.same_as}
    notes = catalog.notes(only=_matters)
    appointments = [row for row in catalog.appointments() if row.client in clients and not row.problem]
    return [
        *session_due(appointments, now), *draft_due(notes, now),
        *risk_due([row for row in clients.values() if row.status == "active"], notes, now),
        *next_due(appointments, clients, now),
    ]  # fmt: skip


def session_due(appointments: Iterable[AppointmentRow], now: int) -> Iterable[Due]:
    """Yield the sessions that are over and have no note at all, the oldest first."""
    left = MAX_OF_A_KIND
    for row in appointments:
        if row.end > now or row.state == CANCELLED or row.note or not left:
            continue
        left -= 1
        days = _days(row.day, now)
        missed = row.state == MISSED
        what = f"{'missed, no note' if missed else 'nothing written'}, {_age(days)}"
        yield Due(
            SESSION, row.client_code, row.when, what, "write it", days, client=row.client, appointment=row.id,
            type="missed-session" if missed else "",
        )  # fmt: skip


def draft_due(notes: Iterable[NoteRow], now: int) -> Iterable[Due]:
    """Yield the member's own unsigned notes, the oldest first."""
    drafts = sorted((row for row in notes if row.status == "draft" and row.mine), key=lambda row: (row.date, row.start))
    for row in drafts[:MAX_OF_A_KIND]:
        days = _days(row.date, now)
        kind = row.type.replace("-", " ") or "note"
        yield Due(
            DRAFT, row.client_code, f"{row.date} {row.start}".strip(), f"{kind}, unsigned {_age(days)}",
            "go on with it", days, client=row.client, note=row.id,
        )  # fmt: skip


def risk_due(clients: Iterable[ClientRow], notes: Iterable[NoteRow], now: int) -> Iterable[Due]:
    """Yield the clients with a risk over low, with the age of their newest safety plan."""
    plans: dict[int, NoteRow] = {}
    for row in notes:
        if row.type == "safety-plan" and not row.parent and not row.problem:
            plans.setdefault(row.client, row)
    for client in list(clients):
        risk = client.risk.casefold().strip()
        if risk in NO_RISK or risk == "low":
            continue
        plan = plans.get(client.id)
        said = client.risk + (f" since {client.risk_since}" if client.risk_since else "")
        days = _days(plan.date, now) if plan else 0
        told = f"plan {_age(days)}{'' if days <= PLAN_STALE_DAYS else ' old'}" if plan else "no safety plan"
        yield Due(
            RISK, client.code, client.risk_since, f"{said}, {told}", "open the plan" if plan else "write a plan", days,
            urgent=True, client=client.id, note=plan.id if plan else 0, type="" if plan else "safety-plan",
        )  # fmt: skip


def next_due(appointments: Iterable[AppointmentRow], clients: dict[int, ClientRow], now: int) -> Iterable[Due]:
    """Yield what is planned for the coming days, the next one first."""
    left = MAX_OF_A_KIND
    for row in appointments:
        if row.state != PLANNED or row.end <= now or row.begin > now + DAYS_AHEAD * DAY_MS or not left:
            continue
        left -= 1
        seen = clients[row.client].seen
        what = f"last seen {seen}" if seen else "first session"
        yield Due(NEXT, row.client_code, row.when, what, "open the chart", client=row.client, appointment=row.id)
    for client in clients.values():
        # with a time it can be planned as it stands; a day alone is asked for on the sheet
        if len(client.said_in_note) > len("2026-12-01") and client.status == "active":
            yield Due(NEXT, client.code, client.said_in_note, "said in a note, not planned", PLAN, client=client.id)


def cosign_due(notes: Iterable[NoteRow], now: int) -> Iterable[Due]:
    """Yield what waits for a supervisor's co-signature, the oldest first."""
    from core.session.notes.signing import ASKS_COSIGN  # noqa: PLC0415  signing knows the session, which knows this

    waiting = [
        row for row in notes
        if row.status == "signed" and ASKS_COSIGN in row.tags and not row.cosigned_by and not row.process
        and not row.mine
    ]  # fmt: skip
    for row in sorted(waiting, key=lambda row: (row.date, row.signed_at))[:MAX_OF_A_KIND]:
        days = _days(row.date, now)
        what = f"{row.type.replace('-', ' ')} of {row.author}, {_age(days)}"
        yield Due(COSIGN, row.client_code, row.date, what, "co-sign it", days, client=row.client, note=row.id)


def vault_facts(desk: Desk) -> VaultFacts:
    """Return what the verified records say of keys, kit and drills."""
    from core.recovery.kit.kit_record import rehearsed  # noqa: PLC0415  it knows the session, which knows this
    from core.upkeep.keys.asked import asked_for  # noqa: PLC0415  it knows the session, which knows this

    state: State = desk.state
    who, policy, epoch = desk.who, state.current_policy(), state.epochs[-1]
    drills = rehearsed(desk)
    return VaultFacts(
        epoch.time, epoch.time + policy.rotation_days * DAY_MS, drills.matched, policy.drill_days,
        who.kit is not None, who.role is Role.OWNER, drills.made, asked_for(desk),
    )  # fmt: skip


def vault_due(facts: VaultFacts, now: int) -> Iterable[Due]:
    """Yield what is due about recovery, and the age of the keys."""
    if not facts.kit:
        what = "No recovery kit: a forgotten passphrase would be the end"
        yield Due(VAULT, "", "", what, "make one", urgent=True, type="kit")
    elif facts.last_drill and now > facts.last_drill + facts.drill_days * DAY_MS:
        days = (now - facts.last_drill) // DAY_MS
        what = f"Recovery drill {_age(days)} old, the policy says {facts.drill_days}"
        yield Due(VAULT, "", "", what, "rehearse", days, urgent=True, type="drill")
    elif not facts.last_drill:
        late = bool(facts.kit_made) and now > facts.kit_made + facts.drill_days * DAY_MS
        yield Due(VAULT, "", "", "The recovery kit was never rehearsed", "rehearse", urgent=late, type="drill")
    if facts.owner:
        days = (now - facts.keys_since) // DAY_MS
        late = now > facts.keys_due
        day = datetime.fromtimestamp(facts.keys_due / 1000).astimezone().date().isoformat()
        made = f"{_age(days)} old" if days else "made today"
        what = f"Keys {made}, new ones {'were due on' if late else 'on'} {day}"
        if facts.asked is not None:
            late, what = True, f"New keys asked for by {facts.asked.member}: {facts.asked.words}"
        yield Due(VAULT, "", "", what, "look", days, urgent=late, type="keys")


def _days(day: str, now: int) -> int:
    today = datetime.fromtimestamp(now / 1000).astimezone().date()
    try:
        return max(0, (today - date.fromisoformat(day[:10])).days)
    except ValueError:
        return 0


def _age(days: int) -> str:
    return "today" if days <= 0 else "1 day" if days == 1 else f"{days:,} days"
