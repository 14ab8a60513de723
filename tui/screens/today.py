"""Today: what needs doing (F3, F4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual.widget import Widget

from core.catalog import ClientRow, NoteRow
from core.session import Unfinished
from tui import keymap, words
from tui.screens.page import Memento, Page
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format import machine

MAX_DRAFTS = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: what it is, when, and what Enter does."""

    mark: str
    who: str
    when: str
    what: str
    act: str
    do: Callable[[], None]
    left: Unfinished | None = None


class Today(Page):
    """The first page after the unlock."""

    WHERE = "today"
    PLACE = "today"
    ABOUT = "What needs doing, most urgent first. Enter does what the row says. Moving here opens nothing."
    BINDINGS = keymap.bindings("today")

    def body(self) -> Iterator[Widget]:
        """A heading over a list."""
        yield Sheet(id="lead", focusable=False)
        yield Rows(id="focus")

    def memento(self) -> Memento:
        """Come back to Today."""
        return Today, {}

    def fill(self) -> None:
        """Look through what the lists say."""
        session = self.tacenda.session
        if session is None:
            return
        clients, notes = session.catalog.clients(), session.catalog.notes()
        now = words.minute(machine.now_ms())
        self.bar("where").show(((f" {now}", "text"),), ((f"{session.member}, {session.role.name.lower()} ", "muted"),))
        items = self._items(clients, notes)
        first = not clients
        lead: list[Line] = [()]
        if first:
            lead += [(("   The vault is ready. This makes it a practice:", "text"),), ()]
        elif not items:
            lead += [(("   Nothing is due.", "text"),), (), (("   n adds a client, 2 shows all of them.", "muted"),)]
        else:
            kept = "Not in the vault yet, then drafts" if items[0].left is not None else "Drafts"
            lead += [((f" {kept}, oldest first", "accent"),)]
        self.query_one("#lead", Sheet).show(lead)
        self.query_one(Rows).show(Listed(items, _line))
        self._speak(len(items), first=first)
        self.show_keys()

    def _speak(self, count: int, *, first: bool) -> None:
        demo = self.tacenda.demo
        if demo is not None:
            self.show_state(f"A demonstration, erased when you leave. Its passphrase: {demo.passphrase}", "text")
        elif first:
            self.show_state("Every key that works is in the line at the bottom. F1 explains them.")
        else:
            self.show_state(f"{words.plural(count, 'note')} to finish. Moving here opens nothing." if count else "")

    def _items(self, clients: list[ClientRow], notes: list[NoteRow]) -> list[Item]:
        app = self.tacenda
        if not clients:
            return [
                Item("", "Add your first client", "", "a code you choose; the name is optional", "", self.action_new),
                Item("", "Look around", "", "what the keys do", "", app.action_help),
            ]
        drafts = [row for row in notes if row.status == "draft" and row.mine]
        drafts.sort(key=lambda row: row.date)
        codes = {row.id: row.code for row in clients}
        left = [self._left(one, codes.get(one.client, "")) for one in app.returning.left]
        return [*left, *(self._draft(row) for row in drafts[:MAX_DRAFTS])]

    def _left(self, left: Unfinished, code: str) -> Item:
        from tui.screens.notes.recovering import Recovering, why_words  # noqa: PLC0415

        when = words.with_weekday(words.second(left.time)[:10])
        act = "open as a new one" if left.old else "go on with it"
        return Item(
            "!", code, when, why_words(left), act, lambda: self.tacenda.show_page(Recovering(left)), left
        )  # fmt: skip

    def _draft(self, row: NoteRow) -> Item:
        from tui.screens.notes.chart import open_note  # noqa: PLC0415

        age = words.age(row.date)
        return Item(
            "", row.client_code, words.with_weekday(row.date) + (f" {row.start}" if row.start else ""),
            f"{row.type.replace('-', ' ')}, unsigned{' ' + age if age else ''}",
            "go on with it", lambda: open_note(self.tacenda, row),
        )  # fmt: skip

    @property
    def here(self) -> Item | None:
        """The row that the cursor stands on."""
        rows = self.query_one(Rows)
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        return item if isinstance(item, Item) else None

    def hidden_keys(self) -> frozenset[str]:
        """Leave `discard` out where there is nothing of that kind."""
        return frozenset() if self.tacenda.returning.left else frozenset({"discard"})

    def action_choose(self) -> None:
        """Do what the row says."""
        item = self.here
        if item is not None:
            item.do()

    def action_discard(self) -> None:
        """Discard text that is not in the vault, once that was asked."""
        from tui.screens.notes.recovering import ask_to_discard  # noqa: PLC0415

        item = self.here
        if item is not None and item.left is not None:
            ask_to_discard(self, item.left)

    def action_new(self) -> None:
        """Add a client."""
        from tui.screens.client_form import ask_for_client  # noqa: PLC0415

        ask_for_client(self)


def _line(item: Item, width: int) -> Line:
    if not item.when:
        return ((words.fit(f" {item.mark or ' '} {item.who}", 34), "text"), (item.what, "muted"))
    line = [
        (words.fit(f" {item.mark or ' '} {item.who}", 13), "text"), (words.fit(item.when, 22), "text"),
        (words.fit(item.what, 31), "muted"),
    ]  # fmt: skip
    return [*line, (item.act, "text")] if width >= 79 else line
