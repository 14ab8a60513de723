"""A client's fields: for a new one only the code is needed; one that is edited was opened, which is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.catalog import AppointmentRow
from core.catalog.client_rows import is_same_as
from core.client_form import LABELS, differing, shown, written
from core.code_advice import advise
from core.session import ClientDraft, TypedClient
from core.upkeep.charts.retention import check_born
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.practice.appointed import understood_lines
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.note_text import NoteText
from tui.widgets.telling import ChangeHost
from vault_format.errors import TacendaError, UsageError

_FIELDS = (
    ("code", 24, ""), ("name", 200, "optional; hidden until v"), ("born", 200, "optional: 2011-04-12, or 2011"),
    ("people", 1_000, "a couple, a group: codes, with commas"),
    ("goals", 13_000, "optional; a semicolon between two"), ("next", 200, "optional: tomorrow 10:00, tue 9"),
    ("risk", 200, "optional"),
)  # fmt: skip
"""Name, room in characters, hint; the text stands below them."""
_IDS = {"code": "focus"}
"""Of the fields whose id is not their name."""
_NAMES = {"focus": "code"}
_ADVICE = (
    "The code stands on lists: a word that tells nothing about the person. Not initials, not a date of birth, not a "
    "number of theirs."
)


class ClientForm(Box, ChangeHost):
    """Asks for a client; its result is a TypedClient: what was changed of WAS, the entry as the vault has it.

    CLIENT is its number, 0 for a new one; APPOINTMENT is the one that Next shows, if any. TYPED is what was changed
    already, MOVED says that another session saved the entry since, TOLD is said at the beginning: a sentence, its role.
    """

    WHERE = "client"
    SAYS = True
    BINDINGS = keymap.bindings("client")

    def __init__(
        self, was: ClientDraft | None = None, typed: TypedClient | None = None, *, client: int = 0,
        appointment: AppointmentRow | None = None, moved: bool = False, told: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"Client {was.code}" if was is not None else "New client")
        self._was = was or ClientDraft("")
        self._begins = typed or TypedClient()
        self._client = client
        self._appointment = appointment
        self._moved = moved
        self._told = told
        self._loaded: dict[str, str] = {}
        """What stands in each field where nothing is changed; empty until the form is filled."""

    def body(self) -> Iterator[Widget]:
        """Fields, a text, what a code must not be, and how Next is understood."""
        values = shown(self._was, self._appointment)
        for name, limit, hint in _FIELDS:
            yield Labelled(LABELS[name], Field(values[name], id=_IDS.get(name, name), limit=limit, hint=hint))
        yield Labelled(LABELS["text"], NoteText(id="text"), classes="field-row text-row")
        yield Sheet(id="advice", focusable=False)
        yield Sheet(id="understood", focusable=False)
        yield Sheet(id="problem", focusable=False)

    def on_mount(self) -> None:
        """Fill it, say what a code must not be, and take the journal's space."""
        about = self.query_one(NoteText)
        about.placeholder = "optional: what is good to know of them"
        about.load(self._was.text)
        loaded = {name: self._field(name).said for name, _, _ in _FIELDS} | {"text": about.said}
        self._put(self._begins)
        self._loaded = loaded
        self.watch(self, "focused", self._cursor_moved)
        for widget in (*self.query(Field), about):
            self.watch(widget, "selection", self._cursor_moved)
        self._advise()
        self._understand()
        if self._told is not None:
            self.say(*self._told)
        keeper = self.tacenda.form
        if keeper is not None:
            self.tacenda.start_job(self, keeper.open_journal, lambda _: None, self._no_journal)

    def _put(self, typed: TypedClient) -> None:
        """Put what was typed before into its fields, and the cursor where it was."""
        about = self.query_one(NoteText)
        for name, _, _ in _FIELDS:
            value = getattr(typed, name)
            if value is not None:
                self._field(name).set(value)
        if typed.text is not None:
            about.load(typed.text)
        if typed.field == "text":
            about.move_cursor(about.place_at(typed.cursor))
            self.set_focus(about)
        elif typed.field in LABELS:
            field = self._field(typed.field)
            field.cursor_position = typed.cursor
            self.set_focus(field)

    def _no_journal(self, error: BaseException) -> None:
        why = error.what if isinstance(error, TacendaError) else type(error).__name__
        self.say(f"What you type cannot be kept beside the vault: {why} A lock would lose it.", "caution")

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{_IDS.get(name, name)}", Field)

    @property
    def _room(self) -> int:
        """Columns that a sentence below the fields has."""
        return min(60, self.app.size.width - 6)

    def say(self, sentence: str, role: str = "text") -> None:
        """Say something below the fields; an empty SENTENCE takes it away."""
        rows = words.wrap(sentence, self._room) if sentence else []
        self.query_one("#problem", Sheet).show([((f" {row}", role),) for row in rows])

    @on(NoteText.TooLong)
    def _too_long(self) -> None:
        self.say("The text would be over 8 MiB: nothing was taken in.", "danger")

    # -- what is typed ---------------------------------------------------------------------------------------

    def typed_now(self) -> TypedClient:
        """Return what stands in the fields, as far as it was changed, and where the cursor is."""
        text = self.query_one(NoteText).said
        changed: dict[str, str | None] = {"text": None if text == self._loaded["text"] else text}
        for name, _, _ in _FIELDS:
            said = self._field(name).said
            changed[name] = None if said.strip() == self._loaded[name].strip() else said
        field, cursor = self._cursor()
        return TypedClient(**changed, field=field, cursor=cursor)

    def _cursor(self) -> tuple[str, int]:
        """Return the name of the field that has the cursor, and how many characters stand before it."""
        focused = self.focused
        if isinstance(focused, Field):
            return _NAMES.get(focused.id or "", focused.id or ""), focused.cursor_position
        return ("text", focused.cursor_index) if isinstance(focused, NoteText) else ("code", 0)

    def changed_now(self) -> None:
        """Put the newest state where the guard finds it."""
        keeper = self.tacenda.form
        if self._loaded and keeper is not None:
            keeper.keep(self.typed_now())

    def _cursor_moved(self) -> None:
        """Put down where the cursor is: a field tells of a change before its cursor has gone on."""
        keeper = self.tacenda.form
        if self._loaded and keeper is not None and self.focused is not None:
            keeper.move(*self._cursor())

    def erase(self) -> None:
        """Forget what was typed: it is where it is kept."""
        self._loaded = {}
        super().erase()

    def _written(self) -> ClientDraft:
        return written(self.typed_now(), self._was, self._appointment)

    # -- what is said of it ----------------------------------------------------------------------------------

    @on(Input.Changed)
    def _advise(self) -> None:
        """Warn of a code that tells who somebody is, which is taken all the same; or show what was saved elsewhere."""
        if not self._loaded:
            return
        if self._moved:
            lines = self._differences()
        else:
            warning = advise(self._said("code"), self._said("name"), self._said("born"))
            rows = words.wrap(f"! {warning} {_ADVICE}" if warning else _ADVICE, self._room)
            lines = [((f" {row}", "caution" if warning else "muted"),) for row in rows]
        self.query_one("#advice", Sheet).show([(), *lines])

    def _differences(self) -> list[Line]:
        sentence = self.keyed(
            "Changed in another session meanwhile. {finish} takes what stands above, {out} what was saved there:"
        )
        rows: list[Line] = [((f" {row}", "caution"),) for row in words.wrap(sentence, self._room)]
        pairs = differing(self._written(), self._was)
        return [*rows, *(((f"   {label}: {theirs or 'empty'}", "text"),) for label, _, theirs in pairs)]

    @on(Input.Changed, "#next")
    def _understand(self) -> None:
        """Say how Next is understood: only a day and a time become an appointment."""
        session = self.tacenda.session
        if session is None or not self._loaded:
            return
        lines: list[Line] = []
        said = self._said("next")
        if said and not is_same_as(said):
            but = self._appointment.id if self._appointment else 0
            when, lines = understood_lines(session, said, self._client, but)
            if when is None:
                lines = [((" Next: kept as words; no appointment is made of them.", "muted"),)]
            elif when.time is None:
                lines = [((f" Next: {when.words()}; with a time it becomes an appointment.", "muted"),)]
        self.query_one("#understood", Sheet).show(lines)

    def _said(self, name: str) -> str:
        return self._field(name).said.strip()

    # -- keys ------------------------------------------------------------------------------------------------

    def field_done(self, field: Field) -> None:
        """Take Enter in a field; in the text it is a new line."""
        names = [*LABELS]
        place = names.index(_NAMES.get(field.id or "", field.id or ""))
        self.set_focus(self.query_one(f"#{names[place + 1]}"))

    def action_finish(self) -> None:
        """Be done, if there is a code, and Born is a day."""
        draft = self._written()
        if not draft.code:
            self._refuse("A client needs a code.", "code")
            return
        try:
            if draft.born != self._was.born:
                check_born(draft.born)
        except UsageError as error:
            self._refuse(f"{error.what} {error.todo}", "born")
            return
        self.changed_now()
        self.dismiss(self.typed_now())

    def _refuse(self, problem: str, field: str) -> None:
        self.say(problem, "danger")
        self.set_focus(self._field(field))
