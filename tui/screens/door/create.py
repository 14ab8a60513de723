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
from core.names import check_name
from core.session import Door, Session
from tui import keymap, safety
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format import machine
from vault_format.errors import UsageError

_FIELDS = ("#focus", "#passphrase", "#again", "#button")
MIN_LENGTH = 8


class Create(Page):
    """Makes the vault at PATH, where nothing is yet, and unlocks it."""

    WHERE = "create"
    ABOUT = "This makes a vault: one encrypted file. Nothing is written before you press Create."
    BINDINGS = keymap.bindings("create")

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._busy = False
        self._warned = ""

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
        self.query_one("#know", Sheet).show([
            (), ((" What to know before you go on", "accent"),),
            (("   Nobody can reset a passphrase: not us, not an administrator.", "text"),),
            (("   There is no second way in: a forgotten passphrase loses every note.", "text"),),
        ])  # fmt: skip
        self._judge()
        self.show_state("Nothing is written until you press Create.")

    def show_top(self) -> None:
        """Show no place: nothing is open."""

    def _hint(self, name: str, said: str, role: str = "muted") -> None:
        lines: list[Line] = [((" " * 16 + said, role),), ()] if said else [(), ()]
        self.query_one(f"#{name}-hint", Sheet).show(lines)

    @on(Input.Changed)
    def _judge(self) -> None:
        """Say how the passphrase looks, and whether both are the same."""
        first = self.query_one("#passphrase", Field).said
        second = self.query_one("#again", Field).said
        weak = weakness(first)
        if not first:
            self._hint("passphrase", "Six random words are good. One guess costs half a second.")
        else:
            self._hint("passphrase", weak or f"{len(first)} characters", "caution" if weak else "muted")
        if not second:
            self._hint("again", "")
        elif first == second:
            self._hint("again", "the same ✓", "good")
        else:
            self._hint("again", "not the same yet", "muted")

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
        elif weakness(passphrase) and self._warned != passphrase:
            self._warned = passphrase
            self.say(f"{weakness(passphrase).capitalize()}. Create again takes it all the same.", "caution")
        elif not self._busy:
            self._busy = True
            self.say("Creating: measuring this machine, then half a second of Argon2id.", "muted")
            self.work(lambda: self._make(name, passphrase), self.tacenda.unlocked, self._failed)

    def _wrong(self, field: str, said: str) -> None:
        self.set_focus(self.query_one(field))
        self.say(said, "danger")

    def _make(self, name: str, passphrase: str) -> Session:
        practice = Path(self._path).stem or "practice"
        Path(safety.existing_folder(self._path)).mkdir(mode=0o700, parents=True, exist_ok=True)
        new_vault(
            self._path, practice[:64], name, passphrase, clock=machine.now_ms, cost=self.tacenda.cost, zone=_zone()
        )
        return Door(self._path).unlock(name, passphrase)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.fail(error)

    def action_out(self) -> None:
        """Go back to the question which vault."""
        if self._busy:
            return
        self.tacenda.change_path(None)


def weakness(passphrase: str) -> str:
    """Return what makes a passphrase weak, in words; empty if nothing that can be seen does."""
    if len(passphrase) < MIN_LENGTH:
        return f"weak: under {MIN_LENGTH} characters, a few hours of guessing"
    if len(set(passphrase)) < 5:
        return "weak: made of very few different characters"
    if passphrase.isdigit():
        return "weak: digits alone are guessed soon"
    return ""


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


