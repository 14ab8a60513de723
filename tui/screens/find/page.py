"""Find (F12, F13): titles as one types; inside the notes once that was asked for, which is recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.catalog import ClientRow, NoteRow
from core.search import Query, Titles
from core.session import Seen, Session
from tui import words
from tui.keys import keymap
from tui.screens.find.lines import Ask, Asks, Lines, heads
from tui.screens.find.opening import open_at
from tui.screens.page import Memento, Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Bar
from tui.widgets.rows import Listed, Rows
from tui.widgets.steered import Steered

_PATIENCE = 0.5
"""Seconds that opening the notes may take before the page says how far it is."""
_PER_NOTE = 0.00004
"""Seconds that opening one takes, about; for what is said before it is done."""
_BAR = 20

Item = Ask | NoteRow | ClientRow


class FindPage(Page):
    """Finds notes; SAID stands in the field at first. What is typed is kept nowhere once the page is left."""

    WHERE = "find"
    PLACE = "find"
    ABOUT = (
        'Every word you type must be there, in any order; "two words" stand together. Case and accents do not matter. '
        "Codes, titles, tags, dates and types are in the lists already: finding them opens nothing. Looking inside "
        "opens, once, the notes you may open without a reason, and records how many, never your words; they stay "
        "in memory until you lock."
    )
    BINDINGS = keymap.bindings("find")

    def __init__(self, said: str = "") -> None:
        super().__init__()
        self._first = said
        self._titles: Titles | None = None
        self._query = Query(())
        self._lines: Lines | None = None
        self._waits = object()
        """What keys wait for until the lists are ready."""
        self._stop: threading.Event | None = None
        self._done = (0, 0)
        self._began = 0.0

    def body(self) -> Iterator[Widget]:
        """The words, column heads, a list."""
        yield Labelled("Find", Field(self._first, id="focus"), classes="field-row", id="asked")
        yield Bar(id="heads")
        yield Steered(id="found")

    def memento(self) -> Memento:
        """Come back without the words."""
        return FindPage, {}

    def erase(self) -> None:
        """Forget the words and what they found; stop what is being opened."""
        if self._stop is not None:
            self._stop.set()
        self._titles, self._lines, self._query, self._first = None, None, Query(()), ""
        super().erase()

    @property
    def rows(self) -> Rows:
        """The list."""
        return self.query_one("#found", Rows)

    @property
    def here(self) -> Item | None:
        """What the cursor stands on."""
        rows = self.rows
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        return item if isinstance(item, Ask | NoteRow | ClientRow) else None

    def on_mount(self) -> None:
        """Begin behind what stands in the field, and look every now and then how far opening is."""
        field = self.query_one("#focus", Field)
        field.cursor_position = len(field.value)
        self.set_interval(0.25, self._tell)
        super().on_mount()

    def fill(self) -> None:
        """Make the lists ready for what there is now, in a thread; keys that come meanwhile wait the first time."""
        session = self.tacenda.session
        if session is None:
            return
        if self._titles is None:
            self.tacenda.hold_keys(self._waits)
        self.work(session.titles, self._ready, self._not_ready)

    def _ready(self, titles: Titles) -> None:
        self._titles = titles
        self._answer(anew=True)
        self.tacenda.release_keys(self._waits)

    def _not_ready(self, error: BaseException) -> None:
        self.tacenda.release_keys(self._waits)
        self.fail(error)

    def fill_anew(self) -> None:
        """Show the heads for this width."""
        session = self.tacenda.session
        inside = session is not None and session.looks_inside
        self.query_one("#heads", Bar).show(((" " + heads(self.app.size.width - 1, inside=inside), "muted"),))

    @property
    def _wide(self) -> bool:
        return self.app.size.width >= 80

    # -- answers ---------------------------------------------------------------------------------------------

    @on(Input.Changed, "#focus")
    def _changed(self) -> None:
        self._answer()

    def _answer(self, *, anew: bool = False) -> None:
        """Show what the words find, unless that stands there already."""
        session, titles = self.tacenda.session, self._titles
        query = Query.of(self.query_one("#focus", Field).said)
        if session is None or titles is None or (not anew and self._lines is not None and query == self._query):
            return
        here = self.here if anew else None
        self._query = query
        self._lines = Lines(session, query, inside=session.looks_inside)
        items = self._inside(session, titles) if session.looks_inside else self._by_title(session, titles)
        self.fill_anew()
        self.rows.show(Listed(items, self._lines.line), _cursor(items, here))

    def _by_title(self, session: Session, titles: Titles) -> list[Item]:
        notes, clients = titles.find(self._query), titles.find_clients(self._query) if self._query else []
        asks: list[Item] = []
        if self._query and titles.notes:
            count = session.inside_behind()
            asks = [Ask(Asks.INSIDE, count, count * _PER_NOTE)]
        if not titles.notes and not titles.clients:
            key = keymap.place_key("clients")
            self.show_state(f"Nothing to find yet. {key}, outside the words, shows the clients.", "text")
        elif not self._query:
            more = self.keyed(", a date or a type. Nothing is opened until {choose}.") if self._wide else " or a date."
            self.show_state(f"Type a code, a title, a tag{more}")
        else:
            key = self.key_of("choose")
            how = f" by what lists show. Nothing is opened until {key}." if self._wide else f". {key} opens."
            self.show_state(f"{len(notes):,} of {words.plural(len(titles.notes), 'note')}{how}")
        return [*asks, *notes, *clients]

    def _inside(self, session: Session, titles: Titles) -> list[Item]:
        seen = session.find_inside(self._query)
        asks: list[Item] = [Ask(Asks.TITLES)]
        if seen.behind:
            asks.append(Ask(Asks.AGAIN, seen.behind))
        self._say_seen(seen)
        return [*asks, *(seen.rows if self._query else titles.notes)]

    def _say_seen(self, seen: Seen) -> None:
        held = f"{words.plural(seen.held, 'note')} in memory until you lock, record {seen.sequence:,}."
        found = f"{len(seen.rows):,} found. " if self._query else ""
        left = [
            f"{seen.left_out:,} not looked into: drafts of others, or outside your caseload." if seen.left_out else "",
            f"{seen.closed:,} damaged and closed." if seen.closed else "",
            f"{seen.over:,}, the oldest, had no room." if seen.over else "",
        ]
        told = " ".join(filter(None, (found + held, *left)))
        self.show_state(told, "text" if seen.closed or seen.over else "muted")

    # -- looking inside --------------------------------------------------------------------------------------

    def _look_inside(self) -> None:
        session = self.tacenda.session
        if session is None or self._stop is not None:
            return
        stop = self._stop = threading.Event()
        self._done, self._began = (0, 0), time.monotonic()
        self.work(partial(session.look_inside, self._tell_later, stop.is_set), self._looked, self._not_looked)

    def _tell_later(self, done: int, of: int) -> None:
        """Note, in the thread that opens, how far it is."""
        self._done = (done, of)

    def _tell(self) -> None:
        """Say how far opening is, if it takes its time."""
        done, of = self._done
        if self._stop is None or self._stop.is_set() or time.monotonic() - self._began < _PATIENCE or not of:
            return
        full = _BAR * done // of
        bar = "█" * full + "░" * (_BAR - full)
        self.say(f"Opening notes: {done:,} of {of:,} {bar} {self.key_of('out')} stops it.")

    def _looked(self, whole: bool) -> None:
        self._stop = None
        self.hush()
        self._answer(anew=True)
        if not whole:
            self.say("Stopped. What was opened is forgotten again; the record says how many it would have been.")

    def _not_looked(self, error: BaseException) -> None:
        self._stop = None
        self.fail(error)

    # -- keys ------------------------------------------------------------------------------------------------

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_choose()

    def action_choose(self) -> None:
        """Open the note, go to the client, or do what the row says."""
        self._answer()
        session, item = self.tacenda.session, self.here
        if session is None or item is None:
            return
        if isinstance(item, Ask):
            if item.does is Asks.TITLES:
                session.forget_inside()
                self._answer(anew=True)
            else:
                self._look_inside()
        elif isinstance(item, ClientRow):
            from tui.screens.notes.chart import Chart  # noqa: PLC0415

            self.tacenda.show_page(Chart(item.id))
        else:
            place = self._lines.place(item.id) if self._lines is not None and session.looks_inside else None
            open_at(self.tacenda, item, place, self._query)

    def action_move(self, rows: int) -> None:
        """Move the cursor while the keys go to the field."""
        self._answer()
        self.rows.action_move(rows)

    def action_leaf(self, pages: int) -> None:
        """Move the cursor by pages while the keys go to the field."""
        self._answer()
        self.rows.action_page(pages)

    def action_words(self) -> None:
        """Go back to the words."""
        self.set_focus(self.query_one("#focus", Field))

    def action_out(self) -> None:
        """Stop what is being opened, else go one step out."""
        if self._stop is not None:
            self._stop.set()
            return
        super().action_out()


def _cursor(items: list[Item], here: Item | None) -> int:
    """Return where the cursor stands: where it was, else on the first thing that was found."""
    if isinstance(here, NoteRow | ClientRow):
        for at, item in enumerate(items):
            if not isinstance(item, Ask) and item.id == here.id:
                return at
    return next((at for at, item in enumerate(items) if not isinstance(item, Ask)), 0)
