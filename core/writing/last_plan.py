"""Where a client's last plan stands, by what lists show; and what of a note's text is the plan."""

from __future__ import annotations

from collections.abc import Iterable

from core.catalog import NoteRow
from core.writing.forms import SECTIONS, sections

PLAN = "Plan"
_WHOLE = ("Goals", "Objectives", "Interventions")
"""What counts as the plan of a treatment plan."""


def last_plan(rows: Iterable[NoteRow], but: int = 0) -> NoteRow | None:
    """Return the newest of a client's notes (ROWS, newest first) whose form has a plan in it, without the note BUT.

    Process notes, additions, other people's drafts and what cannot be opened are left out. Nothing is opened.
    """
    for row in rows:
        closed = row.process or row.parent or row.problem or row.status == "shredded"
        if row.id == but or closed or not (row.mine or row.status == "signed"):
            continue
        if PLAN in SECTIONS.get(row.form, ()) or row.form == "plan":
            return row
    return None


def plan_of(text: str) -> str:
    """Return the plan in a note's TEXT: what stands under Plan, or a treatment plan's goals; empty if there is none."""
    found = [(heading, below) for heading, below in sections(text) if below]
    plans = [below for heading, below in found if heading == PLAN]
    if plans:
        return plans[-1]
    return "\n".join(f"{heading}: {below}" for heading, below in found if heading in _WHOLE)
