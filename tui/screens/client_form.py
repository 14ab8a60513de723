"""A client's fields: for a new one only the code is needed; one that is edited was opened, which is recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.catalog import AppointmentRow
from core.catalog.client_rows import is_same_as
from core.code_advice import advise
from core.session import ClientDraft
from core.upkeep.retention import check_born
from tui import keymap, words
from tui.screens.box import Box
from tui.screens.practice.appointed import understood_lines
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.note_text import NoteText
from vault_format.errors import UsageError

_FIELDS = (
    ("Code", "focus", 24, ""), ("Name", "name", 200, "optional; hidden until v"),
    ("Born", "born", 200, "optional: 2011-04-12, or 2011"),
    ("People", "people", 1_000, "a couple, a group: codes, with commas"),
    ("Goals", "goals", 13_000, "optional; a semicolon between two"),
    ("Next", "next", 200, "optional: tomorrow 10:00, tue 9"), ("Risk", "risk", 200, "optional"),
)  # fmt: skip
"""Label, id, room in characters, hint; the text stands below them."""
_LABELS = {"code": "Code", "name": "Name", "born": "Born", "people": "People", "goals": "Goals", "next": "Next",
           "risk": "Risk", "text": "About"}  # fmt: skip
_ADVICE = (
    "The code stands on lists: a word that tells nothing about the person. Not initials, not a date of birth, not a "
    "number of theirs."
)


class ClientForm(Box):
    """Asks for a client; its result is a ClientDraft. THERE is what another session saved meanwhile.

    CLIENT is its number, 0 for a new one; APPOINTMENT is the one that Next shows, if any.
    """

    WHERE = "client"
    BINDINGS = keymap.bindings("client")

    def __init__(
        self, draft: ClientDraft | None = None, problem: str = "", *, title: str = "New client",
        there: ClientDraft | None = None, client: int = 0, appointment: AppointmentRow | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title)
        self._draft = draft or ClientDraft("")
        self._there = there
        self._problem = problem
        self._client = client
        self._appointment = appointment
        self._loaded = ""

    def body(self) -> Iterator[Widget]:
        """Fields, a text, what a code must not be, and how Next is understood."""
        draft, planned = self._draft, self._appointment
        following = draft.next or (planned.when if planned else "")
        values = {"focus": draft.code, "name": draft.name, "born": draft.born, "people": ", ".join(draft.people),
                  "goals": _one_line(draft.goals), "next": following, "risk": draft.risk}  # fmt: skip
        for label, name, limit, hint in _FIELDS:
            yield Labelled(label, Field(values[name], id=name, limit=limit, hint=hint))
        yield Labelled("About", NoteText(id="text"), classes="field-row text-row")
        yield Sheet(id="advice", focusable=False)
        yield Sheet(id="understood", focusable=False)
        yield Bar(id="problem")

    def on_mount(self) -> None:
        """Say what a code must not be."""
        about = self.query_one(NoteText)
        about.placeholder = "optional: what is good to know of them"
        about.load(self._draft.text)
        self._loaded = about.said
        self._advise()
        self._understand()
        self._say(self._problem)

    def _say(self, problem: str) -> None:
        self.query_one("#problem", Bar).show(((f" {problem}", "danger"),) if problem else ())

    @on(NoteText.TooLong)
    def _too_long(self) -> None:
        self._say("The text would be over 8 MiB: nothing was taken in.")

    @on(Input.Changed, "#focus")
    @on(Input.Changed, "#name")
    @on(Input.Changed, "#born")
    def _advise(self) -> None:
        """Warn of a code that tells who somebody is; it is taken all the same."""
        if self._there is not None:
            lines = self._differences(self._draft, self._there)
        else:
            warning = advise(self._said("focus"), self._said("name"), self._said("born"))
            role, room = "caution" if warning else "muted", min(60, self.app.size.width - 6)
            lines = [((f" {row}", role),) for row in words.wrap(f"! {warning} {_ADVICE}" if warning else _ADVICE, room)]
        self.query_one("#advice", Sheet).show([(), *lines])

    @on(Input.Changed, "#next")
    def _understand(self) -> None:
        """Say how Next is understood: only a day and a time become an appointment."""
        session, said = self.tacenda.session, self._said("next")
        if session is None:
            return
        lines: list[Line] = []
        if said and not is_same_as(said):
            but = self._appointment.id if self._appointment else 0
            when, lines = understood_lines(session, said, self._client, but)
            if when is None:
                lines = [((" Next: kept as words; no appointment is made of them.", "muted"),)]
            elif when.time is None:
                lines = [((f" Next: {when.words()}; with a time it becomes an appointment.", "muted"),)]
        self.query_one("#understood", Sheet).show(lines)

    def _said(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).said.strip()

    def _differences(self, here: ClientDraft, there: ClientDraft) -> list[Line]:
        pairs = [(label, _shown(getattr(here, name)), _shown(getattr(there, name))) for name, label in _LABELS.items()]
        return [
            ((f" Changed in another session meanwhile. {self.key_of('finish')} takes what stands above,", "caution"),),
            ((f" {self.key_of('out')} what was saved there:", "caution"),),
            *(((f"   {label}: {theirs or 'empty'}", "text"),) for label, mine, theirs in pairs if mine != theirs),
        ]

    def field_done(self, field: Field) -> None:
        """Take Enter in a field; in the text it is a new line."""
        ids = [name for _, name, _, _ in _FIELDS]
        place = ids.index(field.id or "focus")
        self.set_focus(self.query_one(f"#{[*ids[1:], 'text'][place]}"))

    def action_finish(self) -> None:
        """Be done, if there is a code, and Born is a day."""
        draft = self._written()
        if not draft.code:
            self._refuse("A client needs a code.", "focus")
            return
        try:
            if draft.born != self._draft.born:
                check_born(draft.born)
        except UsageError as error:
            self._refuse(f"{error.what} {error.todo}", "born")
            return
        self.dismiss(draft)

    def _refuse(self, problem: str, field: str) -> None:
        self._say(problem)
        self.set_focus(self.query_one(f"#{field}"))

    def _written(self) -> ClientDraft:
        """Return what stands in the fields; one that was not touched is what it was."""
        draft, planned = self._draft, self._appointment
        people = tuple(one.strip() for one in self._said("people").split(",") if one.strip())
        following, goals, text = self._said("next"), self._said("goals"), self.query_one(NoteText).said
        if text == self._loaded:
            text = draft.text
        if planned is not None and following in ("", planned.when):
            # the appointment stands as it is: its client's entry says nothing of it
            following = draft.next
        if goals == _one_line(draft.goals).strip():
            # a goal may hold a semicolon of its own
            parted = draft.goals
        else:
            parted = tuple(one.strip() for one in goals.split(";") if one.strip())
        return dataclasses.replace(
            draft, code=self._said("focus"), name=self._said("name"), born=self._said("born"), people=people,
            goals=parted, next=following, risk=self._said("risk"), text=text,
        )  # fmt: skip


def _one_line(several: tuple[str, ...]) -> str:
    return "; ".join(several)


def _shown(value: str | tuple[str, ...]) -> str:
    """Return a field in one row."""
    return " ".join((value if isinstance(value, str) else _one_line(value)).split())
