"""Edits a vector vault and, where asked, mends hashes, chain and signatures behind the edit with its members' keys."""

from __future__ import annotations

import functools
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.acts.acting import Acting
from core.acts.authority import authority_keyring
from core.acts.moves import Moving
from core.audit.columns import Columns
from core.keyring import Keyring
from core.keys import derive
from core.session.entrance.unlocking import open_keyring
from tests.corpus.case import Case, Place, places
from tests.vectors.entropy import Seeded
from tests.vectors.opening import open_entity
from tests.vectors.records import read_records
from vault_format.codes import KeyType, Kind
from vault_format.crypto import signing
from vault_format.frames import layout
from vault_format.frames.layout import Header, Row
from vault_format.frames.record import Draft, Signer, said
from vault_format.frames.record import Place as ChainPlace
from vault_format.frames.record import frame as new_frame
from vault_format.ledger import Ledger
from vault_format.public import Shape, encode
from vault_format.verification.verify import Pinned

VECTORS = Path(__file__).parents[1] / "vectors"


@functools.cache
def _vector(name: str) -> tuple[bytes, dict[str, Any]]:
    return (VECTORS / f"{name}.tacenda").read_bytes(), json.loads((VECTORS / f"{name}.json").read_bytes())


@dataclass(slots=True)
class Frame:
    """One record that can be edited; `bitmap` overrides what the parts' presence gives, `tail` follows the parts."""

    header: Header
    signature: bytes
    rows: list[Row]
    parts: list[bytes | None]
    bitmap: bytes | None = None

    def settle(self) -> None:
        """Make rows, table hash, number of parts and length what the present parts give."""
        self.rows = [
            row if part is None else row._replace(length=len(part), digest=layout.part_digest(part))
            for row, part in zip(self.rows, self.parts, strict=True)
        ]
        table = b"".join(row.pack() for row in self.rows)
        total = layout.total_of([row.length for row in self.rows])
        self.header = self.header._replace(parts=len(self.rows), total=total, table=layout.table_digest(table))

    def raw(self) -> bytes:
        """Return the bytes."""
        head = self.header.pack() + self.signature
        if not self.rows:
            return head
        bits = sum(1 << at for at, part in enumerate(self.parts) if part is not None)
        bitmap = self.bitmap or bits.to_bytes(layout.bitmap_size(len(self.rows)), "little")
        table = b"".join(row.pack() for row in self.rows)
        return b"".join((head, bitmap, table, *(part for part in self.parts if part is not None)))

    @property
    def hash(self) -> bytes:
        """The record hash."""
        return layout.record_hash(self.header.pack() + self.signature)


class Vault:
    """A vector, cut behind its first UPTO records, that can be edited."""

    def __init__(self, name: str, upto: int | None = None) -> None:
        raw, self.described = _vector(name)
        records = read_records(raw, self.described["records_count"])[:upto]
        self.preamble = raw[: layout.PREAMBLE_SIZE]
        self.frames = [
            Frame(record.header, record.raw[144:208], list(record.rows), list(record.parts)) for record in records
        ]
        self.now: int = records[-1].header.time + 7_000
        self.vault_id = self.frames[0].hash
        self.entropy = Seeded(f"corpus {name}")
        self.tail = b""
        self.secrets: dict[tuple[int, int], bytes] = {}
        self.masters: dict[bytes, bytes] = {}
        for member in self.described["members"]:
            for one in member["generations"]:
                if one["sign_seed"]:
                    pair = signing.keypair(bytes.fromhex(one["sign_seed"]))
                    self.secrets[member["number"], one["generation"]] = pair[1]
        for slot in (*self.described["slots"], *self.described["kits"]):
            master = bytes.fromhex(slot["master"])
            self.masters[derive.master_commitment(master, bytes.fromhex(self.described["birth"]))] = master

    def __len__(self) -> int:
        return len(self.frames)

    def find(self, action: int, nth: int = 0, member: int | None = None) -> int:
        """Return the sequence of the NTH record of ACTION (by MEMBER)."""
        found = [
            at for at, frame in enumerate(self.frames)
            if frame.header.action == action and member in (None, frame.header.member)
        ]  # fmt: skip
        return found[nth]

    def entity(self, title: str) -> int:
        """Return the number of the entity with this title, code or name."""
        for one in self.described["entities"]:
            index = one.get("index", {})
            if title in {index.get("title"), index.get("code"), index.get("name")}:
                return int(one["entity"])
        raise LookupError(title)

    def commit(self, seq: int) -> bytes:
        """Return the commitment in a save."""
        return bytes.fromhex(self.described["records"][seq]["public"]["commit"])

    def cut(self, upto: int) -> Vault:
        """Keep only the first UPTO records."""
        del self.frames[upto:]
        self.now = self.frames[-1].header.time + 7_000
        return self

    def data(self) -> bytes:
        """Return the file."""
        return self.preamble + b"".join(frame.raw() for frame in self.frames) + self.tail

    def sign(self, seq: int) -> None:
        """Sign the record as the member and generation that its header names."""
        frame = self.frames[seq]
        secret = self.secrets[frame.header.member, frame.header.generation]
        message = layout.signed_message(self.vault_id if seq else layout.ZERO32, frame.header.pack())
        frame.signature = signing.sign(message, secret)

    def change(self, seq: int, **fields: Any) -> None:  # noqa: ANN401  a header's fields
        """Change fields of a header; nothing is mended."""
        frame = self.frames[seq]
        frame.header = frame.header._replace(**fields)

    def link(self, first: int) -> None:
        """Number and chain the records from FIRST on; signatures stay as they are."""
        for seq in range(max(first, 1), len(self.frames)):
            frame = self.frames[seq]
            frame.header = frame.header._replace(sequence=seq, prev=self.frames[seq - 1].hash)

    def mend(self, first: int) -> None:
        """Number, chain and sign again the records from FIRST on."""
        for seq in range(first, len(self.frames)):
            frame = self.frames[seq]
            if seq:
                frame.header = frame.header._replace(sequence=seq, prev=self.frames[seq - 1].hash)
            if (frame.header.member, frame.header.generation) in self.secrets:
                self.sign(seq)
            if seq == 0:
                self.vault_id = frame.hash

    def say(self, seq: int, shape: Shape) -> None:
        """Put SHAPE in place of a public part, and mend."""
        self.put(seq, 0, encode(shape))

    def put(self, seq: int, at: int, data: bytes) -> None:
        """Put DATA in place of a part, with its hashes, and mend."""
        frame = self.frames[seq]
        frame.parts[at] = data
        frame.settle()
        self.mend(seq)

    def knows(self, keyring: Keyring) -> None:
        """Remember the keys of a member who came or rolled over in a scenario."""
        pair = signing.keypair(keyring.bundle.sign)
        self.secrets[keyring.member, keyring.bundle.generation] = pair[1]
        self.masters[derive.master_commitment(keyring.master, keyring.birth)] = keyring.master

    def place(self) -> ChainPlace:
        """Return where the next record goes."""
        head = self.frames[-1].hash if self.frames else layout.preamble_hash(self.preamble)
        return ChainPlace(len(self.frames), head, self.now, self.vault_id)

    def signer(self, member: int, generation: int = 1) -> Signer:
        """Return a member's signing key of a generation."""
        return Signer(member, generation, self.secrets[member, generation])

    def add(self, draft: Draft, by: Acting | Signer) -> int:
        """Append DRAFT as it is, signed; no rule is asked."""
        signer = by.keyring.signer if isinstance(by, Acting) else by
        return self._append(new_frame(draft, self.place(), signer))

    def add_unsigned(self, draft: Draft) -> int:
        """Append DRAFT without a signature."""
        return self._append(new_frame(draft, self.place(), None))

    def _append(self, raw: bytes) -> int:
        (record,) = read_records(self.preamble + raw, 1)
        self.frames.append(Frame(record.header, raw[144:208], record.rows, record.parts))
        self.now += 7_000
        return len(self.frames) - 1

    def opened(self, use: Callable[[Ledger, Columns], Any]) -> Any:  # noqa: ANN401  whatever USE gives
        """Return what USE makes of the vault as it is now, which must be whole."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "vault.tacenda")
            Path(path).write_bytes(self.data())
            columns = Columns()
            ledger = Ledger(path, lambda: self.now, listener=columns.take)
            try:
                ledger.check_whole()
                return use(ledger, columns)
            finally:
                ledger.close()

    def keyring(self, member: int) -> Keyring:
        """Return the member's keys, opened from the file as it is now."""

        def use(ledger: Ledger, columns: Columns) -> Keyring:
            who = ledger.state.members[member]
            return open_keyring(ledger, columns, who, self.masters[who.master])

        keyring: Keyring = self.opened(use)
        return keyring

    def acting(self, member: int) -> Acting:
        """Return the member, in the open session, as who acts."""
        keyring = self.keyring(member)
        state = self.opened(lambda ledger, _: ledger.state)
        sessions = [number for number, session in state.sessions.items() if session.member == member]
        return Acting(keyring, state, sessions[-1] if sessions else 0, self.entropy)

    def text(self, member: int, entity: int) -> Moving:
        """Return the plaintexts of an entity as the member opens it."""
        keyring = self.keyring(member)
        moving: Moving = self.opened(lambda ledger, _: open_entity(ledger, keyring, entity))
        return moving

    def custodians(self) -> Acting:
        """Return the present recovery authority as who acts."""

        def use(ledger: Ledger, _: Columns) -> Acting:
            state = ledger.state
            who = state.members[state.authority]
            record = ledger.record(state.epochs[-1].seq)
            found = {
                (row.kind, row.key_type): part or b"" for row, part in zip(record.rows, record.parts, strict=True)
                if row.kind == Kind.OLD_KEYS or row.entity == who.enrolment
            }  # fmt: skip
            older = {1: found[Kind.OLD_KEYS, KeyType.NOTES], 2: found[Kind.OLD_KEYS, KeyType.AUDIT]}
            secret = next(one["secret"] for one in self.described["authorities"] if one["member"] == who.number)
            box = found[Kind.GRANT_BOX, KeyType.MEMBER]
            keyring = authority_keyring(state, bytes.fromhex(secret), box, older.__getitem__)
            return Acting(keyring, state, 0, self.entropy)

        acting: Acting = self.opened(use)
        return acting

    def pin(self, seq: int) -> Pinned:
        """Return what a machine that had seen record SEQ would remember."""
        return Pinned(self.vault_id, seq, self.frames[seq].hash)


def broken(
    vault: Vault, kind: str, seq: int | None = None, *, more: Sequence[Place] = (), notices: Sequence[Place] = (),
    pin: Pinned | None = None,
) -> Case:  # fmt: skip
    """Return the case of a vault with a finding KIND at SEQ (default: its last record), and MORE."""
    first = len(vault) - 1 if seq is None else seq
    return Case("", vault.data(), vault.now, 1, places([(kind, first), *more]), places(notices), pin)


def whole(vault: Vault, *, notices: Sequence[Place] = (), pin: Pinned | None = None) -> Case:
    """Return the case of a vault that has no finding."""
    expect = 2 if any(kind == "newer" for kind, _ in notices) else 0
    return Case("", vault.data(), vault.now, expect, (), places(notices), pin)


def for_reader(vault: Vault, member: str, passphrase: str, reader: str) -> Case:
    """Return the case of a vault that only a reader can object to."""
    return replace(whole(vault), member=member, passphrase=passphrase, reader=reader)


def saying(draft: Draft, shape: Shape) -> Draft:
    """Return DRAFT with another public part."""
    return replace(draft, parts=(said(shape), *draft.parts[1:]))


def with_part(draft: Draft, at: int, **row: Any) -> Draft:  # noqa: ANN401  a part's fields
    """Return DRAFT with fields of a part's row, or its bytes, changed."""
    parts = list(draft.parts)
    parts[at] = parts[at]._replace(**row)
    return replace(draft, parts=tuple(parts))
