"""An invitation, made at the door by a newcomer: a name, a passphrase; then the block, and six words to read aloud."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterator
from functools import partial

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.audit.keeping import write_text
from core.keys.passphrase import Cost, calibrate
from core.keys.strength import require_strong
from core.names import check_name
from core.session import Door
from core.upkeep.people.invitation import fingerprint, invite, newcomer_cost, read_invitation
from tui.keys import keymap
from tui.screens.recovery.passphrase import NewPassphrase
from tui.screens.recovery.steps import Stepped
from tui.screens.recovery.write_to import WriteTo
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from vault_format.authority.state import State
from vault_format.errors import UsageError, WeakPassphrase

_ROW = 64
_WHAT = (
    "Your keys are made here, on your own machine, and an owner admits them. The vault is only read. Your keys lie in "
    "the invitation under your passphrase, which goes nowhere: nobody but you ever needs it."
)
_NAME = "Stands in the audit trail. Whoever holds the file can read it."
_ALOUD = (
    "Read these to the owner, over the telephone or face to face, never by the way that the invitation goes. They "
    "show that nobody put other keys in its place."
)
_SEND = "Give all of this to an owner, with its first and last line; {write_out} writes it to a file."


class Invite(Stepped):
    """Makes the keys of somebody who is no member yet of the vault at DOOR, which is verified and only read."""

    WHERE = "invite"
    ABOUT = "You make your keys yourself. An owner admits them, once both of you see the same six words."
    BINDINGS = keymap.bindings("invite")
    TITLE_WORDS = "An invitation"
    STEPS = (("who", "who you are", "invite-name"), ("made", "for an owner", "block"))

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door
        self._newcomer = self._block = ""
        self._six: tuple[str, ...] = ()
        self._kept = self._leaving = False

    def body(self) -> Iterator[Widget]:
        """The form; then the words and the block."""
        with Vertical(id="who"):
            yield Sheet(id="who-text", focusable=False)
            yield Labelled("Your name", Field(id="invite-name", limit=64))
            yield Sheet(id="name-hint", focusable=False)
            yield NewPassphrase(self.work)
        with Vertical(id="made"):
            yield Sheet(id="six", focusable=False)
            yield Sheet(id="block")

    def begin_step(self, name: str) -> None:
        """Fill the form, or show what was made."""
        if name == "who":
            self.query_one(NewPassphrase).offer()
            self.show_state(self.keyed("Nothing is made yet. {finish} makes it."))
        self.fill_anew()

    def fill_anew(self) -> None:
        """Lay out the sentences, and the block, for this width."""
        small = self.app.size.height < 24
        self.sheet("who-text").show([*([] if small else [()]), *self.paragraphs(_WHAT)])
        indent = 16 if self.app.size.width >= 80 else 3
        self.sheet("name-hint").show([*self.paragraphs(_NAME, role="muted", indent=indent)])
        if self._block:
            told = self.paragraphs(_ALOUD, self.keyed(_SEND))
            self.sheet("six").show([
                *([] if small else [()]), ((f" The six words of {self._newcomer}", "accent"),),
                ((f"   {' '.join(self._six)}", "mark"),), *(told[:-1] if small else told),
            ])  # fmt: skip
            self.sheet("block").show(block_lines(self._block, self.app.size.width))

    def hidden_keys(self) -> frozenset[str]:
        """Return what this step does not have."""
        return frozenset({"write_out"}) if self.step == 0 else frozenset({"submit", "finish"})

    def erase(self) -> None:
        """Forget what was typed and made."""
        self._newcomer = self._block = ""
        self._six = ()
        super().erase()

    # -- making it ---------------------------------------------------------------------------------------------

    @on(Input.Changed, "#invite-name")
    def _know(self) -> None:
        """Count the name among what is guessed first."""
        new = self.query_one(NewPassphrase)
        new.known = (self._door.opened.ledger.state.practice, self.field("invite-name").said.strip())
        new.judge()

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if field.id == "invite-name":
            self.set_focus(self.field("new-1"))
        elif field.id == "new-1":
            self.set_focus(self.field("new-2"))
        else:
            self.action_finish()

    def action_finish(self) -> None:
        """Make the keys, once what was typed can be used."""
        if self.step or self.busy:
            return
        new, name = self.query_one(NewPassphrase), self.field("invite-name").said.strip()
        try:
            check_name(name)
        except UsageError as error:
            self.wrong("invite-name", str(error))
            return
        if new.hindrance:
            self.wrong("new-1", new.hindrance)
            return
        self.busy = True
        self.say("Making your keys: measuring this machine, then half a second of Argon2id.", "muted")
        state = self._door.opened.ledger.state
        self.work(partial(_make, state, name, new.said, self.tacenda.cost), self._made, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        self.set_focus(self.field("new-1" if isinstance(error, WeakPassphrase) else "invite-name"))
        self.fail(error)

    def _made(self, made: tuple[str, str, tuple[str, ...]]) -> None:
        self.busy = False
        self.query_one(NewPassphrase).forget()
        self._newcomer, self._block, self._six = made
        self.show_step(1)
        self.show_state("Made. It is kept on this page only, and admits nobody before an owner does.", "text")

    # -- giving it away ----------------------------------------------------------------------------------------

    def action_write_out(self) -> None:
        """Write the block to a new file."""
        block = self._block
        if not block:
            return

        def named(file: str | None) -> None:
            if file:
                self.work(partial(write_text, file, block), partial(self._written, file))

        safe = re.sub(r"[\W_]+", "-", self._newcomer, flags=re.ASCII).strip("-")
        suggested = f"invitation-{safe or 'newcomer'}.txt"
        said = "The invitation, in a new file, for an owner of this vault. The six words are read aloud beside it."
        self.tacenda.show_page(WriteTo("Write the invitation", said, suggested), named)

    def _written(self, file: str, _: None) -> None:
        self._kept = True
        self.say(f"Written: {file}. Give it to an owner, and read them the six words.", "good")

    def action_submit(self) -> None:
        """Nothing but a field takes Enter here."""

    def action_out(self) -> None:
        """Leave; what was made and not written asks for a second Esc."""
        if self._error:
            self.hush()
        elif self.busy:
            return
        elif self._block and not self._kept and not self._leaving:
            self._leaving = True
            self.say(self.keyed("{out} once more leaves. Neither copied nor written, it is lost."), "caution")
        else:
            self.erase()
            self.tacenda.back()

    def key_comes(self, key: str) -> None:
        """Let any other key stay."""
        if key != "escape":
            self._leaving = False
        super().key_comes(key)


def block_lines(block: str, width: int) -> list[Line]:
    """Return the rows of BLOCK, no longer than a screen of WIDTH cells has; who reads it minds no line break."""
    first, *middle, last = block.splitlines()
    rows = textwrap.wrap("".join(middle), min(_ROW, width - 2))
    return [((row, "text"),) for row in (first, *rows, last)]


def _make(state: State, name: str, passphrase: str, cost: Cost | None) -> tuple[str, str, tuple[str, ...]]:
    require_strong(passphrase, (state.practice, name), safe="No key was made.")
    block = invite(state, name, passphrase, newcomer_cost(state, cost or calibrate()), os.urandom)
    return name, block, fingerprint(read_invitation(block, state), state.vault_id)
