"""A vault verified without keys, and remembered by the rules of one that is open (docs/FORMAT.md, section 12)."""

from __future__ import annotations

import os
from pathlib import Path

from vault_format import bounds, machine
from vault_format.codes import Action
from vault_format.errors import TacendaError
from vault_format.frames.scan import Batch
from vault_format.pins import PinFile
from vault_format.verification import verify as verifying
from vault_format.verification.findings import Verdict
from vault_format.verification.verify import Pinned, open_for_reading

_FAILURES = {Action.UNLOCK_FAILED, Action.RECOVERY_FAILED}
_UNSIGNED = _FAILURES | {Action.RECOVERY_BEGUN}


class _Run:
    """The unsigned records at the end: of them a clock that is set back may set some aside by rights."""

    def __init__(self) -> None:
        self._actions: list[int] = []

    def take(self, batch: Batch) -> None:
        """Look at the end of BATCH."""
        ending: list[int] = []
        for item in reversed(batch.items):
            action = int.from_bytes(item[2][1][2:4], "little")
            if action not in _UNSIGNED:
                self._actions.clear()
                break
            ending.append(action)
        self._actions += ending

    def may_stay_at_any_hour(self) -> bool:
        """Whether there are no more than may stand there before an hour has passed."""
        failures = sum(action in _FAILURES for action in self._actions)
        return failures <= bounds.UNLOCK_FAILURES and len(self._actions) - failures <= bounds.RECOVERY_BEGINNINGS


def check(
    path: str, now: int, folder: str, listener: verifying.Listener | None = None
) -> tuple[Verdict, Pinned | None]:
    """Return the verdict on the vault at PATH, and what the state folder FOLDER knew of it; remember it if it is whole.

    NOW is in UTC ms. LISTENER sees every accepted batch. Only what is on the disk is remembered: what somebody else
    wrote is synced first, and a pin that a crash could turn into a false alarm is not written. Raises what `verify`
    raises.
    """
    pins = PinFile(folder, path)
    try:
        run, before, standing = _Run(), pins.pinned, _standing(path)

        def take(batch: Batch) -> None:
            run.take(batch)
            if listener is not None:
                listener(batch)

        verdict = verifying.verify(path, now, pin=before, listener=take)
        whole = verdict.intact and not verdict.newer
        if whole and run.may_stay_at_any_hour() and _synced(path, standing):
            pins.remember(Pinned(verdict.vault_id, verdict.records - 1, verdict.head))
    finally:
        pins.close()
    return verdict, before


def remembered(path: str, folder: str) -> Pinned | None:
    """Return what the state folder FOLDER knows of the vault at PATH; None if it was never seen here."""
    pins = PinFile(folder, path)
    try:
        return pins.pinned
    finally:
        pins.close()


def _standing(path: str) -> os.stat_result | None:
    try:
        return Path(path).stat()
    except (OSError, ValueError):
        return None


def _synced(path: str, standing: os.stat_result | None) -> bool:
    """Whether the file is the one that was STANDING at PATH and is on the disk as it is now."""
    try:
        descriptor = open_for_reading(path)
    except TacendaError:
        return False
    try:
        if standing is None or not os.path.samestat(standing, os.fstat(descriptor)):
            return False
        machine.sync_data(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
