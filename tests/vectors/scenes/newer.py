"""A newer program raised the format and wrote records that this one does not know."""

from __future__ import annotations

from core.acts import trail
from tests.vectors.scenes import small
from tests.vectors.stage import Stage
from vault_format.frames.record import Draft

WHAT = "Whole up to a record of version 1, which an owner's format.raise made lawful."


def play(stage: Stage) -> None:
    """Write the vault."""
    small.begin(stage)
    stage.write(small.OWNER, trail.format_raise)
    signer = stage.people[small.OWNER].keyring.signer
    draft = Draft(0x7777, epoch=9, outcome=3, flags=8, session=1)
    stage.put(stage.raw(draft, signer, version=1))
