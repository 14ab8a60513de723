"""Opens every part of a vault whose secrets are known, and keeps what each step came to."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from core.keys import derive
from core.keys.authority import authority_pairs
from core.keys.bundle import Bundle
from core.keys.kit import kit_kek, table_key
from core.keys.passphrase import Cost, normalise, slot_commitment, slot_kek, stretch
from tests.vectors.records import Record, authors, enrolled
from tests.vectors.stage import Secrets
from vault_format.codes import KeyType, Kind, PartRole
from vault_format.crypto import labels, padding, signing
from vault_format.crypto.sealing import Place, open_box, open_sealed, split_body
from vault_format.encoding import decode, decoder
from vault_format.frames.layout import Row
from vault_format.public import members as shapes

Facts = dict[str, Any]
_BUNDLE = decoder(Bundle)


@dataclass
class Unsealing:
    """The keys found so far, and by (record, part) what was found about a part."""

    records: list[Record]
    secrets: Secrets
    birth: bytes
    vault_id: bytes
    masters: dict[bytes, bytes] = field(default_factory=dict)
    boxes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    author_keys: dict[tuple[int, int], bytes] = field(default_factory=dict)
    notes: dict[int, bytes] = field(default_factory=dict)
    index: dict[int, bytes] = field(default_factory=dict)
    audit: dict[int, bytes] = field(default_factory=dict)
    slots: list[Facts] = field(default_factory=list)
    kit_slots: list[Facts] = field(default_factory=list)
    facts: dict[tuple[int, int], Facts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._members = enrolled(self.records)
        self._authors = authors(self.records)
        self._numbers = {who.enrolment: who.number for who in self._members.values()}

    def run(self) -> None:
        """Open everything, in the order in which one thing leads to the next."""
        for (number, generation), pairs in self.secrets.pairs.items():
            self.boxes[self._members[number].enrolment, generation] = pairs.box
        for number, secret in self.secrets.authorities.items():
            enrolment = self._members[number].enrolment
            self.boxes[enrolment, 1] = authority_pairs(secret, self.birth, enrolment).box
        for kind in (Kind.SLOT, Kind.KIT_SLOT, Kind.KIT_CHUNK, Kind.BUNDLE, Kind.GRANT_BOX, Kind.AUTHOR_BOX):
            for record, at, row, part in self._parts(PartRole.KEY, kind):
                self.facts[record.seq, at] = self._key_part(record, at, row, part)
        older = sorted(self._parts(PartRole.KEY, Kind.OLD_KEYS), key=lambda found: -found[2].key_epoch)
        for record, at, row, part in older:
            self.facts[record.seq, at] = self._old_keys(record, row, part)
        for role in (PartRole.INDEX, PartRole.BODY, PartRole.DETAIL):
            for record, at, row, part in self._parts(role):
                opener = self._detail if role == PartRole.DETAIL else self._entity
                self.facts[record.seq, at] = opener(record, row, part)

    def _parts(self, role: int, kind: int | None = None) -> list[tuple[Record, int, Row, bytes]]:
        return [
            (record, at, row, part)
            for record in self.records
            for at, (row, part) in enumerate(zip(record.rows, record.parts, strict=True))
            if part is not None and row.role == role and kind in (None, row.kind)
        ]

    def _binding(self, record: Record) -> bytes:
        return self.vault_id if record.seq else self.birth

    def _associated(self, record: Record, row: Row, author: int = 0) -> bytes:
        place = Place(
            row.role, row.kind, row.note_class, row.key_type, row.revision, row.entity, row.key_epoch, author
        )  # fmt: skip
        return place.bind(self._binding(record))

    def _key_part(self, record: Record, at: int, row: Row, part: bytes) -> Facts:
        if row.kind == Kind.SLOT:
            return self._slot(record, row, part)
        if row.kind == Kind.KIT_SLOT:
            return self._kit_slot(record, row, part)
        if row.kind == Kind.KIT_CHUNK:
            return self._kit_chunk(record, row, part)
        if row.kind == Kind.BUNDLE:
            return self._bundle(record, row, part)
        if row.kind == Kind.GRANT_BOX:
            return self._grant(row, part)
        return self._author_box(record, row, part)

    def _slot(self, record: Record, row: Row, part: bytes) -> Facts:
        member = self._numbers[row.entity]
        passphrase = self.secrets.passphrases[member, record.seq]
        said: Any = record.said
        slot, cost = said.slot, Cost(said.slot.memory, said.slot.passes, said.slot.lanes)
        tag = stretch(passphrase, cost, slot.salt)
        kek = slot_kek(tag, self.birth, row.entity, cost, slot.salt)
        associated = self._associated(record, row)
        master = open_sealed(kek, part, associated)
        assert slot_commitment(kek) == slot.commitment
        assert derive.master_commitment(master, self.birth) == said.master
        self.masters[said.master] = master
        self.slots.append(
            {
                "record": record.seq, "member": member, "generation": row.revision, "passphrase": passphrase,
                "normalised": normalise(passphrase), "salt": slot.salt, "tag": tag, "kek": kek,
                "commitment": slot.commitment, "master": master, "master_commitment": said.master,
                "bundle_key": derive.bundle_key(master, self.birth, row.entity),
            }
        )  # fmt: skip
        return {"associated": associated, "key": kek, "plaintext": master}

    def _kit_of(self, record: Record) -> Any:  # noqa: ANN401  three shapes name a kit
        said: Any = record.said
        wanted = said.id if isinstance(said, shapes.KitExtend) else said.kit.id
        return next(kit for kit in self.secrets.kits if kit.id == wanted)

    def _kit_slot(self, record: Record, row: Row, part: bytes) -> Facts:
        kit = self._kit_of(record)
        said: Any = record.said
        slot, cost = said.kit.slot, Cost(said.kit.slot.memory, said.kit.slot.passes, said.kit.slot.lanes)
        kek = kit_kek(kit.code, kit.target, cost, slot.salt, birth=self.birth, enrolment=row.entity, kit_id=kit.id)
        associated = self._associated(record, row) + kit.id + bytes(8)
        master = open_sealed(kek, part, associated)
        assert slot_commitment(kek) == slot.commitment
        self.masters[said.master] = master
        self.kit_slots.append(
            {
                "record": record.seq, "member": self._numbers[row.entity], "id": kit.id, "code": kit.code,
                "secret": kit.secret, "target": list(kit.target), "kek": kek, "commitment": slot.commitment,
                "table_key": table_key(kit.code, self.birth, kit.id), "master": master,
            }
        )  # fmt: skip
        return {"associated": associated, "key": kek, "plaintext": master}

    def _kit_chunk(self, record: Record, row: Row, part: bytes) -> Facts:
        kit = self._kit_of(record)
        said: Any = record.said
        shape = said if isinstance(said, shapes.KitExtend) else said.kit
        first = shape.first + sum(shape.counts[: row.revision])
        associated = self._associated(record, row) + kit.id + struct.pack("<Q", first)
        key = table_key(kit.code, self.birth, kit.id)
        return {"first": first, "associated": associated, "key": key, "plaintext": open_sealed(key, part, associated)}

    def _bundle(self, record: Record, row: Row, part: bytes) -> Facts:
        said: Any = record.said
        key = derive.bundle_key(self.masters[said.master], self.birth, row.entity)
        associated = self._associated(record, row)
        padded = open_sealed(key, part, associated)
        plain = padding.unpad(padded)
        bundle = decode(plain, _BUNDLE)
        self.boxes[row.entity, bundle.generation] = bundle.box
        for generation, author in bundle.authors:
            self.author_keys[row.entity, generation] = author
        for found, key_of in ((self.notes, bundle.notes), (self.index, bundle.index), (self.audit, bundle.audit)):
            if key_of is not None:
                found[bundle.epoch] = key_of
        return {"associated": associated, "key": key, "plaintext": plain, "padded": len(padded), "map": bundle}

    def _grant(self, row: Row, part: bytes) -> Facts:
        private = self.boxes[row.entity, row.revision]
        plain = open_box(part, private)
        mask = plain[len(labels.GRANT) + 32 + 14]
        keys = plain[len(labels.GRANT) + 32 + 15 :]
        if mask & 1:
            self.notes[row.key_epoch], self.index[row.key_epoch] = keys[:32], keys[32:64]
        if mask & 2:
            self.audit[row.key_epoch] = keys[-32:]
        return {"private": private, "public": signing.box_public(private), "plaintext": plain}

    def _author_box(self, record: Record, row: Row, part: bytes) -> Facts:
        authorities = [
            who for who in self._members.values() if who.role == 5 and who.registered[1][0] < record.seq
        ]  # fmt: skip
        private = self.boxes[authorities[-1].enrolment, 1]
        return {"private": private, "public": signing.box_public(private), "plaintext": open_box(part, private)}

    def _old_keys(self, record: Record, row: Row, part: bytes) -> Facts:
        chart = row.key_type == KeyType.NOTES
        secret = (self.notes if chart else self.audit)[row.key_epoch]
        key = derive.old_keys_key(secret, self.birth, row.key_epoch, 1 if chart else 2)
        associated = self._associated(record, row)
        plain = open_sealed(key, part, associated)
        for fields in struct.iter_unpack("<I32s32s" if chart else "<I32s", plain):
            if chart:
                self.notes[fields[0]], self.index[fields[0]] = fields[1], fields[2]
            else:
                self.audit[fields[0]] = fields[1]
        return {"associated": associated, "key": key, "plaintext": plain}

    def _entity(self, record: Record, row: Row, part: bytes) -> Facts:
        author = self._authors[row.entity, row.revision]
        associated = self._associated(record, row, author)
        process = row.key_type == KeyType.AUTHOR
        root = self.author_keys[self._members[author].enrolment, row.key_epoch] if process else b""
        if row.role == PartRole.INDEX:
            key = (
                derive.process_index_key(root, row.key_epoch) if process
                else derive.chart_index_key(self.index[row.key_epoch], row.key_epoch)
            )  # fmt: skip
            padded = open_sealed(key, part, associated)
            return {"associated": associated, "key": key, "plaintext": padding.unpad(padded), "padded": len(padded)}
        salt, sealed = split_body(part)
        key = derive.body_key(root if process else self.notes[row.key_epoch], row.entity, row.revision, salt)
        padded = open_sealed(key, sealed, associated)
        return {
            "associated": associated, "salt": salt, "key": key, "plaintext": padding.unpad(padded),
            "padded": len(padded),
        }  # fmt: skip

    def _detail(self, record: Record, row: Row, part: bytes) -> Facts:
        private = self.audit[row.key_epoch]
        padded = open_box(part, private)
        return {
            "private": private, "public": signing.box_public(private), "plaintext": padding.unpad(padded),
            "padded": len(padded),
        }  # fmt: skip
