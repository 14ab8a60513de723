"""What is looked at before a note is signed: what is missing, what looks wrong, what the signature will say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.catalog import NoteRow
from core.session.notes.writing import NoteDraft
from core.writing.forms import SERVICES, minutes_between, sections, suggest_service, unwritten

WITH_TIMES = frozenset({"progress", "intake"})
"""Types of notes that stand for a session, with its actual start and end."""
_WITH_RISK = WITH_TIMES | {"safety-plan"}
LONG_MINUTES = 240


@dataclass(frozen=True, slots=True)
class Point:
    """Something to look at: a sentence, the field it is about (empty: the text), and whether it hinders signing."""

    words: str
    field: str = ""
    hinders: bool = False


def review(draft: NoteDraft, today: str, others: Sequence[NoteRow] = (), note: int = 0) -> list[Point]:
    """Return what is to be looked at before DRAFT is signed on the day TODAY, what is missing first.

    OTHERS are the client's notes, NOTE is the number of this one among them.
    """
    points = [*_missing(draft), *_wrong(draft, today)]
    points += _beside(draft, [row for row in others if row.id != note])
    late = _days(draft.date, today)
    if late > 0 and not draft.parent:
        points.append(Point(f"written {_count(late, 'day')} after the session: will stand as signed late, "
                            f"{_count(late, 'day')}", "date"))  # fmt: skip
    return points


def _missing(draft: NoteDraft) -> Iterator[Point]:
    if draft.parent and not draft.title.strip():
        yield Point("no reason: an addition is signed with its reason", "title", hinders=True)
    if draft.parent and not any(line.strip() and not line.startswith("> ") for line in draft.text.split("\n")):
        yield Point("nothing is written", hinders=True)
        return
    empty = unwritten(draft.form, draft.text)
    written = any(text for _, text in sections(draft.text)) or bool(draft.text.partition("## ")[0].strip())
    if not written:
        yield Point("nothing is written")
    elif empty:
        yield Point(f"empty: {', '.join(empty)}")
    if draft.parent:
        return
    if draft.type in WITH_TIMES:
        for name, label in (("start", "Start"), ("end", "End")):
            if not getattr(draft, name):
                yield Point(f"no {label}: the actual time is not known", name)
    if draft.type == "progress" and not draft.service:
        code = suggest_service(minutes_between(draft.start, draft.end))
        yield Point("no Service" + (f": these minutes suggest {code}" if code else ""), "service")
    if draft.type in _WITH_RISK and not draft.risk:
        yield Point("no Risk: nothing is said of it", "risk")


def _wrong(draft: NoteDraft, today: str) -> Iterator[Point]:
    if _days(draft.date, today) < 0:
        yield Point(f"the date is in the future: {draft.date}", "date")
    minutes = minutes_between(draft.start, draft.end)
    if minutes is not None and draft.end <= draft.start:
        yield Point(f"End {draft.end} is not after Start {draft.start}", "end")
    elif minutes is not None and minutes > LONG_MINUTES:
        yield Point(f"{minutes} min is long for a session", "end")
    low, high = SERVICES.get(draft.service, (0, 1_440))
    if minutes is not None and not low <= minutes <= high:
        asks = f"{low} to {high} min" if high < 1_440 else f"{low} min or more"
        yield Point(f"{draft.service} asks for {asks}, these are {minutes}", "service")
    if draft.next and draft.date and draft.next[:10] <= draft.date:
        yield Point(f"Next, {draft.next[:10]}, is not after this session", "next")
    if draft.process and (draft.start or draft.end or draft.service):
        yield Point("a process note keeps no times and no service: they belong into the progress note", "start")


def _beside(draft: NoteDraft, others: Sequence[NoteRow]) -> Iterator[Point]:
    """Yield what looks wrong beside the client's other notes."""
    if draft.parent:
        return
    same = _same_day(draft, others)
    if stands_alone(draft, others):
        yield Point("no progress note for this session: a process note alone leaves the chart without it")
    if draft.type == "progress" and draft.start:
        twin = next((row for row in same if row.type == "progress" and row.start == draft.start), None)
        if twin is not None:
            yield Point(f"another progress note begins at {draft.start} on this day, {twin.state_words}", "start")


def _same_day(draft: NoteDraft, others: Sequence[NoteRow]) -> list[NoteRow]:
    return [row for row in others if row.date == draft.date and not row.parent and row.status != "shredded"]


def stands_alone(draft: NoteDraft, others: Sequence[NoteRow]) -> bool:
    """Whether DRAFT is a process note of a day on which OTHERS, the client's notes, hold no note of the session."""
    if not draft.process or draft.parent:
        return False
    return not any(row.type in WITH_TIMES or row.type == "missed-session" for row in _same_day(draft, others))


def _days(day: str, today: str) -> int:
    """Return how many days before TODAY the day is; negative for one to come, 0 for no date."""
    try:
        return (date.fromisoformat(today) - date.fromisoformat(day)).days
    except ValueError:
        return 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
