"""The application: which session is open, and what happens when it is locked or left. Pages are moved in paging.py."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.binding import Binding
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter, Monochrome, NoColor

from core.session import Session, Unfinished
from tui import collecting, look
from tui.doorway import Doorway
from tui.drafts.draft import DraftKeeper, Rescue
from tui.drafts.form_draft import FormKeeper
from tui.drafts.typed import TypedText
from tui.jobs import Jobs
from tui.keys import keymap
from tui.messages import Ended, HangUp
from tui.screens.page import Page
from tui.screens.vault.keys.work import KeyWork
from tui.session import alerting
from tui.session.ending import Ending
from tui.session.following import SECONDS, Following
from tui.session.guard import Guard
from tui.session.returning import Returning
from tui.settings import Chosen
from tui.terminal import environment, safety
from tui.terminal.display import SafeFilter
from vault_format import machine
from vault_format.codes import LockReason
from vault_format.errors import EXIT_DONE

if TYPE_CHECKING:
    from core.demo import DemoVault
    from core.keys.passphrase import Cost

STYLES = Path(__file__).parent / "styles"


def _driver(*, light: bool) -> type[Driver] | None:
    if os.name == "nt":
        return None
    from tui.light import driver_class  # noqa: PLC0415  not there on every system

    return driver_class(light=light)


class Tacenda(Doorway, Jobs, safety.DiscreetApp, inherit_bindings=False):
    """PATH is the vault's file, None to ask for one; DEMO a throw-away vault that is unlocked at once.

    COST is what Argon2id may cost in a vault that is made here; None measures this machine.
    """

    TITLE = "Tacenda"
    CSS_PATH = [str(path) for path in sorted(STYLES.glob("*.tcss"))]
    BINDINGS = keymap.bindings(keymap.EVERYWHERE)

    def __init__(
        self, path: str | None, *, demo: DemoVault | None = None, theme: str = "", cost: Cost | None = None,
        clock: Callable[[], float] = machine.awake_and_asleep,
    ) -> None:  # fmt: skip
        self.chosen = Chosen()
        super().__init__(driver_class=_driver(light=self.chosen.now.light))
        self.path = path
        self.demo = demo
        self.cost = cost
        self.typed: TypedText | None = None
        self.collecting = collecting.Collecting(clock)
        self.guard = Guard(self._guard_ended, self._guard_hung_up, self._settle, clock=clock)
        self._safe = SafeFilter(plain=environment.plain_symbols())
        self._theme_name = theme or look.theme_for(self.chosen.now.theme)
        self.returning = Returning(self)
        self.following = Following(self)
        self.alerting = alerting.Alerting(self)
        self.ending = Ending(self)
        self.keywork = KeyWork(self)
        self.rescued: int | None = None
        """The note that was being written when the session ended."""

    # -- the start -------------------------------------------------------------------------------------------

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the variables of roles, so that styles can be read before a theme is chosen."""
        return look.DARK.variables

    def get_line_filters(self) -> list[LineFilter]:
        """Return Textual's filters, and the one that lets no control character through.

        Textual decides before there is a theme that NO_COLOR means shades of grey, and makes black of a terminal's own
        colours; here it means none.
        """
        own = [NoColor() if isinstance(one, Monochrome) else one for one in super().get_line_filters()]
        return [*own, self._safe]

    def on_load(self) -> None:
        """Choose the theme before anything is drawn."""
        for theme in look.THEMES.values():
            self.register_theme(theme)
        self.theme = self._theme_name

    def on_mount(self) -> None:
        """Start the guard, and show the first page."""
        self.guard.start()
        self.collecting.start()
        self.set_interval(collecting.SECONDS, self.collecting.look)
        self.set_interval(SECONDS, self.following.look)
        self.set_interval(alerting.SECONDS, self.alerting.look)
        self.app_resume_signal.subscribe(self, lambda _: self.action_repaint(), immediate=True)
        self.set_keymap(self.chosen.keys.for_textual())
        self.show_door()
        self.call_after_refresh(self._tell_of_settings)

    def _tell_of_settings(self) -> None:
        """Say what is wrong in the files of settings and keys; everything goes on all the same."""
        problems = self.chosen.problems
        if problems and self.page is not None:
            more = f" {len(problems) - 1} more under Settings." if len(problems) > 1 else ""
            self.page.say(problems[0] + more, "caution")

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Take the person's own key: whether it may be had was looked at when the file was read."""

    def show_symbols(self) -> None:
        """Show the symbols that were chosen."""
        self._safe.be(plain=environment.plain_symbols())
        for page in self.pages:
            for widget in page.query("*"):
                widget.refresh(layout=True)

    @property
    def keeper(self) -> DraftKeeper | None:
        """What keeps the text of the note that is being written, while unlocked."""
        return self.typed.note if self.typed is not None else None

    @property
    def form(self) -> FormKeeper | None:
        """What keeps the client's form that is being filled in, while unlocked."""
        return self.typed.form if self.typed is not None else None

    @property
    def idle_minutes(self) -> int:
        """After how many minutes without a key the session locks: by the policy, or sooner if this machine says so."""
        return self.chosen.now.idle(self.session.policy.idle_minutes) if self.session is not None else 0

    def limit_idle(self) -> None:
        """Have the guard take up another limit."""
        if self.session is not None and self.typed is not None:
            self.guard.watch(self.session, self.typed, self.idle_minutes * 60)

    def now(self) -> int:
        """Return the time, UTC milliseconds."""
        return machine.now_ms()

    def action_repaint(self) -> None:
        """Paint everything anew: something else may have written on the terminal."""
        if self._driver is not None and not self._driver.is_headless:
            self._driver.write("\x1b[2J")
        self.screen.refresh(repaint=True, layout=True)

    # -- unlocked --------------------------------------------------------------------------------------------

    def unlocked(self, session: Session, left: Sequence[Unfinished] = ()) -> None:
        """Take up a session that was just opened; LEFT is what earlier ones could not bring into the vault."""
        self.era += 1
        self.following.begin_anew()
        self.alerting.begin_anew()
        self.keywork.begin_anew()
        self.ending = Ending(self)
        self.session = session
        self.door = None
        self.typed = TypedText(session)
        self.typed.start()
        self.guard.watch(session, self.typed, self.idle_minutes * 60)
        self.clear_pages()
        self.returning.show(session, left)
        self.start_job(self, session.open_rest, lambda _: self._lists_open())

    def _lists_open(self) -> None:
        """Show complete lists; begin what waits for this member's keys."""
        self.collecting.owe()
        self.renew()
        self.keywork.look()
        if self.session is not None:
            # the first words in Find then wait for nothing; a role without lists is refused, and needs none
            self.start_job(self, self.session.titles, lambda _: None)

    def renew(self) -> None:
        """Show anew what the vault holds; take notice of keys that others have changed."""
        super().renew()
        self.keywork.noticed()

    # -- lock and leave --------------------------------------------------------------------------------------

    def key_comes(self, event: events.Key | events.Paste) -> bool:
        """Note that the person did something; what was said goes with the next key. One that is too late is dropped."""
        if not self.guard.touch():
            return False
        self.collecting.touch()
        page = self.screen
        if isinstance(page, Page):
            page.key_comes(event.key if isinstance(event, events.Key) else "")
        return True

    def action_lock(self) -> None:
        """Save, then lock."""
        self.ending.begin(LockReason.PERSON)

    def action_leave(self) -> None:
        """Save, lock, and leave."""
        if self.session is None:
            self.exit(EXIT_DONE)
            return
        self.ending.begin(LockReason.QUIT)

    def _guard_ended(self, reason: LockReason, rescue: Rescue) -> None:
        """Hear from the guard's thread that the session is over."""
        self.post_message(Ended(reason, rescue))

    def _guard_hung_up(self, reason: LockReason) -> None:
        self.post_message(HangUp(reason))

    def _settle(self, seconds: float) -> None:
        """Wait in the guard's thread until the messages that have come are worked off, SECONDS at most."""
        done = threading.Event()
        self.call_later(done.set)
        done.wait(seconds)

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        """Clear the screen of everything, and stand at the door."""
        self.era += 1
        self.drop_overtaken_keys()
        self.release_all_keys()
        self.session = None
        self.typed = None
        self.rescued = message.rescue.note
        self.returning.remember()
        self.clear_pages()
        self.wipe_clipboard()
        # what pages held goes with them, and not when Python happens to look
        self.collecting.owe()
        if message.reason in (LockReason.QUIT, LockReason.HANGUP, LockReason.SYSTEM):
            self.exit(EXIT_DONE)
            return
        self.show_door(message.reason, message.rescue)
        if message.reason == LockReason.SUSPEND:
            self.call_after_refresh(self._stop)

    @on(HangUp)
    def _hung_up(self) -> None:
        self.exit(EXIT_DONE)

    def stop_asked(self) -> bool:
        """Hear from the driver that the system wants to stop the process; whether it waits for the lock."""
        if self.session is None:
            return False
        self.guard.ask(LockReason.SUSPEND)
        return True

    def _stop(self) -> None:
        """Stop, now that nothing of the vault is on the screen or in the process."""
        stop = getattr(self._driver, "stop_now", None)
        if callable(stop):
            stop()

    def line_gone(self) -> None:
        """Hear from the driver that there is nobody to read from any more."""
        self.guard.ask(LockReason.HANGUP)

    def on_unmount(self) -> None:
        """Let go of the vault and the guard."""
        self.guard.stop()
        self.collecting.stop()
        self.close_door()
