"""A save that the power cut off."""

from __future__ import annotations

from tests.vectors.scenes import small, texts
from tests.vectors.stage import Stage

WHAT = "The last record was cut short in its body; it is set aside."


def play(stage: Stage) -> None:
    """Write the vault."""
    book = small.begin(stage)
    stage.now += 7_000
    draft = texts.new_note(stage.acting(small.OWNER), book.numbers["otter"], "Second hour", "Never finished.").draft
    stage.put(stage.raw(draft, stage.people[small.OWNER].keyring.signer)[:-40])
