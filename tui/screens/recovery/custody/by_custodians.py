"""Recovering by custodians, from the door: shares one by one, why and on whose word, then new keys or a new owner."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from textual import on
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from core.acts.members import Invitation
from core.recovery.custody.by_custodians import MIXED, CustodianRecovery, Progress
from core.session import Door, Session
from core.upkeep.people.invitation import fingerprint, read_invitation
from tui.keys import keymap
from tui.screens.recovery.custody.share import ShareField, columns, follow
from tui.screens.recovery.new_keys import new_keys
from tui.screens.recovery.passphrase import NewPassphrase
from tui.screens.recovery.steps import Stepped
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from vault_format.errors import TacendaError, UsageError, WeakPassphrase

_MOST_BLOCK = 65_536
_TOGETHER = (
    "So many custodians together as the ceremony said give a member new keys and a new passphrase. A member must have "
    "accepted them. Where none is left, they add a new owner, who made an invitation on this file beforehand "
    "(at the door, or with tacenda members invite)."
)
_WHO = (
    _TOGETHER,
    "That it was begun, every step and how it ends are recorded. Everyone is told at the next unlock.",
)


class ByCustodians(Stepped):
    """Takes shares at DOOR until there are enough; MEMBER is suggested as the one who is given new keys."""

    WHERE = "shares"
    ABOUT = "Each custodian types the own share alone. Enough of them make new keys; fewer open nothing."
    BINDINGS = keymap.bindings("shares")
    TITLE_WORDS = "Recovery by custodians"
    STEPS = (
        ("who", "for whom", "shares-member"), ("shares", "the shares", "share-words"),
        ("reason", "why, and on whose word", "reason-words"), ("passphrase", "a new passphrase", "new-1"),
        ("done", "done", "done-text"),
    )  # fmt: skip

    def __init__(self, door: Door, member: str) -> None:
        super().__init__()
        self._door = door
        self._member = member
        self._recovery: CustodianRecovery | None = None
        self._invitation: Invitation | None = None
        self._six: tuple[str, ...] = ()
        self._finished = False
        self._stopping = False

    def body(self) -> Iterator[Widget]:
        """The parts of all steps; one is shown."""
        with Vertical(id="who"):
            yield Sheet(id="who-text", focusable=False)
            yield Labelled("Member", Field(self._member, id="shares-member", limit=64))
            yield Labelled("or new owner", Field(id="invitation", limit=4_096, hint="a file that invites one"))
        with Vertical(id="shares"):
            yield Sheet(id="shares-text", focusable=False)
            yield Labelled("Words", ShareField(id="share-words"))
            yield Sheet(id="shares-typed", focusable=False)
        with Vertical(id="reason"):
            yield Sheet(id="reason-text", focusable=False)
            yield Labelled("Why", Field(id="reason-words", limit=1_000, hint="what happened, and on whose word"))
            yield Labelled("Present", Field(id="present", limit=1_000, hint="names, with commas"))
        with Vertical(id="passphrase"):
            yield Sheet(id="passphrase-text", focusable=False)
            yield NewPassphrase(self.work)
        with Vertical(id="done"):
            yield Sheet(id="done-text")

    def on_unmount(self) -> None:
        """Record that it was given up, where it was not finished."""
        self._end()

    def _end(self) -> None:
        recovery, self._recovery = self._recovery, None
        if recovery is not None and not self._finished:
            with contextlib.suppress(TacendaError, OSError, LookupError):
                recovery.give_up()

    def begin_step(self, name: str) -> None:
        """Show what belongs to this step; of a share nothing is left after it."""
        self.field("share-words").erase()
        self.sheet("shares-typed").show(())
        if name == "who":
            self.sheet("who-text").show([(), *self.paragraphs(*_WHO)])
            self.show_state(f"Nothing has happened yet. {self.key_of('submit')} begins, which is recorded.")
        elif name == "shares":
            self._show_progress()
        elif name == "reason":
            self._show_reason()
        elif name == "passphrase":
            state = self._door.opened.ledger.state
            new = self.query_one(NewPassphrase)
            new.known = (state.practice, self._member)
            new.offer()
            self.sheet("passphrase-text").show([
                (), *self.paragraphs(f"{self._member} alone at the keyboard: a passphrase that no custodian sees."),
            ])  # fmt: skip

    def _show_progress(self) -> None:
        if self._recovery is None:
            return
        found = self._recovery.progress
        self.sheet("shares-text").show([
            (), ((f"   {found.have}/{found.need} shares", "accent"),), (),
            *self.paragraphs("The next custodian alone at the keyboard; the others look away. Type the own 33 words."),
        ])  # fmt: skip
        self.show_state(self.query_one(ShareField).hint_words())

    def _show_reason(self) -> None:
        said = "The shares are enough. These words are recorded for good, sealed to the vault's auditors."
        lines: list[Line] = [(), *self.paragraphs(said)]
        if self._invitation is not None:
            lines += self.paragraphs(f"* Compare with {self._invitation.name}, aloud", " ".join(self._six))
        self.sheet("reason-text").show(lines)

    # -- going on ----------------------------------------------------------------------------------------------

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if self.busy:
            return
        if field.id == "shares-member":
            self.set_focus(self.field("invitation"))
        elif field.id == "invitation":
            self._begin()
        elif field.id == "share-words":
            self._take_share()
        elif field.id == "reason-words":
            self.set_focus(self.field("present"))
        elif field.id == "present":
            self._take_reason()
        elif field.id == "new-1":
            self.set_focus(self.field("new-2"))
        else:
            self._rekey()

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        self.fail(error)
        if isinstance(error, WeakPassphrase):
            self.set_focus(self.field("new-1"))
            return
        if self._recovery is not None and self._recovery.progress.have < self._recovery.progress.need and self.step > 1:
            # the shares were not this vault's: they are typed anew
            self.show_step(1)
            self.fail(error)

    def _begin(self) -> None:
        name, member = self.field("invitation").said.strip(), self.field("shares-member").said.strip()
        if not name and not member:
            self.wrong("shares-member", "Say whose keys are recovered, or which file invites a new owner.")
            return
        self._member = member

        def begin() -> tuple[CustodianRecovery, Invitation | None, tuple[str, ...]]:
            state = self._door.opened.ledger.state
            invited = read_invitation(_block(name), state) if name else None
            recovery = CustodianRecovery(
                self._door, member=None if invited is not None else member, cost=self.tacenda.cost
            )  # fmt: skip
            return recovery, invited, fingerprint(invited, state.vault_id) if invited is not None else ()

        self.busy = True
        self.work(begin, self._begun, self._failed)

    def _begun(self, begun: tuple[CustodianRecovery, Invitation | None, tuple[str, ...]]) -> None:
        self.busy = False
        self._recovery, self._invitation, self._six = begun
        self.show_step(1)

    @on(Input.Changed, "#share-words")
    def _follow(self) -> None:
        if self._recovery is None or self.STEPS[self.step][0] != "shares":
            return
        field = self.query_one(ShareField)
        if not field.said:
            return
        if follow(field, self.say):
            self.hush()
        self.show_state(field.hint_words())
        self.sheet("shares-typed").show([(), *columns(field.said.split(), self.app.size.width)])

    def _take_share(self) -> None:
        recovery = self._recovery
        if recovery is None:
            return
        try:
            found: Progress = recovery.enter_share(self.query_one(ShareField).said)
        except TacendaError as error:
            self.say(str(error), "danger")
            return
        self.show_step(2 if found.have >= found.need else 1)
        if found.mixed:
            self.say(MIXED, "caution")
        else:
            self.say(f"{found.have}/{found.need} shares. The screen is cleared of it.", "good")

    def _take_reason(self) -> None:
        if not self.field("reason-words").said.strip():
            self.wrong("reason-words", "Say why, and on whose word.")
        elif self._invitation is not None:
            self._add_owner(self._invitation)
        else:
            self.show_step(3)

    def _words(self) -> tuple[str, list[str]]:
        present = [name.strip() for name in self.field("present").said.split(",") if name.strip()]
        return self.field("reason-words").said.strip(), present

    def _add_owner(self, invitation: Invitation) -> None:
        recovery = self._recovery
        if recovery is None:
            return
        reason, present = self._words()
        said = f"{reason}; present: {', '.join(present)}" if present else reason
        self.busy = True
        self.say("Adding the owner, in one record.", "muted")
        self.work(partial(recovery.add_owner, invitation, said), partial(self._added, invitation.name), self._failed)

    def _added(self, name: str, _: object) -> None:
        self.busy = False
        self._finished = True
        self.show_step(4)
        self.sheet("done-text").show([(), *self.paragraphs(
            f"* {name} is an owner now", "The passphrase chosen with the invitation opens the vault.",
            "Everyone is told at the next unlock, and the vault's keys are rotated at an owner's.",
        )])  # fmt: skip
        self.show_state(f"Recorded. {self.key_of('submit')} goes to the door.", "good")

    def _rekey(self) -> None:
        recovery, new = self._recovery, self.query_one(NewPassphrase)
        if recovery is None:
            return
        if new.hindrance:
            self.wrong("new-1", new.hindrance)
            return
        passphrase, door, member = new.said, self._door, self._member
        reason, present = self._words()
        self.busy = True
        self.say("Making new keys, in one record; then unlocking with them.", "muted")

        def finish() -> Session:
            recovery.rekey(passphrase, reason, present)
            self._finished = True
            return door.unlock(member, passphrase)

        self.work(finish, self._recovered, self._failed)

    def _recovered(self, session: Session) -> None:
        self.query_one(NewPassphrase).forget()
        new_keys(self.tacenda, session, "A kit from before is void: make a new one now. {out} leaves it for later.")

    def action_submit(self) -> None:
        """Go to the door, at the end."""
        if self.STEPS[self.step][0] == "done":
            self.tacenda.back()

    def action_out(self) -> None:
        """Cancel, recorded; once shares were typed, the second Esc does it."""
        if self._error:
            self.hush()
        elif self.busy:
            return
        elif self._recovery is None or self._finished:
            self.tacenda.back()
        elif self._recovery.progress.have and not self._stopping:
            self._stopping = True
            said = "{out} once more cancels: recorded, and the shares have to be typed again."
            self.say(self.keyed(said), "caution")
        else:
            self.work(self._end, lambda _: self.tacenda.back())

    def key_comes(self, key: str) -> None:
        """Let any other key go on."""
        if key != "escape":
            self._stopping = False
        super().key_comes(key)


def _block(name: str) -> str:
    """Return the text of the file NAME. Raises UsageError where it cannot be read."""
    try:
        with Path(name).expanduser().open(encoding="utf-8") as file:
            return file.read(_MOST_BLOCK)
    except (OSError, UnicodeError):
        raise UsageError(f"{name} cannot be read.", safe="Nothing was tried.", todo="Check its name.") from None
