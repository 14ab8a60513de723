"""The fields above a note's text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time

from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Label

from core.session import NoteDraft
from core.writing.follow_up import kept_next, said_of_next
from core.writing.forms import minutes_between, suggest_service
from tui import words
from tui.keys import keymap
from tui.widgets.fields import Field, Labelled

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
WITH_SERVICE = frozenset({"progress", "intake"})
"""Types of notes for which the minutes suggest a service."""
_NOW = frozenset({"n", "now"})
"""What stands for the time now in Start and End: it is still the person who says so."""


class TimeHost:
    """What a page is to fields that hold a time."""

    def time_typed(self, field: Field) -> None:
        """Hear at once that FIELD holds a whole time."""


class TimeField(Field):
    """A field for a time of day: once four digits are one, it says so, and the page goes on to the next field."""

    def insert_text_at_cursor(self, text: str) -> None:
        """Put TEXT in; here and not in a message, which a key typed ahead would overtake."""
        super().insert_text_at_cursor(text)
        host = self.screen
        whole = len(self.value) == 4 and self.value.isdigit() and words.is_time(words.typed_time(self.value))
        if whole and isinstance(host, TimeHost):
            host.time_typed(self)


class Header(Container):
    """The header of a note of TYPE; USUAL is the time of day of the client's appointments, for a next without one."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.usual: time | None = None
        self.type = ""

    def compose(self) -> Iterator[Widget]:
        """Put the cells side by side."""
        for name, label, size in FIELDS:
            session = "" if name in ADDED_FIELDS else "of-session"
            field = TimeField(id=name) if name in {"start", "end"} else Field(id=name)
            yield Labelled(label, field, classes=f"cell {size} {session}".strip(), id=f"{name}-cell")

    def field(self, name: str) -> Field:
        """Return one field."""
        return self.query_one(f"#{name}", Field)

    def show(self, draft: NoteDraft, usual: time | None) -> None:
        """Put DRAFT into the fields."""
        self.type, self.usual = draft.type, usual
        for name, _, _ in FIELDS:
            value = getattr(draft, name)
            self.field(name).set(", ".join(value) if isinstance(value, tuple) else value)
        if draft.parent:
            self.query_one("#title-cell Label", Label).update("Reason")
        self.show_suggestion()

    def read(self, draft: NoteDraft, text: str) -> NoteDraft:
        """Return DRAFT with what stands in the fields, and TEXT."""
        said = {name: self.field(name).said.strip() for name, _, _ in FIELDS}
        tags = [tag.strip()[:MAX_TAG] for tag in said["tags"].split(",") if tag.strip()]
        return replace(
            draft, text=text, title=said["title"], date=_or_none(words.typed_date(said["date"]), words.is_date),
            start=_or_none(words.typed_time(said["start"]), words.is_time),
            end=_or_none(words.typed_time(said["end"]), words.is_time), tags=tuple(tags[:MAX_TAGS]),
            attendees=said["attendees"], place=said["place"], service=said["service"], risk=said["risk"],
            goal=said["goal"], next=kept_next(said["next"], _now(), self.usual)[:200],
        )  # fmt: skip

    def tidy(self, field: Widget) -> tuple[str, bool]:
        """Write what was typed in FIELD as it is kept, once it is left.

        Returns what there is to say of it, and whether something stands there that cannot be kept.
        """
        if not isinstance(field, Field):
            return "", False
        said = field.said.strip()
        if field.id in {"start", "end"}:
            field.set(f"{_now():%H:%M}" if said.casefold() in _NOW else words.typed_time(said))
            self.show_suggestion()
        wrong = " ".join(wrong_fields(self))
        if field.id == "date":
            field.set(words.typed_date(said))
        told = ""
        if field.id == "next":
            told = said_of_next(said, _now(), self.usual)
            kept = kept_next(said, _now(), self.usual)
            field.set(kept)
            told = f"Next: {told}" if told and kept != said else told if "kept as words" in told else ""
        elif field.id in {"start", "end"}:
            told = self.suggestion_words()
        return (wrong, True) if wrong else (told, False)

    # -- the service that the minutes suggest ----------------------------------------------------------------

    @property
    def minutes(self) -> int | None:
        """The minutes from Start to End, if both are times."""
        start, end = (words.typed_time(self.field(name).said) for name in ("start", "end"))
        return minutes_between(start, end) if words.is_time(start) and words.is_time(end) else None

    @property
    def suggested(self) -> str:
        """The code that the minutes suggest and that does not stand there; empty if there is none."""
        code = suggest_service(self.minutes) if self.type in WITH_SERVICE else ""
        return "" if code == self.field("service").said.strip() else code

    def suggestion_words(self) -> str:
        """Return what the minutes are and suggest."""
        minutes, code = self.minutes, self.suggested
        if minutes is None or not code or self.field("service").said.strip():
            return ""
        return f"{minutes} min suggest {code}: {keymap.key_of('service', 'editor')} takes it as Service."

    def show_suggestion(self) -> None:
        """Show the suggested code where none stands."""
        code = self.suggested
        self.field("service").placeholder = f"{code} by minutes" if code else ""

    def take_service(self) -> str:
        """Take the suggested code; return what to say."""
        code = self.suggested
        if code:
            self.field("service").set(code)
            self.show_suggestion()
            return f"Service {code}, for {self.minutes} min."
        if self.field("service").said.strip():
            return "The service that stands there is what the minutes suggest."
        return "Nothing is suggested: it takes the actual Start and End of at least 16 minutes."


def _now() -> datetime:
    return datetime.now()  # noqa: DTZ005  the person's own clock is meant


def _or_none(value: str, holds: Callable[[str], bool]) -> str:
    """Return VALUE if it can be kept, else nothing: a wrong time must never keep a text from being saved."""
    return value if holds(value) else ""


def wrong_fields(header: Header) -> list[str]:
    """Return what stands in the header and cannot be kept, in words."""
    wrong = []
    for name, label, _ in FIELDS[:3]:
        said = header.field(name).said.strip()
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
