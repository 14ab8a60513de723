"""Making a recovery kit in four steps (F20); nothing counts before the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from core.recovery import Enrolment
from core.recovery.paper import kit_page, write_page
from tui import words
from tui.keys import keymap
from tui.screens.recovery.own_kit.code_lines import CodeLines
from tui.screens.recovery.own_kit.kit_words import ANEW, DONE, SHOWN, WHY
from tui.screens.recovery.own_kit.picture import Picture, fits
from tui.screens.recovery.own_kit.quiet import held_back
from tui.screens.recovery.steps import Stepped
from tui.screens.recovery.write_to import WriteTo
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet


class KitPage(Stepped):
    """Makes a kit for the member; ANEW where there is one already. TOLD is said first: why one is due now."""

    WHERE = "kit"
    ABOUT = "A recovery kit is a printed code and a phone. Nothing counts before the last step; {out} goes a step back."
    BINDINGS = keymap.bindings("kit")
    TITLE_WORDS = "Recovery kit"
    STEPS = (
        ("why", "what it is for", "why-text"), ("code", "the printed code", "code-text"),
        ("typing", "typed back", "kit-1"), ("phone", "the phone", "phone-code"),
        ("passphrase", "your passphrase", "kit-passphrase"), ("done", "done", "done-text"),
    )  # fmt: skip
    _NUMBERS = (1, 2, 2, 3, 4, 4)

    def __init__(self, *, anew: bool = False, told: str = "") -> None:
        super().__init__()
        self._anew = anew
        self._told = told
        self._making: Enrolment | None = None
        self._label = ""
        self._leaving = False

    def body(self) -> Iterator[Widget]:
        """The parts of all steps; one is shown."""
        with Vertical(id="why"):
            yield Sheet(id="why-text")
        with Vertical(id="code"):
            yield Sheet(id="code-text")
        with Vertical(id="typing"):
            yield Sheet(id="typing-text", focusable=False)
            yield CodeLines("kit")
        with Horizontal(id="phone"):
            yield Picture(id="picture")
            with Vertical(id="phone-side"):
                yield Sheet(id="phone-text", focusable=False)
                yield Labelled("Code", Field(id="phone-code", limit=10), id="phone-row")
        with Vertical(id="passphrase"):
            yield Sheet(id="passphrase-text", focusable=False)
            yield Labelled("Passphrase", Field(id="kit-passphrase", password=True, limit=1_024))
        with Vertical(id="done"):
            yield Sheet(id="done-text")

    def on_mount(self) -> None:
        """Make the secrets; they are nowhere but here until the last step."""
        super().on_mount()
        self.set_interval(1.0, self._look_at_clock)

    def on_unmount(self) -> None:
        """Forget what was not finished."""
        if self._making is not None:
            self._making.give_up()

    def show_top(self) -> None:
        """Say which of the four steps this is."""
        called = self.STEPS[self.step][1]
        said = f" {self.TITLE_WORDS}, step {self._NUMBERS[self.step]} of 4: {called}"
        self.bar("top").show(((said, "accent"),), self.whose())

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what this step has no use for."""
        name = self.STEPS[self.step][0]
        hidden = set() if name == "phone" else {"swap"}
        return frozenset(hidden if name == "code" else {*hidden, "write_out"})

    @property
    def making(self) -> Enrolment | None:
        """The kit that is being made, made when it is first asked for."""
        session = self.tacenda.session
        if self._making is None and session is not None:
            self._making = Enrolment(session, cost=self.tacenda.cost)
        return self._making

    def begin_step(self, name: str) -> None:
        """Show what belongs to this step, and nothing of another."""
        self._leaving = False
        making = self.making
        if making is None:
            return
        self.sheet("code-text").show(())
        self.query_one(Picture).show("")
        self.sheet("phone-text").show(())
        self.show_state("Nothing counts before the last step.")
        if name == "why":
            texts = (*WHY, "* This replaces a kit", ANEW) if self._anew else WHY
            told = ("* You have new keys", self._told) if self._told else ()
            self.sheet("why-text").show([(), *self.paragraphs(*told, *texts)])
        elif name == "code":
            rows: list[Line] = [((f"        {number}    {line}", "text"),)
                                for number, line in enumerate(making.lines, 1)]  # fmt: skip
            self.sheet("code-text").show([
                (), *self.paragraphs(SHOWN), *rows, (),
                *self.paragraphs("The last two characters check their line. There is no I, L, O or U among them."),
            ])  # fmt: skip
            self.show_state("Shown once. It is not in the file in clear, nor in the terminal's history.", "caution")
        elif name == "typing":
            self.sheet("typing-text").show([(), *self.paragraphs("Type it back from the paper, line by line.")])
            self.query_one(CodeLines).clear()
        elif name == "phone":
            self._show_phone(making)
        elif name == "passphrase":
            said = "The phone's code matches. Your passphrase makes the kit count."
            self.sheet("passphrase-text").show([(), *self.paragraphs(said, *([ANEW] if self._anew else []))])

    def _show_phone(self, making: Enrolment) -> None:
        phone = making.phone
        self._label = phone.label
        drawn = fits(self.app.size.width, self.app.size.height)
        self.query_one(Picture).display = drawn
        self.query_one(Picture).show(phone.uri if drawn else "")
        width = self.app.size.width - (43 if drawn else 2)
        small = width < 34
        groups = phone.groups
        by = 3 if small else 4
        key = [" ".join(groups[at : at + by]) for at in range(0, len(groups), by)]
        lines: list[Line] = [()]
        if drawn:
            said = "Scan it with the phone's authenticator." if small else (
                "Scan it with the authenticator on your phone: any that shows 6 digits for 30 seconds."
            )  # fmt: skip
            lines += [((row, "text"),) for row in words.wrap(said, width)]
            lines += [(), (("Or type it in" if small else "Or type it in by hand", "muted"),)]
        else:
            lines += [(("Type this into the authenticator on your phone", "text"),), ()]
        kind = "time, 6 digits" if small else "time-based, 6 digits"
        named = (("Name", [phone.label]), ("Key", key), ("Kind", [kind]))
        for name, rows in named:
            # where there is little room the name stands over what it names
            lines += [((name, "muted"),)] if small else []
            before = [words.fit(name, 7), *[" " * 7] * len(rows)]
            lines += [
                ((row, "text"),) if small else ((before[at], "muted"), (row, "text")) for at, row in enumerate(rows)
            ]
        if not small:
            lines += [(), *(((row, "muted"),) for row in words.wrap(
                "One code is enough; never a pair, not even in a drill. The phone's clock should agree with this one.",
                width))]  # fmt: skip
        lines += [(), (("Now it shows" if small else "Type what it shows now", "text"),)]
        self.sheet("phone-text").show(lines)
        self._look_at_clock()

    def _look_at_clock(self) -> None:
        if self.STEPS[self.step][0] != "phone" or self._making is None:
            return
        now = self._making.now()
        if said := held_back(self, "phone-row", now):
            self.show_state(said, "caution")
        else:
            self.show_state(f"This machine's clock {words.clock(int(now * 1000))[:5]}. Shown once.")

    # -- going on ----------------------------------------------------------------------------------------------

    def action_submit(self) -> None:
        """Go on, where there is no field."""
        name = self.STEPS[self.step][0]
        if name in ("why", "code"):
            self.show_step(self.step + 1)
        elif name == "done":
            self.tacenda.back()

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        making = self.making
        if making is None or self.busy:
            return
        lines = self.query_one(CodeLines)
        if lines.holds(field):
            if lines.done(field, making.check_line):
                making.type_back(lines.lines)
                lines.clear()
                self.show_step(self.step + 1)
        elif field.id == "phone-code":
            try:
                making.confirm_phone(field.said)
            except Exception as error:  # noqa: BLE001  said in one sentence
                self.fail(error)
                return
            field.erase()
            self.show_step(self.step + 1)
        else:
            passphrase = field.said
            field.erase()
            if passphrase:
                self.busy = True
                self.say("Making the kit: half a second of Argon2id, and three years of moments.", "muted")
                self.work(partial(making.finish, passphrase), self._finished, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        self.fail(error)

    def _finished(self, _: object) -> None:
        self.busy = False
        session = self.tacenda.session
        days = session.policy.drill_days if session is not None else 0
        self.show_step(len(self.STEPS) - 1)
        texts = [text.format(label=self._label, days=days) for text in DONE]
        self.sheet("done-text").show([(), *self.paragraphs(*texts)])
        self.show_state("The kit counts. Recorded.", "good")

    def action_swap(self) -> None:
        """Draw the code the other way round."""
        self.query_one(Picture).swap()

    def action_write_out(self) -> None:
        """Write the page to a file, where the person asks for one."""
        session, making = self.tacenda.session, self._making
        if session is None or making is None or self.STEPS[self.step][0] != "code":
            return
        page = kit_page(session.practice, session.member, making.lines, session.path, when=int(making.now() * 1000))
        suggested = str(Path(session.path).resolve().with_name("recovery-kit.html"))

        def named(name: str | None) -> None:
            if name:
                self.work(partial(write_page, name, "Recovery kit", page), self._written)

        said = "The code in clear, in a new file readable by you alone. Print it, then remove the file for good."
        self.tacenda.show_page(WriteTo("Write a page to print", said, suggested), named)

    def _written(self, path: str) -> None:
        self.say(f"Written: {path}. Print it, then remove it.", "caution")

    def action_out(self) -> None:
        """Go a step back; from the first one, leave. Behind a code that was shown lies only another one."""
        if self._error:
            self.hush()
        elif self.busy:
            return
        elif self.step in (0, len(self.STEPS) - 1):
            self.tacenda.back()
        elif self.STEPS[self.step][0] not in ("code", "typing"):
            self.show_step(self.step - 1)
        elif not self._leaving:
            self._leaving = True
            said = "{out} once more gives this code up: it is not shown again, and a page of it is void."
            self.say(self.keyed(said), "caution")
        else:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """Go back to the beginning, with another code: the one that was shown is shown no more."""
        if self._making is not None:
            self._making.give_up()
        self._making = None
        self.show_step(0)

    def key_comes(self, key: str) -> None:
        """Let any other key go on with this code."""
        if key != "escape":
            self._leaving = False
        super().key_comes(key)

    def fill_anew(self) -> None:
        """Lay this step out for another size."""
        if self.STEPS[self.step][0] != "done":
            self.begin_step_again()

    def begin_step_again(self) -> None:
        """Show this step anew; what was typed in it stays."""
        name = self.STEPS[self.step][0]
        if name in ("why", "code", "phone"):
            self.begin_step(name)

    def erase(self) -> None:
        """Forget the kit."""
        if self._making is not None:
            self._making.give_up()
        self.query_one(Picture).show("")
        super().erase()
