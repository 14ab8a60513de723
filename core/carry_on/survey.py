"""What stands in a broken vault: the whole records before the break, and what can be found behind it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from core.audit.columns import Columns
from core.carry_on.behind import Behind
from core.carry_on.witness import Witness
from core.catalog.gather import Gathered
from core.state_folder import state_folder
from vault_format import machine
from vault_format.authority.state import State
from vault_format.errors import NotWhole, UsageError
from vault_format.frames import layout
from vault_format.frames.scan import Batch, FrameReader, scan
from vault_format.ledger import Record
from vault_format.pins import PinFile
from vault_format.verification.findings import Finding
from vault_format.verification.verify import Pinned, open_for_reading, verify_open
from vault_format.verification.walk import Walk

_BLOCK = 1024 * 1024


@dataclass(slots=True)
class Survey:
    """A broken vault, taken apart without a key.

    `finding` is where it broke; `whole` counts the records before it and `head` is the hash of the last of them;
    `state`, `before` and `columns` are what they amount to; `behind` is what was found after the break. `warning` says
    what this machine knows of the vault that the file does not have, empty for nothing.
    """

    path: str
    finding: Finding
    whole: int
    head: bytes
    digest: bytes
    state: State
    before: Gathered
    columns: Columns
    behind: Behind
    witness: Witness
    warning: str
    descriptor: int
    offsets: dict[int, int]

    def record(self, sequence: int) -> Record:
        """Return a record from either side of the break. Raises LookupError."""
        offset = self.offsets.get(sequence)
        if offset is None:
            raise LookupError(f"no record {sequence}")
        header = layout.unpack_header(machine.read_at(self.descriptor, layout.BARE_SIZE, offset))
        batch, _, _, _ = scan(machine.read_at(self.descriptor, header.total, offset), offset)
        if not batch.items:
            raise LookupError(f"record {sequence} cannot be read")
        _, head, _, parts = batch.items[0]
        rows = [layout.Row(*row) for row in parts.rows] if parts else []
        spans = parts.spans if parts else []
        found = [batch.buffer[at : at + row.length] if at >= 0 else None for row, at in zip(rows, spans, strict=True)]
        return Record(header, head[layout.HEADER_SIZE :], rows, found)

    def author(self, sequence: int) -> int:
        """Return whose record it is: a fact before the break and where it is proven behind it, else a claim."""
        if sequence < self.whole:
            return self.columns.shape(sequence).member
        return self.behind.members[sequence]

    def close(self) -> None:
        """Give up the file."""
        os.close(self.descriptor)


def survey(path: str, now: int, folder: str | None = None) -> Survey:
    """Take the broken vault at PATH apart. NOW is UTC ms; FOLDER has what this machine remembers of vaults.

    Raises UsageError if it is not broken, NotWhole if nothing before the break is left, NotAVault, ReadOnly, OSError.
    """
    pins = PinFile(folder or state_folder(), path)
    pin = pins.pinned
    pins.close()
    descriptor = open_for_reading(path)
    try:
        verdict = verify_open(descriptor, path, now, pin=pin)
        finding = next((each for each in verdict.findings if not each.local), None)
        if finding is None:
            raise UsageError("This vault is not broken.", todo="Open it as usual.")
        if finding.seq == 0 and finding.kind == "pin":
            raise NotWhole(
                "Another vault stands where this machine knew one.", safe="Nothing was changed.",
                todo="Look for the file that belongs here.",
            )  # fmt: skip
        if finding.seq == 0:
            raise NotWhole(
                "The very first record is damaged, so nothing behind it can be proven.", safe="Nothing was changed.",
                todo="Try `tacenda repair`, or look for a whole copy.",
            )  # fmt: skip
        return _take_apart(path, descriptor, finding, pin)
    except BaseException:
        os.close(descriptor)
        raise


def _take_apart(path: str, descriptor: int, finding: Finding, pin: Pinned | None) -> Survey:
    walk = Walk(machine.read_at(descriptor, layout.PREAMBLE_SIZE, 0))
    before, columns, offsets = Gathered(), Columns(), {}
    for batch in _up_to(descriptor, finding.seq):
        accepted = walk.feed(batch)
        before.take(accepted)
        columns.take(accepted)
        offsets.update({item[2][2]: accepted.base + item[0] for item in accepted.items})
    witness = Witness(walk.state)
    behind = Behind(descriptor, walk.offset, finding.seq, witness, pin.sequence if pin else -1)
    warning = ""
    # what this machine saw before the break was compared by the verification
    expected = pin is not None and pin.vault_id == walk.state.vault_id and pin.sequence >= walk.count
    if pin is not None and expected and behind.watched_hash != pin.head:
        warning = f"record {pin.sequence:,}, which this machine has seen, is not in this file any more"
    return Survey(
        path, finding, walk.count, walk.head, _digest(descriptor), walk.state, before, columns, behind, witness,
        warning, descriptor, {**behind.offsets, **offsets},
    )  # fmt: skip


def _up_to(descriptor: int, seq: int) -> Iterator[Batch]:
    """Yield the records below SEQ."""
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE).batches():
        items = [item for item in batch.items if item[2][2] < seq]
        yield Batch(batch.buffer, batch.base, items[: seq - items[0][2][2]] if items else [])
        if len(items) < len(batch.items):
            return


def _digest(descriptor: int) -> bytes:
    hashing, at = hashlib.sha256(), 0
    while block := machine.read_at(descriptor, _BLOCK, at):
        hashing.update(block)
        at += len(block)
    return hashing.digest()
