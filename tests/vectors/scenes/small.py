"""The smallest vault in which something is kept."""

from __future__ import annotations

from tests.vectors.scenes import texts
from tests.vectors.stage import Stage, Writing

WHAT = "Few records: one client, one signed note, a session opened and closed."
OWNER = "owner"


def play(stage: Stage) -> None:
    """Write the vault."""
    begin(stage)
    stage.lock(OWNER)


def begin(stage: Stage) -> Writing:
    """Write a vault whose session is still open; return what was saved as `otter` and `note`."""
    stage.found("Practice at the well", OWNER, "newts sleep under stones")
    stage.unlock(OWNER)
    book = Writing(stage, OWNER)
    otter = book.save("otter", lambda acting: texts.new_client(acting, "OTTER"))
    book.save("note", lambda acting: texts.new_note(acting, otter, "First hour", "Came in from the rain."))
    book.sign("note")
    return book
