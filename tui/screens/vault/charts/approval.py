"""The approval of a critical act (F27): five headings, always the same, and the passphrase once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from core.session import Session
from core.session.approval import approve
from tui.keys import keymap
from tui.screens.exchange.choice import Choice
from tui.screens.vault.parts import VaultPage, amount, heading, labelled, paragraph
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet

_TICK = 0.5
Watch = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be approved: the five headings, the verb of its key, what has to be typed (empty: nothing).

    REASONS are (value, words) to choose from; WORDS asks for more of the reason, which is sealed.
    """

    title: str
    verb: str
    will: str
    cannot: str
    beyond: str
    allowed: str
    reasons: Sequence[tuple[object, str]] = ()
    words: bool = False
    typed: str = ""


class Approval(VaultPage):
    """Asks for MATTER; ACT is done in a thread with (session, reason, words, watch, cancelled) once it is approved.

    DONE is called here with its result, when this page is gone again.
    """

    WHERE = "approval"
    ABOUT = "What will happen, what cannot be undone, what it does not reach. Nothing has happened before the last key."
    BINDINGS = keymap.bindings("approval")

    def __init__(
        self, matter: Matter, done: Callable[[Any], None],
        act: Callable[[Session, Any, str, Watch, Cancelled], Any] = lambda _, reason, *__: reason,
    ) -> None:  # fmt: skip
        super().__init__()
        self._matter = matter
        self.at = matter.title
        self._act = act
        self._done = done
        self._busy = False
        self._stop = False
        self._far = (0, 0)
        self._ticking: Timer | None = None

    def body(self) -> Iterator[Widget]:
        """The five headings over the form."""
        matter = self._matter
        yield Sheet(id="matter")
        with Vertical(id="form"):
            if matter.reasons:
                yield Labelled("Reason", Choice(matter.reasons, id="reason"))
            if matter.words:
                yield Labelled("More of it", Field(id="words", hint="optional; sealed, for owners and auditors"))
            if matter.typed:
                yield Labelled("To go on, type", Field(id="typed", hint=matter.typed))
            yield Labelled("Passphrase", Field(id="passphrase", password=True, limit=1_024))

    def on_mount(self) -> None:
        """Stand in the first row of the form."""
        super().on_mount()
        first = self.query("#reason, #words, #typed, #passphrase").first()
        self.set_focus(first)

    def fill(self) -> None:
        """Lay out the headings."""
        self.show_where()
        self.fill_anew()

    def fill_anew(self) -> None:
        """Lay out the headings for this width."""
        matter, width = self._matter, self.page_width
        lines: list[Line] = []
        for name, said in (("What will happen", matter.will), ("What cannot be undone", matter.cannot),
                           ("What it does not reach", matter.beyond)):  # fmt: skip
            lines += [heading(name), *paragraph(said, width)]
        lines += [*labelled("Allowed", matter.allowed, width)]
        self.query_one("#matter", Sheet).show(lines)
        self.call_after_refresh(self._say_whether_all_is_seen)

    def _say_whether_all_is_seen(self) -> None:
        _, last, count = self.query_one("#matter", Sheet).seen
        if not self._busy:
            more = f" {self.key_of('leaf(1)')} reads on." if last < count else ""
            self.show_state(f"Nothing has happened yet.{more}", "text")

    def key_pairs(self) -> list[tuple[str, str]]:
        """Name the key by its verb."""
        return [(key, self._matter.verb if word == "do it" else word) for key, word in super().key_pairs()]

    def action_leaf(self, pages: int) -> None:
        """Scroll the headings while the keys go to the form."""
        self.query_one("#matter", Sheet).action_page(pages)

    def field_done(self, field: Field) -> None:
        """Go to the next row; nothing is approved by Enter."""
        if field.id != "passphrase":
            self.focus_next()
        else:
            self.say(f"{self.key_of('finish')}: {self._matter.verb}. {self.key_of('out')} leaves everything as it is.")

    # -- once it is approved -----------------------------------------------------------------------------------

    def action_finish(self) -> None:
        """Do it, once everything that is asked for stands here."""
        session = self.tacenda.session
        if session is None or self._busy:
            return
        if self._matter.typed and self.query_one("#typed", Field).said.strip() != self._matter.typed:
            self.say(f"To go on, type: {self._matter.typed}", "danger")
            self.set_focus(self.query_one("#typed"))
            return
        field = self.query_one("#passphrase", Field)
        passphrase = field.said
        field.erase()
        if not passphrase:
            self.say("The passphrase is needed once more.", "danger")
            self.set_focus(field)
            return
        reason = self.query_one("#reason", Choice).value if self._matter.reasons else None
        said = self.query_one("#words", Field).said.strip() if self._matter.words else ""
        self._busy, self._stop, self._far = True, False, (0, 0)
        self._ticking = self.set_interval(_TICK, self._tell)
        self.say("The passphrase is checked, then it begins.", "muted")
        self.work(partial(self._do, session, passphrase, reason, said), self._ended, self._failed)

    def _do(self, session: Session, passphrase: str, reason: object, said: str) -> Any:  # noqa: ANN401  the act's own
        with session.at_desk() as desk:
            approve(desk, passphrase)
        return self._act(session, reason, said, self._watch, lambda: self._stop)

    def _watch(self, done: int, total: int) -> None:
        self._far = (done, total)

    def _tell(self) -> None:
        done, total = self._far
        if total and not self._stop:
            self.say(f"{amount(done)} of {amount(total)}. {self.key_of('out')} stops it; nothing is lost.", "muted")

    def _rest(self) -> None:
        self._busy = False
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _ended(self, result: object) -> None:
        self._rest()
        self.erase()
        self.tacenda.back()
        self._done(result)

    def _failed(self, error: BaseException) -> None:
        self._rest()
        self.fail(error)
        self.set_focus(self.query_one("#passphrase"))

    def action_out(self) -> None:
        """Leave everything as it is; stop what can be stopped."""
        if self._busy:
            self._stop = True
            self.say("Stopping.", "muted")
        elif self._error:
            self.hush()
        else:
            self.erase()
            self.tacenda.back()
