"""What the walk remembers of each note, client, appointment and template, packed small.

A vault of ten years holds a hundred thousand entities; as objects they would be most of a verifier's memory.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from typing import NamedTuple

_PACKED = struct.Struct("<QIIIIIHHBBB8s")
_PACK, _UNPACK = _PACKED.pack, _PACKED.unpack
# what NamedTuple's own constructor does, without the Python call around it
_NEW = tuple.__new__

SHREDDED = 1


class Entity(NamedTuple):
    """The state of one entity.

    `saved` and `signed` are sequences (0: never signed); `live` and `original` are part numbers of index parts, each
    followed by its body (0: none); `mover` is the member whose re-encryption replaced the original; `tag` stands for
    the commitment of the latest revision (see `EntityTable.tag`).
    """

    client: int
    saved: int
    signed: int
    live: int
    original: int
    revision: int
    author: int
    mover: int
    kind: int
    note_class: int
    flags: int
    tag: bytes

    @property
    def shredded(self) -> bool:
        """Whether its ciphertext was given up lawfully."""
        return bool(self.flags & SHREDDED)


class EntityTable:
    """A map from entity number to Entity."""

    def __init__(self) -> None:
        self._packed: dict[int, bytes] = {}
        self._secret = os.urandom(16)

    def __len__(self) -> int:
        return len(self._packed)

    def tag(self, commit: bytes) -> bytes:
        """Return 8 bytes that stand for COMMIT (32 bytes).

        Keyed by a secret of this run: nobody can choose two commitments with one tag.
        """
        return hashlib.blake2b(commit, key=self._secret, digest_size=8).digest()

    def get(self, number: int) -> Entity | None:
        """Return the entity, or None if no save created it."""
        packed = self._packed.get(number)
        return None if packed is None else _NEW(Entity, _UNPACK(packed))

    def put(self, number: int, entity: Entity) -> None:
        """Remember ENTITY in place of what was known of NUMBER."""
        self._packed[number] = _PACK(*entity)

    def items(self) -> Iterator[tuple[int, Entity]]:
        """Yield every entity with its number, in order of creation."""
        for number, packed in self._packed.items():
            yield number, _NEW(Entity, _UNPACK(packed))
