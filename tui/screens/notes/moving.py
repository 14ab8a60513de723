"""A note that was written for the wrong client: what moving it does, and whose chart is the right one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.catalog import NoteRow
from core.names import fold
from core.session import Moved, NeedsReason
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.notes.reading.reason import AskReason
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from vault_format.codes import Reason

_DRAFT = (
    "This draft is saved in the right chart, then given up here: its text leaves this vault with the next compaction."
)
_SIGNED = (
    "What is signed stays. A signed correction here says that the note is not about this client, and a signed note in "
    "the right chart holds its text and names it. Neither chart names the other client. Both are signed at once."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a note is to go, how it came about, and the passphrase where the policy asks for it."""

    client: int
    words: str = ""
    passphrase: str | None = None


class MoveNote(Box):
    """Asks where ROW belongs; CODES gives clients by their folded code. Its result is Wanted."""

    WHERE = "moving"
    BINDINGS = keymap.bindings("moving")

    def __init__(self, row: NoteRow, codes: dict[str, int], *, passphrase: bool) -> None:
        super().__init__(f"Move the note of {row.date} to the right chart")
        self._signed = row.status == "signed"
        self._from = row.client
        self._codes = codes
        self._passphrase = passphrase and self._signed

    def body(self) -> Iterator[Widget]:
        """What it does; the fields."""
        yield Sheet(id="what", focusable=False)
        yield Labelled("Client", Field(id="focus", limit=24, hint="the code of the right client"))
        if self._signed:
            yield Labelled("Words", Field(id="words", hint="optional: how it came about"))
        if self._passphrase:
            yield Labelled("Passphrase", Field(id="passphrase", password=True, limit=1_024))

    def on_mount(self) -> None:
        """Say what it does."""
        self._show()

    def erase(self) -> None:
        """Forget the codes."""
        self._codes = {}
        super().erase()

    def _show(self, wrong: str = "") -> None:
        width = min(self.app.size.width, 66) - 6
        lines: list[Line] = [((f" {row}", "text"),) for row in words.wrap(_SIGNED if self._signed else _DRAFT, width)]
        if wrong:
            lines += [(), *(((f" {row}", "danger"),) for row in words.wrap(wrong, width))]
        self.query_one("#what", Sheet).show([*lines, ()])

    @on(Input.Changed)
    def _typed(self) -> None:
        self._show()

    def field_done(self, field: Field) -> None:
        """Go to the next field; from the last one, move it."""
        fields = list(self.query(Field))
        at = fields.index(field) + 1
        if at < len(fields):
            self.set_focus(fields[at])
        else:
            self.action_finish()

    def action_finish(self) -> None:
        """Give the answer, unless something is missing."""
        code = self.query_one("#focus", Field).said.strip()
        client = self._codes.get(fold(code), 0)
        if not client or client == self._from:
            self._show(
                "The note stands in this client's chart already." if client
                else f"No client has the code {code}." if code else "Whose chart is the right one? Type the code."
            )  # fmt: skip
            self.set_focus(self.query_one("#focus"))
            return
        said = self.query_one("#words", Field).said.strip() if self._signed else ""
        passphrase = None
        if self._passphrase:
            field = self.query_one("#passphrase", Field)
            passphrase = field.said
            if not passphrase:
                self._show("The policy asks for the passphrase at each signature.")
                self.set_focus(field)
                return
        self.dismiss(Wanted(client, said, passphrase))


def ask_to_move(page: Page, row: NoteRow) -> None:
    """Ask over PAGE where ROW belongs, then move it; the chart it came from stays in view, and says what was done."""
    session = page.tacenda.session
    if session is None:
        return
    why = session.why_not_moved(row.id)
    if why:
        page.say(f"It cannot be moved. {why}", "caution")
        return
    codes = {fold(client.code): client.id for client in session.catalog.clients() if not client.same_as}

    def answered(wanted: Wanted | None) -> None:
        if wanted is not None:
            _move(page, row, wanted)

    page.tacenda.show_page(MoveNote(row, codes, passphrase=session.policy.sign_passphrase), answered)


def _move(page: Page, row: NoteRow, wanted: Wanted, reason: Reason | None = None) -> None:
    session = page.tacenda.session
    if session is None:
        return

    def reason_given(answer: tuple[Reason, str] | None) -> None:
        if answer is not None:
            _move(page, row, wanted, answer[0])

    def failed(error: BaseException) -> None:
        if isinstance(error, NeedsReason):
            page.tacenda.show_page(AskReason(error.what), reason_given)
        else:
            page.fail(error)

    page.say("Moving.", "muted")
    page.work(
        partial(session.move_note, row.id, wanted.client, words=wanted.words, reason=reason,
                passphrase=wanted.passphrase),
        partial(_moved, page, row, wanted), failed,
    )  # fmt: skip


def _moved(page: Page, row: NoteRow, wanted: Wanted, moved: Moved) -> None:
    from tui.screens.notes.reading.reader import Reader  # noqa: PLC0415

    app = page.tacenda
    session = app.session
    if session is None:
        return
    code = session.catalog.client(wanted.client).code
    said = f"It stands in the chart of {code} now, {'signed' if moved.correction else 'a draft'}."
    if moved.correction:
        said += " The original stays here, with a correction."
    if isinstance(page, Reader):
        if moved.correction:
            app.swap_page(Reader(row.id, said=said))
            return
        app.back()
    app.renew()
    if app.page is not None:
        app.page.say(said, "good")
