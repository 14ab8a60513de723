"""What is known of a note without opening it: what its sealed index and its records say."""

from __future__ import annotations

from core.catalog import NoteRow
from core.indexes import NOTE_TYPES, NoteIndex
from core.session import Session
from core.writing.forms import NAMES
from tui import words
from tui.screens.beside import labelled
from tui.screens.notes.titles import added_word
from tui.widgets.lines import Line

_ADDITIONS = 8


def note_in_short(session: Session, row: NoteRow, width: int) -> list[Line]:
    """Return ROW in lines of WIDTH. No text is opened; names of those who attended wait for the note itself."""
    catalog = session.catalog
    index = catalog.entry(row.id).index
    lines: list[Line] = [((f" {words.with_weekday(row.date) or 'No date'}", "accent"),), ()]

    def say(label: str, text: str, role: str = "text") -> None:
        lines.extend(labelled(label, text, width, role))

    if row.problem:
        say("Closed", row.problem, "danger")
    form = "" if row.form in {"", "free"} else NAMES.get(row.form, row.form)
    say("Type", ", ".join(filter(None, (NOTE_TYPES.get(row.type, row.type), form))))
    length = words.lasting(row.start, row.end)
    times = " to ".join(filter(None, (row.start, row.end)))
    say("Session", f"{times}, {length}" if length else times)
    say("Title", row.title)
    say("Tags", ", ".join(row.tags))
    if isinstance(index, NoteIndex):
        say("Place", index.place)
        say("Service", index.service)
    say("Risk", row.risk, "text" if row.risk in {"none", "low"} else "caution")
    if row.process:
        say("Process", "yours alone", "muted")
    lines.append(())
    say("State", row.status, "good" if row.status == "signed" else "caution")
    say("Author", row.author)
    if row.signed_at:
        late = f", {words.plural(row.late, 'day')} late" if row.late else ""
        say("Signed", f"{words.second(row.signed_at)}, record {row.signed_record:,}{late}")
    if row.cosigned_at:
        say("Co-signed", f"{words.second(row.cosigned_at)} by {row.cosigned_by}")
    say("Saved", words.second(row.updated))
    say("Revisions", f"{row.revision}")
    if isinstance(index, NoteIndex) and index.next:
        say("Next", words.with_weekday(index.next))
    children = [catalog.note(child.entity) for child in catalog.children(row.id) if not child.shredded]
    if children:
        lines += [(), ((f" {words.plural(len(children), 'addition')}", "muted"),)]
    for child in children[:_ADDITIONS]:
        what = f" {added_word(child.addendum)}, {words.second(child.updated)[:10]}, {child.status}"
        lines.extend(((part, "text"),) for part in words.wrap(what, width))
    if len(children) > _ADDITIONS:
        lines.append(((f" and {len(children) - _ADDITIONS:,} more", "muted"),))
    return lines
