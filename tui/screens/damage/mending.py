"""One wrong byte, mended in a copy where a hash proves it: asked first, then made, then told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.carry_on import broken
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.lines import Line, Sheet
from vault_format.upkeep.repair import Repair, propose
from vault_format.verification.findings import Finding


class Mending:
    """What PAGE can mend of the vault at PATH. The page shows its keys and its text anew once something is known.

    OPENS is whether the page has a key that turns to the copy.
    """

    def __init__(self, page: Page, path: str, *, opens: bool = True) -> None:
        self._page = page
        self._opens = opens
        self._path = path
        self._looked = False
        self._stopped = threading.Event()
        self.repair: Repair | None = None
        self.mended: broken.Mended | None = None

    def look(self, finding: Finding) -> None:
        """Look, once and in a thread, whether a hash proves what mends FINDING."""
        if not self._looked:
            self._looked = True
            self._page.work(partial(propose, self._path, finding, self._stopped.is_set), self._found)

    def stop(self) -> None:
        """Look no further: the page is gone."""
        self._stopped.set()

    def _found(self, repair: Repair | None) -> None:
        self.repair = repair
        if repair is not None:
            self._page.show_keys()
            self._page.fill_anew()

    @property
    def hidden(self) -> frozenset[str]:
        """The page's acts that make no sense now."""
        return frozenset(name for name, there in (("mend", self.repair), ("open_mended", self.mended)) if there is None)

    def ask(self) -> None:
        """Show what would be changed, and ask."""
        if self.repair is not None:
            self._page.tacenda.show_page(AskMend(self.repair, self._path), self._answered)

    def _answered(self, wanted: bool | None) -> None:
        if wanted and self.repair is not None:
            self._page.say("Copying, and checking the copy.", "muted")
            job = partial(broken.mend, self._path, self.repair, self._page.tacenda.now())
            self._page.work(job, self._done)

    def _done(self, mended: broken.Mended) -> None:
        self.mended = mended
        self._page.show_keys()
        on = "{open_mended} opens the copy." if self._opens else "Lock, and go on with the copy."
        safe = f"This file was not touched; keep it as evidence. {keymap.keyed(on, 'broken')}"
        if mended.whole:
            self._page.say(f"Mended and whole: {mended.path}. {safe}", "good")
        else:
            self._page.say(f"Mended, but not whole yet: {mended.path}. {safe}", "caution")

    def open(self) -> None:
        """Turn to the copy."""
        if self.mended is not None:
            self._page.tacenda.change_path(self.mended.path)


class AskMend(Box):
    """Asks whether REPAIR shall be made in a copy of the vault at PATH; its result is True or None."""

    WHERE = "mend"
    BINDINGS = keymap.bindings("mend")

    def __init__(self, repair: Repair, path: str) -> None:
        super().__init__("Mend it in a copy")
        self._repair = repair
        self._path = path

    def body(self) -> Iterator[Widget]:
        """Say what would be changed."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Lay it out for the width of a box."""
        self.query_one("#focus", Sheet).show(repair_lines(self._repair, min(self.app.size.width, 66) - 4))

    def action_mend_now(self) -> None:
        """Go ahead."""
        self.dismiss(True)


def repair_lines(repair: Repair, width: int) -> list[Line]:
    """Return what a repair changes, why it is right, and what stays."""
    bytes_ = "byte" if len(repair.was) == 1 else f"{len(repair.was)} bytes"
    sentences = (
        f"Record {repair.seq:,}, {bytes_} at {repair.offset:,}: {shown(repair.was)} becomes {shown(repair.becomes)}.",
        f"The proof: {repair.proof}.",
        "The change is made in a copy beside this file, and the copy is checked. This file is not touched.",
    )
    lines: list[Line] = [()]
    for sentence in sentences:
        lines += [((f" {row}", "text"),) for row in words.wrap(sentence, width - 2)]
        lines.append(())
    return lines


def shown(raw: bytes) -> str:
    """Return bytes in hex, the first eight of them."""
    return raw[:8].hex() + ("..." if len(raw) > 8 else "")
