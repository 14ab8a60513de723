"""Why a text was left outside the vault, in words; pages and commands say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault_format.codes import LockReason

if TYPE_CHECKING:
    from core.session import Unfinished

_ENDED = {
    LockReason.HANGUP: "line dropped", LockReason.IDLE: "locked when idle", LockReason.SUSPEND: "suspended",
    LockReason.SYSTEM: "ended by the system", None: "ended without a lock",
}  # fmt: skip


def why(left: Unfinished) -> str:
    """Return why LEFT is not in the vault: `line dropped`, or that the vault has moved on from it."""
    return "older than the vault" if left.old else _ENDED.get(left.ended, "not in the vault")
