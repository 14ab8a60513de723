"""What a client's form says: how its fields are shown, how they are read again, and how it is saved."""

from __future__ import annotations

import dataclasses

from core.catalog import AppointmentRow
from core.catalog.client_rows import is_same_as
from core.session import ClientDraft, Saved, Session, TypedClient

LABELS = {"code": "Code", "name": "Name", "born": "Born", "people": "People", "goals": "Goals", "next": "Next",
          "risk": "Risk", "text": "About"}  # fmt: skip
"""Fields by name, in the form's order, and what people call them."""


def planned_for(session: Session, client: int) -> AppointmentRow | None:
    """Return the appointment of CLIENT that is planned next; none for a client that the vault does not have."""
    number = next((row.appointment for row in session.catalog.clients() if row.id == client), 0)
    return session.catalog.appointment(number) if number else None


def shown(draft: ClientDraft, planned: AppointmentRow | None = None) -> dict[str, str]:
    """Return what stands in each field of the form of DRAFT, whose next appointment is PLANNED; by name."""
    following = draft.next or (planned.when if planned else "")
    return {
        "code": draft.code, "name": draft.name, "born": draft.born, "people": ", ".join(draft.people),
        "goals": "; ".join(draft.goals), "next": following, "risk": draft.risk, "text": draft.text,
    }  # fmt: skip


def written(typed: TypedClient, was: ClientDraft, planned: AppointmentRow | None = None) -> ClientDraft:
    """Return WAS as TYPED changes it; a field that was not touched is what it was, to the letter."""

    def line(now: str | None, before: str) -> str:
        return before if now is None else now.strip()

    def several(now: str | None, before: tuple[str, ...], part: str) -> tuple[str, ...]:
        # a goal that nobody touched may hold a semicolon of its own
        return before if now is None else tuple(each.strip() for each in now.split(part) if each.strip())

    following = line(typed.next, was.next)
    if planned is not None and following in ("", planned.when):
        # the appointment stands as it is: its client's entry says nothing of it
        following = was.next
    return dataclasses.replace(
        was, code=line(typed.code, was.code), name=line(typed.name, was.name), born=line(typed.born, was.born),
        people=several(typed.people, was.people, ","), goals=several(typed.goals, was.goals, ";"), next=following,
        risk=line(typed.risk, was.risk), text=was.text if typed.text is None else typed.text,
    )  # fmt: skip


def differing(mine: ClientDraft, theirs: ClientDraft) -> list[tuple[str, str, str]]:
    """Return what differs: the field as people call it, what stands in MINE and in THEIRS, each in one row."""
    both = shown(mine), shown(theirs)
    pairs = [(label, *(" ".join(one[name].split()) for one in both)) for name, label in LABELS.items()]
    return [(label, here, there) for label, here, there in pairs if here != there]


def save_with_next(
    session: Session, draft: ClientDraft, client: int, base: int = 0, appointment: int = 0
) -> Saved:  # fmt: skip
    """Save CLIENT, whose number is reserved where it is new; where its Next is a day and a time, that is planned.

    It becomes an appointment, or moves APPOINTMENT. Raises as saving does.
    """
    when = None if is_same_as(draft.next) else session.understood(draft.next, client)
    plans = when is not None and when.time is not None
    saved = session.save_client(dataclasses.replace(draft, next="") if plans else draft, client, base)
    if when is not None and plans:
        if appointment:
            session.move_appointment(appointment, when)
        else:
            session.appoint(saved.note, when)
    return saved
