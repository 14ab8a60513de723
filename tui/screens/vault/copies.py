"""Copies: which are known, how old, what they open with; making one, trying one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from core.session import Session
from core.upkeep.copies.backup import Copy, back_up, copies, try_copy
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.vault.looking import LookingPage
from tui.screens.vault.parts import amount, day, heading, labelled, paragraph
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.rows import Listed, Rows

_TICK = 0.5
_NONE = (
    "No copy was made with Tacenda. One disk that fails, or one machine that is lost, takes every note. {new} makes "
    "one: on another disk, best kept in another place."
)


class CopiesPage(LookingPage[list[Copy]]):
    """The copies that the records know, newest first."""

    WHERE = "copies"
    at = "Copies"
    ABOUT = "Copies are made while others write, verified before they count, recorded. Trying one opens it elsewhere."
    BINDINGS = keymap.bindings("copies")

    def __init__(self) -> None:
        super().__init__()
        self._busy = False
        self._stop = False
        self._far = (0, 0)
        self._ticking: Timer | None = None

    def body(self) -> Iterator[Widget]:
        """Heads, copies, one of them."""
        yield Bar(id="heads")
        yield Rows(id="focus")
        yield Sheet(id="detail")

    def look(self, session: Session) -> list[Copy]:
        """Look up what the records and this machine know."""
        return copies(session)

    def before_looking(self, session: Session) -> None:
        """Say where this is."""
        self.show_where()

    @property
    def _copies(self) -> list[Copy]:
        return self.seen or []

    def fill_anew(self) -> None:
        """Show the list for this width."""
        session = self.tacenda.session
        if session is None or self.seen is None:
            return
        heads = "  Made          Size  Opens with  " + ("Tried" if self.page_width < 80 else "Tried         Where")
        self.query_one("#heads", Bar).show(((f" {heads}" if self._copies else "", "muted"),))
        now = session.vault.ledger.state.epoch
        self.query_one("#focus", Rows).show(Listed(self._copies, partial(_line, epoch=now)))
        if not self._copies:
            self.query_one("#detail", Sheet).show([(), *paragraph(self.keyed(_NONE), self.page_width)])
        old = sum(copy.epoch < now for copy in self._copies)
        told = f"{words.plural(old, 'copy opens', 'copies open')} with an older key set, for ever." if old else ""
        if not self._busy:
            self.show_state(told or "Copies keep what they hold, whatever is shredded or rotated here.")
        self.show_keys()

    def hidden_keys(self) -> frozenset[str]:
        """Leave the try out where there is no copy."""
        return frozenset() if self._copies else frozenset({"choose"})

    @property
    def here(self) -> Copy | None:
        """The copy that the cursor stands on."""
        at = self.query_one("#focus", Rows).cursor
        return self._copies[at] if at < len(self._copies) else None

    @on(Rows.Moved)
    def _show_detail(self) -> None:
        copy = self.here
        if copy is not None:
            self.query_one("#detail", Sheet).show([(), *copy_lines(copy, self.page_width)])

    # -- making and trying -------------------------------------------------------------------------------------

    def action_new(self) -> None:
        """Ask where to, then make one."""
        if not self._busy:
            self.tacenda.show_page(AskLine("Make a copy", "To", "a file that is not there yet"), self._make)

    def _make(self, target: str | None) -> None:
        session = self.tacenda.session
        if target and session is not None:
            self._begin("Copying.")
            self.work(partial(back_up, session, target, watch=self._watch, cancelled=lambda: self._stop), self._made,
                      self._failed)  # fmt: skip

    def _made(self, copy: Copy) -> None:
        self._rest()
        where = words.short_path(copy.path, 50)
        self.say(f"Made and verified, record {copy.sequence:,}: {where}. Try it once: {self.key_of('choose')}.", "good")
        self.fill()

    def action_choose(self) -> None:
        """Ask for the passphrase of the copy, then try it."""
        copy = self.here
        if copy is None or self._busy:
            return
        if not copy.there:
            self.say("It does not lie here. Try it where it lies: tacenda backup test VAULT COPY.", "caution")
            return
        self.tacenda.show_page(
            AskLine("Try this copy", "Passphrase", "the one of when it was made", password=True),
            partial(self._try, copy),
        )

    def _try(self, copy: Copy, passphrase: str | None) -> None:
        session = self.tacenda.session
        if passphrase and session is not None:
            self._begin("Opening it elsewhere, and reading a note in it.")
            self.work(partial(try_copy, session, copy.path, passphrase), self._tried, self._failed)

    def _tried(self, copy: Copy) -> None:
        self._rest()
        self.say(f"It opens: {copy.tried}. Recorded.", "good")
        self.fill()

    # -- how far it is -----------------------------------------------------------------------------------------

    def _watch(self, done: int, total: int) -> None:
        self._far = (done, total)

    def _begin(self, said: str) -> None:
        self._busy, self._stop, self._far = True, False, (0, 0)
        self.say(said, "muted")
        self._ticking = self.set_interval(_TICK, self._tell)

    def _tell(self) -> None:
        done, total = self._far
        if total and not self._stop:
            stops = self.keyed("{out} stops it; no copy is made then.")
            self.say(f"{amount(done)} of {amount(total)}. {stops}", "muted")

    def _rest(self) -> None:
        self._busy = False
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _failed(self, error: BaseException) -> None:
        self._rest()
        self.fail(error)
        self.fill()

    def erase(self) -> None:
        """Stop what is being made."""
        self._stop = True
        super().erase()

    def action_out(self) -> None:
        """Stop what goes on; else one step out."""
        if self._busy and not self._error:
            self._stop = True
            self.say("Stopping.", "muted")
        else:
            super().action_out()


class AskLine(Box):
    """Asks for one line; its result is what was typed."""

    WHERE = "ask-line"
    BINDINGS = keymap.bindings("ask-line")

    def __init__(self, title: str, label: str, hint: str, *, value: str = "", password: bool = False) -> None:
        super().__init__(title)
        self._row = (label, hint, value, password)

    def body(self) -> Iterator[Widget]:
        """One field."""
        label, hint, value, password = self._row
        yield Labelled(label, Field(value, id="focus", password=password, limit=4_096, hint="" if value else hint))
        yield Sheet(id="hint", focusable=False)

    def on_mount(self) -> None:
        """Say what is asked for."""
        self.query_one("#hint", Sheet).show([((" " * 16 + self._row[1], "muted"),)])

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Take it."""
        field = self.query_one(Field)
        said = field.said if field.password else field.said.strip()
        self.erase()
        self.dismiss(said)


def _line(copy: Copy, width: int, *, epoch: int) -> Line:
    opens = f"set {copy.epoch}" + ("" if copy.epoch == epoch else ", old")
    if not copy.tested:
        tried = ("never", "caution")
    else:
        tried = (day(copy.tested), "good") if copy.worked else ("failed", "danger")
    line = [(f"  {day(copy.time)}  {amount(copy.size):>9}  {opens:<12}", "text"), (f"{tried[0]:<12}", tried[1])]
    if width < 79:
        return line
    where = words.short_path(copy.path, max(12, width - 54)) if copy.path else "made elsewhere"
    return [*line, ("  " + where + ("" if copy.there or not copy.path else ", gone"), "muted")]


def copy_lines(copy: Copy, width: int) -> list[Line]:
    """Return all about one copy."""
    where = copy.path or "made on another machine, which knows the place"
    if copy.path and not copy.there:
        where += " (no such file there now)"
    if not copy.tested:
        tried = "never. A copy that nobody opened is a hope"
    elif copy.worked:
        tried = f"{words.minute(copy.tested)}: {copy.tried}"
    else:
        tried = f"{words.minute(copy.tested)}: FAILED"
    return [
        heading(f"The copy of {words.minute(copy.time)}"),
        *labelled("Where", where, width),
        *labelled("Record", f"{copy.sequence:,}", width),
        *labelled("Opens with", f"key set {copy.epoch}, and the passphrases of then, for ever", width),
        *labelled("Tried", tried, width),
        *labelled("SHA-256", words.grouped(copy.digest.hex(), 16 if width >= 100 else 8), width),
    ]
