"""What stands beside a vault, with fixed keys, clock and randomness: draft journals, pins, sealed parts taken apart."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from core.drafts import DraftState, Journal, SealedClient, SealedDraft, read_sealed
from core.drafts.slot import ABOUT, HEAD, SLOT_HEAD, About, associated, digest
from core.keyring import Keyring
from core.keys import derive
from core.keys.bundle import Bundle
from tests.vectors.describe import plain, to_json
from tests.vectors.entropy import Seeded
from tests.vectors.records import read_records
from vault_format.codes import Kind, NoteClass, PartRole
from vault_format.crypto import interchange, padding
from vault_format.crypto.sealing import NONCE_SIZE, TAG_SIZE, open_sealed
from vault_format.frames import layout
from vault_format.pins import SLOT_SIZE, PinFile
from vault_format.verification.verify import Pinned

SLOT = 1_024
"""Size of the journal's slots, smaller than a session's so that the files are small."""
PLACE = "/no/such/place/practice.tacenda"
BOXES = {Kind.GRANT_BOX, Kind.AUTHOR_BOX}


def make() -> dict[str, bytes]:
    """Return every file by its name."""
    return _journals() | _pins() | _interchange()


def _keyring(seeded: Seeded) -> Keyring:
    empty = bytes(32)
    bundle = Bundle(
        sign=empty, box=empty, generation=2, epoch=0, notes=None, index=None, audit=None, authors=[],
        drafts=[(1, seeded(32)), (2, seeded(32))], origin=empty, kit=None,
    )  # fmt: skip
    return Keyring(1, seeded(32), seeded(32), bundle, {}, empty, int.from_bytes(seeded(8), "little"))


def _state(seeded: Seeded, text: str, *, base: int, time: int, process: bool = False) -> DraftState:
    said = SealedDraft(
        type="process" if process else "progress", form="free" if process else "soap", title="Näht auf",
        date="2026-11-24", start="10:02", end="", tags=["sleep", "work"], attendees="", place="office", service="",
        risk="low", goal="", next="", appointment=0, parent=0, addendum=0, cursor=len(text), text=text,
    )  # fmt: skip
    entity, client = (int.from_bytes(seeded(8), "little") for _ in range(2))
    return DraftState(entity, base, time, NoteClass.PROCESS if process else NoteClass.CHART, client, said)


def _form(seeded: Seeded) -> DraftState:
    """Return the form of a client at revision 3: some fields changed, the cursor in the goals."""
    said = SealedClient(
        code=None, name=None, born="2011-04", people=None, goals="sleep; Näht auf; ", next="", risk=None, field="goals",
        cursor=17, text="OTTER rings before noon.",
    )  # fmt: skip
    client = int.from_bytes(seeded(8), "little")
    return DraftState(client, 3, 1_795_000_015_000, NoteClass.CHART, client, said)


def _journals() -> dict[str, bytes]:
    seeded = Seeded("journal")
    keyring, session = _keyring(seeded), int.from_bytes(seeded(8), "little")
    states = [
        _state(seeded, "OTTER wrote this first.", base=0, time=1_795_000_000_000),
        _state(seeded, "OTTER wrote this first, and more: é 木.", base=0, time=1_795_000_005_000),
        _state(seeded, "x" * 300 + " a longer one, on revision 4", base=4, time=1_795_000_010_000, process=True),
    ]
    files: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(folder, keyring, session, seeded, size=SLOT)
        name = journal.path.relative_to(folder).as_posix()
        journal.keep(states[0])
        files["one.draft"] = journal.path.read_bytes()
        journal.keep(states[1])
        journal.keep(states[2])
        files["journal.draft"] = journal.path.read_bytes()
        torn = bytearray(files["journal.draft"])
        torn[HEAD.size + SLOT + SLOT_HEAD + 100] ^= 1
        files["torn.draft"] = bytes(torn)
        journal.keep(_form(seeded))
        files["form.draft"] = journal.path.read_bytes()
        journal.empty()
        files["emptied.draft"] = journal.path.read_bytes()
        journal.close(discard=True)
    drafts = [{"number": number, "key": key} for number, key in keyring.bundle.drafts]
    keys = {
        str(number): derive.draft_key(key, keyring.birth, keyring.enrolment) for number, key in keyring.bundle.drafts
    }
    described = {
        "name": "journal", "path": name,
        "what": "draft journals: one state, three, the newest one torn, a fourth of a client's form, emptied",
        "vault_id": keyring.vault_id, "birth": keyring.birth, "enrolment": keyring.enrolment,
        "session": session, "draft_keys": drafts, "derived_keys": keys,
        "files": {file: _describe_journal(raw, keyring, keys) for file, raw in files.items()},
    }  # fmt: skip
    return files | {"journal.json": to_json(plain(described))}


def _describe_journal(raw: bytes, keyring: Keyring, keys: dict[str, bytes]) -> dict[str, Any]:
    _, version, size, _ = HEAD.unpack_from(raw)
    slots = [_describe_slot(raw, HEAD.size + size * at, keyring, keys) for at in (0, 1)]
    whole = [slot["counter"] for slot in slots if slot["whole"]]
    empty = all(raw[HEAD.size + size * at :][:104] == bytes(104) for at in (0, 1))
    return {
        "size": len(raw), "version": version, "slot_size": size, "empty": empty,
        "newest": max(whole, default=None), "slots": slots,
    }  # fmt: skip


def _describe_slot(raw: bytes, at: int, keyring: Keyring, keys: dict[str, bytes]) -> dict[str, Any]:
    packed = raw[at : at + ABOUT.size]
    about = About(*ABOUT.unpack(packed))
    sealed = raw[at + SLOT_HEAD : at + SLOT_HEAD + about.length]
    stored = raw[at + ABOUT.size : at + SLOT_HEAD]
    told: dict[str, Any] = {
        "offset": at, "about": packed, **about._asdict(), "digest": stored,
        "whole": len(sealed) > NONCE_SIZE + TAG_SIZE and digest(packed, sealed) == stored,
    }  # fmt: skip
    if told["whole"]:
        padded = open_sealed(keys[str(about.number)], sealed, associated(keyring, packed))
        said = padding.unpad(padded)
        told |= {
            "associated": associated(keyring, packed), "key": keys[str(about.number)], "nonce": sealed[:NONCE_SIZE],
            "tag": sealed[-TAG_SIZE:], "padded": len(padded), "plaintext": said, "map": read_sealed(about.kind, said),
        }  # fmt: skip
    return told


def _pins() -> dict[str, bytes]:
    seeded = Seeded("pins")
    vault_id, another = seeded(32), seeded(32)
    pins = [Pinned(vault_id, 41, seeded(32)), Pinned(vault_id, 2**32 - 1, seeded(32)), Pinned(another, 7, seeded(32))]
    files: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        kept = PinFile(folder, PLACE)
        name = Path(kept.path).relative_to(folder).as_posix()
        kept.remember(pins[0])
        files["first.pin"] = Path(kept.path).read_bytes()
        kept.remember(pins[1])
        files["pins.pin"] = Path(kept.path).read_bytes()
        # less of the same vault is not taken back
        kept.remember(pins[0])
        kept.remember(pins[2])
        files["another.pin"] = Path(kept.path).read_bytes()
        kept.close()
    torn = bytearray(files["another.pin"])
    torn[SLOT_SIZE + 60] ^= 1
    files["torn.pin"] = bytes(torn)
    described = {
        "name": "pins", "what": "pin files: one pin, two, another vault at the same place, the newest slot torn",
        "place": PLACE, "place_digest": hashlib.sha256(PLACE.encode()).digest(), "path": name,
        "files": {file: _describe_pins(raw) for file, raw in files.items()},
    }  # fmt: skip
    return files | {"pins.json": to_json(plain(described))}


def _describe_pins(raw: bytes) -> dict[str, Any]:
    slots: list[dict[str, Any]] = []
    for at in range(0, 2 * SLOT_SIZE, SLOT_SIZE):
        one = raw[at : at + SLOT_SIZE]
        valid = len(one) == SLOT_SIZE and hashlib.sha256(one[:96]).digest() == one[96:]
        slots.append(
            {
                "offset": at, "valid": valid, "counter": int.from_bytes(one[16:24], "little"), "vault_id": one[24:56],
                "sequence": int.from_bytes(one[56:64], "little"), "head": one[64:96], "checksum": one[96:],
            } if valid else {"offset": at, "valid": False}
        )  # fmt: skip
    valid_slots = [slot for slot in slots if slot["valid"]]
    newest = max(valid_slots, key=lambda slot: int(slot["counter"]), default=None)
    pin = {key: newest[key] for key in ("vault_id", "sequence", "head")} if newest else None
    return {"size": len(raw), "slots": slots, "pin": pin}


def _interchange() -> dict[str, bytes]:
    """Return every AEAD part of the vault `small`, taken apart."""
    data = (Path(__file__).parent / "small.tacenda").read_bytes()
    records = read_records(data, _count(data))
    vault_id, birth = layout.record_hash(records[0].raw), getattr(records[0].said, "birth")  # noqa: B009
    parts = []
    for record in records:
        for at, (row, part) in enumerate(zip(record.rows, record.parts, strict=True)):
            if part is None or row.role in {PartRole.PUBLIC, PartRole.DETAIL} or row.kind in BOXES:
                continue
            author = record.header.member if row.role in {PartRole.INDEX, PartRole.BODY} else 0
            taken = interchange.take_apart(part, row, vault_id if record.seq else birth, author)
            parts.append(
                {
                    "record": record.seq, "part": at, "author": author, "iv": taken.iv, "ciphertext": taken.ciphertext,
                    "tag": taken.tag, "json": interchange.as_json(taken).decode(),
                    "msgpack": interchange.as_msgpack(taken),
                }
            )  # fmt: skip
    told = {
        "name": "interchange", "what": "the sealed parts of small.tacenda in the interchange form", "vault": "small",
        "parts": parts,
    }  # fmt: skip
    return {"interchange.json": to_json(plain(told))}


def _count(data: bytes) -> int:
    count, at = 0, layout.PREAMBLE_SIZE
    while at < len(data):
        at += int.from_bytes(data[at + 68 : at + 72], "little")
        count += 1
    return count
