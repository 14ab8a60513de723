"""A new note: one list, one Enter (F7). Behind the types of notes stand the person's own templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from textual.events import Key
from textual.widget import Widget

from core.session import NoteDraft, Session
from core.writing.forms import NAMES, TYPE_FORMS, skeleton
from core.writing.templates import Templates, load_templates
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows


@dataclass(frozen=True, slots=True)
class Kind:
    """What a note can begin as: its letter, its type, what a screen calls it; a template brings FORM and TEXT."""

    letter: str
    type: str
    name: str
    more: str = ""
    form: str = ""
    text: str = ""


KINDS = (
    Kind("p", "progress", "Progress note"),
    Kind("m", "missed-session", "Missed session"),
    Kind("c", "contact-log", "Contact log"),
    Kind("r", "safety-plan", "Risk, safety plan"),
    Kind("t", "treatment-plan", "Treatment plan"),
    Kind("i", "intake", "Intake"),
    Kind("x", "termination", "Termination summary"),
    Kind("u", "supervision", "Supervision"),
    Kind("o", "process", "Process note", ", yours alone for ever"),
)
Answer = tuple[str, str, str]
"""Type, form, and the text of a template (empty: the form's headings)."""


def _own(templates: Templates) -> list[Kind]:
    """Return the templates as rows; the first nine have a digit."""
    return [
        Kind(str(at) if at < 10 else " ", one.type, one.name, form=one.form, text=one.text)
        for at, one in enumerate(templates.found, 1)
    ]  # fmt: skip


class NewNote(Box):
    """Asks which kind of note; its result is an Answer. FORMS gives the form that was used last for a type."""

    WHERE = "new-note"
    BINDINGS = keymap.bindings("new-note")

    def __init__(self, code: str, progress_form: str, forms: Mapping[str, str] | None = None) -> None:
        super().__init__(f"New note for {code}")
        self._forms = {"progress": progress_form, **(forms or {})}
        templates = load_templates()
        self._kinds = [*KINDS, *_own(templates)]
        self._problems = templates.problems

    def body(self) -> Iterator[Widget]:
        """The list, and what is wrong with templates."""
        yield Rows(id="focus")
        yield Sheet(id="problems", focusable=False)

    def on_mount(self) -> None:
        """Fill it."""
        self._show()
        lines: list[Line] = []
        for problem in self._problems[:3]:
            rows = words.wrap(problem, min(self.app.size.width, 66) - 8)
            lines += [((f" {'!' if not at else ' '} {row}", "caution"),) for at, row in enumerate(rows)]
        self.query_one("#problems", Sheet).show(lines)

    def _show(self) -> None:
        self.query_one(Rows).show(Listed(self._kinds, self._line))

    def _form(self, kind: Kind) -> str:
        if kind.form:
            return kind.form
        offered = TYPE_FORMS[kind.type]
        last = self._forms.get(kind.type, "")
        return last if last in offered else offered[0]

    def _line(self, kind: Kind, width: int) -> Line:
        name = (words.fit(f" {kind.letter}  {kind.name}", 26), "text")
        if not kind.form:
            return (name, (NAMES[self._form(kind)] + kind.more, "muted"))
        said = f"{kind.type.replace('-', ' ')}, template of yours"
        return (name, (words.fit(said, width - 26), "muted"))

    @property
    def _here(self) -> Kind:
        return self._kinds[self.query_one(Rows).cursor]

    def _start(self, kind: Kind) -> None:
        self.dismiss((kind.type, self._form(kind), kind.text))

    def action_choose(self) -> None:
        """Start the kind that the cursor stands on."""
        self._start(self._here)

    def action_form(self) -> None:
        """Take the next form for the type that the cursor stands on."""
        kind = self._here
        if kind.form:
            return
        offered = TYPE_FORMS[kind.type]
        self._forms[kind.type] = offered[(offered.index(self._form(kind)) + 1) % len(offered)]
        self._show()

    def on_key(self, event: Key) -> None:
        """Start a kind by its letter, a template by its digit."""
        for kind in self._kinds:
            if event.character == kind.letter and kind.letter != " ":
                event.stop()
                self._start(kind)
                return


def last_forms(session: Session, client: int) -> dict[str, str]:
    """Return the form that CLIENT's newest note of each type has. Nothing is opened."""
    forms: dict[str, str] = {}
    for row in session.catalog.notes(client):
        if not row.parent and row.form:
            forms.setdefault(row.type, row.form)
    return forms


def ask_for_note(page: Page, client: int) -> None:
    """Ask for the kind of note over PAGE, then open the editor on it. Nothing is saved before something is typed."""
    session = page.tacenda.session
    if session is None:
        return
    code = session.catalog.client(client).code
    forms = last_forms(session, client)

    def answered(result: Answer | None) -> None:
        from tui.screens.notes.writing.editor import Editor  # noqa: PLC0415

        if result is not None:
            kind, form, text = result
            page.tacenda.show_page(Editor(draft=NoteDraft(
                client, text or skeleton(form), kind, form, date=words.today(), process=kind == "process",
            )))  # fmt: skip

    page.tacenda.show_page(NewNote(code, page.tacenda.chosen.now.form, forms), answered)
