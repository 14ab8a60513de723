"""What is known of a client without opening anything: appointments and what waits for a person. No names."""

from __future__ import annotations

from core.catalog import AppointmentRow, ClientRow
from core.indexes import NOTE_TYPES
from core.session import Session
from tui import words
from tui.screens.beside import labelled
from tui.widgets.lines import Line

_NEXT, _OPEN = 6, 12


def client_in_short(session: Session, row: ClientRow, now: int, width: int) -> list[Line]:
    """Return ROW in lines of WIDTH; NOW is UTC ms. Who the people are waits until they are asked for."""
    lines: list[Line] = [((f" {row.code}", "accent"),), ()]

    def say(label: str, text: str, role: str = "text") -> None:
        lines.extend(labelled(label, text, width, role))

    say("Status", row.status if row.kind == "person" else f"{row.status}, a {row.kind}")
    say("Last seen", words.with_weekday(row.seen) or "never")
    if row.risk:
        since = f", since {row.risk_since}" if row.risk_since else ""
        say("Risk", row.risk + since, "text" if row.risk in {"none", "low"} else "caution")
    say("Notes", f"{row.notes:,}{f', {row.unsigned:,} unsigned' if row.unsigned else ''}")
    met = session.catalog.appointments(row.id)
    ahead = [one for one in met if one.state == "planned" and one.end > now]
    planned = [f"{words.with_weekday(one.when)}, {one.minutes} min" for one in ahead]
    if not ahead and row.next:
        planned = [f"{words.with_weekday(row.next)}, not planned yet" if row.said_in_note else row.next]
    lines += _part("Next", planned or ["none planned"], _NEXT, width)
    waiting = [f"{one.when}, no note" for one in met if _lacks_note(one, now)]
    drafts = [note for note in session.catalog.notes(row.id) if note.status == "draft"]
    for note in reversed(drafts):
        whose = "" if note.mine else f" of {note.author}"
        waiting.append(f"{note.date}, draft{whose}: {NOTE_TYPES.get(note.type, note.type).lower()}")
    lines += _part("Open", waiting or ["nothing"], _OPEN, width)
    return lines


def _lacks_note(one: AppointmentRow, now: int) -> bool:
    return one.end <= now and one.state != "cancelled" and not one.note


def _part(head: str, items: list[str], most: int, width: int) -> list[Line]:
    lines: list[Line] = [(), ((f" {head}", "muted"),)]
    for item in items[:most]:
        lines += [((f"  {part}", "text"),) for part in words.wrap(item, width - 2)]
    if len(items) > most:
        lines.append(((f"  and {len(items) - most:,} more", "muted"),))
    return lines
