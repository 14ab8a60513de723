"""Admitting a newcomer: the block is pasted, six words are compared aloud, the passphrase approves it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from textual.containers import Vertical
from textual.widget import Widget

from core.acts.members import Invitation
from core.session import Session
from core.session.approval import approve
from core.upkeep.people.invitation import fingerprint, read_invitation
from core.upkeep.people.members import admit, words_differ
from tui.keys import keymap
from tui.screens.exchange.choice import Choice
from tui.screens.vault.members.members import ROLES
from tui.screens.vault.parts import VaultPage, heading, paragraph
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Sheet
from vault_format.codes import Role
from vault_format.errors import UsageError

_LONGEST = 32_768
_BEGINS = "-----BEGIN"
_HOW = (
    "The newcomer makes the invitation on their own machine, from a copy of this file or on the share it lies on: at "
    "the door, among the other ways in, or with tacenda members invite VAULT --name NAME. It holds no secret. Paste "
    "it, or name the file it stands in."
)
_ALOUD = (
    "Have {name} read their six words to you, over the telephone or face to face, never by the way that the invitation "
    "came. S: they are the same. N: they differ, and nobody is admitted."
)
_DIFFER = (
    "Nobody was admitted. These are not the keys that {name} made: somebody may have put others in their place on the "
    "way. Have the invitation made and sent again by another way, and tell whoever looks after your machines."
)


class Admit(VaultPage):
    """Three steps: the invitation and a role; the six words; the passphrase."""

    WHERE = "admit"
    at = "Members > admit"
    ABOUT = "A newcomer's keys come in an invitation. Six words, compared aloud, show that nobody exchanged them."
    BINDINGS = keymap.bindings("admit")

    def __init__(self) -> None:
        super().__init__()
        self._step = 1
        self._invitation: Invitation | None = None
        self._busy = False

    def body(self) -> Iterator[Widget]:
        """What this is, the form of the first step, the words, the passphrase."""
        yield Sheet(id="about", focusable=False)
        with Vertical(id="form"):
            yield Labelled("Invitation", Field(id="focus", limit=_LONGEST, hint="paste it, or a file's name"))
            yield Labelled("Role", Choice(ROLES, id="role"))
        yield Sheet(id="words")
        with Vertical(id="last"):
            yield Labelled("Passphrase", Field(id="passphrase", password=True, limit=1_024))

    def on_mount(self) -> None:
        """Begin with the first step."""
        super().on_mount()
        self._show_step()

    def fill(self) -> None:
        """Say which step this is."""
        self.show_where(f"step {min(self._step, 3)} of 3")
        self.fill_anew()

    def fill_anew(self) -> None:
        """Lay out the sentences for this width."""
        name = self._invitation.name if self._invitation is not None else ""
        told = {1: _HOW, 2: _ALOUD.format(name=name), 3: f"Admit {name}? The passphrase approves it.",
                4: _DIFFER.format(name=name)}[self._step]  # fmt: skip
        self.query_one("#about", Sheet).show(
            [(), *paragraph(told, self.page_width, "danger" if self._step == 4 else "text", 1), ()]
        )

    def _show_step(self) -> None:
        step = self._step
        self.query_one("#form").display = step == 1
        self.query_one("#words").display = step in (2, 3)
        self.query_one("#last").display = step == 3
        self.fill()
        self.show_keys()
        places = {1: "#focus", 2: "#words", 3: "#passphrase"}
        self.set_focus(self.query_one(places[step]) if step in places else None)
        self.show_state("Nobody is admitted yet." if step < 4 else f"Stopped. {self.key_of('out')} goes back.", "text")

    def hidden_keys(self) -> frozenset[str]:
        """Return what this step does not have."""
        if self._step == 2:
            return frozenset({"finish", "submit"})
        if self._step == 4:
            return frozenset({"finish", "submit", "same", "differ"})
        return frozenset({"same", "differ"})

    def key_pairs(self) -> list[tuple[str, str]]:
        """Name the key of the last step by its verb."""
        return [(key, "admit" if word == "go on" and self._step == 3 else word) for key, word in super().key_pairs()]

    def field_done(self, field: Field) -> None:
        """Take Enter in a field; it never admits."""
        if field.id == "focus":
            self.focus_next()
        else:
            self.say(f"{self.key_of('finish')} admits. {self.key_of('out')} goes back a step.")

    def action_finish(self) -> None:
        """Read the invitation; in the last step, admit."""
        session = self.tacenda.session
        if session is None or self._busy:
            return
        if self._step == 1:
            given = self.query_one("#focus", Field).said.strip()
            if not given:
                self.say("Paste the invitation, or name the file it stands in.", "danger")
                return
            self._busy = True
            self.work(partial(_read, session, given), self._read, self._failed)
        elif self._step == 3 and self._invitation is not None:
            field = self.query_one("#passphrase", Field)
            passphrase = field.said
            field.erase()
            role = self.query_one("#role", Choice).value
            self._busy = True
            self.work(partial(_admit, session, self._invitation, Role(role), passphrase), self._admitted,  # type: ignore[arg-type]
                      self._failed)  # fmt: skip

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.fail(error)

    def _read(self, found: tuple[Invitation, tuple[str, ...]]) -> None:
        self._busy = False
        self._invitation, six = found
        role = self.query_one("#role", Choice).words
        self.query_one("#words", Sheet).show([
            heading(f"{self._invitation.name}, to be {role}"), (), ((f"      {'  '.join(six[:3])}", "mark"),), (),
            ((f"      {'  '.join(six[3:])}", "mark"),),
        ])  # fmt: skip
        self._step = 2
        self._show_step()

    def action_same(self) -> None:
        """Go on to the approval."""
        if self._step == 2:
            self._step = 3
            self._show_step()

    def action_differ(self) -> None:
        """Stop, record it, and say what it means."""
        session = self.tacenda.session
        if self._step == 2 and session is not None:
            self._step = 4
            self._show_step()
            self.work(partial(words_differ, session), self._told_of)

    def _told_of(self, sequence: int) -> None:
        self.show_state(f"Stopped, and on the record: {sequence:,}. {self.key_of('out')} goes back.", "text")

    def _admitted(self, name: str) -> None:
        self._busy = False
        self.erase()
        self.tacenda.back()
        page = self.tacenda.page
        if page is not None:
            page.say(f"{name} is a member now, and unlocks with the passphrase of the invitation.", "good")

    def action_out(self) -> None:
        """Go back a step; nothing counts before the last."""
        if self._error:
            self.hush()
        elif self._busy:
            return
        elif self._step in (2, 3):
            self._step -= 1
            self._show_step()
        else:
            self.erase()
            self.tacenda.back()


def _read(session: Session, given: str) -> tuple[Invitation, tuple[str, ...]]:
    if not given.startswith(_BEGINS):
        try:
            with Path(given).expanduser().open("rb") as file:
                given = file.read(_LONGEST).decode("ascii", errors="replace")
        except OSError as error:
            raise UsageError(f"{given} cannot be read: {error.strerror}.", safe="Nobody was admitted.") from None
    state = session.vault.ledger.state
    invitation = read_invitation(given, state)
    return invitation, fingerprint(invitation, state.vault_id)


def _admit(session: Session, invitation: Invitation, role: Role, passphrase: str) -> str:
    with session.at_desk() as desk:
        approve(desk, passphrase)
    admit(session, invitation, role)
    return invitation.name
