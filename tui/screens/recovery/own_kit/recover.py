"""Recovering with the kit, from the door (F21): the printed code, a moment's three codes, a new passphrase."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from functools import partial

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.recovery import Recovery
from core.recovery.kit.clocks import no_match_words, off_words, phone_ahead
from core.recovery.kit.moments import moment_at
from core.recovery.kit.printed import read_line
from core.session import Door, Session
from tui import words
from tui.keys import keymap
from tui.screens.recovery.new_keys import new_keys
from tui.screens.recovery.own_kit.code_lines import CodeLines
from tui.screens.recovery.own_kit.moment import HOW, WHEN, WHY, moment_line
from tui.screens.recovery.passphrase import NewPassphrase
from tui.screens.recovery.steps import Stepped
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from vault_format.errors import TacendaError, WeakPassphrase

_PAPER = (
    "This makes new keys and a new passphrase. You need the kit's paper and its phone. That it was begun is recorded "
    "already, as is every try; everyone is told afterwards."
)
_SAME = 60.0
"""Clocks that differ by no more are the same, as far as a clock without seconds tells."""
_CODES = ("codes-1", "codes-2", "codes-3")


class RecoverPage(Stepped):
    """Recovers MEMBER's keys with the kit, at DOOR; the page begins the recovery, which is recorded."""

    WHERE = "recover"
    ABOUT = (
        "Recovering takes the printed code and three codes of the phone, from a quarter of an hour on. Where the "
        "phone's clock differs from this machine's, type what it shows into the field for it: the phone's counts."
    )
    BINDINGS = keymap.bindings("recover")
    TITLE_WORDS = "Recovery"
    STEPS = (
        ("paper", "the printed code", "paper-1"), ("phone", "the phone", "codes-1"),
        ("passphrase", "a new passphrase", "new-1"),
    )  # fmt: skip

    def __init__(self, door: Door, member: str | None) -> None:
        super().__init__()
        self._door = door
        self._member = member
        self._recovery: Recovery | None = None
        self._cancel = threading.Event()
        self._tried = (0, 0)
        self._searching = False
        self._phone_ahead: float | None = None

    def body(self) -> Iterator[Widget]:
        """The parts of all steps; one is shown."""
        with Vertical(id="paper"):
            yield Sheet(id="paper-text", focusable=False)
            yield CodeLines("paper")
        with Vertical(id="phone"):
            yield Sheet(id="moment", focusable=False)
            for number, name in enumerate(("First code", "Second code", "Third code"), 1):
                yield Labelled(name, Field(id=f"codes-{number}", limit=10))
            yield Labelled("Phone shows", Field(id="phone-clock", limit=5, hint="only if its clock differs: 14:13"))
            yield Sheet(id="phone-why", focusable=False)
        with Vertical(id="passphrase"):
            yield Sheet(id="passphrase-text", focusable=False)
            yield NewPassphrase(self.work)

    def on_mount(self) -> None:
        """Begin: it is recorded before anything is tried."""
        super().on_mount()
        self.busy = True
        self.say("Recording that a recovery was begun.", "muted")
        self.work(partial(Recovery, self._door, self._member, cost=self.tacenda.cost), self._begun, self._refused)
        self.set_interval(0.5, self._tick)

    def _begun(self, recovery: Recovery) -> None:
        self.busy = False
        self._recovery = recovery
        self.hush()
        self.show_state(f"{recovery.member}'s keys. {self.key_of('submit')} goes to the next line.")

    def _refused(self, error: BaseException) -> None:
        self.fail(error)

    def on_unmount(self) -> None:
        """Record that it was given up, where it was neither finished nor given up before."""
        self._cancel.set()
        self._end()

    def _end(self) -> None:
        recovery, self._recovery = self._recovery, None
        if recovery is not None and not recovery.ended:
            with contextlib.suppress(TacendaError, OSError, LookupError):
                recovery.give_up()

    def begin_step(self, name: str) -> None:
        """Fill a step."""
        if name == "paper":
            self.sheet("paper-text").show([(), *self.paragraphs(_PAPER)])
        elif name == "phone":
            self._show_moment()
            self.sheet("phone-why").show([(), *self.paragraphs(WHY, role="muted")])
        else:
            practice = self._door.opened.ledger.state.practice
            new = self.query_one(NewPassphrase)
            new.known = (practice, self._recovery.member if self._recovery is not None else "")
            new.offer()
            self.sheet("passphrase-text").show([
                (), *self.paragraphs("Both halves are right. Now a new passphrase; the kit is used up with it."),
            ])  # fmt: skip
            self.show_state(f"Nothing is changed before you press {self.key_of('submit')} in the second field.")

    @on(Input.Changed)
    def _note(self, event: Input.Changed) -> None:
        if self._recovery is None:
            return
        if event.input.id in _CODES:
            self._recovery.note_codes([event.value])
        elif event.input.id == "phone-clock":
            # what it shows is true now: from here on the two clocks go on side by side
            now = self._recovery.now()
            with contextlib.suppress(TacendaError):
                self._phone_ahead = None
                self._phone_ahead = phone_ahead(event.value, now)
            self._show_moment()

    # -- the moment --------------------------------------------------------------------------------------------

    def _phone_time(self) -> float | None:
        """Return the phone's own time (UTC seconds), where it was told. Raises UsageError for no time of day."""
        told = self.field("phone-clock").said.strip()
        if not told or self._recovery is None:
            return None
        now = self._recovery.now()
        return now + (phone_ahead(told, now) if self._phone_ahead is None else self._phone_ahead)

    def _tick(self) -> None:
        if self._searching:
            done, of = self._tried
            if done > 3:
                self.say(f"Looking for a single wrong digit: {done} of {of}. {self.key_of('stop')} ends it.", "muted")
        elif self.STEPS[self.step][0] == "phone":
            self._show_moment()

    def _show_moment(self) -> None:
        recovery = self._recovery
        if recovery is None:
            return
        now, ahead = recovery.now(), self._phone_ahead
        moment = moment_at(now + (ahead or 0))
        until = f"{words.moment(recovery.reaches_until * 1000):%Y-%m-%d}"
        lines: list[Line] = [
            (("   Printed code   ", "muted"), ("✓ right", "good"), (f", its moments reach to {until}", "muted")), (),
        ]  # fmt: skip
        short = self.app.size.height < 24
        lines += [((f"   {row}", "text"),) for row in words.wrap(WHEN, min(self.app.size.width, 100) - 5)]
        lines += [(), moment_line(moment), ()]
        at = words.clock(moment.slot * 900_000)[:5]
        if short:
            lines.append((("   Write down three codes in a row, then type them here.", "text"),))
        for number, text in () if short else HOW:
            rows = list(words.wrap(text.format(at=at), min(self.app.size.width, 100) - 10))
            lines += [((f"   {number if not row else ' '}  {part}", "text"),) for row, part in enumerate(rows)]
        self.sheet("moment").show([*lines, ()])
        here = words.clock(int(now * 1000))[:5]
        if ahead is None or abs(ahead) < _SAME:
            self.show_state(f"This machine's clock {here}; go by the phone's.")
        else:
            self.show_state(f"This machine's clock {here}; the phone is {off_words(ahead)}, and it counts.", "caution")

    # -- going on ----------------------------------------------------------------------------------------------

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if self.busy or self._recovery is None:
            return
        lines = self.query_one(CodeLines)
        if lines.holds(field):
            if lines.done(field, read_line):
                self.busy = True
                self.work(partial(self._recovery.enter_code, lines.lines), self._code_right, self._failed)
        elif field.id in _CODES[:2]:
            self.set_focus(self.field(_CODES[_CODES.index(field.id) + 1]))
        elif field.id in ("codes-3", "phone-clock"):
            self._try()
        elif field.id == "new-1":
            self.set_focus(self.field("new-2"))
        else:
            self._finish()

    def _failed(self, error: BaseException) -> None:
        self.busy = self._searching = False
        waiting = self._recovery.waiting if self._recovery is not None else 0
        if waiting and self.STEPS[self.step][0] == "phone":
            # the codes are typed already: they are tried once the pause after a wrong try is over
            self.say(f"The last try was wrong: these codes are tried in {waiting} s.", "caution")
            self.set_timer(waiting, self._try_again)
        else:
            self.fail(error)
            if isinstance(error, WeakPassphrase):
                self.set_focus(self.field("new-1"))

    def _try_again(self) -> None:
        if not self.busy and self.STEPS[self.step][0] == "phone":
            self._try()

    def _code_right(self, _: object) -> None:
        self.busy = False
        self.query_one(CodeLines).clear()
        self.show_step(1)

    def _try(self) -> None:
        recovery = self._recovery
        if recovery is None:
            return
        try:
            said = self._phone_time()
        except TacendaError as error:
            self.wrong("phone-clock", str(error))
            return
        codes = [self.field(name).said for name in _CODES]
        self.busy = self._searching = True
        self._cancel.clear()
        self._tried = (0, 0)
        self.say("Trying the three codes.", "muted")
        self.work(
            lambda: recovery.enter_codes(codes, said=said, watch=self._watch, cancelled=self._cancel.is_set),
            self._codes_tried, self._failed,
        )  # fmt: skip

    def _watch(self, done: int, of: int) -> None:
        self._tried = (done, of)

    def _codes_tried(self, opened: bool) -> None:
        self.busy = self._searching = False
        if opened:
            for name in (*_CODES, "phone-clock"):
                self.field(name).erase()
            self.show_step(2)
            return
        self.set_focus(self.field("codes-1"))
        here = words.clock(int(self._recovery.now() * 1000))[:5] if self._recovery is not None else ""
        self.say(no_match_words(here, told=self._phone_ahead is not None), "danger")

    def action_stop(self) -> None:
        """End the search for a wrong digit."""
        if self._searching:
            self._cancel.set()
        else:
            super().action_stop()

    def _finish(self) -> None:
        recovery, new = self._recovery, self.query_one(NewPassphrase)
        if recovery is None:
            return
        if new.hindrance:
            self.wrong("new-1", new.hindrance)
            return
        passphrase, door = new.said, self._door
        self.busy = True
        self.say("Making new keys, in one record; then unlocking with them.", "muted")

        def finish() -> Session:
            recovery.finish(passphrase)
            return door.unlock(recovery.member, passphrase)

        self.work(finish, self._recovered, self._failed)

    def _recovered(self, session: Session) -> None:
        self.query_one(NewPassphrase).forget()
        new_keys(self.tacenda, session, "The kit is used up: make a new one now. {out} leaves it for later.")

    def action_out(self) -> None:
        """Give up, recorded; the first Esc after an error only takes the error away."""
        if self._error:
            self.hush()
            if self._recovery is None:
                self.tacenda.back()
        elif not self.busy:
            self.work(self._end, lambda _: self.tacenda.back())

    def erase(self) -> None:
        """Forget what was typed."""
        for lines in self.query(CodeLines):
            lines.clear()
        super().erase()
