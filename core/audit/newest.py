"""The newest records of a vault before all of it is verified: read backwards from the end of the file.

They chain to each other, and that is all that is known of them yet; a page that shows them says so.
"""

from __future__ import annotations

import os

from core.audit.columns import Columns
from vault_format import machine
from vault_format.frames import layout
from vault_format.frames.scan import Batch, scan
from vault_format.verification.verify import open_for_reading

_FIRST_READ = 64 * 1024
_LONGEST_READ = 32 * 1024 * 1024
_TRIES = 200
"""Places where a record might begin: ciphertext holds the four bytes of one by chance once in 4 GB."""


def newest_records(path: str, count: int) -> tuple[int, Columns]:
    """Return the number of the first record that was read, and the columns of the last COUNT or fewer.

    An end that is torn is left out. Raises NotAVault or ReadOnly if the file cannot be opened.
    """
    descriptor = open_for_reading(path)
    try:
        size = os.fstat(descriptor).st_size
        length = _FIRST_READ
        while True:
            start = max(layout.PREAMBLE_SIZE, size - length)
            found = _linked(machine.read_at(descriptor, size - start, start), start)
            if len(found) >= count or start == layout.PREAMBLE_SIZE or length >= _LONGEST_READ:
                return _columns(found[-count:])
            length *= 4
    finally:
        os.close(descriptor)


def _linked(data: bytes, base: int) -> list[Batch]:
    """Return the run of records in DATA that chain to each other and reach furthest, each as a batch of its own.

    Records that somebody hid in a part end where the part does; those of the vault go on to the end of the file, or to
    its torn tail.
    """
    at = data.find(layout.MAGIC)
    best: list[Batch] = []
    reached = -1
    for _ in range(_TRIES):
        if at < 0 or reached == len(data):
            break
        batch, used, _, _ = scan(data[at:], base + at)
        run: list[Batch] = []
        prev = b""
        for item in batch.items:
            if prev and item[2][11] != prev:
                run.clear()
            run.append(Batch(batch.buffer, batch.base, [item]))
            prev = layout.record_hash(item[1])
        # two records that name each other by hash are not there by chance; one alone is believed at the very end
        if (len(run) > 1 or (run and at + used == len(data))) and at + used > reached:
            best, reached = run, at + used
        at = data.find(layout.MAGIC, at + (used if best and reached == at + used else 1))
    return best


def _columns(found: list[Batch]) -> tuple[int, Columns]:
    columns = Columns()
    if not found:
        return 0, columns
    first = found[0].items[0][2][2]
    for batch in found:
        columns.take(batch)
    return first, columns
