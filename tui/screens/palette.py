"""Commands by name (F28): what can be done on this page now, and where one can go. Made from the one table of keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.catalog import ClientRow, NoteRow
from core.search import Query, Titles, loose
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.fields import Field
from tui.widgets.lines import Line
from tui.widgets.rows import Listed, Rows
from tui.widgets.steered import Steered

if TYPE_CHECKING:
    from tui.application import Tacenda

_UNNAMED = frozenset({
    "palette", "jump", "screen.stop", "screen.next_part", "screen.previous_part", "hop", "hop_back", "submit", "move",
    "leaf", "kind", "words", "other",
})  # fmt: skip
"""What moves about in a page has a key, but no name."""
_FREE = frozenset({"reader", "history", "difference", "record"})
"""Pages without a place from which one may go anywhere: nothing is being written there."""
_MOST = 30


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done: what it says, its keys, and the doing."""

    says: str
    keys: str
    do: Callable[[], None]


def commands(page: Page) -> list[Command]:
    """Return what can be done on PAGE now, in the order of the table."""
    hidden = page.hidden_keys() | page.kept_back()
    app = page.tacenda
    acts = [act for act in keymap.acts(page.WHERE) if act.name not in hidden]
    if app.session is not None and _may_go(page):
        acts += [act for act in keymap.acts("place") if act.name != f"place('{page.PLACE}')"]
    everywhere = keymap.acts(keymap.EVERYWHERE)
    acts += [act for act in everywhere if app.session is not None or act.name != "lock"]
    found: dict[str, Command] = {}
    taken: set[str] = set()
    for act in acts:
        base = act.name.split("(")[0]
        # a key of the page means what the page does with it
        keys = ", ".join(keymap.key_word(key) for key in act.keys if key not in taken)
        taken.update(act.keys)
        if base not in _UNNAMED and act.name not in found:
            found[act.name] = Command(_upper(act.sentence), keys, partial(_run, page, act.name, base))
    return list(found.values())


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _run(page: Page, name: str, base: str) -> None:
    app = page.tacenda
    target = page if hasattr(page, f"action_{base}") else app
    app.call_later(app.run_action, name, target)


def _may_go(page: Page) -> bool:
    return bool(page.PLACE) or page.WHERE in _FREE


def destinations(app: Tacenda, titles: Titles, query: Query) -> list[Command]:
    """Return the clients and notes that QUERY finds, as commands that go there."""
    from tui.screens.notes.chart import Chart, open_note  # noqa: PLC0415

    def chart(row: ClientRow) -> None:
        app.show_page(Chart(row.id))

    def note(row: NoteRow) -> None:
        open_note(app, row)

    clients = [
        Command(f"Go to client {row.code}", "", partial(chart, row)) for row in titles.find_clients(query)[:_MOST]
    ]  # fmt: skip
    notes = [
        Command(f"Open note {row.client_code} {row.date} {row.title or row.type}".rstrip(), "recorded",
                partial(note, row))
        for row in titles.find(query)[:_MOST]
    ]  # fmt: skip
    return [*clients, *notes]


class Palette(Box):
    """Offers the commands of PAGE; its result is the one that was chosen. What is typed is kept nowhere."""

    WHERE = "palette"
    BINDINGS = keymap.bindings("palette")

    def __init__(self, page: Page) -> None:
        super().__init__("Commands")
        self._page = page
        self._commands = commands(page)
        self._texts = [loose(command.says) for command in self._commands]
        self._titles: Titles | None = None
        self._waits = object()
        """What keys wait for until clients and notes are ready."""

    def body(self) -> Iterator[Widget]:
        """A field over a list."""
        yield Field(id="focus", limit=100)
        yield Steered(id="found")

    def on_mount(self) -> None:
        """Show every command; make clients and notes ready, in a thread."""
        self._answer()
        session = self.tacenda.session
        if session is not None and _may_go(self._page):
            self.tacenda.hold_keys(self._waits)
            self.tacenda.start_job(self, session.titles, self._ready, lambda _: self._release())

    def _release(self) -> None:
        self.tacenda.release_keys(self._waits)

    def _ready(self, titles: Titles) -> None:
        self._titles = titles
        self._answer()
        self._release()

    def erase(self) -> None:
        """Forget what was typed, and the lists."""
        self._titles = None
        super().erase()

    @on(Input.Changed, "#focus")
    def _answer(self) -> None:
        query = Query.of(self.query_one("#focus", Field).said)
        named = [
            command for command, text in zip(self._commands, self._texts, strict=True)
            if all(term in text for term in query.terms)
        ]  # fmt: skip
        # what begins with the word comes first
        named.sort(key=lambda command: not any(loose(command.says).startswith(term) for term in query.terms))
        if query and self._titles is not None:
            named += destinations(self.tacenda, self._titles, query)
        self._asked = query
        self.query_one(Rows).show(Listed(named or [None], self._line), 0)

    _asked: Query | None = None

    def _line(self, command: Command | None, width: int) -> Line:
        if command is None:
            where = ", no client and no note" if self._titles is not None else ""
            return ((f" No command{where} is called that here.", "muted"),)
        room = width - len(command.keys) - 2
        return ((" " + words.fit(command.says, room - 1) + " ", "text"), (command.keys, "muted"))

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_choose()

    def action_choose(self) -> None:
        """Do it."""
        if self._asked != Query.of(self.query_one("#focus", Field).said):
            self._answer()
        rows = self.query_one(Rows)
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        if isinstance(item, Command):
            self.dismiss(item)

    def action_move(self, rows: int) -> None:
        """Move the cursor while the keys go to the field."""
        self.query_one(Rows).action_move(rows)

    def action_leaf(self, pages: int) -> None:
        """Move the cursor by pages while the keys go to the field."""
        self.query_one(Rows).action_page(pages)
