"""What every page has: a row of places, a row that says where, the page, a row that speaks, a row of keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from core.session import Session
from tui import words
from tui.keys import keymap
from tui.roles import kept_back
from tui.widgets.fields import Field, FieldHost
from tui.widgets.lines import Bar, Line, Piece, Sheet, width_of
from tui.widgets.note_text import NoteText
from tui.widgets.rows import Rows
from vault_format.errors import TacendaError

if TYPE_CHECKING:
    from tui.application import Tacenda

PLACES = (("1", "today", "Today"), ("2", "clients", "Clients"), ("3", "find", "Find"), ("4", "audit", "Audit"),
          ("5", "vault", "Vault"))  # fmt: skip

Memento = tuple[type["Page"], dict[str, Any]]
"""A page and the numbers that bring it back; never a word of what stood on it."""


def chain_words(session: Session) -> Piece:
    """Return how the chain is, for the top row."""
    if session.problem:
        return ("✗ broken", "danger")
    return ("! damaged", "caution") if session.vault.ledger.findings else ("✓ whole", "good")


def places_line(here: str, *, narrow: bool) -> list[Piece]:
    """Return the places, the one that is HERE in brackets; where it is narrow, a single blank keeps them apart."""
    pieces: list[Piece] = []
    for key, place, name in PLACES:
        if place == here:
            pieces.append((f"[{key} {name}]", "accent"))
        else:
            before = "" if narrow and pieces and pieces[-1][1] == "accent" else " "
            pieces.append((f"{before}{key} {name}{'' if narrow else ' '}", "text"))
    if not narrow:
        return pieces
    return [*pieces, ("" if pieces[-1][1] == "accent" else " ", "text")]


class Page(Screen[Any], FieldHost, inherit_bindings=False):
    """A page. WHERE names it in the table of keys; PLACE is the place it belongs to, empty where digits type."""

    WHERE: ClassVar[str] = ""
    PLACE: ClassVar[str] = ""
    ABOUT: ClassVar[str] = ""
    """One sentence for the help page."""
    AUTO_FOCUS = "#focus"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (120, "-wide")]
    ESCAPE_TO_MINIMIZE = False
    BINDINGS = keymap.bindings("place")

    def __init__(self) -> None:
        super().__init__()
        self._state: Line = ()
        self._said: Line = ()
        self._error = False

    @property
    def tacenda(self) -> Tacenda:
        """The application."""
        return self.app  # type: ignore[return-value]  # pages belong to no other

    def compose(self) -> Iterator[Widget]:
        """Put the frame round what `body` gives."""
        yield Bar(id="top")
        yield Bar(id="where")
        with Container(id="body"):
            yield from self.body()
        yield Sheet(id="message", focusable=False)
        yield Bar(id="keys")

    def body(self) -> Iterator[Widget]:
        """Return what stands between the rows of the frame."""
        yield from ()

    def on_mount(self) -> None:
        """Fill the frame, then the page."""
        session = self.tacenda.session
        if session is not None and session.locked:
            # locked while this page was on its way: nothing of it will be seen
            return
        self.show_top()
        self.show_keys()
        self.fill()

    def fill(self) -> None:
        """Show what there is now; called at the start and whenever the vault has changed."""

    def key_of(self, name: str) -> str:
        """Return the key of an act of this page, as it is written for people."""
        return keymap.key_of(name, self.WHERE)

    def keyed(self, sentence: str) -> str:
        """Return SENTENCE with the keys of the acts that it names in braces."""
        return keymap.keyed(sentence, self.WHERE)

    def memento(self) -> Memento | None:
        """Return what brings this page back after a lock; None if it does not come back."""
        return None

    def erase(self) -> None:
        """Forget everything of the vault that this page holds."""
        for widget in self.query(NoteText):
            widget.erase()
        for field in self.query(Field):
            field.erase()
        for rows in self.query(Rows):
            rows.erase()
        for sheet in self.query(Sheet):
            sheet.erase()
        for bar in self.query(Bar):
            bar.show(())
        self._state = self._said = ()

    # -- the rows of the frame -------------------------------------------------------------------------------

    def bar(self, name: str) -> Bar:
        """Return a row of the frame: `top`, `where`, `keys`."""
        return self.query_one(f"#{name}", Bar)

    def show_top(self) -> None:
        """Show places, the practice, the state of the chain, the lock."""
        session, right, width = self.tacenda.session, self.lock_words(), self.app.size.width
        left: list[Piece] = [*places_line(self.PLACE, narrow=width < 80)]
        if session is not None:
            chain = chain_words(session)
            # of all that stands here the practice's name gives way first
            room = width - sum(width_of(line) for line in (left, (chain,), right)) - 4
            name = session.practice if len(session.practice) <= room else words.fit(session.practice, room)
            left += [(f"  {name} " if width >= 80 and room > 3 else " ", "muted"), chain]
        self.bar("top").show(left, right)

    def show_no_passphrase(self, path: str) -> None:
        """Show in the top row that nothing of the vault at PATH is unlocked."""
        said = (("[4 Audit]", "accent"), ("  no passphrase: notes and names stay closed", "muted"))
        self.bar("top").show(said, self.place_of(path))

    def lock_words(self) -> Line:
        """Return what stands at the top right: how to lock, and after how long it locks by itself."""
        if self.tacenda.session is None:
            return ()
        after = f", {self.tacenda.idle_minutes} min" if self.app.size.width >= 80 else ""
        return ((keymap.key_of("lock"), "accent"), (f" lock{after}", "muted"))

    def place_of(self, path: str) -> Line:
        """Return where the file is, for the top right."""
        return ((words.short_path(path, max(16, self.app.size.width - 55)), "muted"), (" ", "text"))

    def hidden_keys(self) -> frozenset[str]:
        """Return the acts of this page that make no sense now."""
        return frozenset()

    def kept_back(self) -> frozenset[str]:
        """Return the acts of this page that the member's role has not."""
        session = self.tacenda.session
        return frozenset() if session is None else kept_back(session.role, self.WHERE)

    def key_pairs(self) -> list[tuple[str, str]]:
        """Return (key, word) for the row of keys."""
        return keymap.footer(self.WHERE, self.hidden_keys() | self.kept_back())

    def show_keys(self) -> None:
        """Show the row of keys, as many as there is room for; the way to all of them always stands there."""
        pairs = self.key_pairs()
        line: list[tuple[str, str]] = [(" ", "text")]
        room = self.app.size.width - 1
        last = pairs[-1:]
        room -= sum(len(key) + len(word) + 3 for key, word in last)
        for number, (key, word) in enumerate(pairs):
            need = len(key) + len(word) + 3
            if number + 1 < len(pairs):
                if need > room:
                    continue
                room -= need
            line += [(key, "accent"), (f" {word}  ", "text")]
        self.bar("keys").show(line)

    def say(self, sentence: str, role: str = "text") -> None:
        """Say something in the row above the keys. It stays until the next key; what is wrong stays until Esc."""
        self._said = ((f" {sentence}", role),)
        self._error = role == "danger"
        self._show_message()

    def show_state(self, sentence: str, role: str = "muted") -> None:
        """Say what the page is at; shown where nothing else is being said."""
        self._state = ((f" {sentence}", role),) if sentence else ()
        if not self._said:
            self._show_message()

    def hush(self) -> None:
        """Go back from what was said to the state."""
        if self._said:
            self._said, self._error = (), False
            self._show_message()

    def _show_message(self) -> None:
        """Show what is being said, else the state; words that do not fit in a row take more rows."""
        lines: list[Line] = []
        for text, role in self._said or self._state:
            rows = list(words.wrap(text.strip(), self.app.size.width - 2))
            if role == "muted" and not self._said and len(rows) > 1:
                rows = [words.fit(text.strip(), self.app.size.width - 2).rstrip()]
            lines += [((f" {row}", role),) for row in rows]
        self.query_one("#message", Sheet).show(lines or [()])

    def key_comes(self, key: str) -> None:
        """Let what was said go with the next key KEY; what is wrong stays until Esc, which then does nothing else."""
        if self._said and not self._error:
            self.hush()

    def fail(self, error: BaseException) -> None:
        """Say what went wrong."""
        if isinstance(error, TacendaError):
            self.say(str(error), "danger")
        else:
            self.say(
                f"Something went wrong inside Tacenda ({type(error).__name__}). What was saved is safe. Try again.",
                "danger",
            )

    # -- work in threads -------------------------------------------------------------------------------------

    def work(
        self, job: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[BaseException], None] | None = None
    ) -> None:
        """Do JOB in a thread, then THEN with its result here; an error goes to FAILED, or is said."""
        self.tacenda.start_job(self, job, then, failed or self.fail)

    # -- what every page can do ------------------------------------------------------------------------------

    def action_next_part(self) -> None:
        """Go to the next part of the page."""
        self.focus_next()

    def action_previous_part(self) -> None:
        """Go to the part before."""
        self.focus_previous()

    def action_stop(self) -> None:
        """Say what stops and what leaves: Ctrl+C alone never ends anything."""
        self.say(f"Nothing to stop. {keymap.key_of('lock')} locks, {keymap.key_of('leave')} locks and leaves.")

    def action_place(self, name: str) -> None:
        """Go to a place."""
        self.tacenda.go_to(name)

    def action_settings(self) -> None:
        """Show the settings of this machine."""
        from tui.screens.settings.page import SettingsPage  # noqa: PLC0415

        if not isinstance(self, SettingsPage):
            self.tacenda.show_page(SettingsPage())

    def finding_from(self) -> str:
        """Return what stands in the field when one begins to find from here."""
        return ""

    def action_look(self) -> None:
        """Find notes; Esc comes back here."""
        from tui.screens.find.page import FindPage  # noqa: PLC0415

        if self.tacenda.session is not None:
            self.tacenda.show_page(FindPage(self.finding_from()))

    def action_out(self) -> None:
        """Go one step out."""
        if self._error:
            self.hush()
            return
        self.tacenda.back()

    def on_resize(self) -> None:
        """Fit the row of keys, and the page."""
        if self.is_mounted:
            self.show_top()
            self.show_keys()
            self._show_message()
            self.fill_anew()

    def fill_anew(self) -> None:
        """Show what depends on the width once more."""
