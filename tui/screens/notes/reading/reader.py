"""A note to read, with what was added to it (F10). Opening it was recorded before anything was decrypted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from textual.widget import Widget

from core.catalog import NoteRow, days_late
from core.session import OpenNote, additions_in_order, draft_of
from tui import words
from tui.keys import keymap
from tui.screens.find.standing import Standing
from tui.screens.notes.reading.laid import note_lines, quoted, ruled
from tui.screens.notes.reading.opening import Opening
from tui.screens.notes.titles import added_word, kind_words
from tui.screens.page import Memento
from tui.widgets.lines import Line, Sheet
from vault_format.codes import AddendumKind, Role
from vault_format.errors import UsageError

MAX_WIDTH = 100


class Reader(Standing, Opening):
    """Shows NOTE, and SAYS something once it is open; ADD asks at once what is to be added."""

    WHERE = "reader"
    ABOUT = "A note as it was signed, and below it what was added, by date. What is signed stays as it is."
    BINDINGS = keymap.bindings("reader")

    def __init__(self, note: int, said: str = "", *, add: bool = False) -> None:
        super().__init__()
        self._note = note
        self._first = said
        self._add = add
        self._opened: OpenNote | None = None

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
        if session is not None:
            self.open_notes(partial(session.read_note, self._note), self._show)

    def _show(self, opened: OpenNote) -> None:
        self._opened = opened
        self._asked = None
        self.show_top()
        self.fill_anew()
        self.fill()
        if self._first:
            self.say(self._first, "good")
            self._first = ""
            if opened.additions:
                # what was just added stands last
                sheet = self.query_one("#focus", Sheet)
                sheet.call_after_refresh(sheet.scroll_end, animate=False)
        if self._add:
            self._add = False
            self.action_add()

    def fill(self) -> None:
        """Say what stands here, and what waits to be signed."""
        opened, session = self._opened, self.tacenda.session
        if opened is None or session is None:
            return
        waiting = session.unsigned_addition(self._note)
        if waiting is not None:
            on = self.keyed("of yours, not signed yet: {add} goes on with it.")
            self.show_state(f"{added_word(waiting.addendum)} {on}", "caution")
        else:
            self.show_state(f"Opened {words.clock(self.tacenda.now())[:5]}, record {opened.sequence:,}")
        self.show_keys()

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
        additions = additions_in_order(opened)
        signs = _signs(additions)
        lines: list[Line] = []
        if index.title:
            lines.append(((f" {index.title}", "accent"),))
        for added in additions:
            if added.row.id in signs:
                told = f"{signs[added.row.id]} corrected {added.row.date}: {added.row.title}"
                lines += _wrapped(told, width, "caution")
        lines += [()] if lines else []
        marked = [(passage, signs[added.row.id]) for added in additions if added.row.id in signs
                  for passage in quoted(added.text)]  # fmt: skip
        lines += note_lines(opened.text, width, marked)
        lines += _signature(opened, width)
        for added in additions:
            lines += _addition(added, opened, width, signs.get(added.row.id, ""))
        for row in opened.closed:
            lines += [(), *_wrapped(f"! what was added on {row.date or 'a day unknown'} is damaged and stays closed. "
                                    "Look in a backup copy.", width, "danger")]  # fmt: skip
        self.show_text(lines)

    def show_top(self) -> None:
        """Show whose note this is, and its state."""
        opened = self._opened
        if opened is None:
            self.bar("top").show(((" Not open", "muted"),), self.lock_words())
            return
        row = opened.row
        form = f", {row.form.upper()}" if row.form not in {"free", ""} else ""
        signed = "✓ signed, co-signed  " if row.cosigned_by else "✓ signed  "
        state = (signed, "good") if row.status == "signed" else (f"{row.state_words}  ", "caution")
        self.bar("top").show(
            ((f" {row.client_code}", "accent"), (f"  {kind_words(row.type)}{form}", "text")),
            (state, *self.lock_words()),
        )

    # -- keys ------------------------------------------------------------------------------------------------

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what cannot be done with this note."""
        opened, session = self._opened, self.tacenda.session
        if opened is None or session is None:
            return frozenset({"edit", "add", "sign", "revisions"})
        row, hidden = opened.row, set()
        mine = row.mine and row.status == "draft"
        if not mine:
            hidden.add("edit")
        if not mine and self._to_cosign() is None:
            hidden.add("sign")
        writes = session.role in (Role.OWNER, Role.CLINICIAN) and (row.mine or not row.process)
        if row.status != "signed" or not writes:
            hidden.add("add")
        return frozenset(hidden)

    def _to_cosign(self) -> NoteRow | None:
        """Return the first of what stands here that this member may co-sign and has not."""
        opened, session = self._opened, self.tacenda.session
        if opened is None or session is None:
            return None
        rows = [opened.row, *(added.row for added in additions_in_order(opened))]
        return next((row for row in rows if session.may_cosign(row.id)), None)

    def action_edit(self) -> None:
        """Write on in a draft of one's own."""
        from tui.screens.notes.writing.editor import Editor  # noqa: PLC0415

        if "edit" not in self.hidden_keys():
            self.tacenda.swap_page(Editor(note=self._note))

    def action_add(self) -> None:
        """Add to the signed note."""
        from tui.screens.notes.signing.adding import ask_to_add  # noqa: PLC0415

        if self._opened is not None and "add" not in self.hidden_keys():
            ask_to_add(self, self._opened)

    def action_sign(self) -> None:
        """Look once more at a draft before it is signed, or at what is to be co-signed."""
        from tui.screens.notes.signing.cosign import CosignReview  # noqa: PLC0415
        from tui.screens.notes.signing.sign import SignReview  # noqa: PLC0415

        opened = self._opened
        if opened is None or "sign" in self.hidden_keys():
            return
        waiting = self._to_cosign()
        if waiting is not None:
            self.tacenda.show_page(CosignReview(waiting.id))
        else:
            self.tacenda.show_page(SignReview(self._note, draft_of(opened), opened.revision))

    def action_revisions(self) -> None:
        """Show the note's history."""
        from tui.screens.notes.reading.history import History  # noqa: PLC0415

        if self._opened is not None:
            self.tacenda.show_page(History(self._note))

    def action_move_note(self) -> None:
        """Move a note that was written for the wrong client."""
        from tui.screens.notes.moving import ask_to_move  # noqa: PLC0415

        if self._opened is not None:
            ask_to_move(self, self._opened.row)

    def action_shred(self) -> None:
        """Ask, then give up this note's text."""
        from tui.screens.vault.charts.dropping import ask_to_shred  # noqa: PLC0415

        if self._opened is not None:
            ask_to_shred(self.tacenda, self._opened.row)

    def action_write_out(self) -> None:
        """Export this note."""
        from tui.screens.exchange.send_out import SendOut  # noqa: PLC0415

        if self._opened is not None:
            self.tacenda.show_page(SendOut(self._opened.row.client, self._note))

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


def _signs(additions: Sequence[OpenNote]) -> dict[int, str]:
    """Return the sign in the margin of each correction, by its number."""
    corrections = [added.row.id for added in additions if added.row.addendum == AddendumKind.CORRECTION]
    return {note: f"[{at}]" if at < 10 else "[+]" for at, note in enumerate(corrections, 1)}


def _wrapped(said: str, width: int, role: str) -> list[Line]:
    return [((f" {row}", role),) for row in words.wrap(said, width - 2)]


def _signature(opened: OpenNote, width: int) -> list[Line]:
    row = opened.row
    if row.status != "signed":
        said = f"not signed; saved by {row.author}, {words.second(row.updated)[:16]}, revision {opened.revision}"
        return ruled(said, width, "muted")
    late = f", late, {words.plural(row.late, 'day')}" if row.late else ""
    said = f"✓ signed by {row.author}, {words.second(row.signed_at)[:16]}{late}, record {row.signed_record:,}"
    lines = ruled(said, width, "good")
    if row.cosigned_by:
        told = f"✓ co-signed by {row.cosigned_by}, {words.second(row.cosigned_at)[:16]}, record {row.cosigned_record:,}"
        lines += ruled(told, width, "good")
    return lines


def _addition(added: OpenNote, original: OpenNote, width: int, sign: str) -> list[Line]:
    row = added.row
    days = days_late(words.second(original.row.signed_at)[:10], row.signed_at or row.updated)
    after = f", {words.plural(days, 'day')} after signing" if days else ""
    kind = f"{added_word(row.addendum)} {sign}".strip()
    head: list[Line] = [(), ((f" {kind:<14} {row.date} by {row.author}{after}", "accent"),)]
    first, *more = words.wrap(row.title or "none given", width - 18)
    head += [((" Reason         ", "muted"), (first, "text")), *(((" " * 16 + line, "text"),) for line in more)]
    return [*head, *note_lines(added.text, width), *_signature(added, width)]
