"""Ciphertext that moves or goes: re-encryption in batches, its confirmation, drops, compaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.acts.acting import Acting
from core.keyring import PAIR_ENTROPY, Identity
from vault_format.authority.state import State
from vault_format.codes import Action
from vault_format.crypto.sealing import Entropy
from vault_format.errors import UsageError
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft
from vault_format.public.entities import Confirmed
from vault_format.public.trail import Compacted, Drop

BATCH_ENTITIES = 256
BATCH_BYTES = 8 * 1024 * 1024
"""Where a batch ends: so many entities, or the first that brings it to so many bytes."""
CONFIRM_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Moving:
    """An entity that was opened and found whole: its number, and the plaintexts of index and body."""

    entity: int
    index: bytes
    body: bytes


def _moved(acting: Acting, moving: Moving, entropy: Entropy) -> tuple[Part, Part]:
    known = acting.state.entities.get(moving.entity)
    if known is None:
        raise UsageError("There is no such entry in this vault.", todo="List what there is.")
    who = Identity(known.kind, known.note_class, moving.entity, known.revision, known.author)
    return acting.keyring.seal_raw(who, moving.index, moving.body, entropy)


def _at_once(entropy: Entropy, size: int) -> Entropy:
    """Return what hands out SIZE bytes of ENTROPY, drawn now: a system call for each nonce takes as long as sealing."""
    drawn, at = entropy(size), 0

    def take(count: int) -> bytes:
        nonlocal at
        at += count
        if at > size:
            raise ValueError("more random bytes are asked for than were drawn")
        return drawn[at - count : at]

    return take


def reencrypt(acting: Acting, moving: Iterable[Moving]) -> Iterator[Draft]:
    """32: the same plaintexts under the current keys, one record for each batch.

    Each entity may appear once; a batch is sealed against the state as it is when the batch is taken.
    """
    parts: list[Part] = []
    size = 0
    every = list(moving)
    entropy = _at_once(acting.entropy, PAIR_ENTROPY * len(every))
    for one in every:
        pair = _moved(acting, one, entropy)
        parts += pair
        size += len(pair[0].data) + len(pair[1].data)
        if len(parts) >= 2 * BATCH_ENTITIES or size >= BATCH_BYTES:
            yield acting.record(Action.REENCRYPT, None, *parts)
            parts, size = [], 0
    if parts:
        yield acting.record(Action.REENCRYPT, None, *parts)


def confirmed(acting: Acting, entities: Iterable[int]) -> Iterator[Draft]:
    """33: the signer opened these entities and found their authors' text; one record for each 10,000.

    The caller has done so: `Keyring.check_commitment` for each of them.
    """
    entries: list[tuple[int, int]] = []
    for number in entities:
        known = acting.state.entities.get(number)
        if known is None:
            raise UsageError("There is no such entry in this vault.", todo="List what there is.")
        entries.append((number, known.live))
        if len(entries) == CONFIRM_ENTRIES:
            yield acting.record(Action.REENCRYPT_CONFIRMED, Confirmed(entries=entries))
            entries = []
    if entries:
        yield acting.record(Action.REENCRYPT_CONFIRMED, Confirmed(entries=entries))


def ranges(parts: Iterable[int]) -> list[tuple[int, int]]:
    """Return part numbers as rising, separate (first, count)."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(parts)):
        if found and sum(found[-1]) == number:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((number, 1))
    return found


def drop(acting: Acting, parts: Iterable[int] | None = None) -> Draft:
    """60: PARTS may leave the file; without them all that may. Raises UsageError if there is nothing to drop."""
    listed = ranges(acting.state.parts.droppable() if parts is None else parts)
    if not listed:
        raise UsageError("There is nothing to drop.", safe="Nothing was written.")
    return acting.record(Action.DROP, Drop(ranges=listed))


def shredded_parts(state: State, shred_seq: int) -> list[int]:
    """Return the parts that a drop may list of what the shred at SHRED_SEQ gave up."""
    number, _ = state.shreds.get(shred_seq, (0, 0))
    known = state.entities.get(number)
    if known is None:
        return []
    parts = [known.live, known.live + 1]
    if known.original:
        parts += [known.original, known.original + 1]
    return [part for part in parts if state.parts.may_drop(part)]


def drop_shredded(acting: Acting, shred_seq: int) -> Draft:
    """60: what was sealed of the entity that the member's own shred at SHRED_SEQ gave up."""
    if shred_seq not in acting.state.shreds:
        raise UsageError("Nothing was shredded there.", safe="Nothing was written.")
    listed = ranges(shredded_parts(acting.state, shred_seq))
    if not listed:
        raise UsageError("There is nothing to drop.", safe="Nothing was written.")
    return acting.record(Action.DROP, Drop(ranges=listed), ref=shred_seq)


def compacted(acting: Acting, drop_seq: int, before: int, after: int) -> Draft:
    """61: what the drop at DROP_SEQ listed is gone; BEFORE and AFTER are the file's sizes in bytes."""
    gone = sum(count for _, count in acting.state.drop_ranges.get(drop_seq, ()))
    return acting.record(Action.COMPACTED, Compacted(before=before, after=after, parts=gone), ref=drop_seq)
