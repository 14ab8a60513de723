"""What stands before a signature or a co-signature: a note to be read once more, and one key (F11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from textual.containers import Container
from textual.widget import Widget

from core.session import NoteDraft, OpenNote, draft_of
from tui import words
from tui.screens.notes.reading.laid import note_lines, ruled
from tui.screens.notes.reading.opening import Opening
from tui.screens.notes.titles import note_title
from tui.screens.notes.writing.editor import Editor
from tui.screens.notes.writing.header import FIELDS
from tui.widgets.lines import Line, Sheet

MAX_WIDTH = 100
WIDE = 120
"""From so many columns the text stands at the right, whole, beside what is said of it."""


class Review(Opening):
    """What both pages have in common: a note that stands to be read, and one key."""

    def __init__(self, note: int) -> None:
        super().__init__()
        self.note = note
        self.draft: NoteDraft | None = None
        self.revision = 0
        self.busy = False

    def body(self) -> Iterator[Widget]:
        """One sheet; where there is room another one for the text."""
        with Container(id="review"):
            yield Sheet(id="focus")
            yield Sheet(id="aside")

    def on_mount(self) -> None:
        """Open the note, unless it is here."""
        super().on_mount()
        session = self.tacenda.session
        if self.draft is None and session is not None:
            self.open_notes(partial(session.read_note, self.note), self.opened)

    def opened(self, opened: OpenNote) -> None:
        """Take up what was opened."""
        self.draft, self.revision = draft_of(opened), opened.revision
        self.show_top()
        self.fill()

    def erase(self) -> None:
        """Forget the text."""
        self.draft = None
        super().erase()

    def show_top(self) -> None:
        """Show whose note this is."""
        session, draft = self.tacenda.session, self.draft
        if session is None or draft is None:
            self.bar("top").show(((" Opening", "muted"),), self.lock_words())
            return
        code = session.catalog.client(draft.client).code
        left = ((f" {code}", "accent"), (f"  {note_title(session, draft)}", "text"))
        self.bar("top").show(left, ((f"{self.state_words()}  ", "muted"), *self.lock_words()))

    def state_words(self) -> str:
        """Return what state the note is in."""
        return f"draft, revision {self.revision}"

    def fill_anew(self) -> None:
        """Lay it out for this width."""
        self.fill()

    @property
    def page_width(self) -> int:
        """How wide the text is laid."""
        width = self.app.size.width
        return min(width // 2, MAX_WIDTH) if width >= WIDE else min(width, MAX_WIDTH)

    def wrapped(self, sentence: str) -> list[Line]:
        """Return a sentence on as many rows as it needs."""
        return [((f"   {row}", "text"),) for row in words.wrap(sentence, self.page_width - 4)]

    def facts(self, draft: NoteDraft) -> list[Line]:
        """Return the header's fields, two beside each other where there is room."""
        if draft.parent:
            kept = [("Reason", draft.title or "none")]
        else:
            when = words.with_weekday(draft.date) + (f" {draft.start or '?'}-{draft.end or '?'}")
            lasting = words.lasting(draft.start, draft.end)
            kept = [("Session", when + (f", {lasting}" if lasting else ""))]
            for name, label, _ in FIELDS[3:]:
                value = getattr(draft, name)
                kept.append((label, (", ".join(value) if isinstance(value, tuple) else value)))
            kept = [(label, value) for label, value in kept if value]
        count = words.plural(len(draft.text.split()), "word")
        kept.append(("Text", f"{count}, {'at the right' if self.app.size.width >= WIDE else 'below'}"))
        return _beside(kept, self.page_width)

    def lay_out(self, lines: Sequence[Line], draft: NoteDraft, said: str) -> None:
        """Show LINES, and the text under a rule that says SAID: below them, or at their right."""
        text = [*ruled(said, self.page_width, "muted"), *note_lines(draft.text, self.page_width)]
        wide = self.app.size.width >= WIDE
        aside = self.query_one("#aside", Sheet)
        aside.display = wide
        aside.show(text if wide else ())
        self.query_one("#focus", Sheet).show([*lines, *(() if wide else text)])

    def at_now(self) -> str:
        """Return the time of a signature made now."""
        return words.second(self.tacenda.now())[:16]

    def done(self, said: str) -> None:
        """Show the signed note in the place of where this page came from."""
        from tui.screens.notes.reading.reader import Reader  # noqa: PLC0415

        app, draft = self.tacenda, self.draft
        page = Reader((draft.parent if draft is not None else 0) or self.note, said=said)
        self.erase()
        app.pop_screen()
        below = app.page
        if isinstance(below, Editor):
            below.let_go()
        if isinstance(below, Editor) and len(app.pages) > 1 and isinstance(app.pages[-2], Reader):
            # an addition was written over the note that it adds to
            app.pop_screen()
            below = app.page
        if isinstance(below, Editor | Reader):
            app.swap_page(page)
        else:
            app.show_page(page)
        app.release_keys(self)

    def failed(self, error: BaseException) -> None:
        """Say why nothing was signed."""
        self.busy = False
        self.tacenda.release_keys(self)
        self.fail(error)


def _beside(facts: Sequence[tuple[str, str]], width: int) -> list[Line]:
    """Return labels with their values, two in a row where both fit."""
    half = (width - 2) // 2
    lines: list[Line] = []
    waiting: tuple[str, str] | None = None
    for label, value in facts:
        short = width >= 80 and len(value) <= half - 14
        if waiting is not None and short:
            left = words.fit(f"   {waiting[0]:<10}", 13), words.fit(waiting[1], half - 13)
            lines.append(((left[0], "muted"), (left[1], "text"), (f" {label:<10}", "muted"), (value, "text")))
            waiting = None
            continue
        if waiting is not None:
            lines.append(((f"   {waiting[0]:<10}", "muted"), (waiting[1], "text")))
        waiting = (label, value)
        if not short:
            rows = words.wrap(value, width - 15)
            lines += [((f"   {label if not at else '':<10}", "muted"), (row, "text")) for at, row in enumerate(rows)]
            waiting = None
    if waiting is not None:
        lines.append(((f"   {waiting[0]:<10}", "muted"), (waiting[1], "text")))
    return lines
