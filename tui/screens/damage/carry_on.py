"""Carrying on after a broken chain, in a new file; the old one is only read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from textual.widget import Widget

from core import carry_on as carrying
from core.keys.passphrase import calibrate
from core.session import Door
from tui import words
from tui.keys import keymap
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from vault_format import machine


class CarryOn(Page):
    """Makes a new vault from what can be read of the broken one that DOOR has verified."""

    WHERE = "carry-on"
    PLACE = "audit"
    ABOUT = "A new vault cites the broken one and takes over what can still be read. The old file is only read."
    BINDINGS = keymap.bindings("carry-on")

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door
        self._busy = False
        self._made = ""

    def body(self) -> Iterator[Widget]:
        """What will happen, then the fields."""
        old = Path(self._door.path)
        yield Sheet(id="what", focusable=False)
        yield Labelled("Member", Field(id="member", limit=64), id="member-row")
        yield Labelled("Passphrase", Field(id="focus", password=True, limit=1_024))
        yield Labelled("New file", Field(str(old.with_name(f"{old.stem}-2{old.suffix}")), id="target", limit=4_096))
        yield Sheet(id="result")

    def show_top(self) -> None:
        """Say where this is."""
        self.bar("top").show((("[4 Audit]", "accent"), (" > carry on", "text")), self.place_of(self._door.path))

    def fill(self) -> None:
        """Say what will happen and what will not."""
        facts = self._door.facts()
        if facts is None or not facts.findings:
            return
        several = len(facts.members) > 1
        self.query_one("#member-row").display = several
        first = next((finding for finding in facts.findings if not finding.local), facts.findings[0])
        self.query_one("#what", Sheet).show(_what(first.seq, self.app.size.width))
        if not self._made:
            self.show_state("Nothing has happened yet. An owner's passphrase is needed.", "text")

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if field.id == "target":
            self.action_finish()
        else:
            self.focus_next()

    def action_finish(self) -> None:
        """Make the new vault; once it is made, open it."""
        if self._busy:
            return
        if self._made:
            self.tacenda.change_path(self._made)
            return
        field = self.query_one("#focus", Field)
        passphrase, target = field.said, self.query_one("#target", Field).said.strip()
        if not passphrase or not target:
            self.say("The passphrase and the name of the new file are needed.", "danger")
            return
        field.erase()
        member = self.query_one("#member", Field).said.strip() or None
        path, cost = self._door.path, self.tacenda.cost
        self._busy = True
        self.say("Reading what is whole, and what can be found behind the break.", "muted")

        def make() -> carrying.Carried:
            old = carrying.survey(path, machine.now_ms())
            try:
                return carrying.carry_on(
                    old, member, passphrase, target, clock=machine.now_ms, cost=cost or calibrate()
                )
            finally:
                old.close()

        self.work(make, lambda done: self._done(done, target), self._failed)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.fail(error)

    def _done(self, done: carrying.Carried, target: str) -> None:
        self._busy = False
        self._made = target
        lines: list[Line] = [(), (("   Brought over", "accent"),)]
        lines.append(((f"     {words.plural(done.before, 'entry', 'entries')} from before the break", "text"),))
        lines.append(((f"     {words.plural(done.behind, 'entry', 'entries')} from behind it", "text"),))
        if done.unproven:
            said = f"{done.unproven:,} of these, which no signature proves, marked with the tag unproven"
            lines.append(((f"     {said}", "caution"),))
        if done.left:
            lines.append(((f"   Left, {len(done.left):,}", "caution"),))
            lines += [((f"     {line}", "text"),) for line in done.left]
        self.query_one("#result", Sheet).show(lines)
        self.say(f"Made {target}. {self.key_of('finish')} opens it. Keep the old file as evidence.", "good")

    def action_out(self) -> None:
        """Go back to the finding."""
        if self._error:
            self.hush()
        elif not self._busy:
            self.tacenda.back()


_WILL = (
    "A new vault is made that cites this one and why. What is readable in the {count:,} whole records before the break,"
    " and what can be found behind it, is brought over, marked with its author."
)
_WILL_NOT = (
    "The history before the break stays in the old file. What was found behind the break is not proven by the chain;"
    " it is marked so. What no member's signature proves either replaces nothing: it is brought beside, with the tag"
    " unproven."
)


def _what(sequence: int, width: int) -> list[Line]:
    """Return what will happen, what it does not do."""
    lines: list[Line] = [()]
    for heading, said in (("What will happen", _WILL.format(count=sequence)), ("What it does not do", _WILL_NOT)):
        lines.append(((f" {heading}", "accent"),))
        lines += [((f"   {row}", "text"),) for row in words.wrap(said, width - 5)]
    return [*lines, ()]
