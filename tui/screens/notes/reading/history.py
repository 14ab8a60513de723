"""A note's revisions, and what differs between two of them. The list opens nothing; looking into them is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.widget import Widget

from core.session import HistoryRow, OpenNote, Session
from core.writing.differences import Change, DiffLine, differences
from tui import words
from tui.keys import keymap
from tui.screens.notes.reading.laid import note_lines, ruled
from tui.screens.notes.reading.opening import Opening
from tui.screens.notes.titles import kind_words
from tui.screens.notes.writing.header import FIELDS
from tui.screens.page import Memento, Page
from tui.terminal.display import display_safe
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Reason

MAX_WIDTH = 100
_ROLES = {Change.SAME: "muted", Change.GONE: "danger", Change.NEW: "good"}


class History(Page):
    """The revisions of NOTE, newest first."""

    WHERE = "history"
    ABOUT = "Every revision of a note, newest first. Looking into one is recorded; moving is not."
    BINDINGS = keymap.bindings("history")

    def __init__(self, note: int) -> None:
        super().__init__()
        self._note = note
        self._rows: list[HistoryRow] = []
        self._marked = 0

    def body(self) -> Iterator[Widget]:
        """Column heads over a list."""
        yield Bar(id="heads")
        yield Rows(id="focus")

    def memento(self) -> Memento:
        """Come back to it."""
        return History, {"note": self._note}

    def show_top(self) -> None:
        """Show whose note this is."""
        session = self.tacenda.session
        if session is None:
            return
        row = session.catalog.note(self._note)
        left = ((f" {row.client_code}", "accent"), (f"  {kind_words(row.type)} of {row.date}", "text"))
        self.bar("top").show(left, ((f"{row.state_words}  ", "muted"), *self.lock_words()))

    def fill(self) -> None:
        """Show the list."""
        session = self.tacenda.session
        if session is not None:
            self.work(partial(session.history, self._note), self._show)

    def _show(self, rows: list[HistoryRow]) -> None:
        self._rows = rows
        self.bar("where").show(((f" {words.plural(len(rows), 'revision')}, newest first", "text"),))
        self.query_one("#heads", Bar).show(((f"   {'Revision':<10}{'Saved':<21}{'By':<14}Sealed", "muted"),))
        self.query_one(Rows).show(Listed(rows, self._line))
        self._speak()

    def _line(self, row: HistoryRow, width: int) -> Line:
        size = f"{row.size:,} bytes" if row.present else "text dropped"
        marked = row.revision == self._marked
        state = ("  ✓ signed", "good") if row.signed else ("  marked", "accent") if marked else ("", "text")
        line = ((words.fit(f"  {row.revision}", 12), "text"), (f"{words.second(row.time):<21}", "text"), (
            words.fit(row.author, 14), "text"), (size, "text" if row.present else "muted"))  # fmt: skip
        return (*line, state)

    @on(Rows.Moved)
    def _speak(self) -> None:
        here = self._here
        if here is None:
            return
        if self._marked and self._marked != here.revision:
            said = f"shows what differs between {self._marked} and {here.revision}."
        elif here.revision > 1:
            said = f"shows what changed from {here.revision - 1} to {here.revision}."
        else:
            said = "opens the first revision."
        self.show_state(f"{self.key_of('choose')} {said} It is recorded.")

    @property
    def _here(self) -> HistoryRow | None:
        return self._rows[self.query_one(Rows).cursor] if self._rows else None

    def action_choose(self) -> None:
        """Show what differs: from the marked revision, else from the one before."""
        here = self._here
        if here is None:
            return
        other = self._marked if self._marked and self._marked != here.revision else here.revision - 1
        self._look(min(other, here.revision), max(other, here.revision))

    def action_text(self) -> None:
        """Open the revision as it was."""
        here = self._here
        if here is not None:
            self._look(0, here.revision)

    def _look(self, old: int, new: int) -> None:
        dropped = [row.revision for row in self._rows if row.revision in (old, new) and not row.present]
        if dropped:
            self.say(f"The text of revision {dropped[0]} was dropped when the vault was compacted.")
            return
        self.tacenda.show_page(Difference(self._note, old, new))

    def action_mark(self) -> None:
        """Mark a revision to compare others with; once more takes the mark away."""
        here = self._here
        if here is not None:
            self._marked = 0 if self._marked == here.revision else here.revision
            self.query_one(Rows).refresh()
            self._speak()


Both = tuple[OpenNote | None, OpenNote, list[DiffLine]]


class Difference(Opening):
    """What differs between revision OLD and NEW of NOTE; all of NEW where OLD is 0. Both are opened on the record."""

    WHERE = "difference"
    ABOUT = "What differs between two revisions: - went, + came. Both were opened, which is recorded."
    BINDINGS = keymap.bindings("difference")

    def __init__(self, note: int, old: int, new: int) -> None:
        super().__init__()
        self._note = note
        self._old = old
        self._new = new
        self._both: Both | None = None

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def memento(self) -> Memento:
        """Come back to it; both are opened, and recorded, again."""
        return Difference, {"note": self._note, "old": self._old, "new": self._new}

    def erase(self) -> None:
        """Forget the texts."""
        self._both = None
        super().erase()

    def on_mount(self) -> None:
        """Open both."""
        super().on_mount()
        self._open()

    def _open(self) -> None:
        session = self.tacenda.session
        if session is not None:
            self.open_notes(partial(_read_both, session, self._note, self._old, self._new), self._show)

    def _show(self, both: Both) -> None:
        self._both = both
        self._asked = None
        old, new, lines = both
        opened = f"record {new.sequence:,}" if old is None else f"records {old.sequence:,} and {new.sequence:,}"
        count = sum(line.change is not Change.SAME for line in lines)
        changed = f"{words.plural(count, 'changed line')}. " if old is not None else ""
        self.show_top()
        self.fill_anew()
        self.show_state(f"{changed}Opened {words.clock(self.tacenda.now())[:5]}, {opened}")

    def show_top(self) -> None:
        """Show whose note this is, and which revisions."""
        both = self._both
        if both is None:
            self.bar("top").show(((" Not open", "muted"),), self.lock_words())
            return
        row = both[1].row
        left = ((f" {row.client_code}", "accent"), (f"  {kind_words(row.type)} of {row.date}", "text"))
        self.bar("top").show(left, ((f"revision {self._new} of {row.revision}  ", "muted"), *self.lock_words()))

    def fill_anew(self) -> None:
        """Lay it out for this width."""
        both = self._both
        if both is None:
            return
        old, new, changed = both
        width = min(self.app.size.width, MAX_WIDTH)
        if old is None:
            self.bar("where").show(((f" Revision {self._new}, as it was saved", "text"),))
            self.query_one("#focus", Sheet).show(note_lines(new.text, width))
            return
        self.bar("where").show(((f" From revision {self._old} to {self._new}: ", "text"), ("- went", "danger"), (
            ", ", "text"), ("+ came", "good")))  # fmt: skip
        lines = _fields(old, new, width)
        if changed and lines:
            lines += ruled("text", width, "muted")
        for line in changed:
            if line.skipped:
                lines += ruled(f"{words.plural(line.skipped, 'equal line')}", width, "muted")
            lines += _rows(line, width)
        self.query_one("#focus", Sheet).show(lines or [((" Nothing differs.", "text"),)])

    def action_older(self) -> None:
        """Show the change before this one."""
        self._step(-1)

    def action_newer(self) -> None:
        """Show the change after this one."""
        self._step(1)

    def _step(self, step: int) -> None:
        both = self._both
        if both is None:
            return
        new = self._new + step
        if not 1 <= new <= both[1].row.revision:
            self.say("There is no older revision." if step < 0 else "There is no newer revision.")
            return
        self._old, self._new = (new - 1 if self._old else 0), new
        self.erase()
        self._open()


def _read_both(
    session: Session, note: int, old: int, new: int, *, reason: Reason | None = None, words: str = ""
) -> Both:
    before = session.read_note(note, revision=old, reason=reason, words=words) if old else None
    after = session.read_note(note, revision=new, reason=reason, words=words)
    return before, after, differences(before.text, after.text) if before is not None else []


def _fields(old: OpenNote, new: OpenNote, width: int) -> list[Line]:
    """Return the header's fields that differ."""
    lines: list[Line] = []
    for name, label, _ in FIELDS:
        was, now = getattr(old.index, name), getattr(new.index, name)
        if was != now:
            for value, sign, role in ((was, "-", "danger"), (now, "+", "good")):
                said = ", ".join(value) if isinstance(value, list) else value
                rows = words.wrap(f"{label}: {said or 'nothing'}", width - 4)
                lines += [((f" {sign if not at else ' '} ", role), (row, role)) for at, row in enumerate(rows)]
    return lines


def _rows(line: DiffLine, width: int) -> list[Line]:
    """Return a line of a difference on as many rows as it needs; words that differ are marked."""
    role = _ROLES[line.change]
    text = display_safe(line.text.expandtabs(4))
    differs: list[bool] = []
    for piece, changed in line.pieces:
        differs += [changed] * len(display_safe(piece.expandtabs(4)))
    whole = all(differs)
    rows: list[Line] = []
    place = 0
    for row in words.wrap(text or " ", width - 4):
        start = max(text.find(row.strip(), place), place)
        place = start + len(row.strip())
        pieces = [(f" {line.change.value if not rows else ' '} ", role)]
        for at, letter in enumerate(row):
            here = "mark" if not whole and start + at < len(differs) and differs[start + at] else role
            if pieces[-1][1] == here and len(pieces) > 1:
                pieces[-1] = (pieces[-1][0] + letter, here)
            else:
                pieces.append((letter, here))
        rows.append(pieces)
    return rows
