"""A checkpoint that was kept: read from its file with the keys that must have signed it, and held against a vault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.trust.checking import Checked, TreeListener, check_against
from core.trust.checkpoint import Checkpoint, parse, read_verifier_key
from vault_format.errors import NotWhole, UsageError
from vault_format.view import View

_MOST = 16_384


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint, and public keys (32 bytes) by name: each of them must have signed it."""

    checkpoint: Checkpoint
    keys: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Held:
    """What a checkpoint says against a vault that now has RECORDS records; BROKEN where the vault does not verify."""

    kept: Kept
    checked: Checked
    records: int
    broken: bool


def read_small(path: Path) -> str:
    """Return the text of a small file. Raises UsageError if it cannot be read as one."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST + 1).decode()
    except (OSError, ValueError):
        raise UsageError(f"{path} cannot be read as a text.", todo="Check the name.") from None


def read_kept(path: str, keys: Iterable[str]) -> Kept:
    """Return the checkpoint in the file at PATH; KEYS as `verifier_key` gives them. Raises UsageError."""
    return Kept(parse(read_small(Path(path).expanduser())), dict(read_verifier_key(key) for key in keys))


def hold(ledger: View, kept: Kept) -> Held:
    """Hold KEPT against LEDGER, which is verified; every record is read for it, and the ledger is free in between.

    Raises NotWhole if the file is not any more what was verified.
    """
    listener = TreeListener(kept.checkpoint.size)
    records, head = ledger.count, ledger.head
    while listener.tree.size < records:
        for batch in ledger.batches(listener.tree.size):
            listener.take(batch._replace(items=batch.items[: records - listener.tree.size]))
            break
        else:
            break
    if listener.head != head:
        raise NotWhole("The file changed since it was verified.", safe="Nothing was changed here.")
    checked = check_against(kept.checkpoint, ledger.state.vault_id, records, listener, kept.keys)
    return Held(kept, checked, records, ledger.broken)
