"""What an admin is asked, answered by commands in a vault of a million records, without a passphrase."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench.measure import Line, environment, seconds, show
from bench.opened import copy_of
from bench.vaults import MILLION
from core.audit.columns import Columns
from core.trust import render
from core.trust.checking import take_checkpoint
from vault_format import machine
from vault_format.codes import Action
from vault_format.view import View

_MINUTE = 60.0


def _asked(path: str) -> str:
    """Return the note that was opened most, in hex: the longest answer there is."""
    columns = Columns()
    View(path, machine.now_ms, listener=columns.take).close()
    reads = {number for number, shape in enumerate(columns.shapes) if shape.action == Action.READ}
    counts: dict[int, int] = {}
    for code, entity in zip(columns.codes, columns.entities, strict=True):
        if code in reads:
            counts[entity] = counts.get(entity, 0) + 1
    return f"{max(counts, key=lambda entity: counts[entity]):016x}"


def run() -> None:
    with copy_of(MILLION) as copy:
        session = copy.unlocked()
        kept = Path(copy.path).with_name("kept.checkpoint")
        kept.write_text(render(take_checkpoint(session)))
        session.lock()

        def tacenda(*words: str) -> float:
            command = [sys.executable, "-m", "tui.cli", words[0], copy.path, *words[1:]]

            def call() -> None:
                done = subprocess.run(
                    command, stdout=subprocess.DEVNULL, env=environment(TACENDA_STATE=copy.state), check=False
                )
                assert done.returncode == 0

            return seconds(call)

        note = _asked(copy.path)
        walks = {
            "who opened a given note": ("audit", "--note", note, "--action", "read"),
            "every failure of a week": ("audit", "--since", "7 d", "--outcome", "failed"),
            "what happened between 02:00 and 04:00": ("audit", "--hours", "02:00-04:00"),
            "whether it goes on from a checkpoint, every signature checked": ("verify", "--checkpoint", str(kept)),
        }
        taken = {name: tacenda(*words) for name, words in walks.items()}
    show("What an admin is asked, by commands, 1,000,000 records", [
        Line(name, f"{spent:.1f} s", spent, _MINUTE) for name, spent in taken.items()
    ])  # fmt: skip
