"""From a passphrase to a member's keys (docs/FORMAT.md, sections 6.2 and 6.3)."""

from __future__ import annotations

import dataclasses
from typing import Protocol

from core.audit.columns import Columns
from core.keyring import Keyring
from core.keys import epochs
from core.keys.bundle import Bundle, open_bundle
from core.keys.epochs import EpochKeys
from core.keys.passphrase import open_slot
from vault_format import public
from vault_format.authority.state import Member, State
from vault_format.codes import Action, KeyType, Kind
from vault_format.crypto import signing
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole
from vault_format.frames import layout
from vault_format.frames.layout import Row
from vault_format.ledger import Record
from vault_format.public.members import Slot


class Records(Protocol):
    """Verified records and the state they amount to: a ledger, or the whole part of a broken vault."""

    @property
    def state(self) -> State:
        """What the records amount to."""
        ...

    def record(self, sequence: int) -> Record:
        """Return one record. Raises LookupError."""
        ...


class FalseKeys(NotWhole):
    """The keys that were granted for `epoch` are not the ones that everybody else has, or cannot be read at all.

    `damaged` tells the second from the first.
    """

    def __init__(self, epoch: int, *, damaged: bool) -> None:
        super().__init__(
            f"The keys you were given for key set {epoch} "
            + ("cannot be read from this file." if damaged else "are not the ones everybody else has."),
            safe="They were not used, and nothing was opened.",
            todo="Ask an owner for new keys; the refusal is recorded.",
        )
        self.epoch = epoch
        self.damaged = damaged


_GRANTS = (Action.MEMBER_ADD, Action.OWNER_ADD, Action.MEMBER_ROLE)


def _missing(what: str) -> NotWhole:
    return NotWhole(f"{what} cannot be read from this file.", safe="Nothing was changed.", todo="Use a backup copy.")


def key_part(
    ledger: Records, seq: int, kind: Kind, entity: int, key_type: int | None = None
) -> tuple[Row, bytes] | None:
    """Return row and bytes of the first key part of KIND of ENTITY in a record, None if it has none."""
    record = ledger.record(seq)
    for row, part in zip(record.rows, record.parts, strict=True):
        if row.kind == kind and row.entity == entity and part is not None and key_type in (None, row.key_type):
            return row, part
    return None


def _slot_descriptor(ledger: Records, seq: int) -> Slot:
    record = ledger.record(seq)
    try:
        slot = getattr(public.read(record.header.action, record.parts[0] or b""), "slot", None)
    except NotCanonical:
        slot = None
    if not isinstance(slot, Slot):
        raise _missing("Your passphrase slot")
    return slot


def open_master(ledger: Records, who: Member, passphrase: str) -> bytes:
    """Return the member's master key. Raises Refused for another passphrase, NotWhole if the slot is damaged."""
    found = key_part(ledger, who.slot_seq, Kind.SLOT, who.enrolment)
    if found is None:
        raise _missing("Your passphrase slot")
    row, payload = found
    return open_slot(
        passphrase, _slot_descriptor(ledger, who.slot_seq), payload, birth=ledger.state.birth,
        binding=_binding(ledger.state, who.slot_seq), enrolment=who.enrolment, generation=row.revision,
    )  # fmt: skip


def _binding(state: State, seq: int) -> bytes:
    return state.vault_id if seq else state.birth


def open_bundle_of(ledger: Records, who: Member, master: bytes) -> Bundle:
    """Return the member's bundle, checked against what is registered. Raises NotWhole."""
    state = ledger.state
    found = key_part(ledger, who.bundle_seq, Kind.BUNDLE, who.enrolment)
    if found is None:
        raise _missing("Your key bundle")
    row, stored = found
    bundle = open_bundle(
        stored, master, birth=state.birth, binding=_binding(state, who.bundle_seq), enrolment=who.enrolment,
        generation=row.revision,
    )  # fmt: skip
    registered = (who.generation, who.sign, who.box)
    if (bundle.generation, signing.keypair(bundle.sign)[0], signing.box_public(bundle.box)) != registered:
        raise NotWhole(
            "The keys in your bundle are not the registered ones.", safe="Nothing was opened.",
            todo="Tell an owner: somebody may have put keys into your invitation on its way." if who.added_by
            and who.bundle_seq == who.added_seq else "Use a backup copy.",
        )  # fmt: skip
    return bundle


def keyring_of(state: State, who: Member, master: bytes, bundle: Bundle) -> Keyring:
    """Return a keyring that holds no epoch's keys yet."""
    return Keyring(who.number, state.vault_id, state.birth, bundle, {}, master, who.enrolment)


def open_keyring(ledger: Records, columns: Columns, who: Member, master: bytes) -> Keyring:
    """Return the member's keys, every one checked against what is public of it.

    Raises FalseKeys where the epoch's keys are not what its record committed to, NotWhole over a damaged bundle.
    """
    keyring = keyring_of(ledger.state, who, master, open_bundle_of(ledger, who, master))
    keyring.epochs = held_keys(ledger, columns, who, keyring.bundle)
    return keyring


def held_keys(ledger: Records, columns: Columns, who: Member, bundle: Bundle) -> dict[int, EpochKeys]:
    """Return the keys of every epoch that the member's bundle leads to. Raises FalseKeys, NotWhole.

    Where the older keys beside the current epoch's are false or damaged, a bundle that has the current ones still opens
    what is sealed under them. A bundle that has not must not go on: it may be the last place of the older keys.
    """
    current = current_keys(ledger, columns, who, bundle)
    try:
        return EpochBook(ledger).open_all(current)
    except NotWhole:
        if bundle.epoch != current.number:
            seq = ledger.state.epochs[current.number - 1].seq
            raise FalseKeys(current.number, damaged=not _intact(ledger, seq)) from None
        return {current.number: current}


def _intact(ledger: Records, seq: int) -> bool:
    """Whether every part of the record is there and as it was signed."""
    record = ledger.record(seq)
    return all(
        part is not None and layout.part_digest(part) == row.digest
        for row, part in zip(record.rows, record.parts, strict=True)
    )


def current_keys(ledger: Records, columns: Columns, who: Member, bundle: Bundle) -> EpochKeys:
    """Return the current epoch's keys, from the bundle or from the box that granted them.

    Raises FalseKeys where the box does not hold the keys that the epoch's record committed to.
    """
    state = ledger.state
    own = EpochKeys(bundle.epoch, bundle.notes, bundle.index, bundle.audit)
    complete = (not who.holds_notes or own.notes is not None) and (not who.holds_audit or own.audit is not None)
    if own.number == state.epoch and complete:
        if not epochs.matches(own, state.epochs[-1], state.birth):
            raise NotWhole("The keys in your bundle are not those of this key set.", todo="Tell the owner.")
        return _as_entitled(own, who)
    for seq in granting(state, columns):
        found = key_part(ledger, seq, Kind.GRANT_BOX, who.enrolment)
        if found is not None and found[0].key_epoch == state.epoch:
            # a box key outlives its generation where keys were refused
            recipient = dataclasses.replace(who, generation=found[0].revision)
            try:
                return epochs.open_grant(
                    found[1], bundle.box, recipient, state.epochs[-1], binding=state.vault_id, birth=state.birth
                )
            except NotWhole:
                raise FalseKeys(state.epoch, damaged=not _intact(ledger, seq)) from None
    raise FalseKeys(state.epoch, damaged=True)


def _as_entitled(keys: EpochKeys, who: Member) -> EpochKeys:
    notes = who.holds_notes
    return EpochKeys(
        keys.number, keys.notes if notes else None, keys.index if notes else None,
        keys.audit if who.holds_audit else None,
    )  # fmt: skip


def granting(state: State, columns: Columns) -> list[int]:
    """Return the records that can hold boxes for the current epoch, newest first."""
    opened = state.epochs[-1].seq
    later = [seq for seq in range(opened + 1, len(columns)) if columns.shape(seq).action in _GRANTS]
    return [*reversed(later), opened]


class EpochBook:
    """Reads earlier epochs' keys out of the record that opened an epoch."""

    def __init__(self, ledger: Records) -> None:
        self._ledger = ledger

    def open_all(self, current: EpochKeys) -> dict[int, EpochKeys]:
        """Return the keys of every epoch that CURRENT leads to. Raises NotWhole."""
        state = self._ledger.state
        seq = state.epochs[current.number - 1].seq

        def stored(which: int) -> bytes:
            key_type = KeyType.NOTES if which == epochs.WITH_NOTES else KeyType.AUDIT
            found = key_part(self._ledger, seq, Kind.OLD_KEYS, 0, key_type)
            if found is None:
                raise _missing("The older keys")
            return found[1]

        return epochs.open_old(current, stored, state.epochs, birth=state.birth, binding=state.vault_id)
