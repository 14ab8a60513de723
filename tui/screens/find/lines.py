"""One line of what was found: a note by its title, a line inside it, a client, or what can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rich.cells import cell_len

from core.catalog import ClientRow, NoteRow
from core.search import Place, Query, spans
from core.session import Session
from tui import words
from tui.screens.notes.chart import type_words
from tui.widgets.lines import Line, Piece

_CLIENT, _DATE, _TYPE, _WHERE, _TAGS, _RISK = 11, 12, 16, 16, 18, 10
_WIDE = 119
_NORMAL = 79


class Asks(Enum):
    """What a row above the notes does."""

    INSIDE = "inside"
    AGAIN = "again"
    TITLES = "titles"


@dataclass(frozen=True, slots=True)
class Ask:
    """A row that does something: what, and for how many notes."""

    does: Asks
    count: int = 0
    seconds: float = 0.0

    def words(self, width: int) -> str:
        """Return what the row says."""
        if self.does is Asks.TITLES:
            return "Titles only again, and forget the notes now"
        notes = words.plural(self.count, "note")
        if self.does is Asks.AGAIN:
            return f"Open {notes} more that changed since: recorded"
        if width < _NORMAL:
            return f"Look inside {notes}: recorded"
        takes = f", about {self.seconds:.0f} s" if self.seconds >= 1 else ""
        return f"Look inside {notes} for these words{takes}: recorded, without the words"


class Lines:
    """Makes the lines for what QUERY found; INSIDE the notes, or in the lists. Places are looked for when seen."""

    def __init__(self, session: Session, query: Query, *, inside: bool) -> None:
        self._session = session
        self._query = query
        self._inside = inside
        self._places: dict[int, Place | None] = {}

    def place(self, note: int) -> Place | None:
        """Return the first line of NOTE that has the most of what is looked for."""
        if note not in self._places:
            places = self._session.places_inside(note, self._query)
            self._places[note] = places[0] if places else None
        return self._places[note]

    def line(self, item: object, width: int) -> Line:
        """Return the line for ITEM in WIDTH cells."""
        if isinstance(item, Ask):
            return ((f"  {item.words(width)}", "accent"),)
        if isinstance(item, ClientRow):
            notes = words.plural(item.notes, "note")
            return ((words.fit(f"  {item.code}", _CLIENT + 2), "text"), (f"client, {item.status}, {notes}", "muted"))
        if not isinstance(item, NoteRow):
            return ()
        start: list[Piece] = [
            (words.fit(f"  {item.client_code}", _CLIENT + 2), "text"), (words.fit(item.date, _DATE), "text"),
        ]  # fmt: skip
        rest = self._inside_of(item, width) if self._inside else self._title_of(item, width)
        return [*start, *rest]

    def _title_of(self, row: NoteRow, width: int) -> list[Piece]:
        title = "(yours alone)" if row.process and not row.title else row.title
        if width < _NORMAL:
            return [*marked(title, self._query, width - _CLIENT - _DATE - 2)]
        mark, role = ("!", "danger") if row.problem else ("✓", "good") if row.status == "signed" else ("·", "muted")
        room, state = _title_widths(width)
        said = (words.fit(row.state_words, state - 2), "danger" if row.problem else "text")
        pieces: list[Piece] = [
            (words.fit(type_words(row), _TYPE - 2) + "  ", "text"), *marked(title, self._query, room - 2),
            ("  ", "text"), (f"{mark} ", role), said,
        ]  # fmt: skip
        if width >= _WIDE:
            tags = words.fit(", ".join(row.tags), _TAGS - 2) + "  "
            pieces += [(tags, "muted"), (words.fit(row.risk, _RISK), "text")]
        return pieces

    def _inside_of(self, row: NoteRow, width: int) -> list[Piece]:
        place = self.place(row.id)
        line, heading = (place.line, place.heading) if place is not None else ("", "")
        if width < _NORMAL:
            return marked(line, self._query, width - _CLIENT - _DATE - 2)
        where = words.fit(heading, _WHERE - 2) + "  "
        return [(where, "muted"), *marked(line, self._query, width - _CLIENT - _DATE - _WHERE - 2)]


def heads(width: int, *, inside: bool) -> str:
    """Return the column heads for a list WIDTH cells wide."""
    start = f"  {'Client':<{_CLIENT}}{'Date':<{_DATE}}"
    if inside:
        return start + ("Line" if width < _NORMAL else f"{'Where':<{_WHERE}}Line")
    if width < _NORMAL:
        return start + "Title"
    room, state = _title_widths(width)
    more = f"{'Tags':<{_TAGS}}Risk" if width >= _WIDE else ""
    return f"{start}{'Type':<{_TYPE}}{'Title':<{room}}{'State':<{state}}{more}"


def _title_widths(width: int) -> tuple[int, int]:
    """Return the cells for the title, and for the state."""
    state, more = (24, _TAGS + _RISK) if width >= _WIDE else (14, 0)
    return width - _CLIENT - _DATE - _TYPE - state - more - 2, state


def marked(line: str, query: Query, room: int) -> list[Piece]:
    """Return what fits of LINE in exactly ROOM cells, with what was found in its role, and the first of it in view."""
    line = " ".join(line.split())
    found = spans(line, query.terms)
    if found and cell_len(line[: found[0][1]]) > room - 4:
        # begin some words before what was found, but leave no room empty behind it
        first = found[0][0]
        start = max(0, min(first - room // 3, len(line) - room + len(words.cut_mark())))
        word = line.find(" ", start, first) + 1
        start = word if 0 < word <= start + 8 else start
        line = words.cut_mark() + line[start:]
        found = spans(line, query.terms)
    fitted = words.fit(line, room)
    kept = len(fitted) if fitted == line else len(fitted.rstrip()) - len(words.cut_mark()) * (cell_len(line) > room)
    pieces: list[Piece] = []
    at = 0
    for start, end in found:
        if start >= kept:
            break
        end = min(end, kept)  # noqa: PLW2901  what was cut off is not marked
        pieces += [(fitted[at:start], "text"), (fitted[start:end], "mark")]
        at = end
    pieces.append((fitted[at:], "text"))
    return [piece for piece in pieces if piece[0]]
