"""A vault that is open for following and writing: the ledger, and what is gathered beside its verification."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.audit.columns import Columns
from core.catalog.gather import Gathered
from core.state_folder import state_folder
from vault_format.errors import Busy
from vault_format.frames.record import Draft, Signer
from vault_format.frames.scan import Batch
from vault_format.ledger import Clock, Ledger, Progress, Written
from vault_format.pins import PinFile
from vault_format.store import Moved
from vault_format.verification.verify import Pinned

_REOPENINGS = 3


class OpenVault:
    """Verifies the vault at PATH and keeps it open; opens it anew where the file was replaced or a write failed.

    Raises what Ledger raises. `gathered` and `columns` are filled from verified batches only. What was seen here is
    held against whatever stands at the path later, also where the state folder FOLDER cannot be written.
    """

    def __init__(self, path: str, clock: Clock, *, folder: str | None = None, progress: Progress | None = None) -> None:
        self.path = path
        self.clock = clock
        self.folder = folder or state_folder()
        self.gathered = Gathered()
        self.columns = Columns()
        self.pins = PinFile(self.folder, path)
        self.seen_before = self.pins.pinned
        self.seen_at = self.pins.written
        self.on_reopen: Callable[[], None] | None = None
        self._seen: Pinned | None = self.seen_before
        self.ledger = self._open(progress)
        if not self.ledger.broken:
            self._seen = self.ledger.pin()

    def _open(self, progress: Progress | None = None) -> Ledger:
        return Ledger(self.path, self.clock, pin=self._seen, listener=self._take, progress=progress)

    def _take(self, batch: Batch) -> None:
        self.gathered.take(batch)
        self.columns.take(batch)

    def reopen(self) -> None:
        """Verify everything again. Raises what Ledger raises, and VaultBroken where it does not hold."""
        self.ledger.close()
        gathered, columns = self.gathered, self.columns
        self.gathered, self.columns = Gathered(gathered.version + 1), Columns()
        try:
            self.ledger = self._open()
        except BaseException:
            self.gathered, self.columns = gathered, columns
            raise
        self.ledger.check_whole()
        if self.on_reopen is not None:
            self.on_reopen()

    def follow(self) -> bool:
        """Take in what others appended; whether anything changed. Raises VaultBroken if it does not verify."""
        try:
            changed = self.ledger.follow() > 0
        except Moved:
            self.reopen()
            changed = True
        self.ledger.check_whole()
        if changed:
            self.remember()
        return changed

    def append(self, build: Callable[[], Sequence[Draft]], signer: Signer | None) -> list[Written]:
        """Append the records that BUILD gives; on the disk when this returns.

        Raises what Ledger.append raises, and Busy where the file is replaced again and again.
        """
        for _ in range(_REOPENINGS):
            if self.ledger.stale:
                self.reopen()
            try:
                written = self.ledger.append(build, signer)
            except Moved:
                continue
            self.remember()
            return written
        raise Busy("The vault file is being replaced.", safe="Nothing was written.", todo="Try again in a moment.")

    def remember(self, *, sync: bool = False) -> None:
        """Pin what was seen of a whole vault.

        More unsigned records than may stand there at any hour are left out: where the clock is set back they are set
        aside, and a pin on them would make that look like a cut.
        """
        replay = self.ledger.walk.replay
        if not self.ledger.broken and replay.lawful_run(replay.signed_time) == len(replay.run):
            self._seen = self.ledger.pin()
            self.pins.remember(self._seen, sync=sync)

    def close(self) -> None:
        """Give up the file and sync the pin."""
        self.pins.close()
        self.ledger.close()
