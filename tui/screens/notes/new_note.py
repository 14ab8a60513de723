"""A new note: one list, one Enter (F7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.events import Key
from textual.widget import Widget

from core.forms import NAMES, skeleton
from core.session import NoteDraft
from tui import keymap, words
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.lines import Line
from tui.widgets.rows import Listed, Rows

_PROGRESS_FORMS = ("soap", "dap", "birp", "girp", "pie", "free")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of note: its letter, its name, its usual form."""

    letter: str
    type: str
    name: str
    form: str
    more: str = ""


KINDS = (
    Kind("p", "progress", "Progress note", "soap"),
    Kind("m", "missed-session", "Missed session", "free"),
    Kind("c", "contact-log", "Contact log", "free"),
    Kind("r", "safety-plan", "Risk, safety plan", "stanley-brown"),
    Kind("t", "treatment-plan", "Treatment plan", "plan"),
    Kind("i", "intake", "Intake", "free"),
    Kind("x", "termination", "Termination summary", "free"),
    Kind("u", "supervision", "Supervision", "free"),
    Kind("o", "process", "Process note", "free", ", yours alone for ever"),
)


class NewNote(Box):
    """Asks which kind of note; its result is (type, form). PROGRESS_FORM was used last for this client."""

    WHERE = "new-note"
    BINDINGS = keymap.bindings("new-note")

    def __init__(self, code: str, progress_form: str) -> None:
        super().__init__(f"New note for {code}")
        self._progress_form = progress_form

    def body(self) -> Iterator[Widget]:
        """The list."""
        yield Rows(id="focus")

    def on_mount(self) -> None:
        """Fill it."""
        self._show()

    def _show(self) -> None:
        self.query_one(Rows).show(Listed(KINDS, self._line))

    def _form(self, kind: Kind) -> str:
        return self._progress_form if kind.type == "progress" else kind.form

    def _line(self, kind: Kind, width: int) -> Line:
        del width
        name = (words.fit(f" {kind.letter}  {kind.name}", 26), "text")
        return (name, (NAMES[self._form(kind)] + kind.more, "muted"))

    def action_choose(self) -> None:
        """Start the kind that the cursor stands on."""
        kind = KINDS[self.query_one(Rows).cursor]
        self.dismiss((kind.type, self._form(kind)))

    def action_form(self) -> None:
        """Take the next form for progress notes."""
        at = _PROGRESS_FORMS.index(self._progress_form) if self._progress_form in _PROGRESS_FORMS else -1
        self._progress_form = _PROGRESS_FORMS[(at + 1) % len(_PROGRESS_FORMS)]
        self._show()

    def on_key(self, event: Key) -> None:
        """Start a kind by its letter."""
        for kind in KINDS:
            if event.character == kind.letter:
                event.stop()
                self.dismiss((kind.type, self._form(kind)))


def ask_for_note(page: Page, client: int) -> None:
    """Ask for the kind of note over PAGE, then open the editor on it. Nothing is saved before something is typed."""
    session = page.tacenda.session
    if session is None:
        return
    code = session.catalog.client(client).code
    usual = page.tacenda.chosen.now.form
    last = next((row.form for row in session.catalog.notes(client) if row.type == "progress"), usual)

    def answered(result: tuple[str, str] | None) -> None:
        from tui.screens.notes.editor import Editor  # noqa: PLC0415

        if result is not None:
            kind, form = result
            page.tacenda.show_page(Editor(draft=NoteDraft(
                client, skeleton(form), kind, form, date=words.today(), process=kind == "process",
            )))  # fmt: skip

    page.tacenda.show_page(NewNote(code, last), answered)
