"""From a match to the place in the note where it stands. Opening it is recorded, as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalog import NoteRow
from core.search import Place, Query, spans
from tui.screens.notes.chart import open_note
from tui.screens.notes.reading.reader import Reader
from tui.screens.notes.writing.editor import Editor

if TYPE_CHECKING:
    from tui.application import Tacenda


def open_at(app: Tacenda, row: NoteRow, place: Place | None, query: Query) -> None:
    """Show the note of ROW at PLACE: one's own draft to write on, anything else to read."""
    if place is None or row.problem:
        open_note(app, row)
    elif row.status == "draft" and row.mine:
        found = spans(place.line, query.terms)
        app.show_page(Editor(note=row.id, cursor=(place.number, found[0][0] if found else 0)))
    else:
        reader = Reader(row.parent or row.id)
        reader.stand_at(query, place.line)
        app.show_page(reader)
