"""A checkpoint: a few signed lines about everything that stands in the vault now, to be kept outside it.

One that was kept is compared with the vault here, too; that needs no passphrase.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.audit.surveyed import last_time
from core.session import Door, OpenVault, Session
from core.trust import render
from core.trust.checking import take_checkpoint
from core.trust.checkpoint import key_name, verifier_key
from core.trust.kept import Held, hold, read_kept
from tui import words
from tui.keys import keymap
from tui.screens.box import Box, say_in
from tui.screens.trail.of_a_vault import OfAVault
from tui.screens.trail.writing import write_page
from tui.screens.vault.parts import heading, labelled, paragraph
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from vault_format.codes import Action

_WHY = (
    "One file cannot prove its own end: whoever takes its last records away, or puts an older copy in its place, leaves"
    " a file that verifies. A checkpoint is a few lines that name the number of records and a hash over all of them,"
    " signed by you. Kept elsewhere, on paper or by somebody else, it shows later that nothing of what stood here then"
    " is gone or changed. It says nothing of any note."
)
_HOW = "Compared with the file later, without a passphrase: {key} here, or tacenda verify {path} --checkpoint FILE"
_GOES_ON = "Every record that stood in the vault then stands there now, unchanged and in its place."
_DOES_NOT = (
    "An older copy may stand in its place, records may have been taken away or changed, or it may be another vault. "
    "Let nobody write in it, keep it as it is, and look for the copy that goes on from this checkpoint."
)


class CheckpointPage(OfAVault):
    """Makes a checkpoint of the open session's vault, or compares one that was kept with it, or with DOOR's vault."""

    WHERE = "checkpoint"
    ABOUT = "What stands in the vault now, in a few lines to keep elsewhere; whether it goes on from one kept before."
    BINDINGS = keymap.bindings("checkpoint")

    def __init__(self, door: Door | None = None) -> None:
        super().__init__(door)
        self._text = ""
        self._key = ""
        self._held: tuple[str, Held] | None = None
        self._busy = False

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def fill(self) -> None:
        """Say what it is, when the last was made; the text, once there is one."""
        self.bar("where").show(((" Audit > ", "muted"), ("checkpoint", "accent")))
        self.fill_anew()
        self.show_keys()

    def fill_anew(self) -> None:
        """Lay it out for this width."""
        vault = self.vault
        if vault is not None:
            lines = self._held_lines(*self._held) if self._held is not None else self._lines(vault)
            self.query_one("#focus", Sheet).show(self._made_lines() if self._text else lines)

    def _lines(self, vault: OpenVault) -> list[Line]:
        width = self.app.size.width
        last = last_time(vault.columns, Action.CHECKPOINT)
        told = f"The last one was made on {words.minute(last)}." if last else "None was made yet."
        does = "{compare} compares one that was kept with this vault."
        if self.tacenda.session is not None:
            does = "{new} makes one now, signed by you, and records that. " + does
        return [(), *paragraph(_WHY, width), (), *paragraph(told, width), (), *paragraph(self.keyed(does), width)]

    def _held_lines(self, name: str, held: Held) -> list[Line]:
        """Return whether the vault goes on from what was kept in the file NAME."""
        width, checked, kept = self.app.size.width, held.checked, held.kept.checkpoint
        lines: list[Line] = [(), heading("A checkpoint that was kept, and this vault"), ()]
        if checked.problem:
            lines += paragraph(f"✗ The vault does NOT go on from it: {checked.problem}.", width, "danger")
        else:
            lines += paragraph("✓ The vault goes on from it.", width, "good")
        if held.broken:
            lines += paragraph("✗ The vault does not verify besides.", width, "danger")
        came = f"; {held.records - kept.size:,} came since" if held.records >= kept.size else ""
        signers = f"by {', '.join(checked.signers)}: the key that was named"
        unknown = f"by {', '.join(checked.unknown)}, as it says. No key was named, so that was not checked."
        lines += [(), *labelled("File", name, width),
                  *labelled("Then", f"{kept.size:,} records on {words.minute(kept.time)}", width),
                  *labelled("Now", f"{held.records:,} records{came}", width),
                  *labelled("Head", f"then {words.grouped(kept.head.hex())}", width),
                  *labelled("Signed", signers if checked.signers else unknown, width,
                            "text" if checked.signers else "caution")]  # fmt: skip
        return [*lines, (), *paragraph(_DOES_NOT if checked.problem else _GOES_ON, width)]

    def _made_lines(self) -> list[Line]:
        width = self.app.size.width
        lines: list[Line] = [(), heading("The checkpoint, to be kept elsewhere"), ()]
        # a line that is cut proves nothing: what is too long goes on below
        for row in self._text.splitlines():
            lines += _whole(row, width)
        return [*lines, (), heading("The key that signed it"), *_whole(self._key, width), (),
                *paragraph(_HOW.format(key=self.key_of("compare"), path=self.tacenda.path or "VAULT"), width,
                           "muted")]  # fmt: skip

    def hidden_keys(self) -> frozenset[str]:
        """Leave writing out while there is nothing to write, and making one where nothing is unlocked."""
        hidden = set() if self._text else {"write_out"}
        return frozenset(hidden if self._door is None else {*hidden, "new"})

    def action_new(self) -> None:
        """Make one."""
        session = self.tacenda.session
        if session is not None and not self._busy:
            self._busy = True
            self.say("Reading every record for it.", "muted")
            self.work(partial(_made, session), self._made, self._failed)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.fail(error)

    def _made(self, made: tuple[str, str]) -> None:
        self._busy = False
        self._text, self._key = made
        self._held = None
        self.fill()
        self.say(f"Made and recorded. {keymap.key_of('write_out', 'checkpoint')} writes it to a file.", "good")

    def action_compare(self) -> None:
        """Ask for one that was kept, and hold it against the vault."""

        def answered(said: tuple[str, str] | None) -> None:
            vault = self.vault
            if said is None or vault is None or self._busy:
                return
            name, key = said
            self._busy = True
            self.say(f"Reading {words.plural(vault.ledger.count, 'record')} for it.", "muted")
            self.work(partial(_held, vault, name, key), partial(self._compared, name), self._failed)

        self.tacenda.show_page(CompareBox(), answered)

    def _compared(self, name: str, held: Held) -> None:
        self._busy = False
        self._text, self._held = "", (name, held)
        self.fill()
        self.hush()

    def action_write_out(self) -> None:
        """Write it to a file."""
        if self._text:
            said = "The checkpoint's text. Keep it outside this machine: beside the vault it proves nothing."
            write_page(self, "Write the checkpoint", said, f"{words.today()}.checkpoint", self._text)

    def erase(self) -> None:
        """Forget what stands here."""
        self._text = self._key = ""
        self._held = None
        super().erase()


def _whole(row: str, width: int) -> list[Line]:
    """Return ROW on as many rows as it takes."""
    pieces = [row[at : at + width - 4] for at in range(0, len(row), width - 4)] or [""]
    return [((f"   {piece}", "text"),) for piece in pieces]


def _made(session: Session) -> tuple[str, str]:
    """Return the checkpoint's text, and the key that others check it with."""
    text = render(take_checkpoint(session))
    with session.at_desk() as desk:
        return text, verifier_key(key_name(desk.who.name), desk.who.sign)


def _held(vault: OpenVault, name: str, key: str) -> Held:
    """Read what was kept in the file NAME, and hold it against VAULT; KEY may be empty."""
    return hold(vault.ledger, read_kept(name, [key] if key else []))


class CompareBox(Box):
    """Asks which checkpoint, and for the key that must have signed it; its result is (file, key)."""

    WHERE = "compare"
    BINDINGS = keymap.bindings("compare")

    def __init__(self) -> None:
        super().__init__("Compare a checkpoint with this vault")

    def body(self) -> Iterator[Widget]:
        """The file and the key."""
        yield Sheet(id="what", focusable=False)
        yield Labelled("File", Field(id="focus", limit=4_096, hint="the checkpoint that was kept"))
        yield Labelled("Key", Field(id="key", limit=300, hint="optional: the key that must have signed"))

    def on_mount(self) -> None:
        """Say what it does."""
        say_in(self, "what", "Reads every record and tells whether the vault goes on from what you keep.", "text")

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if field.id == "key":
            self.action_submit()
        else:
            self.focus_next()

    def action_submit(self) -> None:
        """Give file and key, once there is a file."""
        name = self.query_one("#focus", Field).said.strip()
        if name:
            self.dismiss((name, self.query_one("#key", Field).said.strip()))
        else:
            self.set_focus(self.query_one("#focus", Field))
