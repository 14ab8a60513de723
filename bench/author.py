"""Writes a lawful chain, record by record: members, sessions, epochs and entities with real keys and signatures.

Everything is drawn from one seed: two runs give the same bytes.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
import msgspec.inspect

from core.create import default_policy, found, random_id
from core.details import Origin, seal_detail
from core.indexes import ClientIndex, Index, NoteIndex
from core.keyring import Identity, Keyring
from core.keys import derive
from core.keys.bundle import Bundle, bundle_place, seal_bundle
from core.keys.epochs import EpochKeys, descriptor, new_epoch_keys, old_place, seal_grant, seal_old
from core.keys.passphrase import FLOOR, Cost, make_slot, slot_place
from vault_format import public
from vault_format.authority.state import Member
from vault_format.codes import Action, KeyType, Kind, NoteClass, Reason, Role
from vault_format.crypto import signing
from vault_format.crypto.sealing import key_place
from vault_format.frames import layout
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft, Place, Signer, frame, said
from vault_format.public.entities import Committed
from vault_format.public.members import EpochOpen, Keys, MemberAdd, MemberRole, Rollover
from vault_format.public.trail import Unlock

PASSPHRASE = "a passphrase for measuring only"
_STEP_MS = 1_500
_BEGAN = 1_577_865_600_000
_ORIGIN = Origin(host="bench", login="member", terminal="80x24", client="", agent="bench")


def stamp(*sources: Path) -> str:
    """Return what a vault that is kept is named by: it changes with the format, and with the SOURCES that write it."""
    shapes = msgspec.inspect.multi_type_info([*public.SHAPES.values(), NoteIndex, ClientIndex, Bundle])
    found = hashlib.sha256(repr((shapes, layout.HEADER.format, layout.ROW.format, default_policy(FLOOR))).encode())
    for source in (Path(__file__), *sources):
        found.update(source.read_bytes())
    return found.hexdigest()[:12]


@dataclass
class Holder:
    """A member with all secrets: as the trail knows it, bundle, master key, signer, open session (0: none)."""

    known: Member
    bundle: Bundle
    master: bytes
    signer: Signer
    ring: Keyring
    session: int = 0


@dataclass
class Entity:
    """A saved entity and where it stands: `saved` and `signed` are sequences (0: not signed)."""

    number: int
    kind: Kind
    note_class: NoteClass
    client: int
    author: int
    revision: int = 0
    saved: int = 0
    signed: int = 0
    commit: bytes = b""


class Author:
    """A vault being written to PATH; member 1, the owner, has PASSPHRASE at COST."""

    def __init__(self, path: Path, seed: int, cost: Cost) -> None:
        self.random = random.Random(seed)
        self.entropy = self.random.randbytes
        self.count = 0
        self.time = _BEGAN
        self.offset = layout.PREAMBLE_SIZE
        founding = found(
            "Bench practice", "owner", PASSPHRASE, cost=cost, policy=default_policy(cost), now=self.time,
            entropy=self.entropy,
        )  # fmt: skip
        self.birth, self.vault_id = founding.birth, founding.vault_id
        self.epochs: dict[int, EpochKeys] = {1: founding.keys}
        self.members: dict[int, Holder] = {}
        self._file: BinaryIO = path.open("wb")
        self._file.write(layout.PREAMBLE)
        self._hold(1, "owner", Role.OWNER, founding.enrolment, founding.bundle, founding.master)
        self._write(founding.frame)

    def close(self) -> None:
        self._file.close()

    @property
    def epoch(self) -> int:
        return len(self.epochs)

    def _hold(self, number: int, name: str, role: Role, enrolment: int, bundle: Bundle, master: bytes) -> Holder:
        public, secret = signing.keypair(bundle.sign)
        known = Member(
            number, name, role, enrolment, 1, self.count, public, signing.box_public(bundle.box),
            derive.master_commitment(master, self.birth),
        )  # fmt: skip
        ring = Keyring(number, self.vault_id, self.birth, bundle, self.epochs, master, enrolment)
        self.members[number] = Holder(known, bundle, master, Signer(number, 1, secret), ring)
        return self.members[number]

    def _write(self, raw: bytes) -> None:
        self._file.write(raw)
        self.head = layout.record_hash(raw[: layout.BARE_SIZE])
        self.count += 1
        self.offset += len(raw)
        self.time += self.random.randrange(_STEP_MS, 400 * _STEP_MS)

    def append(
        self, who: Holder, action: Action, parts: Sequence[Part] = (), entity: Entity | None = None, *,
        revision: int = 0, ref: int = 0,
    ) -> int:  # fmt: skip
        """Append a record of WHO in its session and return its sequence."""
        draft = Draft(action, parts, self.epoch, session=who.session)
        if entity is not None:
            draft = Draft(
                action, parts, self.epoch, kind=entity.kind, note_class=entity.note_class, session=who.session,
                client=entity.client, entity=entity.number, revision=revision, ref=ref,
            )  # fmt: skip
        place = Place(self.count, self.head, self.time, self.vault_id)
        self._write(frame(draft, place, who.signer))
        return self.count - 1

    def unlock(self, who: Holder) -> None:
        who.session = random_id(self.entropy)
        audit = signing.box_public(self.epochs[self.epoch].audit or b"")
        detail = seal_detail(
            _ORIGIN, audit, vault_id=self.vault_id, session=who.session, action=Action.UNLOCK, entity=0,
            epoch=self.epoch, entropy=self.entropy,
        )  # fmt: skip
        shape = Unlock(origin=self.entropy(8), failed=0, first=0, last=0)
        self.append(who, Action.UNLOCK, (said(shape), detail))

    def lock(self, who: Holder) -> None:
        self.append(who, Action.LOCK)
        who.session = 0

    def save(self, who: Holder, entity: Entity, index: Index, text: str) -> None:
        """Append the next revision of ENTITY."""
        entity.revision += 1
        entity.author = who.known.number
        identity = Identity(entity.kind, entity.note_class, entity.number, entity.revision, entity.author)
        entity.commit, *sealed = who.ring.seal_entity(identity, index, text, self.entropy)
        public = said(Committed(commit=entity.commit))
        entity.saved = self.append(who, Action.SAVE, (public, *sealed), entity, revision=entity.revision)

    def sign(self, who: Holder, entity: Entity) -> None:
        public = said(Committed(commit=entity.commit))
        entity.signed = self.append(who, Action.SIGN, (public,), entity, revision=entity.revision, ref=entity.saved)

    def add(self, owner: Holder, name: str, role: Role) -> Holder:
        """Admit a new member, whose slot costs the least there is."""
        number, enrolment = len(self.members) + 1, random_id(self.entropy)
        master, seed = self.entropy(32), self.entropy(32)
        bundle = Bundle(
            sign=seed, box=self.entropy(32), generation=1, epoch=0, notes=None, index=None, audit=None,
            authors=[(1, self.entropy(32))], drafts=[(1, self.entropy(32))], origin=self.entropy(32), kit=None,
        )  # fmt: skip
        public, secret = signing.keypair(seed)
        box = signing.box_public(bundle.box)
        slot = make_slot(
            PASSPHRASE, master, FLOOR, birth=self.birth, binding=self.vault_id, enrolment=enrolment, generation=1,
            entropy=self.entropy,
        )  # fmt: skip
        sealed = seal_bundle(
            bundle, master, birth=self.birth, binding=self.vault_id, enrolment=enrolment, entropy=self.entropy
        )
        keys = Keys(sign=public, box=box, proof=signing.prove(self.vault_id, enrolment, 1, secret, box))
        holder = self._hold(number, name, role, enrolment, bundle, master)
        shape = MemberAdd(
            member=number, name=name, role=role, enrolment=enrolment, keys=keys, master=holder.known.master,
            slot=slot.descriptor,
        )  # fmt: skip
        parts = (
            said(shape), slot_place(enrolment, 1).part(slot.payload), bundle_place(enrolment, 1).part(sealed),
            self._grant(holder),
        )  # fmt: skip
        self.append(owner, Action.MEMBER_ADD, parts)
        holder.ring.bundle = self._current(holder)
        return holder

    def _current(self, who: Holder) -> Bundle:
        """Return the bundle of WHO with the present epoch's keys."""
        keys, old = self.epochs[self.epoch], who.bundle
        notes, index = (keys.notes, keys.index) if who.known.holds_notes else (None, None)
        return Bundle(
            sign=old.sign, box=old.box, generation=old.generation, epoch=self.epoch, notes=notes, index=index,
            audit=keys.audit if who.known.holds_audit else None, authors=old.authors, drafts=old.drafts,
            origin=old.origin, kit=None,
        )  # fmt: skip

    def _grant(self, who: Holder) -> Part:
        known = who.known
        place = key_place(Kind.GRANT_BOX, KeyType.MEMBER, known.generation, known.enrolment, self.epoch)
        return place.part(seal_grant(self.epochs[self.epoch], known, self.vault_id, self.entropy))

    def change_role(self, owner: Holder, who: Holder, role: Role) -> None:
        """Give WHO another role that holds every key of the old one."""
        who.known.role = role
        shape = MemberRole(member=who.known.number, role=role, epoch=None)
        self.append(owner, Action.MEMBER_ROLE, (said(shape), self._grant(who)))

    def rotate(self, owner: Holder) -> None:
        """Open a new epoch, after which every member rolls over."""
        old, number = self.epoch, self.epoch + 1
        new = new_epoch_keys(number, self.entropy)
        sealed = seal_old(
            new, [self.epochs[at] for at in range(1, number)], birth=self.birth, binding=self.vault_id,
            entropy=self.entropy,
        )  # fmt: skip
        boxes = [(who.known.number, who.known.generation) for who in self.members.values()]
        shape = EpochOpen(reason=Reason.BY_DATE, epoch=descriptor(new, self.birth, boxes))
        self.epochs[number] = new
        grants = [self._grant(who) for who in self.members.values()]
        olds = [old_place(which, number).part(data) for which, data in zip((1, 2), sealed, strict=True)]
        draft = Draft(Action.EPOCH_OPEN, (said(shape), *grants, *olds), old, session=owner.session)
        place = Place(self.count, self.head, self.time, self.vault_id)
        self._write(frame(draft, place, owner.signer))
        for who in self.members.values():
            self._roll_over(who)

    def _roll_over(self, who: Holder) -> None:
        known, old, generation = who.known, who.bundle, who.known.generation + 1
        seed, private = self.entropy(32), self.entropy(32)
        public, secret = signing.keypair(seed)
        box = signing.box_public(private)
        known.generation = generation
        who.bundle = Bundle(
            sign=seed, box=private, generation=generation, epoch=0, notes=None, index=None, audit=None,
            authors=[*old.authors, (generation, self.entropy(32))], drafts=old.drafts, origin=old.origin, kit=None,
        )  # fmt: skip
        who.bundle = who.ring.bundle = self._current(who)
        sealed = seal_bundle(
            who.bundle, who.master, birth=self.birth, binding=self.vault_id, enrolment=known.enrolment,
            entropy=self.entropy,
        )  # fmt: skip
        proof = signing.prove(self.vault_id, known.enrolment, generation, secret, box)
        keys = Keys(sign=public, box=box, proof=proof)
        shape = Rollover(keys=keys, master=known.master, slot=None, kit=None, reason=Reason.BY_DATE)
        self.append(who, Action.MEMBER_ROLLOVER, (said(shape), bundle_place(known.enrolment, generation).part(sealed)))
        known.sign, known.box, who.signer = public, box, Signer(known.number, generation, secret)
