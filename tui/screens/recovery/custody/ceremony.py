"""The custodians' ceremony (F22): one of them at the keyboard at a time, the screen cleared between them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.recovery.custody.ceremony import FEWEST, MOST, Ceremony, custodian_named
from tui import words
from tui.keys import keymap
from tui.screens.recovery.custody.share import ShareField, columns, follow
from tui.screens.recovery.steps import Stepped
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from vault_format.errors import TacendaError

_WHO = (
    "Custodians are people of whom some together can give a member new keys, or add an owner where none is left. Each "
    "holds a sheet of 33 words. One sheet opens nothing."
)
_HERE = (
    "All of them are here, with paper. Each sits here alone, writes the own words down and types them back; the others "
    "look away. Custodians there were before are replaced: their sheets are void then, and everyone accepts anew."
)
_NEXT = "Next: the screen is cleared and you type them back, four letters a word are enough. Only then it counts."
_LAST = (
    "Every share was typed back. The owner's passphrase makes them count: a new key set is made for the vault, in "
    "one record."
)
_ACCEPTING = (
    "Every member accepts them, under Recovery: until then they cannot give that member new keys. The professional "
    "will there is what a layperson needs: print it anew."
)


class CeremonyPage(Stepped):
    """Sets custodians. Esc stops the ceremony at any time, and nothing counts."""

    WHERE = "ceremony"
    ABOUT = "One custodian at a time sees a share and types it back. Nothing counts before all did; {out} stops it."
    BINDINGS = keymap.bindings("ceremony")
    TITLE_WORDS = "Custodians"
    STEPS = (
        ("who", "who they are", "threshold"), ("alone", "alone at the keyboard", "alone-text"),
        ("share", "alone at the keyboard", "share-text"), ("back", "typing back", "share-back"),
        ("passphrase", "the owner's passphrase", "ceremony-passphrase"), ("done", "done", "done-text"),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._ceremony: Ceremony | None = None
        self._turn = 0
        self._at: list[str] = []
        self._stopping = False

    def body(self) -> Iterator[Widget]:
        """The parts of all steps; one is shown."""
        with Vertical(id="who"):
            yield Sheet(id="who-text", focusable=False)
            yield Labelled("How many", Field("2", id="threshold", limit=2))
            yield Labelled("Of these", Field(id="names", limit=1_200, hint="names, with commas"))
        with Vertical(id="alone"):
            yield Sheet(id="alone-text")
        with Vertical(id="share"):
            yield Sheet(id="share-text")
        with Vertical(id="back"):
            yield Sheet(id="back-text", focusable=False)
            yield Labelled("Words", ShareField(id="share-back"))
            yield Sheet(id="back-words", focusable=False)
        with Vertical(id="passphrase"):
            yield Sheet(id="passphrase-text", focusable=False)
            yield Labelled("Passphrase", Field(id="ceremony-passphrase", password=True, limit=1_024))
        with Vertical(id="done"):
            yield Sheet(id="done-text")

    def on_unmount(self) -> None:
        """Forget every share of a ceremony that was not finished."""
        if self._ceremony is not None and not self.busy:
            self._ceremony.give_up()

    def show_top(self) -> None:
        """Say which step of how many, and whose turn it is."""
        ceremony, name = self._ceremony, self.STEPS[self.step][0]
        count = len(ceremony.custodians) if ceremony is not None else 3
        steps = 2 + 2 * count
        now = {"who": 1, "alone": 2 + 2 * self._turn, "share": 2 + 2 * self._turn, "back": 3 + 2 * self._turn}
        called = self.STEPS[self.step][1]
        if name in ("alone", "share", "back"):
            called = f"{self.custodian} {called}"
        of = f" of {steps}" if ceremony is not None else ""
        said = f" {self.TITLE_WORDS}, step {now.get(name, steps)}{of}: {called}"
        right = self.whose()
        if ceremony is not None:
            right = ((f"{ceremony.threshold} of {count} can recover ", "muted"),)
        self.bar("top").show(((said, "accent"),), right if self.app.size.width >= 80 else ())

    @property
    def custodian(self) -> str:
        """Whose turn it is."""
        ceremony = self._ceremony
        return ceremony.custodians[self._turn].name if ceremony is not None else ""

    def begin_step(self, name: str) -> None:
        """Show what belongs to this step; of the others nothing is left."""
        self._stopping = False
        for other in ("share-text", "alone-text", "back-text", "back-words"):
            self.sheet(other).show(())
        self.field("share-back").erase()
        ceremony = self._ceremony
        if name == "who":
            self.sheet("who-text").show([(), *self.paragraphs(_WHO, _HERE)])
            self.show_state(f"From {FEWEST} of {FEWEST} to {MOST} of {MOST}. Nothing counts before the end.")
        if ceremony is None:
            return
        if name == "alone":
            self.sheet("alone-text").show([
                (), *self.paragraphs(f"* {self.custodian}", "You alone are at the keyboard now. The others look away.",
                                     f"{self.key_of('submit')} shows your share."), *self._done_lines(),
            ])  # fmt: skip
            self.show_state("Nothing secret is on the screen.")
        elif name == "share":
            lines: list[Line] = [()]
            lines += self.paragraphs("Write these 33 words on the paper in front of you, with their numbers.")
            lines += columns(ceremony.share(self._turn), self.app.size.width)
            self.sheet("share-text").show([*lines, (), *self.paragraphs(_NEXT)])
            self.show_state("Shown once. These words open nothing without one more custodian.", "caution")
        elif name == "back":
            self.sheet("back-text").show([(), *self.paragraphs(f"{self.custodian}: type them back from the paper.")])
            self.show_state(self.query_one(ShareField).hint_words())
        elif name == "passphrase":
            self.sheet("passphrase-text").show([
                (), *self.paragraphs(_LAST), *self._done_lines(),
            ])  # fmt: skip

    def _done_lines(self) -> list[Line]:
        lines: list[Line] = []
        for number, each in enumerate(self._ceremony.custodians if self._ceremony is not None else ()):
            if number < len(self._at):
                said = (f"✓ typed back, acknowledged {self._at[number]}", "good")
            else:
                said = ("now" if number == self._turn else "waits", "muted")
            lines.append(((words.fit(f"   {number + 1}  {each.name}", 26), "text"), said))
        return lines

    # -- going on ----------------------------------------------------------------------------------------------

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if self.busy:
            return
        if field.id == "threshold":
            self.set_focus(self.field("names"))
        elif field.id == "names":
            self._begin()
        elif field.id == "share-back":
            self._typed_back()
        elif field.said:
            self._finish(field)

    def _begin(self) -> None:
        session = self.tacenda.session
        names = [name.strip() for name in self.field("names").said.split(",") if name.strip()]
        typed = self.field("threshold").said.strip()
        if session is None:
            return
        if not typed.isdigit():
            self.wrong("threshold", "How many of them together can recover? Type a number.")
            return
        try:
            self._ceremony = Ceremony(session, int(typed), [custodian_named(name, session) for name in names])
        except TacendaError as error:
            self.wrong("names", str(error))
            return
        self.show_step(1)

    def action_submit(self) -> None:
        """Go on, where there is no field."""
        name = self.STEPS[self.step][0]
        if name in ("alone", "share"):
            self.show_step(self.step + 1)
        elif name == "done":
            self.tacenda.back()

    @on(Input.Changed, "#share-back")
    def _follow(self) -> None:
        ceremony = self._ceremony
        if ceremony is None or self.STEPS[self.step][0] != "back":
            return
        field = self.query_one(ShareField)
        if follow(field, self.say, ceremony.share(self._turn)):
            self.hush()
        self.show_state(field.hint_words())
        self.sheet("back-words").show([(), *columns(field.said.split(), self.app.size.width)])

    def _typed_back(self) -> None:
        ceremony = self._ceremony
        if ceremony is None:
            return
        try:
            ceremony.type_back(self._turn, self.query_one(ShareField).said)
        except TacendaError as error:
            self.say(str(error), "danger")
            return
        self._at.append(words.clock(self.tacenda.now())[:5])
        if self._turn + 1 < len(ceremony.custodians):
            self._turn += 1
            self.show_step(1)
        else:
            self.show_step(4)

    def _finish(self, field: Field) -> None:
        ceremony, passphrase = self._ceremony, field.said
        field.erase()
        if ceremony is None:
            return
        self.busy = True
        self.say("Making a new key set, and moving the texts under it.", "muted")
        self.work(partial(ceremony.finish, passphrase), self._finished, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        self.fail(error)

    def _finished(self, _: object) -> None:
        self.busy = False
        ceremony = self._ceremony
        if ceremony is None:
            return
        names = ", ".join(each.name for each in ceremony.custodians)
        self.show_step(5)
        self.sheet("done-text").show([(), *self.paragraphs(
            "* The custodians are set", f"{ceremony.threshold} of these can recover: {names}.",
            "Each takes the own sheet along now. Sheets from before open nothing any more.",
            "* What comes next", _ACCEPTING,
        )])  # fmt: skip
        self.show_state("Recorded. A new key set is in force.", "good")

    def action_out(self) -> None:
        """Stop the ceremony: nothing counts. Where shares were shown, the second Esc does it."""
        if self._error:
            self.hush()
        elif self.busy:
            return
        elif self.STEPS[self.step][0] in ("who", "done"):
            self.tacenda.back()
        elif not self._stopping:
            self._stopping = True
            said = "{out} once more stops the ceremony: nothing counts, every sheet written so far is void."
            self.say(self.keyed(said), "caution")
        else:
            if self._ceremony is not None:
                self._ceremony.give_up()
            self.tacenda.back()

    def key_comes(self, key: str) -> None:
        """Let any other key go on with the ceremony."""
        if key != "escape":
            self._stopping = False
        super().key_comes(key)

    def erase(self) -> None:
        """Forget the shares."""
        if self._ceremony is not None and not self.busy:
            self._ceremony.give_up()
            self._ceremony = None
        super().erase()
