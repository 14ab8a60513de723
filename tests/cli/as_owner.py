"""Commands as the owner of the practice runs them, and what they put on the record."""

from __future__ import annotations

from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Action

OWNER = PASSPHRASES["owner"]


def acts(practice: Practice, since: int) -> list[int]:
    """Return the actions after the first SINCE records, without the session's own."""
    usual = {Action.UNLOCK, Action.LOCK, Action.LIST}
    return [action for action in practice.actions()[since:] if action not in usual]


def owner(*words: object, secret: str = OWNER, **more: object):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """Run a command as the owner."""
    return tacenda(*words, "--as", "owner", secret=secret, **more)  # type: ignore[arg-type]
