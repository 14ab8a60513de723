"""Making a vault (F2)."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from pathlib import Path

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.create import new_vault
from core.keys.strength import Strength, require_strong, suggestion
from core.names import check_name
from core.session import Door, Session
from tui.keys import keymap
from tui.screens.page import Page
from tui.terminal import safety
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from tui.widgets.strength import Judging, strength_line
from vault_format import machine
from vault_format.errors import UsageError, WeakPassphrase

_FIELDS = ("#focus", "#passphrase", "#again", "#button")
_GOOD = "Six random words are good. One guess costs half a second."


class Create(Page):
    """Makes the vault at PATH, where nothing is yet, and unlocks it."""

    WHERE = "create"
    ABOUT = "This makes a vault: one encrypted file. Nothing is written before you press Create."
    BINDINGS = keymap.bindings("create")

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._busy = False
        self._offer = ""
        self._judging = Judging(self.work, self._say_strength)

    def body(self) -> Iterator[Widget]:
        """Name, passphrase twice, what to know, the button."""
        yield Sheet(id="facts", focusable=False)
        yield Labelled("Your name", Field(_login(), id="focus", limit=64))
        yield Sheet(id="name-hint", focusable=False)
        yield Labelled("Passphrase", Field(id="passphrase", password=True, limit=1_024))
        yield Sheet(id="passphrase-hint", focusable=False)
        yield Labelled("Again", Field(id="again", password=True, limit=1_024))
        yield Sheet(id="again-hint", focusable=False)
        yield Rows(id="button")
        yield Sheet(id="know", focusable=False)

    def fill(self) -> None:
        """Say what this page does."""
        self.bar("top").show(((" Tacenda, a new vault", "accent"),), self.place_of(self._path))
        self.query_one("#facts", Sheet).show([
            (), ((" There is no file there yet. This page makes it. Two things are needed.", "text"),), (),
        ])  # fmt: skip
        self._hint("name", "Stands in the audit trail. Whoever holds the file can read it.")
        button = Listed(("[ Create the vault ]",), lambda name, _: ((f"  {name}", "text"),))
        self.query_one("#button", Rows).show(button)
        self._know()
        self._judge()
        self._compare()
        self.show_state("Nothing is written until you press Create.")

    def show_top(self) -> None:
        """Show no place: nothing is open."""

    def _hint(self, name: str, said: str, role: str = "muted") -> None:
        lines: list[Line] = [((" " * 16 + said, role),), ()] if said else [(), ()]
        self.query_one(f"#{name}-hint", Sheet).show(lines)

    def _know(self) -> None:
        """Say what to know before one goes on, and what was offered."""
        lines: list[Line] = [
            (), ((" What to know before you go on", "accent"),),
            (("   Nobody can reset a passphrase: not us, not an administrator.", "text"),),
            (("   There is no second way in: a forgotten passphrase loses every note.", "text"),),
        ]  # fmt: skip
        if self._offer:
            told = self.keyed("   Write it down where you keep papers, then type it. {offer} draws another.")
            lines = [(), ((" One that nobody guesses, drawn just now", "accent"),), ((f"   {self._offer}", "mark"),),
                     ((told, "text"),)]  # fmt: skip
        self.query_one("#know", Sheet).show(lines)

    @on(Input.Changed, "#focus, #passphrase")
    def _judge(self) -> None:
        """Say how long the passphrase holds, judged in a thread; the name is among what is guessed first."""
        known = (self._practice(), self.query_one("#focus", Field).said.strip())
        self._judging.judge(self.query_one("#passphrase", Field).said, known)

    @on(Input.Changed, "#passphrase, #again")
    def _compare(self) -> None:
        """Say whether both are the same."""
        first, second = (self.query_one(f"#{name}", Field).said for name in ("passphrase", "again"))
        if not second:
            self._hint("again", "")
        elif first == second:
            self._hint("again", "the same ✓", "good")
        else:
            self._hint("again", "not the same yet", "muted")

    def _say_strength(self, told: Strength | None) -> None:
        self.query_one("#passphrase-hint", Sheet).show([strength_line(told, _GOOD), ()])

    def action_offer(self) -> None:
        """Draw a passphrase and show it."""
        self._offer = suggestion()
        self._know()

    def erase(self) -> None:
        """Forget what was offered and typed."""
        self._offer = ""
        self._judging.forget()
        super().erase()

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        place = _FIELDS.index(f"#{field.id}")
        self.set_focus(self.query_one(_FIELDS[place + 1]))

    def action_submit(self) -> None:
        """Create, if the cursor stands on the button."""
        if self.focused is self.query_one("#button", Rows):
            self.action_finish()

    def action_finish(self) -> None:
        """Create the vault, once what was typed can be used."""
        name = self.query_one("#focus", Field).said.strip()
        passphrase = self.query_one("#passphrase", Field).said
        try:
            check_name(name)
        except UsageError as error:
            self._wrong("#focus", str(error))
            return
        if not passphrase:
            self._wrong("#passphrase", "A passphrase is needed.")
        elif passphrase != self.query_one("#again", Field).said:
            self._wrong("#again", "The two passphrases are not the same.")
        elif not self._busy:
            self._busy = True
            self.say("Creating: measuring this machine, then half a second of Argon2id.", "muted")
            self.work(lambda: self._make(name, passphrase), self.tacenda.unlocked, self._failed)

    def _wrong(self, field: str, said: str) -> None:
        self.set_focus(self.query_one(field))
        self.say(said, "danger")

    def _practice(self) -> str:
        return (Path(self._path).stem or "practice")[:64]

    def _make(self, name: str, passphrase: str) -> Session:
        practice = self._practice()
        require_strong(passphrase, (practice, name), safe="Nothing was written.")
        Path(safety.existing_folder(self._path)).mkdir(mode=0o700, parents=True, exist_ok=True)
        new_vault(self._path, practice, name, passphrase, clock=machine.now_ms, cost=self.tacenda.cost, zone=_zone())
        return Door(self._path).unlock(name, passphrase)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.fail(error)
        if isinstance(error, WeakPassphrase):
            self.set_focus(self.query_one("#passphrase"))

    def action_out(self) -> None:
        """Go back to the question which vault."""
        if self._error:
            self.hush()
        elif not self._busy:
            self.tacenda.change_path(None)


def _login() -> str:
    try:
        return getpass.getuser()[:64]
    except (OSError, KeyError, ImportError):
        return "owner"


def _zone() -> str:
    """Return the name of this machine's time zone, UTC where it cannot be told."""
    zone = os.environ.get("TZ", "").lstrip(":")
    if not zone:
        real = os.path.realpath("/etc/localtime")
        zone = real.partition("/zoneinfo/")[2]
    return zone if zone and len(zone) <= 64 and zone.isascii() else "UTC"
