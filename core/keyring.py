"""The keys that one unlocked session holds, and sealing and opening entities with them (docs/FORMAT.md, 6.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from core.indexes import Index, read_index
from core.keys import derive
from core.keys.bundle import Bundle
from core.keys.epochs import EpochKeys
from vault_format import bounds
from vault_format.codes import KeyType, NoteClass, PartRole
from vault_format.crypto import padding, signing
from vault_format.crypto.sealing import (
    NONCE_SIZE,
    SALT_SIZE,
    CannotOpen,
    Entropy,
    Place,
    join_body,
    open_sealed,
    seal,
    split_body,
)
from vault_format.encoding import NotCanonical, encode
from vault_format.errors import NotWhole, Refused, UsageError
from vault_format.frames.layout import Part
from vault_format.frames.record import Signer

PAIR_ENTROPY = SALT_SIZE + 2 * NONCE_SIZE
"""Random bytes that sealing an index and its body takes."""


class Identity(NamedTuple):
    """Which entity at which revision, and who wrote it: what a ciphertext is bound to."""

    kind: int
    note_class: int
    entity: int
    revision: int
    author: int


@dataclass(slots=True)
class Keyring:
    """An unlocked member's keys. `wipe` forgets them, as far as Python can forget."""

    member: int
    vault_id: bytes
    birth: bytes
    bundle: Bundle
    epochs: dict[int, EpochKeys]
    master: bytes
    enrolment: int
    _index_keys: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _signer: Signer | None = None

    @property
    def signer(self) -> Signer:
        """Whom records are signed as."""
        known, bundle = self._signer, self.bundle
        if known is None or known.generation != bundle.generation or known.secret[:32] != bundle.sign:
            known = self._signer = Signer(self.member, bundle.generation, signing.keypair(bundle.sign)[1])
        return known

    @property
    def epoch(self) -> int:
        """The epoch whose keys new data is sealed under: the newest that is held, from the bundle or from a box."""
        return max(self.epochs, default=self.bundle.epoch)

    def author_key(self, generation: int) -> bytes:
        """Return the member's author key of a generation. Raises Refused if it is not held."""
        for number, key in self.bundle.authors:
            if number == generation:
                return key
        raise Refused("The key of this process note is not among yours.", safe="Nothing was opened.")

    def _epoch_key(self, epoch: int) -> EpochKeys:
        keys = self.epochs.get(epoch)
        if keys is None or keys.notes is None or keys.index is None:
            raise Refused(f"You do not hold key set {epoch}.", safe="Nothing was opened.")
        return keys

    def _index_key(self, key_type: int, key_epoch: int) -> bytes:
        known = self._index_keys.get((key_type, key_epoch))
        if known is None:
            if key_type == KeyType.AUTHOR:
                known = derive.process_index_key(self.author_key(key_epoch), key_epoch)
            else:
                known = derive.chart_index_key(self._epoch_key(key_epoch).index or b"", key_epoch)
            self._index_keys[key_type, key_epoch] = known
        return known

    def _body_root(self, key_type: int, key_epoch: int) -> bytes:
        if key_type == KeyType.AUTHOR:
            return self.author_key(key_epoch)
        return self._epoch_key(key_epoch).notes or b""

    def seal_entity(self, who: Identity, index: Index, body: str, entropy: Entropy) -> tuple[bytes, Part, Part]:
        """Return (commitment, index part, body part) under the current keys. Raises UsageError over a bound."""
        raw_index, raw_body = encode(index), body.encode()
        if len(raw_body) > bounds.MAX_TEXT:
            raise UsageError(
                f"The text is {len(raw_body) / 1e6:.1f} MB; one note holds at most 8 MiB.", safe="Nothing was written.",
                todo="Split it into several notes.",
            )  # fmt: skip
        commit = derive.commitment(index.c, self.vault_id, who.entity, who.revision, who.author, raw_index, raw_body)
        return commit, *self.seal_raw(who, raw_index, raw_body, entropy)

    def seal_raw(self, who: Identity, raw_index: bytes, raw_body: bytes, entropy: Entropy) -> tuple[Part, Part]:
        """Return index and body part of plaintexts that are committed to already. Draws PAIR_ENTROPY random bytes."""
        process = who.note_class == NoteClass.PROCESS
        key_epoch = self.bundle.generation if process else self.epoch
        index_type, body_type = (KeyType.AUTHOR, KeyType.AUTHOR) if process else (KeyType.INDEX, KeyType.NOTES)
        index_place = _place(PartRole.INDEX, who, index_type, key_epoch)
        body_place = _place(PartRole.BODY, who, body_type, key_epoch)
        salt = entropy(SALT_SIZE)
        key = derive.body_key(self._body_root(body_type, key_epoch), who.entity, who.revision, salt)
        sealed_index = seal(
            self._index_key(index_type, key_epoch), padding.pad(raw_index), index_place.bind(self.vault_id), entropy
        )
        sealed_body = seal(key, padding.pad(raw_body), body_place.bind(self.vault_id), entropy)
        return index_place.part(sealed_index), body_place.part(join_body(salt, sealed_body))

    def open_index(
        self, who: Identity, key_type: int, key_epoch: int, stored: bytes, *, known: Index | None = None
    ) -> tuple[Index, bytes]:
        """Return the index and its plaintext. Raises NotWhole, or Refused if the key is not held.

        KNOWN is an index that was read before: what encodes to the same bytes is not decoded once more.
        """
        place = _place(PartRole.INDEX, who, key_type, key_epoch)
        try:
            plain = open_sealed(self._index_key(key_type, key_epoch), stored, place.bind(self.vault_id))
            raw = padding.unpad(plain)
            return known if known is not None and encode(known) == raw else read_index(who.kind, raw), raw
        except (CannotOpen, padding.BadPadding, NotCanonical):
            raise damaged(who) from None

    def open_body(self, who: Identity, key_type: int, key_epoch: int, stored: bytes) -> bytes:
        """Return a body's plaintext. Raises NotWhole, or Refused if the key is not held."""
        try:
            salt, sealed = split_body(stored)
            key = derive.body_key(self._body_root(key_type, key_epoch), who.entity, who.revision, salt)
            place = _place(PartRole.BODY, who, key_type, key_epoch)
            return padding.unpad(open_sealed(key, sealed, place.bind(self.vault_id)))
        except (CannotOpen, padding.BadPadding):
            raise damaged(who) from None

    def check_commitment(self, who: Identity, index: Index, raw_index: bytes, raw_body: bytes, commit: bytes) -> None:
        """Refuse a text that is not the one its author committed to. Raises NotWhole."""
        found = derive.commitment(index.c, self.vault_id, who.entity, who.revision, who.author, raw_index, raw_body)
        if not derive.same(found, commit):
            raise NotWhole(
                "This text is not the one its author saved.", safe="It is not shown; everything else stays open.",
                todo="Tell the owner: somebody who re-encrypted it changed it.",
            )  # fmt: skip

    def wipe(self) -> None:
        """Drop every key. Python cannot overwrite immutable bytes; what can be released is released."""
        self.epochs.clear()
        self._index_keys.clear()
        self._signer = None
        empty = bytes(32)
        self.master = empty
        self.bundle = Bundle(
            sign=empty, box=empty, generation=0, epoch=0, notes=None, index=None, audit=None, authors=[], drafts=[],
            origin=empty, kit=None,
        )  # fmt: skip


def _place(role: int, who: Identity, key_type: int, key_epoch: int) -> Place:
    return Place(role, who.kind, who.note_class, key_type, who.revision, who.entity, key_epoch, who.author)


def damaged(who: Identity) -> NotWhole:
    """Return the error for an entity whose ciphertext does not open in its place."""
    return NotWhole(
        f"The ciphertext of {who.entity:016x} was damaged or replaced.", safe="Only this one is closed.",
        todo="Look for it in a backup copy.",
    )  # fmt: skip
