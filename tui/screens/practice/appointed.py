"""What is done with an appointment from a page: plan it, move it, say what became of it, write its note."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.catalog import AppointmentRow
from core.session import NoteDraft, Session
from core.session.practice.appointments import Appointed
from core.writing.forms import skeleton
from core.writing.when import When
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet

_EXAMPLES = "tomorrow 10:00, tue 9, in 2 weeks, 2026-12-01 14:30"


def understood_lines(session: Session, text: str, client: int, but: int = 0) -> tuple[When | None, list[Line]]:
    """Return what TEXT was understood as, and the rows that say so: how, and what is planned at that time already."""
    if not text.strip():
        return None, [((f" As in: {_EXAMPLES}", "muted"),), ((" Another length behind it: tue 9 80 min", "muted"),)]
    when = session.understood(text, client)
    if when is None:
        return None, [((" Not understood as a day and a time.", "caution"),), ()]
    said: list[Line] = [((f" {when.words()}", "good" if when.time else "caution"),)]
    double = session.overlaps(when, but)
    told = ", ".join(f"{row.client_code} {row.time}" for row in double)
    return when, [*said, ((f" ! at that time already: {told}", "caution"),) if told else ()]


class AskWhen(Box):
    """Asks for the day and time of an appointment of CLIENT; its result is a When. BUT is the one that is moved."""

    WHERE = "when"
    BINDINGS = keymap.bindings("when")

    def __init__(self, title: str, client: int, but: int = 0) -> None:
        super().__init__(title)
        self._client = client
        self._but = but
        self._when: When | None = None

    def body(self) -> Iterator[Widget]:
        """A field, and how it is understood."""
        yield Labelled("When", Field(id="focus", limit=60))
        yield Sheet(id="understood", focusable=False)

    def on_mount(self) -> None:
        """Say what can be typed."""
        self._understand()

    @on(Input.Changed, "#focus")
    def _understand(self) -> None:
        session = self.tacenda.session
        if session is None:
            return
        said = self.query_one("#focus", Field).said
        self._when, lines = understood_lines(session, said, self._client, self._but)
        self.query_one("#understood", Sheet).show([(), *lines])

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Be done, if there is a day and a time."""
        if self._when is not None and self._when.time is not None:
            self.dismiss(self._when)


def plan(page: Page, client: int) -> None:
    """Ask over PAGE when the next appointment of CLIENT is, and make it."""
    session = page.tacenda.session
    if session is None:
        return

    def answered(when: When | None) -> None:
        if when is not None:
            page.work(partial(session.appoint, client, when), partial(_saved, page))

    code = session.catalog.client(client).code
    page.tacenda.show_page(AskWhen(f"An appointment of {code}", client), answered)


def plan_said(page: Page, client: int, when: str) -> None:
    """Make the appointment that a note named."""
    session = page.tacenda.session
    understood = session.understood(when, client) if session is not None else None
    if session is not None and understood is not None and understood.time is not None:
        page.work(partial(session.appoint, client, understood), partial(_saved, page))


def move(page: Page, row: AppointmentRow) -> None:
    """Ask over PAGE where an appointment is moved to."""
    session = page.tacenda.session
    if session is None:
        return

    def answered(when: When | None) -> None:
        if when is not None:
            page.work(partial(session.move_appointment, row.id, when), partial(_saved, page))

    title = f"Move {row.client_code}, {words.with_weekday(row.when)}"
    page.tacenda.show_page(AskWhen(title, row.client, row.id), answered)


def mark(page: Page, row: AppointmentRow, state: str) -> None:
    """Say what became of an appointment; a missed one leads to its note, which is not begun by itself."""
    session = page.tacenda.session
    if session is not None:
        page.work(partial(session.set_appointment, row.id, state), partial(_saved, page))


def _saved(page: Page, done: Appointed) -> None:
    session = page.tacenda.session
    if session is None:
        return
    page.tacenda.renew()
    row = session.catalog.appointment(done.appointment)
    said = f"{row.client_code}, {words.with_weekday(row.when)}: {row.state}."
    if row.state == "missed" and not row.note:
        said += keymap.keyed(" {choose} writes the missed-session note.", page.WHERE)
    if done.overlaps:
        said += " At that time already: " + ", ".join(f"{one.client_code} {one.time}" for one in done.overlaps) + "."
    page.say(said, "caution" if done.overlaps else "good")


def write_for(page: Page, row: AppointmentRow) -> None:
    """Write the note of an appointment: a missed one's straight away, else of the kind that is asked for.

    Its actual times are never taken from the plan.
    """
    from tui.screens.notes.writing.new_note import NewNote  # noqa: PLC0415

    session = page.tacenda.session
    if session is None:
        return

    def answered(result: tuple[str, str, str] | None) -> None:
        if result is not None:
            begin(page, row.client, *result, date=row.day, appointment=row.id)

    if row.state == "missed":
        answered(("missed-session", "free", ""))
        return
    last = next((note.form for note in session.catalog.notes(row.client) if note.type == "progress"), "soap")
    page.tacenda.show_page(NewNote(row.client_code, last), answered)


def begin(
    page: Page, client: int, kind: str, form: str, text: str = "", *, date: str = "", appointment: int = 0
) -> None:
    """Open the editor on a new note of CLIENT, which begins with TEXT, else with the form's headings.

    Nothing is saved before something is typed.
    """
    from tui.screens.notes.writing.editor import Editor  # noqa: PLC0415

    page.tacenda.show_page(Editor(draft=NoteDraft(
        client, text or skeleton(form), kind, form, date=date or words.today(), appointment=appointment,
        process=kind == "process",
    )))  # fmt: skip
