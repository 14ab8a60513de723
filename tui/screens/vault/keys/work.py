"""Work on the keys that goes on in the background: one at a time, paused and gone on with from any page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.session import Session
from core.upkeep import Rotated, Rotation, Step
from core.upkeep.charts.droppable import droppable
from core.upkeep.copies.backup import known_copies
from core.upkeep.copies.copies_told import told_after
from core.upkeep.keys.again import look_again
from core.upkeep.keys.status import Waiting, waiting
from tui import words
from tui.keys import keymap
from tui.screens.vault.parts import amount
from vault_format.verification.findings import Verdict

if TYPE_CHECKING:
    from tui.application import Tacenda

Watch = Callable[[Step], None]
Cancelled = Callable[[], bool]
Act = Callable[[Session, Watch, Cancelled], Rotated | None]


@dataclass(slots=True)
class Run:
    """One piece of work: what it is, how far it is, how it ended. Written by its thread, read by pages.

    `opened` is the record of the key set that it opened (0: none), `checking` that the file is looked at again,
    `afterwards` what is to be done then: about what can leave the file, about copies.
    """

    what: str
    began: int
    stop: bool = False
    over: bool = False
    opened: int = 0
    checking: bool = False
    step: Step | None = None
    moved: Step | None = None
    done: Rotated | None = None
    verdict: Verdict | None = None
    afterwards: tuple[str, ...] = ()
    error: BaseException | None = None


class KeyWork:
    """Rotates, re-encrypts and confirms for APP's open session; `run` is the last that was begun since the unlock."""

    def __init__(self, app: Tacenda) -> None:
        self._app = app
        self.run: Run | None = None
        self._epoch = 0
        self._first = True

    @property
    def running(self) -> bool:
        """Whether something is being done now."""
        return self.run is not None and not self.run.over

    def begin_anew(self) -> None:
        """Know that another session is open."""
        self.run = None
        self._epoch = 0
        self._first = True

    # -- what waits after an unlock, and when others open a key set -------------------------------------------

    def look(self) -> None:
        """Look, in a thread, at what waits for this member; do it. Called once the lists are open."""
        session = self._app.session
        if session is not None and not self.running:
            self._epoch = session.vault.ledger.state.epoch
            first, self._first = self._first, False
            self._app.start_job(self._app, partial(_look, session, first=first), self._looked, lambda _: None)

    def noticed(self) -> None:
        """Look again, if another key set was opened since."""
        session = self._app.session
        if session is not None and self._epoch and session.vault.ledger.state.epoch != self._epoch:
            self.look()

    def _looked(self, found: tuple[Waiting, list[str]]) -> None:
        waits, told = found
        page = self._app.page
        if waits.owner and waits.due and waits.automatic:
            self.start("rotation that is due", rotate_if_due)
            told.append(
                f"{_why(waits)}: new ones are made, texts re-encrypted. {keymap.place_key('vault')}, Keys: pause it."
            )
        elif waits.to_move or waits.to_confirm:
            self.start("what was left to do", go_on)
        elif waits.owner and waits.due:
            told.append(f"{_why(waits)}: {keymap.place_key('vault')}, Keys rotates them.")
        if page is not None and told:
            page.say(" ".join(told), "caution")

    # -- doing it ----------------------------------------------------------------------------------------------

    def start(self, what: str, act: Act) -> None:
        """Begin ACT in a thread, unless something goes on."""
        app, session = self._app, self._app.session
        if session is None or self.running:
            return
        run = self.run = Run(what, app.now())
        era = app.era
        app.start_job(app, partial(_do, session, act, run, lambda: run.stop or app.era != era),
                      partial(self._ended, run), partial(self._failed, run))  # fmt: skip

    def pause(self) -> None:
        """Stop between two batches."""
        if self.run is not None:
            self.run.stop = True

    def resume(self) -> None:
        """Go on with what is left."""
        if not self.running:
            self.start("what was left to do", go_on)

    def _ended(self, run: Run, _: object) -> None:
        run.over = True
        session = self._app.session
        self._epoch = session.vault.ledger.state.epoch if session is not None else 0
        self._app.renew()

    def _failed(self, run: Run, error: BaseException) -> None:
        run.over, run.error = True, error
        page = self._app.page
        if page is not None:
            page.fail(error)
        self._app.renew()


def _why(waits: Waiting) -> str:
    """Return why new keys are due, for the beginning of a sentence."""
    if waits.asked is not None:
        return f"New keys were asked for by {waits.asked.member}, {waits.asked.words}"
    return f"The keys are {words.plural(waits.days, 'day')} old"


def _look(session: Session, *, first: bool) -> tuple[Waiting, list[str]]:
    from core.recovery.after_unlock import after_unlock  # noqa: PLC0415  not needed before somebody unlocks

    # recoveries first: they may open a key set, which is then what waits
    told = after_unlock(session).sentences if first else []
    with session.at_desk() as desk:
        return waiting(desk), told


def _do(session: Session, act: Act, run: Run, cancelled: Cancelled) -> None:
    before = session.vault.ledger.state.epoch

    def watch(step: Step) -> None:
        state = session.vault.ledger.state
        run.opened = state.epochs[-1].seq if state.epoch != before else 0
        run.step = step
        if step.doing == "re-encrypting":
            run.moved = step

    done = act(session, watch, cancelled)
    state = session.vault.ledger.state
    run.opened = state.epochs[-1].seq if state.epoch != before else 0
    if done is not None and not done.stopped and (run.opened or done.moved):
        run.checking = True
        run.verdict = look_again(session)
        if run.opened:
            run.afterwards = _afterwards(session)
    run.done = done


def _afterwards(session: Session) -> tuple[str, ...]:
    """Return what is to be done once another key set is in use."""
    place = keymap.place_key("vault")
    with session.at_desk() as desk:
        drop, known, epoch = droppable(desk), known_copies(desk), desk.state.epoch
    goes = f"{amount(drop.size)} of old ciphertext can go: {place}, Compact." if drop.parts else ""
    return tuple(filter(None, (goes, told_after(known, epoch, f"{place}, Copies"))))


def go_on(session: Session, watch: Watch, cancelled: Cancelled) -> Rotated:
    """Finish what a rotation left to this member."""
    return Rotation(session, watch=watch, cancelled=cancelled).go_on()


def rotate(session: Session, watch: Watch, cancelled: Cancelled) -> Rotated:
    """Open a key set because a person says so, and re-encrypt; what called for it besides is what is recorded."""
    rotation = Rotation(session, watch=watch, cancelled=cancelled)
    rotation.begin()
    return rotation.go_on()


def rotate_if_due(session: Session, watch: Watch, cancelled: Cancelled) -> Rotated:
    """Open a key set because it is due or asked for, unless another owner has done so meanwhile; re-encrypt."""
    rotation = Rotation(session, watch=watch, cancelled=cancelled)
    session.follow()
    with session.at_desk() as desk:
        waits = waiting(desk)
    if waits.due:
        rotation.begin()
    return rotation.go_on()
