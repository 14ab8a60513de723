"""Saving one note against a bare append and sync of as many bytes, in vaults of every size."""

from __future__ import annotations

import os
from pathlib import Path

from bench.measure import Line, in_turns, middle, ratio, seconds, show
from bench.opened import copy_of
from bench.vaults import CROWDED, PRACTICE, SMALL, WORDS, Plan
from core.session import NoteDraft
from vault_format import machine
from vault_format.crypto import padding

_TEXT = " ".join(WORDS * 12)[:2_000]


class Appending:
    """Appends as many bytes as a save does to a file beside the vault, and syncs them: nothing else."""

    def __init__(self, folder: Path, size: int) -> None:
        self._descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._data = os.urandom(size)
        self._offset = 0

    def once(self) -> None:
        machine.write_all(self._descriptor, self._data, self._offset)
        machine.sync_data(self._descriptor)
        self._offset += len(self._data)

    def close(self) -> None:
        os.close(self._descriptor)


def _one(plan: Plan, rounds: int) -> tuple[float, float, float, int]:
    """Return a save's median in ms, the bare append's, the ratio, and the bytes that a save writes."""
    with copy_of(plan) as copy:
        session = copy.unlocked()
        client = session.catalog.clients()[0].id
        draft = NoteDraft(client=client, text=_TEXT, title="Measured", date="2024-02-29")
        before = Path(copy.path).stat().st_size
        session.save_note(draft)
        size = Path(copy.path).stat().st_size - before
        bare = Appending(Path(copy.path).parent, size)
        found = in_turns(
            {"save": lambda: seconds(lambda: session.save_note(draft)), "bare": lambda: seconds(bare.once)}, rounds
        )
        bare.close()
        session.lock()
    return 1e3 * middle(found["save"]), 1e3 * middle(found["bare"]), ratio(found, "save", "bare"), size


def run() -> None:
    lines = []
    beyond = 0.0
    for plan in (SMALL, PRACTICE, CROWDED):
        save, bare, times, size = _one(plan, rounds=150)
        beyond = size - padding.padded_size(4 + len(_TEXT))
        lines.append(Line(f"in {plan.notes:,} notes: {save:.2f} ms, bare {bare:.2f} ms", f"× {times:.2f}", times, 2))
    lines.append(Line("written beside the padded text", f"{beyond:,.0f} bytes", beyond, 1_024))
    show(f"Saving a note of {len(_TEXT):,} bytes against a bare append and sync of the same bytes", lines)
