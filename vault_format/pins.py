"""What this machine remembers of each vault: the highest record it has seen (docs/FORMAT.md, section 12).

A pin stands outside the vault, in the user's state directory, mode 0600. It is written after the vault's own sync and
synced itself only now and then: a pin that lags only claims less.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct

from vault_format import machine
from vault_format.crypto import labels
from vault_format.verification.verify import Pinned

_SLOT = struct.Struct("<16sQ32sQ32s32s")
SLOT_SIZE = 128
_LAST = 2**64 - 1
"""A counter that none may follow; no slot has it."""
_FLAGS = machine.PLAIN | machine.NO_LINK | machine.NO_WAIT


def _pack(counter: int, pin: Pinned) -> bytes:
    body = struct.pack("<16sQ32sQ32s", labels.PIN, counter, pin.vault_id, pin.sequence, pin.head)
    return body + hashlib.sha256(body).digest()


def _unpack(raw: bytes) -> tuple[int, Pinned] | None:
    if len(raw) != SLOT_SIZE or hashlib.sha256(raw[:96]).digest() != raw[96:]:
        return None
    name, counter, vault_id, sequence, head, _ = _SLOT.unpack(raw)
    return (counter, Pinned(vault_id, sequence, head)) if name == labels.PIN and 0 < counter < _LAST else None


def _newest(raw: bytes) -> tuple[int, Pinned] | None:
    """Return counter and pin of the valid slot with the higher counter."""
    slots = [slot for slot in (_unpack(raw[:SLOT_SIZE]), _unpack(raw[SLOT_SIZE:])) if slot is not None]
    return max(slots, key=lambda slot: slot[0], default=None)


def _slot_file(state_folder: str, place: str) -> str:
    return os.path.join(state_folder, "pins", hashlib.sha256(os.fsencode(place)).hexdigest()[:32] + ".pin")


def pin_path(state_folder: str, vault: str) -> str:
    """Return where the pin for the vault at the place VAULT stands; two links to a file are two places."""
    return _slot_file(state_folder, os.path.abspath(vault))


class _Slots:
    """The two slots of one place. Several processes may write them: each reads first, and none takes a pin back."""

    def __init__(self, state_folder: str, path: str) -> None:
        self._folder = state_folder
        self._path = path
        self._descriptor = -1
        self._made = False
        self.pinned: Pinned | None = None
        self.written = 0
        for access in (os.O_RDWR, os.O_RDONLY):
            with contextlib.suppress(OSError):
                self._descriptor = os.open(path, access | _FLAGS)
                self.pinned = self._read()[1]
                self.written = os.fstat(self._descriptor).st_mtime_ns // 1_000_000
                break

    def _read(self) -> tuple[int, Pinned | None]:
        return _newest(machine.read_at(self._descriptor, 2 * SLOT_SIZE, 0)) or (0, None)

    def _open(self) -> None:
        # Each level for itself: of several that are made at once only the last would get the mode.
        for folder in (self._folder, os.path.dirname(self._path)):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        self._descriptor = os.open(self._path, os.O_RDWR | _FLAGS | os.O_CREAT, 0o600)
        self._made = True

    def write(self, pin: Pinned) -> None:
        """Write PIN into the older slot, unless more is remembered of the same vault already. Raises OSError."""
        if self._descriptor < 0:
            self._open()
        counter, there = self._read()
        if there is not None and there.vault_id == pin.vault_id and there.sequence >= pin.sequence:
            return
        if counter + 1 == _LAST:
            return
        machine.write_all(self._descriptor, _pack(counter + 1, pin), SLOT_SIZE * ((counter + 1) % 2))

    def sync(self) -> None:
        """Put what was written on the disk. Raises OSError."""
        if self._descriptor >= 0:
            machine.sync_data(self._descriptor)
            if self._made:
                machine.sync_folder(os.path.dirname(self._path))
                self._made = False

    def close(self) -> None:
        """Give up the file. May be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class PinFile:
    """What is remembered of the vault at one place; what cannot be read counts as never seen.

    A vault that is reached through a link has two places, the link and the file: it is remembered at both, so that
    neither turning the link elsewhere nor exchanging the file goes unnoticed. `written` is when something was last
    remembered before this was opened (UTC ms by the file, 0: never); it is shown, and nothing rests on it.
    """

    def __init__(self, state_folder: str, vault: str) -> None:
        self.path = pin_path(state_folder, vault)
        paths = dict.fromkeys((self.path, _slot_file(state_folder, os.path.realpath(vault))))
        self._places = [_Slots(state_folder, path) for path in paths]
        self.pinned = self._known()
        self.written = max(place.written for place in self._places)

    def _known(self) -> Pinned | None:
        known = [place.pinned for place in self._places if place.pinned is not None]
        # By the name it was called by, first; the other place counts where it knows more of the same vault.
        same = [pin for pin in known if pin.vault_id == known[0].vault_id]
        return max(same, key=lambda pin: pin.sequence, default=None)

    def remember(self, pin: Pinned, *, sync: bool = False) -> None:
        """Remember PIN; a state directory that cannot be written costs only what would be known after this process."""
        known = self.pinned
        if known is None or known.vault_id != pin.vault_id or known.sequence < pin.sequence:
            self.pinned = pin
        for place in self._places:
            with contextlib.suppress(OSError):
                place.write(pin)
                if sync:
                    place.sync()

    def close(self) -> None:
        """Sync and close. May be called again."""
        for place in self._places:
            with contextlib.suppress(OSError):
                place.sync()
            place.close()
