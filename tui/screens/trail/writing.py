"""Writing from pages of the trail to files: records for other programs, reviews, checkpoints."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from core.audit.export import Source
from core.audit.keeping import write_text, write_trail
from core.audit.surveyed import Surveyed
from core.session import OpenVault
from tui import words
from tui.screens.page import Page
from tui.screens.recovery.write_to import WriteTo
from tui.screens.trail.narrow import WriteTrail


def write_shown(page: Page, vault: OpenVault, found: Surveyed) -> None:
    """Ask in which form and where to, then write the records that FOUND shows."""
    # what comes while it is written is not in it
    every = found.shown.sequences()
    sequences: Sequence[int] = every if isinstance(every, range) else list(every)
    if not sequences:
        page.say("Nothing is shown, so there is nothing to write.")
        return

    def answered(said: tuple[str, str] | None) -> None:
        if said is None:
            return
        form, name = said
        source = Source(vault.ledger.state.vault_id.hex(), socket.gethostname())
        page.say(f"Writing {words.plural(len(sequences), 'record')}.", "muted")
        page.work(
            partial(write_trail, name, form, found.trail, sequences, source),
            lambda count: page.say(f"Written: {name}, {words.plural(count, 'record')}. Only you can read it.", "good"),
        )

    stem = Path(vault.path).name.removesuffix(".tacenda")
    what = f"{words.plural(len(sequences), 'record')}, as the list shows them"
    page.tacenda.show_page(WriteTrail(what, f"{stem}-trail-{words.today()}"), answered)


def write_page(page: Page, title: str, said: str, suggested: str, text: str) -> None:
    """Ask for a file, then write TEXT to it."""

    def answered(name: str | None) -> None:
        if name:
            page.work(
                partial(write_text, name, text), lambda _: page.say(f"Written: {name}. Only you can read it.", "good")
            )

    page.tacenda.show_page(WriteTo(title, said, suggested), answered)
