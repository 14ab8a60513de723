"""What the vaults' plainly fictional entries say."""

from __future__ import annotations

from collections.abc import Callable

from core.acts.acting import Acting, Target
from core.acts.entries import Saved, next_revision, save
from core.create import random_id
from core.indexes import AppointmentIndex, ClientIndex, NoteIndex, TemplateIndex
from vault_format.codes import Kind, NoteClass

SaveBuild = Callable[[Acting], Saved]

ZONE = "Europe/Zurich"
LOCAL = "2026-11-02T09:00:00+01:00"


def note_index(acting: Acting, client: int, title: str, *, kind: str = "progress", parent: int = 0) -> NoteIndex:
    """Return the index of a note."""
    return NoteIndex(
        c=acting.entropy(32), local=LOCAL, zone=ZONE, client=client, type=kind, form="free", title=title,
        date="2026-11-02", start="09:00", end="09:50", tags=["sleep"], attendees="", place="room 2",
        service="individual", risk="none", goal="", next="2026-11-09", appointment=0, parent=parent,
    )  # fmt: skip


def new_client(acting: Acting, code: str) -> Saved:
    """Return the first save of a client that is called CODE."""
    number = random_id(acting.entropy)
    index = ClientIndex(
        c=acting.entropy(32), local=LOCAL, zone=ZONE, code=code, name=f"{code.title()} of the river", people=[],
        born="", risk="", next="2026-11-09", goals=["rest"],
    )  # fmt: skip
    return save(acting, Target(Kind.CLIENT, NoteClass.CHART, number, number, 1), index, f"About {code}.")


def new_note(acting: Acting, client: int, title: str, body: str, *, process: bool = False) -> Saved:
    """Return the first save of a note."""
    note_class = NoteClass.PROCESS if process else NoteClass.CHART
    about = Target(Kind.NOTE, note_class, client, random_id(acting.entropy), 1)
    index = note_index(acting, client, title, kind="process" if process else "progress")
    return save(acting, about, index, body)


def revise(acting: Acting, entity: int, client: int, title: str, body: str) -> Saved:
    """Return the next revision of a note."""
    return save(acting, next_revision(acting, entity), note_index(acting, client, title), body)


def new_appointment(acting: Acting, client: int) -> Saved:
    """Return the first save of an appointment."""
    index = AppointmentIndex(
        c=acting.entropy(32), local=LOCAL, zone=ZONE, client=client, start="2026-11-09T09:00:00+01:00", minutes=50,
        state="planned",
    )  # fmt: skip
    about = Target(Kind.APPOINTMENT, NoteClass.CHART, client, random_id(acting.entropy), 1)
    return save(acting, about, index, "")


def new_template(acting: Acting) -> Saved:
    """Return the first save of a template."""
    index = TemplateIndex(c=acting.entropy(32), local=LOCAL, zone=ZONE, name="first hour", type="intake", form="free")
    about = Target(Kind.TEMPLATE, NoteClass.CHART, 0, random_id(acting.entropy), 1)
    return save(acting, about, index, "What brings you here?")
