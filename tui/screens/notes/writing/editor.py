"""Where a note is written (F8, F9). Text saves itself; nothing ever asks whether to save."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import TextArea

from core.session import NoteDraft, OpenNote, Taken, draft_of
from core.writing.follow_up import usual_time
from tui import words
from tui.keys import keymap
from tui.screens.notes.titles import note_title
from tui.screens.notes.writing.beside import Beside
from tui.screens.notes.writing.expanding import Expanding
from tui.screens.notes.writing.finding import FindingHere
from tui.screens.notes.writing.header import Header, folded_line
from tui.screens.notes.writing.heading import Heading
from tui.screens.notes.writing.standing_plan import StandingPlan
from tui.screens.page import Memento
from tui.widgets.fields import Field
from tui.widgets.lines import Bar, Rule
from tui.widgets.note_text import NoteText
from vault_format.errors import TacendaError

SAVE_SECONDS = 120.0
"""How long typed text waits at most before it is saved as a revision of the draft."""


class Editor(StandingPlan, FindingHere, Expanding, Heading):
    """Writes on NOTE, which is opened (and recorded) first, or begins DRAFT, of which nothing is saved yet.

    CURSOR is where the cursor begins: line and column. BESIDE is the signed text that an addition adds to.
    """

    WHERE = "editor"
    ABOUT = "You are writing a draft. It saves itself, also when you leave, lock, or the line drops."
    BINDINGS = keymap.bindings("editor")
    AUTO_FOCUS = ""

    def __init__(
        self, note: int | None = None, draft: NoteDraft | None = None, cursor: tuple[int, int] | None = None,
        beside: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self._beside = Beside(beside, id="beside")
        self._note = note
        self._draft = draft
        self._cursor = cursor
        self._code = ""

    def body(self) -> Iterator[Widget]:
        """Header; the other text above this one, or at its right; the row where one finds."""
        yield Header(id="header")
        yield Bar(id="folded")
        with Container(id="desk"):
            with Container(id="side"):
                yield Rule(id="beside-rule")
                yield self._beside
            with Container(id="writing"):
                yield Rule(id="rule")
                yield NoteText(id="text")
        yield from self.find_row()

    def memento(self) -> Memento | None:
        """Come back to the draft with the cursor where it was; a note that was never saved does not come back."""
        note = self.tacenda.rescued or self._note
        return (Editor, {"note": note, "cursor": self.text.cursor_location}) if note else None

    # -- the beginning ---------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Open the note, or begin one."""
        session = self.tacenda.session
        self.query_one("#rule", Rule).show_words("text")
        self.text.dress(self.tacenda.chosen.now.width, numbers=self.tacenda.chosen.now.numbers)
        if session is None:
            return
        if self._draft is not None:
            self.begin(self._draft, None, 0)
            return
        self.say("Opening.", "muted")
        self.open_note()

    def open_note(self) -> None:
        """Open the note, in a thread; recorded first."""
        session = self.tacenda.session
        if session is not None and self._note is not None:
            self.work(partial(session.read_note, self._note), self._opened, self.not_opened)

    def _opened(self, opened: OpenNote) -> None:
        self.hush()
        saved = words.second(opened.row.updated)
        self.saved_words = f"saved {saved.removeprefix(words.today()).strip()}"
        self.begin(draft_of(opened), opened.row.id, opened.revision)

    def not_opened(self, error: BaseException) -> None:
        """Go back, and say there why."""
        self.tacenda.back()
        page = self.tacenda.page
        if page is not None:
            page.fail(error)

    def begin(self, draft: NoteDraft, note: int | None, revision: int, *, taken: Taken | None = None) -> None:
        """Put DRAFT of NOTE at REVISION on the page; TAKEN if it comes from a journal and the vault has it not."""
        session, keeper = self.tacenda.session, self.tacenda.keeper
        if session is None or keeper is None:
            return
        self._draft = draft
        self._planned_for = draft.next
        self._code = session.catalog.client(draft.client).code
        self.header.show(draft, usual_time(session.catalog.appointments(draft.client)))
        if draft.parent:
            self._show_beside(draft.parent)
        self.text.load(draft.text)
        begins = self._cursor or self.text.first_gap(new=self._note is None)
        self.text.move_cursor(self.text.place_at(taken.cursor) if taken is not None else begins)
        # what is shown counts as what is saved, also where showing it changed nothing but its line ends
        self._ready = True
        keeper.begin(
            self.state_now(), note, revision, reserved=taken.note if taken is not None else 0, saved=taken is None
        )  # fmt: skip
        new = note is None and taken is None
        if taken is None:
            self.work(
                keeper.open_journal, lambda _: self.find_plan(note, new=new), partial(self._no_journal, note, new)
            )  # fmt: skip
        # the header is never folded for a moment first: focus would be taken from what is hidden
        self.set_focus(self.header.field("start") if new and not draft.parent else self.text)
        self.set_interval(SAVE_SECONDS, self.action_save)
        if taken is not None:
            self.find_plan(note, new=False)
        self.fill()

    def _show_beside(self, parent: int) -> None:
        """Make it the page of an addition: the reason for a header, the signed text in view."""
        self.add_class("-adding")
        self.query_one("#beside-rule", Rule).show_words("signed, stays as it is")
        self._beside.show_of(self, parent)

    def _no_journal(self, note: int | None, new: bool, error: BaseException) -> None:
        self.find_plan(note, new=new)
        why = error.what if isinstance(error, TacendaError) else type(error).__name__
        often = self.keyed("Save often, with {save}.")
        self.say(f"What you type cannot be kept beside the vault: {why} {often}", "caution")

    # -- what stands in the rows of the frame ----------------------------------------------------------------

    def show_top(self) -> None:
        """Show whose note this is, what it is, and whether it is saved."""
        draft = self._draft
        if draft is None:
            self.bar("top").show(((" Opening", "muted"),), self.lock_words())
            return
        keeper = self.tacenda.keeper
        wide = self.app.size.width >= 80
        saved = "draft " + self.saved_words if wide and self.saved_words.startswith("saved") else self.saved_words
        pending = keeper is not None and keeper.pending
        self._shown_pending = pending
        session = self.tacenda.session
        title = note_title(session, draft) if session is not None else ""
        left = ((f" {self._code}", "accent"), (f"  {title}", "text"))
        state = (f"{saved}{' *' if pending else ''}  ", "caution" if pending else "muted")
        self.bar("top").show(left, (state, *self.lock_words()))

    def fill(self) -> None:
        """Show the rows of the frame."""
        if not self._ready:
            return
        self.show_top()
        self.query_one("#folded", Bar).show(((f" {folded_line(self.state_now())}", "text"),))
        self._say_state()

    def _say_state(self) -> None:
        """Say what there is to know where the focus is."""
        focused = self.focused
        if isinstance(focused, NoteText):
            self._show_where()
        elif focused is self._beside:
            self.show_state(f"Only to read. Arrows scroll it, {self.key_of('out')} goes back to the text.")
        elif not self.finding and self.has_class("-adding"):
            self.show_state("Why it is added: a reviewer looks for it first.")
        elif not self.finding:
            self.show_state("Start and End are never filled in for you: type the real times, 1002 is 10:02, n is now.")

    def _show_where(self) -> None:
        """Say where the cursor stands, how much is written, what is empty."""
        heading, line = self.text.where()
        written = self.text.counted()
        gaps = f"empty: {', '.join(written.empty)}" if written.empty else "nothing empty"
        if self.app.size.width < 80:
            self.show_state(f"{heading or 'line'} {line}  {written.words}w")
        else:
            count = words.plural(written.words, "word")
            self.show_state(f"{heading + ', ' if heading else ''}line {line}   {count}   {gaps}")

    def watch_focused(self, focused: Widget | None) -> None:
        """Fold the header while the text is being written."""
        writing = isinstance(focused, NoteText | Beside) or (focused is not None and focused.id == "find")
        self.set_class(writing, "-writing")
        if focused is not None and focused.id != "find":
            self.remove_class("-finding")
        if self._ready:
            if isinstance(focused, NoteText):
                self.query_one("#folded", Bar).show(((f" {folded_line(self.state_now())}", "text"),))
            self._say_state()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self) -> None:
        if self._ready and self.focused is self.text:
            self._show_where()

    @on(NoteText.Counted)
    def _counted(self) -> None:
        if self._ready and self.focused is self.text:
            self._show_where()

    @on(NoteText.TooLong)
    def _too_long(self) -> None:
        self.say("The paste would make the note longer than 8 MiB. Nothing of it was taken, nothing is lost.", "danger")

    def field_done(self, field: Field) -> None:
        """Take Enter in a field: the next place that is found, or the next field."""
        if field.id == "find":
            self.go_hit(1)
        else:
            super().field_done(field)

    # -- keys ------------------------------------------------------------------------------------------------

    def action_out(self) -> None:
        """Go from the header to the text; from the text out, saved."""
        if self._error:
            self.hush()
            return
        if not self._ready or self._leaving:
            return
        if self.finding:
            self.end_finding()
        elif self.focused is not self.text:
            self.set_focus(self.text)
        else:
            self.leave()

    def erase(self) -> None:
        """Forget the text, and what was looked for in it."""
        self.forget_finding()
        super().erase()

    def go_on(self, tags: tuple[str, ...], service: str, field: str) -> None:
        """Go on writing after the review, which may have changed TAGS and SERVICE, in FIELD or in the text."""
        self.header.field("tags").set(", ".join(tags))
        self.header.field("service").set(service)
        self.set_focus(self.header.field(field) if field else self.text)

    def action_part(self) -> None:
        """Go from the text to the header, from there to the text in view where there is one, and back to the text."""
        if self.focused is self.text:
            self.set_focus(self.header.field("title" if self.has_class("-adding") else "date"))
        elif self.has_beside and self.focused is not self._beside:
            self.set_focus(self._beside)
        else:
            self.set_focus(self.text)

    def action_preview(self) -> None:
        """Show how the text is meant."""
        from tui.screens.notes.writing.preview import Preview  # noqa: PLC0415

        if self._ready:
            self.tacenda.show_page(Preview(self.text.said, self._code, self.text.cursor_location[0]))

    def action_hop(self) -> None:
        """Go to the next section, or the next field."""
        if self.focused is self.text:
            self.text.hop(1)
        elif not self.gone_on(self.focused):
            self.focus_next()

    def action_hop_back(self) -> None:
        """Go to the section before, or the field before."""
        if self.focused is self.text:
            self.text.hop(-1)
        else:
            self.focus_previous()
