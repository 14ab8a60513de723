"""Another passphrase: the old one, the new one twice, its strength as one types, one offered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.keys.strength import Strength, suggestion
from core.upkeep.keys.passphrase import change
from tui.keys import keymap
from tui.screens.exchange.choice import Choice
from tui.screens.vault.parts import VaultPage, heading, paragraph
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.strength import Judging, strength_line

_WHY = ((False, "only changing it"), (True, "somebody might know the old one"))
_DOES = (
    "A new lock on your own keys; no note is touched. The old passphrase holds until the new one is proven and on the "
    "disk. Copies of this file made before open with the old one for ever."
)
_KNOWN = (
    "Your master key, key pair and author key change, too. The keys that all share were within reach of whoever knew "
    "it: an owner rotates them next ({vault}, Keys)."
)


class PassphrasePage(VaultPage):
    """Changes the member's own passphrase."""

    WHERE = "passphrase"
    at = "My account > passphrase"
    ABOUT = "Changes your passphrase. Nobody can reset a forgotten one."
    BINDINGS = keymap.bindings("passphrase")

    def __init__(self) -> None:
        super().__init__()
        self._busy = False
        self._offer = ""
        self._judging = Judging(self.work, self._say_strength)

    def body(self) -> Iterator[Widget]:
        """The form, what it does."""
        with Vertical(id="form"):
            yield Labelled("Why", Choice(_WHY, id="known", changed=self.fill_anew))
            yield Labelled("Old one", Field(id="focus", password=True, limit=1_024))
            yield Labelled("New one", Field(id="new", password=True, limit=1_024))
            yield Sheet(id="strength", focusable=False)
            yield Labelled("Again", Field(id="again", password=True, limit=1_024))
        yield Sheet(id="about")

    def fill(self) -> None:
        """Say what this is."""
        self.show_where()
        self.fill_anew()
        self.show_state("Nothing has happened yet.", "text")

    def fill_anew(self) -> None:
        """Lay out the sentences for this width."""
        known = bool(self.query_one("#known", Choice).value)
        lines: list[Line] = [(), heading("What it does"), *paragraph(_DOES, self.page_width)]
        if known:
            lines += paragraph(_KNOWN.format(vault=keymap.place_key("vault")), self.page_width, "caution")
        if self._offer:
            lines += [(), heading("One that nobody guesses: 60 bits, drawn just now"), ((f"   {self._offer}", "mark"),)]
            told = self.keyed("Write it down where you keep papers, then type it. {offer} draws another one.")
            lines += paragraph(told, self.page_width)
        else:
            lines += [(), *paragraph(self.keyed("{offer} offers one of six random words."), self.page_width, "muted")]
        self.query_one("#about", Sheet).show(lines)
        self._judge()

    @on(Input.Changed, "#new")
    def _judge(self) -> None:
        """Judge what is typed, in a thread."""
        session = self.tacenda.session
        if session is not None:
            self._judging.judge(self.query_one("#new", Field).said, (session.practice, session.member))

    def _say_strength(self, told: Strength | None) -> None:
        self.query_one("#strength", Sheet).show([strength_line(told)])

    def field_done(self, field: Field) -> None:
        """Go on to the next field."""
        if field.id == "again":
            self.say(f"{self.key_of('finish')} changes it.")
        else:
            self.focus_next()

    def action_offer(self) -> None:
        """Draw a passphrase and show it."""
        self._offer = suggestion()
        self.fill_anew()

    def action_finish(self) -> None:
        """Change it, once both are the same."""
        session = self.tacenda.session
        if session is None or self._busy:
            return
        old, new, again = (self.query_one(f"#{name}", Field).said for name in ("focus", "new", "again"))
        for name, said, wanted in (("focus", old, "Type the old passphrase."), ("new", new, "Type a new one.")):
            if not said:
                self.say(wanted, "danger")
                self.set_focus(self.query_one(f"#{name}"))
                return
        if new != again:
            self.say("The two new ones are not the same.", "danger")
            self.set_focus(self.query_one("#again"))
            return
        known = bool(self.query_one("#known", Choice).value)
        self._busy = True
        self.say("The new one is proven first; this takes some seconds.", "muted")
        cost = self.tacenda.cost
        self.work(partial(change, session, old, new, known=known, cost=cost), lambda _: self._changed(known=known),
                  self._failed)  # fmt: skip

    def _changed(self, *, known: bool) -> None:
        self.erase()
        self._busy = False
        self.tacenda.back()
        page = self.tacenda.page
        if page is not None:
            more = f" The keys that all share are due, too: {keymap.place_key('vault')}, Keys." if known else ""
            page.say(f"The new passphrase opens the vault from now on.{more}", "good")
        if known:
            # an owner's own session makes them, where the policy says that this begins by itself
            self.tacenda.keywork.look()

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.fail(error)

    def erase(self) -> None:
        """Forget what was offered and typed."""
        self._offer = ""
        self._judging.forget()
        super().erase()

    def action_out(self) -> None:
        """Go back; the old one holds."""
        if self._error:
            self.hush()
        elif not self._busy:
            self.erase()
            self.tacenda.back()
