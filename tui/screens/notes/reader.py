"""A note to read, with what was added to it (F10). Opening it was recorded before anything was decrypted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.catalog import NoteRow
from core.session import NeedsReason, OpenNote
from tui import keymap, words
from tui.screens.damaged import closed_lines
from tui.screens.notes.chart import kind_words
from tui.screens.notes.conflict import text_rows
from tui.screens.notes.reason import AskReason
from tui.screens.page import Memento, Page
from tui.widgets.lines import Line, Sheet
from vault_format.codes import AddendumKind, Reason
from vault_format.errors import UsageError

_ADDED = {
    AddendumKind.ADDENDUM: "Addendum", AddendumKind.LATE_ENTRY: "Late entry", AddendumKind.CORRECTION: "Correction",
}  # fmt: skip
MAX_WIDTH = 100


class Reader(Page):
    """Shows NOTE."""

    WHERE = "reader"
    ABOUT = "A note as it was signed, and below it what was added. Nothing here can be changed."
    BINDINGS = keymap.bindings("reader")

    def __init__(self, note: int) -> None:
        super().__init__()
        self._note = note
        self._opened: OpenNote | None = None
        self._asked: tuple[Reason, str] | None = None

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def memento(self) -> Memento:
        """Come back to the same note, which is opened (and recorded) again."""
        return Reader, {"note": self._note}

    def erase(self) -> None:
        """Forget the text."""
        self._opened = None
        super().erase()

    def on_mount(self) -> None:
        """Open the note."""
        super().on_mount()
        self._open()

    def _open(self) -> None:
        session = self.tacenda.session
        if session is None:
            return
        reason, said = self._asked or (None, "")
        self.say("Opening.", "muted")
        self.work(partial(session.read_note, self._note, reason=reason, words=said), self._show, self._refused)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, NeedsReason):
            self.tacenda.show_page(AskReason(error.what), self._reason_given)
            return
        self.fail(error)
        self.show_top()

    def _reason_given(self, answer: tuple[Reason, str] | None) -> None:
        if answer is None:
            self.tacenda.back()
            return
        self._asked = answer
        self._open()

    def _show(self, opened: OpenNote) -> None:
        self.hush()
        self._opened = opened
        self._asked = None
        self.show_top()
        self.fill_anew()
        self.show_keys()
        self.show_state(f"Opened {words.clock(self.tacenda.now())[:5]}, record {opened.sequence:,}")

    def fill_anew(self) -> None:
        """Lay the text out for this width."""
        opened = self._opened
        if opened is None:
            return
        index = opened.index
        lasting = words.lasting(index.start, index.end)
        when = words.with_weekday(index.date) + (f"  {index.start}-{index.end} {lasting}" if index.start else "")
        more = "  ".join(filter(None, (index.service, index.place, f"risk {index.risk}" if index.risk else "")))
        self.bar("where").show(((f" {when}  {more}", "text"),))
        width = min(self.app.size.width, MAX_WIDTH)
        lines: list[Line] = []
        if index.title:
            lines += [((f" {index.title}", "accent"),), ()]
        lines += note_lines(opened.text, width)
        lines.append(self._signature(opened, width))
        for addition in opened.additions:
            lines += self._addition(addition, opened, width)
        lines += closed_lines(opened.closed, width)
        self.query_one("#focus", Sheet).show(lines)

    def show_top(self) -> None:
        """Show whose note this is, and its state."""
        opened = self._opened
        if opened is None:
            self.bar("top").show(((" Not open", "muted"),), self.lock_words())
            return
        row = opened.row
        form = f", {row.form.upper()}" if row.form not in {"free", ""} else ""
        state = ("✓ signed  ", "good") if row.status == "signed" else (f"{row.state_words}  ", "caution")
        self.bar("top").show(
            ((f" {row.client_code}", "accent"), (f"  {kind_words(row.type)}{form}", "text")),
            (state, *self.lock_words()),
        )

    def _signature(self, opened: OpenNote, width: int) -> Line:
        row = opened.row
        if row.status == "signed":
            return ruled(f"✓ signed by {row.author}, {words.second(row.signed_at)[:16]}", width, "good")
        said = f"not signed; saved by {row.author}, {words.second(row.updated)[:16]}, revision {opened.revision}"
        return ruled(said, width, "muted")

    def _addition(self, added: OpenNote, original: OpenNote, width: int) -> list[Line]:
        row = added.row
        kind = _ADDED.get(AddendumKind(row.addendum), "Addition") if row.addendum else "Addition"
        days = words.age(original.row.date, row.date)
        after = f", {days} after the session" if days else ""
        head: list[Line] = [(), ((f" {kind:<14} {row.date} by {row.author}{after}", "accent"),)]
        if row.title:
            head.append(((f" Reason         {row.title}", "text"),))
        return [*head, *note_lines(added.text, width), self._signature(added, width)]

    def hidden_keys(self) -> frozenset[str]:
        """Leave `write on` out where one cannot."""
        row = self._opened.row if self._opened is not None else None
        return frozenset() if row is not None and row.mine and row.status == "draft" else frozenset({"edit"})

    def action_edit(self) -> None:
        """Write on in a draft of one's own."""
        from tui.screens.notes.editor import Editor  # noqa: PLC0415

        if not self.hidden_keys():
            self.tacenda.swap_page(Editor(note=self._note))

    def action_older(self) -> None:
        """Open the note before this one."""
        self._neighbour(1)

    def action_newer(self) -> None:
        """Open the note after this one."""
        self._neighbour(-1)

    def _neighbour(self, step: int) -> None:
        session = self.tacenda.session
        if session is None:
            return
        try:
            client = session.catalog.note(self._note).client
        except UsageError as error:
            self.fail(error)
            return
        notes: list[NoteRow] = [row for row in session.catalog.notes(client) if not row.parent]
        at = next((place for place, row in enumerate(notes) if row.id == self._note), 0) + step
        if not 0 <= at < len(notes):
            self.say("There is no older note." if step > 0 else "There is no newer note.")
            return
        self._note = notes[at].id
        self.erase()
        self._open()


def note_lines(text: str, width: int) -> list[Line]:
    """Return a note's text as lines: headings in their role, the rest wrapped."""
    lines: list[Line] = []
    for paragraph in text.replace("\r\n", "\n").split("\n"):
        if paragraph.startswith(("# ", "## ", "### ")):
            lines.append(((f" {paragraph.lstrip('# ')}", "accent"),))
        else:
            lines += [((f"   {row}", "text"),) for row in text_rows(paragraph or " ", width - 4)]
    while lines and not "".join(piece for piece, _ in lines[-1]).strip():
        lines.pop()
    return lines


def ruled(said: str, width: int, role: str) -> Line:
    """Return a rule with words in it."""
    return (("── ", "muted"), (said, role), (" " + "─" * max(0, width - len(said) - 4), "muted"))
