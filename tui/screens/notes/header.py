"""The fields above a note's text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widget import Widget

from core.session import NoteDraft
from tui import words
from tui.widgets.fields import Field, Labelled

if TYPE_CHECKING:
    from tui.screens.page import Page

FIELDS = (
    ("date", "Date", ""), ("start", "Start", ""), ("end", "End", ""),
    ("title", "Title", "wide"), ("tags", "Tags", ""),
    ("attendees", "With", ""), ("place", "Place", ""), ("service", "Service", ""),
    ("risk", "Risk", ""), ("goal", "Goal", ""), ("next", "Next", ""),
)  # fmt: skip
"""Name in NoteDraft, label, and `wide` for two columns of three."""

ADDED_FIELDS = ("title",)
"""What an addition has of them: the title is its reason, the rest is the original's."""

MAX_TAG, MAX_TAGS = 64, 64


def header_cells() -> Iterator[Widget]:
    """Return the header's cells."""
    for name, label, size in FIELDS:
        session = "" if name in ADDED_FIELDS else "of-session"
        yield Labelled(label, Field(id=name), classes=f"cell {size} {session}".strip(), id=f"{name}-cell")


def read_header(page: Page, draft: NoteDraft, text: str) -> NoteDraft:
    """Return DRAFT with what stands in the fields of PAGE, and TEXT."""
    said = {name: page.query_one(f"#{name}", Field).said.strip() for name, _, _ in FIELDS}
    day, _, time = said["next"].partition(" ")
    following = " ".join(filter(None, (words.typed_date(day), words.typed_time(time)))) if day else ""
    tags = [tag.strip()[:MAX_TAG] for tag in said["tags"].split(",") if tag.strip()]
    return replace(
        draft, text=text, title=said["title"], date=_or_none(words.typed_date(said["date"]), words.is_date),
        start=_or_none(words.typed_time(said["start"]), words.is_time),
        end=_or_none(words.typed_time(said["end"]), words.is_time), tags=tuple(tags[:MAX_TAGS]),
        attendees=said["attendees"],
        place=said["place"], service=said["service"], risk=said["risk"], goal=said["goal"], next=following,
    )  # fmt: skip


def tidy(page: Page, field: Widget) -> str:
    """Write a date or a time as it is kept once FIELD is left; return what stands in the header and cannot be kept."""
    if not isinstance(field, Field):
        return ""
    wrong = " ".join(wrong_fields(page))
    if field.id in {"start", "end"}:
        field.set(words.typed_time(field.said))
    elif field.id == "date":
        field.set(words.typed_date(field.said))
    return wrong


def _or_none(value: str, holds: Callable[[str], bool]) -> str:
    """Return VALUE if it can be kept, else nothing: a wrong time must never keep a text from being saved."""
    return value if holds(value) else ""


def wrong_fields(page: Page) -> list[str]:
    """Return what stands in the header and cannot be kept, in words."""
    wrong = []
    for name, label, _ in FIELDS[:3]:
        said = page.query_one(f"#{name}", Field).said.strip()
        value = words.typed_date(said) if name == "date" else words.typed_time(said)
        if said and not (words.is_date(value) if name == "date" else words.is_time(value)):
            wrong.append(f"{label}: {said[:20]} is no {'date' if name == 'date' else 'time'}, it is not kept.")
    return wrong


def folded_line(draft: NoteDraft) -> str:
    """Return the header in one line: `Mon 2026-11-23 10:02-10:55, 53 min  90837  office  risk none`."""
    if draft.parent:
        return f"{words.with_weekday(draft.date)}  reason: {draft.title or 'none'}"
    lasting = words.lasting(draft.start, draft.end)
    when = words.with_weekday(draft.date)
    if draft.start or draft.end:
        when += f" {draft.start or '?'}-{draft.end or '?'}"
    if lasting:
        when += f", {lasting}"
    more = (
        draft.title, draft.service, draft.place, f"risk {draft.risk}" if draft.risk else "",
        f"next {draft.next}" if draft.next else "",
    )  # fmt: skip
    return "  ".join([when, *filter(None, more)])
