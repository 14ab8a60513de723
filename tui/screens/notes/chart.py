"""One client's notes (F6), and the way from a row to the note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import on
from textual.widget import Widget

from core.catalog import NoteRow
from core.session import ASKS_COSIGN
from tui import words
from tui.keys import keymap
from tui.screens.beside import ROOMY, BesidePage
from tui.screens.notes.reading.in_short import note_in_short
from tui.screens.page import Memento
from tui.widgets.lines import Bar, Line
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Role

if TYPE_CHECKING:
    from tui.application import Tacenda

_TITLE = 24
_STATE = 22
_WIDE_STATE = 44


class Chart(BesidePage):
    """The notes of CLIENT, newest first; AT is the note that the cursor begins on."""

    WHERE = "chart"
    PLACE = "clients"
    ABOUT = "One client's notes, newest first. Opening a note is recorded; moving is not."
    BINDINGS = keymap.bindings("chart")

    def __init__(self, client: int, at: int = 0) -> None:
        super().__init__()
        self.client = client
        self._at = at
        self._longest = 0

    def body(self) -> Iterator[Widget]:
        """Column heads over a list."""
        yield Bar(id="heads")
        yield from self.list_and_sheet()

    def memento(self) -> Memento:
        """Come back to the same note."""
        here = self.here
        return Chart, {"client": self.client, "at": here.id if here else 0}

    @property
    def notes(self) -> list[NoteRow]:
        """The rows that stand here."""
        source = self.query_one(Rows).source
        return [item for item in source.items if isinstance(item, NoteRow)] if isinstance(source, Listed) else []

    @property
    def here(self) -> NoteRow | None:
        """The note that the cursor stands on."""
        notes = self.notes
        return notes[self.query_one(Rows).cursor] if notes else None

    def fill(self) -> None:
        """Show the list, with the cursor where it was."""
        session = self.tacenda.session
        if session is None:
            return
        here = self.here
        wanted = here.id if here else self._at
        client = session.catalog.client(self.client)
        notes = [row for row in session.catalog.notes(self.client) if not row.parent]
        told = "   ".join(filter(None, (
            client.status, f"next {words.with_weekday(client.next)}" if client.next else "",
            f"risk {client.risk}" if client.risk else "",
        )))  # fmt: skip
        self.bar("where").show(((" Clients > ", "muted"), (client.code, "accent"), (f"   {told}", "text")))
        self._longest = max((cell_len(_title(row)) for row in notes), default=0)
        cursor = next((at for at, row in enumerate(notes) if row.id == wanted), None)
        self.query_one(Rows).show(Listed(notes, self._line), cursor)
        self._show_heads()
        self._rest(anew=True)
        if not notes:
            first = "" if "new" in self.kept_back() else f" {self.key_of('new')} writes the first."
            self.show_state(f"No notes yet.{first}", "text")

    def fill_anew(self) -> None:
        """Show heads and what stands beside the list for this width."""
        self._show_heads()
        self._rest()

    def _show_heads(self) -> None:
        width = self.list_width
        title = "" if width < 80 else words.fit("Title", self._title_width(width - 1) + 2)
        self.query_one("#heads", Bar).show(((f"   {'Date':<12}{'Type':<18}{title}State", "muted"),))

    def _title_width(self, width: int) -> int:
        """Return the room of titles in a row of WIDTH; where there is much of it, what the longest of them needs."""
        room = width - 34 - _state_width(width)
        return min(room, max(_TITLE, self._longest)) if width >= ROOMY else room

    def _line(self, row: NoteRow, width: int) -> Line:
        mark, role = ("!", "danger") if row.problem else ("✓", "good") if row.status == "signed" else ("·", "muted")
        line: list[tuple[str, str]] = [
            (words.fit(f"  {row.date}", 14), "text"), (words.fit(type_words(row), 17) + " ", "text"),
        ]  # fmt: skip
        room = _state_width(width)
        if width >= 79:
            line.append((words.fit(_title(row), self._title_width(width)) + "  ", "text"))
        return [*line, (f"{mark} ", role), (_state(row, room - 2), "text" if not row.problem else "danger")]

    def _rest(self, *, anew: bool = False) -> None:
        """Show in short what the cursor stands on, where there is room beside the list."""
        here = self.here
        self.rest_on(here.id if here is not None else None, self._show_in_short, anew=anew)

    def _show_in_short(self, note: int) -> None:
        row, session = self.here, self.tacenda.session
        if row is not None and session is not None and row.id == note:
            self.show_beside(note_in_short(session, row, self.beside_width))

    @on(Rows.Moved)
    def _moved(self) -> None:
        rows = self.query_one(Rows)
        self.show_keys()
        self._rest()
        if self.notes:
            self.show_state(f"{rows.cursor + 1:,} of {len(rows.source):,}. Opening a note is recorded; moving is not.")

    def action_choose(self) -> None:
        """Open the note: one's own draft to write on, anything else to read."""
        row = self.here
        if row is not None:
            open_note(self.tacenda, row)

    def finding_from(self) -> str:
        """Begin to find among this client's notes."""
        session = self.tacenda.session
        return f"{session.catalog.client(self.client).code} " if session is not None else ""

    def action_write_out(self) -> None:
        """Export this chart."""
        from tui.screens.exchange.send_out import SendOut  # noqa: PLC0415

        self.tacenda.show_page(SendOut(self.client))

    def action_told(self) -> None:
        """Show what left of these notes."""
        from tui.screens.exchange.told import Told  # noqa: PLC0415

        self.tacenda.show_page(Told(self.client))

    def action_new(self) -> None:
        """Begin a note."""
        from tui.screens.notes.writing.new_note import ask_for_note  # noqa: PLC0415

        ask_for_note(self, self.client)

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what cannot be done with the note that the cursor stands on."""
        row, session = self.here, self.tacenda.session
        if row is None or session is None:
            return frozenset({"add", "sign", "revisions"})
        hidden = set()
        if not (row.mine and row.status == "draft") and not session.may_cosign(row.id):
            hidden.add("sign")
        writes = session.role in (Role.OWNER, Role.CLINICIAN) and (row.mine or not row.process)
        if row.status != "signed" or not writes:
            hidden.add("add")
        return frozenset(hidden)

    def action_add(self) -> None:
        """Open a signed note, and add to it."""
        from tui.screens.notes.reading.reader import Reader  # noqa: PLC0415

        row = self.here
        if row is not None and "add" not in self.hidden_keys():
            self.tacenda.show_page(Reader(row.id, add=True))

    def action_sign(self) -> None:
        """Open what is to be signed or co-signed, to be looked at first."""
        from tui.screens.notes.signing.cosign import CosignReview  # noqa: PLC0415
        from tui.screens.notes.signing.sign import SignReview  # noqa: PLC0415

        row = self.here
        if row is not None and "sign" not in self.hidden_keys():
            self.tacenda.show_page(SignReview(row.id) if row.status == "draft" else CosignReview(row.id))

    def action_sheet(self) -> None:
        """Show the client's sheet."""
        from tui.screens.practice.sheet import ClientSheet  # noqa: PLC0415

        self.tacenda.show_page(ClientSheet(self.client))

    def action_shred(self) -> None:
        """Ask, then give up a note's text."""
        from tui.screens.vault.charts.dropping import ask_to_shred  # noqa: PLC0415

        row = self.here
        if row is not None:
            ask_to_shred(self.tacenda, row)

    def action_move_note(self) -> None:
        """Move a note that was written for the wrong client."""
        from tui.screens.notes.moving import ask_to_move  # noqa: PLC0415

        row = self.here
        if row is not None:
            ask_to_move(self, row)

    def action_revisions(self) -> None:
        """Show a note's history."""
        from tui.screens.notes.reading.history import History  # noqa: PLC0415

        row = self.here
        if row is not None:
            self.tacenda.show_page(History(row.id))


def open_note(app: Tacenda, row: NoteRow) -> None:
    """Show a note: one's own draft in the editor, anything else in the reader. Both are recorded as opened."""
    from tui.screens.notes.reading.reader import Reader  # noqa: PLC0415
    from tui.screens.notes.writing.editor import Editor  # noqa: PLC0415

    if row.status == "draft" and row.mine and not row.problem:
        app.show_page(Editor(note=row.id))
    else:
        app.show_page(Reader(row.parent or row.id))


def type_words(row: NoteRow) -> str:
    """Return the type and form of a note as a list shows them: `progress  SOAP`."""
    name = row.type.replace("-", " ")
    return f"{name:<9} {row.form.upper()}" if row.form in {"soap", "dap", "birp", "girp", "pie"} else name


def _state_width(width: int) -> int:
    return _WIDE_STATE if width >= ROOMY else _STATE


def _state(row: NoteRow, room: int) -> str:
    """Return a row's state, with how late it was signed and what it waits for as far as there is room."""
    said = row.state_words
    if row.problem or row.status != "signed":
        return said
    if row.late and len(said) + 16 <= room:
        said = said.replace("signed", f"signed late, {words.plural(row.late, 'day')}", 1)
    if ASKS_COSIGN in row.tags and not row.cosigned_by and len(said) + 12 <= room:
        said += ", to co-sign"
    return said


def _title(row: NoteRow) -> str:
    return "(yours alone)" if row.process and not row.title else row.title
