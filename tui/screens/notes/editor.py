"""Where a note is written (F8, F9). Text saves itself; nothing ever asks whether to save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual import on
from textual.containers import Container
from textual.events import DescendantBlur
from textual.widget import Widget
from textual.widgets import Input, Label, TextArea

from core.session import NoteDraft, OpenNote, Saved, Taken, draft_of
from tui import keymap, words
from tui.screens.notes.beside import Beside
from tui.screens.notes.header import FIELDS, folded_line, header_cells, read_header, tidy, wrong_fields
from tui.screens.notes.titles import note_title
from tui.screens.page import Memento, Page
from tui.widgets.fields import Field
from tui.widgets.lines import Bar, Rule
from tui.widgets.note_text import NoteText, count_words, empty_sections
from vault_format.errors import Conflict, TacendaError

SAVE_SECONDS = 120.0
"""How long typed text waits at most before it is saved as a revision of the draft."""


class Editor(Page):
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
        self.saved_words = "not saved yet"
        self._ready = False
        self._leaving = False

    def body(self) -> Iterator[Widget]:
        """Header, rule, text."""
        with Container(id="header"):
            yield from header_cells()
        yield Bar(id="folded")
        yield Rule(id="beside-rule")
        yield self._beside
        yield Rule(id="rule")
        yield NoteText(id="text")

    def memento(self) -> Memento | None:
        """Come back to the draft with the cursor where it was; a note that was never saved does not come back."""
        note = self.tacenda.rescued or self._note
        return (Editor, {"note": note, "cursor": self._text.cursor_location}) if note else None

    @property
    def _text(self) -> NoteText:
        return self.query_one(NoteText)

    # -- the beginning ---------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Open the note, or begin one."""
        session = self.tacenda.session
        self.query_one("#rule", Rule).show_words("text")
        self._text.dress(self.tacenda.chosen.now.width, numbers=self.tacenda.chosen.now.numbers)
        if session is None:
            return
        if self._draft is not None:
            self.begin(self._draft, None, 0)
            if not self._draft.parent:
                self.set_focus(self.query_one("#start", Field))
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
        self._code = session.catalog.client(draft.client).code
        for name, _, _ in FIELDS:
            value = getattr(draft, name)
            self.query_one(f"#{name}", Field).set(", ".join(value) if isinstance(value, tuple) else value)
        if draft.parent:
            self._show_beside(draft.parent)
        self._text.load(draft.text)
        begins = self._cursor or self._text.first_gap(new=self._note is None)
        self._text.move_cursor(self._text.place_at(taken.cursor) if taken is not None else begins)
        # what is shown counts as what is saved, also where showing it changed nothing but its line ends
        self._ready = True
        keeper.begin(
            self._state_now(), note, revision, reserved=taken.note if taken is not None else 0, saved=taken is None
        )  # fmt: skip
        if taken is None:
            self.work(keeper.open_journal, lambda _: None, self._no_journal)
        self.set_focus(self._text)
        self.set_interval(SAVE_SECONDS, self.action_save)
        self.fill()

    def _show_beside(self, parent: int) -> None:
        """Make it the page of an addition: the reason for a header, the signed text in view."""
        self.add_class("-adding")
        self.query_one("#title-cell Label", Label).update("Reason")
        self.query_one("#beside-rule", Rule).show_words("signed, stays as it is")
        self._beside.show_of(self, parent)

    def _no_journal(self, error: BaseException) -> None:
        why = error.what if isinstance(error, TacendaError) else type(error).__name__
        self.say(f"What you type cannot be kept beside the vault: {why} Save often, with ^S.", "caution")

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
        self._show_where()

    def _show_where(self) -> None:
        draft = self._state_now()
        self.query_one("#folded", Bar).show(((f" {folded_line(draft)}", "text"),))
        heading, line = self._text.where()
        number = count_words(self._text.text)
        empty = empty_sections(self._text.text)
        gaps = f"empty: {', '.join(empty)}" if empty else "nothing empty"
        if self.app.size.width < 80:
            self.show_state(f"{heading or 'line'} {line}  {number}w")
        else:
            self.show_state(f"{heading + ', ' if heading else ''}line {line}   {words.plural(number, 'word')}   {gaps}")

    def watch_focused(self, focused: Widget | None) -> None:
        """Fold the header while the text is being written."""
        writing = isinstance(focused, NoteText | Beside)
        self.set_class(writing, "-writing")
        if self._ready and not writing and self.has_class("-adding"):
            self.show_state("Why it is added: a reviewer looks for it first.")
        elif self._ready and not writing:
            self.show_state("Start and End are never filled in for you: type the real times, 1002 is 10:02.")
        elif self._ready and focused is self._beside:
            self.show_state("The signed text. Arrows scroll it, Esc goes back.")
        elif self._ready:
            self._show_where()

    # -- what was typed --------------------------------------------------------------------------------------

    def _state_now(self) -> NoteDraft:
        """Return what stands on the page."""
        assert self._draft is not None  # noqa: S101  called once it is filled
        return read_header(self, self._draft, self._text.said)

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _typed(self) -> None:
        """Put the newest state where the guard finds it."""
        keeper = self.tacenda.keeper
        if not self._ready or keeper is None:
            return
        was = keeper.pending
        keeper.keep(self._state_now(), self._text.cursor_index)
        if keeper.pending != was:
            self.show_top()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self) -> None:
        if self._ready and self.focused is self._text:
            self._show_where()

    @on(NoteText.TooLong)
    def _too_long(self) -> None:
        self.say("The paste would make the note longer than 8 MiB. Nothing of it was taken, nothing is lost.", "danger")

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        self._tidy(field)
        self.focus_next()

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Write dates and times as they are kept once a field is left."""
        if isinstance(event.widget, Field):
            self._tidy(event.widget)

    def _tidy(self, field: Widget) -> None:
        wrong = tidy(self, field)
        if wrong:
            self.say(wrong, "caution")

    # -- saving ----------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Save now."""
        self._save(lambda: None)

    def _save(self, then: Callable[[], None]) -> None:
        keeper = self.tacenda.keeper
        if keeper is None or not self._ready:
            return
        keeper.keep(self._state_now(), self._text.cursor_index)

        def done(saved: Saved | None) -> None:
            if saved is not None:
                self.saved_words = f"saved {words.clock(saved.time)}"
            self.fill()
            then()

        self.work(keeper.save, done, self._not_saved)

    def _not_saved(self, error: BaseException) -> None:
        self._leaving = False
        self.tacenda.release_keys(self)
        if isinstance(error, Conflict):
            from tui.screens.notes.conflict import Conflicting  # noqa: PLC0415

            self.tacenda.show_page(Conflicting(self._state_now()))
            return
        self.saved_words = "not saved"
        self.fail(error)
        self.show_top()

    # -- keys ------------------------------------------------------------------------------------------------

    def action_out(self) -> None:
        """Go from the header to the text; from the text out, saved."""
        if self._error:
            self.hush()
            return
        if not self._ready or self._leaving:
            return
        if self.focused is not self._text:
            self.set_focus(self._text)
            return
        self._leaving = True
        # what is pressed next is for the page that comes, not for the text
        self.tacenda.hold_keys(self)
        self._save(self._left)

    def let_go(self) -> None:
        """Forget the text, which the vault has."""
        keeper = self.tacenda.keeper
        if keeper is not None:
            keeper.clear()
        self._ready = False
        self.erase()

    def go_on(self, tags: tuple[str, ...], field: str) -> None:
        """Go on writing after the review, which may have changed the TAGS, in FIELD or in the text."""
        self.query_one("#tags", Field).set(", ".join(tags))
        self.set_focus(self.query_one(f"#{field}", Field) if field else self._text)

    def _left(self) -> None:
        self.let_go()
        self.tacenda.back()
        self.tacenda.release_keys(self)

    def action_part(self) -> None:
        """Go from the text to the header, from there to the text in view where there is one, and back to the text."""
        adding = self.has_class("-adding")
        if self.focused is self._text:
            self.set_focus(self.query_one("#title" if adding else "#date", Field))
        elif adding and self.focused is not self._beside:
            self.set_focus(self._beside)
        else:
            self.set_focus(self._text)

    def action_sign(self) -> None:
        """Save, then look at it once more before it is signed."""
        if not self._ready or self._leaving:
            return
        self.tacenda.hold_keys(self)
        self._save(self._review)

    def _review(self) -> None:
        from tui.screens.notes.sign import SignReview  # noqa: PLC0415

        keeper = self.tacenda.keeper
        self.tacenda.release_keys(self)
        if keeper is None or keeper.note is None or keeper.draft is None:
            self.say("Nothing is written yet: there is nothing to sign.")
            return
        self.tacenda.show_page(SignReview(keeper.note, keeper.draft, keeper.revision, wrong_fields(self)))

    def action_hop(self) -> None:
        """Go to the next section, or the next field."""
        if self.focused is self._text:
            self._text.hop(1)
        else:
            self.focus_next()

    def action_hop_back(self) -> None:
        """Go to the section before, or the field before."""
        if self.focused is self._text:
            self._text.hop(-1)
        else:
            self.focus_previous()
