"""A vault that is open for following and writing: the ledger, and what is gathered beside its verification."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.audit.columns import Columns
from core.catalog.gather import Gathered
from core.state_folder import state_folder
from vault_format.ledger import Clock, Ledger, Progress, Written
from vault_format.pins import PinFile
from vault_format.record import Draft, Signer
from vault_format.scan import Batch
from vault_format.store import Moved


class OpenVault:
    """Verifies the vault at PATH and keeps it open; opens it anew where the file was replaced or a write failed.

    Raises what Ledger raises. `gathered` and `columns` are filled from verified batches only.
    """

    def __init__(self, path: str, clock: Clock, *, folder: str | None = None, progress: Progress | None = None) -> None:
        self.path = path
        self.clock = clock
        self.folder = folder or state_folder()
        self.gathered = Gathered()
        self.columns = Columns()
        self.pins = PinFile(self.folder, path)
        self.seen_before = self.pins.pinned
        self.on_reopen: Callable[[], None] | None = None
        self.ledger = self._open(progress)

    def _open(self, progress: Progress | None = None) -> Ledger:
        return Ledger(self.path, self.clock, pin=self.pins.pinned, listener=self._take, progress=progress)

    def _take(self, batch: Batch) -> None:
        self.gathered.take(batch)
        self.columns.take(batch)

    def reopen(self) -> None:
        """Verify everything again. Raises what Ledger raises; the old view is gone then."""
        self.ledger.close()
        self.gathered = Gathered()
        self.columns = Columns()
        self.ledger = self._open()
        if self.on_reopen is not None:
            self.on_reopen()

    def follow(self) -> bool:
        """Take in what others appended; whether anything changed. Raises VaultBroken if it does not verify."""
        if self.ledger.stale or self.ledger.replaced():
            self.reopen()
            return True
        changed = self.ledger.follow() > 0
        self.ledger.check_whole()
        if changed:
            self.remember()
        return changed

    def append(self, build: Callable[[], Sequence[Draft]], signer: Signer | None) -> list[Written]:
        """Append the records that BUILD gives; on the disk when this returns. Raises what Ledger.append raises."""
        if self.ledger.stale:
            self.reopen()
        try:
            written = self.ledger.append(build, signer)
        except Moved:
            self.reopen()
            written = self.ledger.append(build, signer)
        self.remember()
        return written

    def remember(self, *, sync: bool = False) -> None:
        """Pin what was seen. Only a whole vault is pinned."""
        if not self.ledger.broken and self.ledger.count:
            self.pins.remember(self.ledger.pin(), sync=sync)

    def close(self) -> None:
        """Give up the file and sync the pin."""
        self.pins.close()
        self.ledger.close()
