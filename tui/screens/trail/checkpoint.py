"""A checkpoint: a few signed lines about everything that stands in the vault now, to be kept outside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.audit.surveyed import last_time
from core.session import Session
from core.trust import render
from core.trust.checking import take_checkpoint
from core.trust.checkpoint import key_name, verifier_key
from tui import keymap, words
from tui.screens.page import Page
from tui.screens.trail.writing import write_page
from tui.screens.vault.parts import heading, paragraph
from tui.widgets.lines import Line, Sheet
from vault_format.codes import Action

_WHY = (
    "One file cannot prove its own end: whoever takes its last records away, or puts an older copy in its place, leaves"
    " a file that verifies. A checkpoint is a few lines that name the number of records and a hash over all of them,"
    " signed by you. Kept elsewhere, on paper or by somebody else, it shows later that nothing of what stood here then"
    " is gone or changed. It says nothing of any note."
)
_HOW = "Held against the file later, without a passphrase: tacenda verify {path} --checkpoint FILE"


class CheckpointPage(Page):
    """Makes a checkpoint of the open session's vault, and shows it as text to keep."""

    WHERE = "checkpoint"
    PLACE = "audit"
    ABOUT = "What stands in the vault now, in a few lines to be kept elsewhere. Making one is recorded."
    BINDINGS = keymap.bindings("checkpoint")

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._key = ""
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
        session = self.tacenda.session
        if session is not None:
            sheet = self.query_one("#focus", Sheet)
            sheet.show(self._made_lines() if self._text else self._lines(session))

    def _lines(self, session: Session) -> list[Line]:
        width = self.app.size.width
        last = last_time(session.vault.columns, Action.CHECKPOINT)
        told = f"The last one was made on {words.minute(last)}." if last else "None was made yet."
        return [(), *paragraph(_WHY, width), (), *paragraph(told, width), (),
                *paragraph(f"{keymap.key_of('new', 'checkpoint')} makes one now, signed by you, and records that.",
                           width)]  # fmt: skip

    def _made_lines(self) -> list[Line]:
        width = self.app.size.width
        lines: list[Line] = [(), heading("The checkpoint, to be kept elsewhere"), ()]
        # a line that is cut proves nothing: what is too long goes on below
        for row in self._text.splitlines():
            lines += _whole(row, width)
        return [*lines, (), heading("The key that signed it"), *_whole(self._key, width), (),
                *paragraph(_HOW.format(path=self.tacenda.path or "VAULT"), width, "muted")]  # fmt: skip

    def hidden_keys(self) -> frozenset[str]:
        """Leave writing out while there is nothing to write."""
        return frozenset() if self._text else frozenset({"write_out"})

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
        self.fill()
        self.say(f"Made and recorded. {keymap.key_of('write_out', 'checkpoint')} writes it to a file.", "good")

    def action_write_out(self) -> None:
        """Write it to a file."""
        if self._text:
            said = "The checkpoint's text. Keep it outside this machine: beside the vault it proves nothing."
            write_page(self, "Write the checkpoint", said, f"{words.today()}.checkpoint", self._text)

    def erase(self) -> None:
        """Forget what stands here."""
        self._text = self._key = ""
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
