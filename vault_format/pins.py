"""What this machine remembers of each vault: the highest record it has seen (docs/FORMAT.md, section 12).

A pin stands outside the vault, in the user's state directory, mode 0600. It is written after the vault's own sync and
synced itself only now and then: a pin that lags only claims less.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct

from vault_format import labels, machine
from vault_format.verify import Pinned

_SLOT = struct.Struct("<16sQ32sQ32s32s")
SLOT_SIZE = 128


def _pack(counter: int, pin: Pinned) -> bytes:
    body = struct.pack("<16sQ32sQ32s", labels.PIN, counter, pin.vault_id, pin.sequence, pin.head)
    return body + hashlib.sha256(body).digest()


def _unpack(raw: bytes) -> tuple[int, Pinned] | None:
    if len(raw) != SLOT_SIZE or hashlib.sha256(raw[:96]).digest() != raw[96:]:
        return None
    name, counter, vault_id, sequence, head, _ = _SLOT.unpack(raw)
    return (counter, Pinned(vault_id, sequence, head)) if name == labels.PIN else None


def pin_path(state_folder: str, vault: str) -> str:
    """Return where the pin for the vault at the place VAULT stands."""
    place = hashlib.sha256(os.path.realpath(vault).encode()).hexdigest()[:32]
    return os.path.join(state_folder, "pins", place + ".pin")


class PinFile:
    """The pin for one place; what cannot be read counts as never seen."""

    def __init__(self, state_folder: str, vault: str) -> None:
        self.path = pin_path(state_folder, vault)
        self._descriptor: int | None = None
        self._counter = 0
        self.pinned = self._load()

    def _load(self) -> Pinned | None:
        try:
            with open(self.path, "rb") as file:
                raw = file.read(2 * SLOT_SIZE)
        except OSError:
            return None
        slots = [slot for slot in (_unpack(raw[:SLOT_SIZE]), _unpack(raw[SLOT_SIZE:])) if slot is not None]
        if not slots:
            return None
        self._counter, pinned = max(slots, key=lambda slot: slot[0])
        return pinned

    def remember(self, pin: Pinned, *, sync: bool = False) -> None:
        """Write PIN into the older of the two slots; a state directory that cannot be written costs only the pin."""
        with contextlib.suppress(OSError):
            if self._descriptor is None:
                os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
                self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._counter += 1
            os.pwrite(self._descriptor, _pack(self._counter, pin), SLOT_SIZE * (self._counter % 2))
            self.pinned = pin
            if sync:
                machine.sync_data(self._descriptor)

    def close(self) -> None:
        """Sync and close."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                machine.sync_data(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None
