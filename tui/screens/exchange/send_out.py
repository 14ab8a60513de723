"""Export: what leaves, for whom and why, approved by the passphrase; then where it lies, and that it is plaintext."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from core.exchange import Exported, Preview, Request, preview, send_out
from core.exchange.outward.accounting import BASES, PURPOSES
from core.exchange.watch import Watch
from tui import words
from tui.keys import keymap
from tui.screens.exchange.choice import Choice
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from vault_format.codes import Basis, ExportForm, Purpose

_FORMS = ((ExportForm.HTML, "HTML, to print"), (ExportForm.TEXT, "text"), (ExportForm.MARKDOWN, "Markdown"),
          (ExportForm.JSON, "JSON, comes in again"))  # fmt: skip
_DRAFTS = ((False, "signed notes only"), (True, "my drafts, too"))
_PROCESS = ((False, "left out"), (True, "mine are in it"))
_NAMED = ((False, "the code only"), (True, "with the name"))
_UNSAID = (None, "not said yet")
"""What purpose and basis stand on at first: neither is to be taken over unread."""
_FIRST = "Nothing has happened yet. {finish} writes it; what leaves, for whom and why is recorded first."
_TICK = 0.25
"""Seconds between two looks at how far it is."""
_NEEDED = (
    ("recipient", "Say for whom this is."), ("purpose", "Choose what it is for."),
    ("basis", "Choose what allows it."), ("folder", "Name a folder to be made for it."),
    ("passphrase", "The passphrase is needed once more."),
)  # fmt: skip
_PROCESS_ASKED = (
    "{count} of your process notes will leave (HIPAA: psychotherapy notes): that takes an authorization of its own. "
    "Type the passphrase again and {key} to let them out."
)


class SendOut(Page):
    """Exports NOTE, or the chart of CLIENT."""

    WHERE = "export"
    PLACE = "clients"
    ABOUT = "Notes leave in clear, into a new folder. For whom and why stands in the trail before they are opened."
    BINDINGS = keymap.bindings("export")

    def __init__(self, client: int, note: int = 0) -> None:
        super().__init__()
        self._client = client
        self._note = note
        self._seen: Preview | None = None
        self._asked = 0
        self._busy = False
        self._done = False
        self._watch = Watch()
        self._ticking: Timer | None = None

    def body(self) -> Iterator[Widget]:
        """What leaves, then the form; the result takes its place."""
        yield Sheet(id="what", focusable=False)
        with Vertical(id="form"):
            yield Labelled("As", Choice(_FORMS, id="focus"))
            yield Labelled("Notes", Choice(_DRAFTS, id="drafts", changed=self.look), id="drafts-row")
            yield Labelled("Process notes", Choice(_PROCESS, id="process", changed=self.look))
            yield Labelled("Client", Choice(_NAMED, id="named"))
            yield Labelled("For", Field(id="recipient", hint="who receives it"))
            yield Labelled("Address", Field(id="address", hint="optional"))
            yield Labelled("Purpose", Choice((_UNSAID, *PURPOSES.items()), id="purpose"))
            yield Labelled("Basis", Choice((_UNSAID, *BASES.items()), id="basis"))
            yield Labelled("More", Field(id="words", hint="optional: a docket, a date of consent"))
            yield Labelled("Folder", Field(id="folder", limit=4_096, hint="is made for it; must not be there yet"))
            yield Labelled("Passphrase", Field(id="passphrase", password=True, limit=1_024))
        yield Sheet(id="result")

    def on_mount(self) -> None:
        """Show the form."""
        super().on_mount()
        self.query_one("#drafts-row").display = not self._note
        self.query_one("#result").display = False

    def fill(self) -> None:
        """Say whose notes these are, and what of them would leave."""
        session = self.tacenda.session
        if session is None or self._done:
            return
        code = session.catalog.client(self._client).code
        what = "one note" if self._note else "the chart"
        self.bar("where").show(((" Clients > ", "muted"), (code, "accent"), (f" > export {what}", "text")))
        if not self._busy:
            self.show_state(self.keyed(_FIRST), "text")
        self.look()

    def fill_anew(self) -> None:
        """Lay out what would leave for this width."""
        if self._seen is not None and not self._done:
            self._show_seen(self._seen)

    # -- what would leave --------------------------------------------------------------------------------------

    def look(self) -> None:
        """Count what would leave; nothing is opened for it."""
        session = self.tacenda.session
        if session is not None and not self._busy:
            self._asked = 0
            self.work(partial(preview, session, self._request()), self._show_seen, self._nothing)

    def _show_seen(self, seen: Preview) -> None:
        self._seen = seen
        days = sorted({row.date for row in seen.rows})
        span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        said = f"{words.plural(seen.count, 'note')} of {seen.code}, {span}"
        said += f", {words.plural(seen.additions, 'addition')} among them" if seen.additions else ""
        said += f". Not in it: {', '.join(seen.left_out)}." if seen.left_out else "."
        self.query_one("#what", Sheet).show(
            [((f" {row}", "text"),) for row in words.wrap(said, self.app.size.width - 2)]
        )

    def _nothing(self, error: BaseException) -> None:
        self._seen = None
        self.query_one("#what", Sheet).show(
            [((f" {row}", "caution"),) for row in words.wrap(str(error), self.app.size.width - 2)]
        )

    def _request(self) -> Request:
        def said(name: str) -> str:
            return self.query_one(f"#{name}", Field).said.strip()

        def chosen(name: str) -> object:
            return self.query_one(f"#{name}", Choice).value

        return Request(
            ExportForm(chosen("focus")), said("recipient"), Purpose(chosen("purpose") or Purpose.OTHER),  # type: ignore[arg-type]
            Basis(chosen("basis") or Basis.OTHER), said("folder"), client=self._client,  # type: ignore[arg-type]
            note=self._note, address=said("address"), words=said("words"), drafts=bool(chosen("drafts")),
            process=bool(chosen("process")), named=bool(chosen("named")),
        )  # fmt: skip

    # -- letting it out ----------------------------------------------------------------------------------------

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if field.id == "passphrase":
            self.action_finish()
        else:
            self.focus_next()

    def action_finish(self) -> None:
        """Export; once that is done, go back."""
        if self._busy:
            return
        if self._done:
            self.tacenda.back()
            return
        session, request = self.tacenda.session, self._request()
        for name, wanted in _NEEDED:
            row = self.query_one(f"#{name}")
            if not (row.said.strip() if isinstance(row, Field) else isinstance(row, Choice) and row.value):
                self.say(wanted, "danger")
                self.set_focus(row)
                return
        if session is None or self._seen is None:
            return
        field = self.query_one("#passphrase", Field)
        passphrase = field.said
        field.erase()
        if self._seen.process and self._asked != self._seen.process:
            self._asked = self._seen.process
            self.say(_PROCESS_ASKED.format(count=self._seen.process, key=self.key_of("finish")), "caution")
            self.set_focus(field)
            return
        self._busy, self._watch = True, Watch()
        self._ticking = self.set_interval(_TICK, self._tell)
        self.say(self.keyed("Recorded first, then opened, then written. {out} stops it."), "muted")
        self.work(partial(send_out, session, request, passphrase, self._watch), self._sent, self._failed)

    def _tell(self) -> None:
        """Say how far it is: the notes that are open, then the one step that writes them."""
        watch = self._watch
        if watch.of and not watch.stopped:
            notes = watch.of - 1
            far = f"{min(watch.done, notes):,} of {words.plural(notes, 'note')} opened"
            self.say(f"{far}. {self.key_of('out')} stops it.", "muted")

    def _rest(self) -> None:
        self._busy = False
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _failed(self, error: BaseException) -> None:
        self._rest()
        self.fail(error)
        self.set_focus(self.query_one("#passphrase"))

    def _sent(self, done: Exported) -> None:
        self._rest()
        self._done = True
        self.query_one("#form").display = False
        self.query_one("#what", Sheet).show([])
        result = self.query_one("#result", Sheet)
        result.display = True
        result.show(_result(done, self.app.size.width))
        self.set_focus(result)
        self.hush()
        self.show_state(f"Recorded as record {done.sequence:,}. {self.key_of('out')}: back.", "good")
        self.show_keys()

    def hidden_keys(self) -> frozenset[str]:
        """Return what makes no sense once it is done."""
        return frozenset({"finish", "submit"}) if self._done else frozenset()

    def action_out(self) -> None:
        """Stop what goes on; else go back, and what was typed is forgotten."""
        if self._busy:
            self._watch.stopped = True
            self.say("Stopping.", "muted")
        elif self._error:
            self.hush()
        else:
            self.erase()
            self.tacenda.back()


def _result(done: Exported, width: int) -> list[Line]:
    """Return where an export lies, what it is, and what to do about it."""
    lines: list[Line] = [(), ((" This is PLAINTEXT", "danger"),)]
    said = (
        "Whoever can read this folder reads the notes. Its files are yours alone (0600) as long as they stay here. "
        "Hand it over, then remove the folder; copies and backups of this disk may hold it, too."
    )
    lines += [((f"   {row}", "text"),) for row in words.wrap(said, width - 5)]
    lines += [(), ((" Where", "accent"),)]
    lines += [((f"   {row}", "text"),) for row in words.wrap(done.folder, width - 5)]
    shown = done.files if len(done.files) <= 8 else (*done.files[:6], done.files[-1])
    lines += [((f"     {name}", "text"), (f"  {size:,} bytes", "muted")) for name, size in shown]
    if len(shown) < len(done.files):
        lines.append(((f"     and {len(done.files) - len(shown):,} more", "muted"),))
    lines += [(), ((" Manifest, SHA-256", "accent"),)]
    return [*lines, ((f"   {words.grouped(done.manifest[:32], 8)}", "text"),),
            ((f"   {words.grouped(done.manifest[32:], 8)}", "text"),)]  # fmt: skip
