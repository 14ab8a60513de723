"""What is typed goes to the keeper at every change, and from there into the vault: by itself, and before one leaves."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.widgets import Input, TextArea

from core.session import NoteDraft, Saved
from core.writing.follow_up import Planned, plan_next
from tui import words
from tui.keys.keyboard import SAVING
from tui.screens.notes.writing.header import Header, wrong_fields
from tui.screens.page import Page
from tui.widgets.note_text import NoteText
from tui.widgets.telling import ChangeHost
from vault_format.errors import Conflict, TacendaError

ALONE = "A process note alone leaves the chart of {day} without a note: write the progress note, too."


class Keeping(Page, ChangeHost):
    """The part of the editor that keeps and saves. The page fills `_draft` and sets `_ready`."""

    _draft: NoteDraft | None = None
    _ready = False
    _leaving = False
    _left_with: NoteDraft | None = None
    _planned_for = ""
    """What the note said of the next appointment when it was last planned."""
    saved_words = "not saved yet"
    _shown_pending = False

    @property
    def text(self) -> NoteText:
        """Where the text stands."""
        return self.query_one(NoteText)

    @property
    def header(self) -> Header:
        """The fields above it."""
        return self.query_one(Header)

    def state_now(self) -> NoteDraft:
        """Return what stands on the page."""
        assert self._draft is not None  # noqa: S101  called once it is filled
        return self.header.read(self._draft, self.text.said)

    def changed_now(self) -> None:
        """Put the newest state where the guard finds it."""
        keeper = self.tacenda.keeper
        if self._ready and keeper is not None:
            keeper.keep(self.state_now(), self.text.cursor_index)

    @on(TextArea.Changed)
    @on(Input.Changed)
    def typed(self) -> None:
        """Say whether something is not saved."""
        keeper = self.tacenda.keeper
        if self._ready and keeper is not None and keeper.pending != self._shown_pending:
            self._shown_pending = keeper.pending
            self.show_top()

    def action_save(self) -> None:
        """Save now."""
        self.save(lambda: None)

    def save(self, then: Callable[[], None]) -> None:
        """Save in a thread, then do THEN here."""
        keeper = self.tacenda.keeper
        if keeper is None or not self._ready:
            return
        keeper.keep(self.state_now(), self.text.cursor_index)

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
            from tui.screens.notes.writing.conflict import Conflicting  # noqa: PLC0415

            self.tacenda.show_page(Conflicting(self.state_now()))
            return
        self.saved_words = "not saved"
        self.fail(error)
        self.show_top()

    def plan_next(self) -> str:
        """Plan the next appointment that the saved note tells of; return what was planned, in words. For a thread."""
        session, keeper = self.tacenda.session, self.tacenda.keeper
        draft = keeper.draft if keeper is not None and keeper.note is not None else None
        if session is None or draft is None or draft.parent:
            return ""
        before, self._planned_for = self._planned_for, draft.next
        try:
            return told(plan_next(session, draft, before))
        except TacendaError as error:
            return f"The next appointment is not planned: {error.what}"

    def leave(self) -> None:
        """Save, plan what comes next, and go back; what is pressed meanwhile is for the page that comes."""
        self._leaving, self._left_with = True, self.state_now()
        self.tacenda.hold_keys(self, SAVING)
        self.save(lambda: self.work(self.plan_next, self._left, lambda _: self._left("")))

    def _left(self, planned: str) -> None:
        if self.state_now() != self._left_with:
            # typed after all while it was being saved: nothing is let go of that the vault does not have
            self.leave()
            return
        said = " ".join(filter(None, (planned, self._alone())))
        self.let_go()
        self.tacenda.back()
        below = self.tacenda.page
        if said and below is not None:
            below.say(said, "caution" if "not planned" in said or "alone" in said or "overlaps" in said else "text")
        self.tacenda.release_keys(self)

    def _alone(self) -> str:
        """Return what is to be said of a process note that has no progress note beside it."""
        from core.writing.review import stands_alone  # noqa: PLC0415

        session, keeper = self.tacenda.session, self.tacenda.keeper
        draft = keeper.draft if keeper is not None and keeper.note is not None else None
        if session is None or draft is None or not stands_alone(draft, session.catalog.notes(draft.client)):
            return ""
        return ALONE.format(day=draft.date)

    def let_go(self) -> None:
        """Forget the text, which the vault has."""
        keeper = self.tacenda.keeper
        if keeper is not None:
            keeper.clear()
        self._ready = False
        self.erase()

    def action_sign(self) -> None:
        """Save, then look at it once more before it is signed."""
        if not self._ready or self._leaving:
            return
        self.tacenda.hold_keys(self, SAVING)
        self.save(lambda: self.work(self.plan_next, self._review, lambda _: self._review("")))

    def _review(self, planned: str) -> None:
        from tui.screens.notes.signing.sign import SignReview  # noqa: PLC0415

        keeper = self.tacenda.keeper
        self.tacenda.release_keys(self)
        if keeper is None or keeper.note is None or keeper.draft is None:
            self.say("Nothing is written yet: there is nothing to sign.")
            return
        self.tacenda.show_page(
            SignReview(keeper.note, keeper.draft, keeper.revision, wrong_fields(self.header), planned)
        )  # fmt: skip


def told(planned: Planned | None) -> str:
    """Return what was planned, in words."""
    if planned is None:
        return ""
    said = f"{'Moved to' if planned.moved else 'Next is planned for'} {planned.words}."
    if planned.overlaps:
        said += f" It overlaps with {', '.join(row.client_code for row in planned.overlaps[:3])}."
    return said
