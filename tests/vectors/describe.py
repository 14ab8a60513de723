"""Everything about one vector vault as JSON (README.md says what stands where)."""

from __future__ import annotations

import json
from typing import Any

from core.indexes import read_index
from core.keys import derive
from tests.vectors.records import Record, enrolled, read_records
from tests.vectors.stage import Secrets
from tests.vectors.unsealing import Unsealing
from vault_format.codes import PartRole, action_words
from vault_format.crypto import signing
from vault_format.encoding import Shape
from vault_format.frames import layout
from vault_format.frames.scan import scan
from vault_format.public.members import Genesis
from vault_format.verification.findings import Verdict
from vault_format.verification.walk import Walk

AS_TEXT = {"enrolment", "entity", "parent", "client", "session", "appointment"}
"""Fields of 64 random bits: decimal text, because JSON's numbers lose some of them."""


def plain(value: Any, name: str = "") -> Any:  # noqa: ANN401  any JSON value
    """Return VALUE as JSON can hold it: bytes as hex, 64-bit numbers as decimal text."""
    if isinstance(value, Shape):
        return {field: plain(getattr(value, field), field) for field in value.__struct_fields__}
    if isinstance(value, dict):
        return {key: plain(inner, key) for key, inner in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        if name == "entries" and value and isinstance(value[0], list | tuple):
            return [[str(entity), live] for entity, live in value]
        return [plain(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and name in AS_TEXT:
        return str(value)
    return value


def describe(name: str, what: str, data: bytes, secrets: Secrets, verdict: Verdict, now: int) -> dict[str, Any]:
    """Return the whole description of the vault DATA; NOW is the time (UTC ms) that it was verified at."""
    records = read_records(data, verdict.records)
    genesis = records[0].said
    assert isinstance(genesis, Genesis)
    opened = Unsealing(records, secrets, genesis.birth, verdict.vault_id)
    opened.run()
    described: dict[str, Any] = plain(
        {
            "name": name, "what": what, "now": now, "preamble": data[: layout.PREAMBLE_SIZE],
            "preamble_hash": layout.preamble_hash(data[: layout.PREAMBLE_SIZE]), "birth": genesis.birth,
            "vault_id": verdict.vault_id, "size": len(data), "end": verdict.end, "records_count": verdict.records,
            "head": verdict.head,
            "verify": {
                "exit": verdict.exit_code, "unattested": verdict.unattested, "set_aside": verdict.set_aside,
                "findings": [[found.seq, found.kind] for found in verdict.findings],
                "notices": [[notice.seq, notice.kind] for notice in verdict.notices],
            },
            "members": _members(records, opened, secrets), "slots": opened.slots, "kits": opened.kit_slots,
            "authorities": [
                {"member": number, "secret": secret} for number, secret in sorted(secrets.authorities.items())
            ],
            "epochs": _epochs(opened), "entities": _entities(data, records, opened, verdict),
            "records": [_record(record, opened) for record in records],
        }
    )  # fmt: skip
    return described


def _members(records: list[Record], opened: Unsealing, secrets: Secrets) -> list[dict[str, Any]]:
    found = []
    for who in enrolled(records).values():
        generations = []
        for generation, (seq, keys) in who.registered.items():
            pairs = secrets.pairs.get((who.number, generation))
            generations.append(
                {
                    "generation": generation, "registered": seq, "sign_seed": pairs.sign if pairs else None,
                    "sign": keys.sign, "box_private": opened.boxes.get((who.enrolment, generation)), "box": keys.box,
                    "author_key": opened.author_keys.get((who.enrolment, generation)),
                    "proof_message": signing.proof_message(
                        opened.vault_id if seq else opened.birth, who.enrolment, generation, keys.sign, keys.box
                    ),
                }
            )  # fmt: skip
        found.append(
            {
                "number": who.number, "name": who.name, "role": who.role, "enrolment": who.enrolment,
                "generations": generations,
            }
        )  # fmt: skip
    return found


def _epochs(opened: Unsealing) -> list[dict[str, Any]]:
    return [
        {
            "epoch": number, "notes": notes, "index": opened.index[number],
            "notes_commitment": derive.epoch_commitment(notes, opened.birth, number, derive.NOTES),
            "index_commitment": derive.epoch_commitment(opened.index[number], opened.birth, number, derive.INDEX),
            "audit_private": opened.audit[number], "audit": signing.box_public(opened.audit[number]),
            "index_key": derive.chart_index_key(opened.index[number], number),
        }
        for number, notes in sorted(opened.notes.items())
    ]  # fmt: skip


def _entities(data: bytes, records: list[Record], opened: Unsealing, verdict: Verdict) -> list[dict[str, Any]]:
    """Return each entity's present state, with the plaintexts of its live parts."""
    walk = Walk(data[: layout.PREAMBLE_SIZE])
    walk.feed(scan(data[layout.PREAMBLE_SIZE : verdict.end], layout.PREAMBLE_SIZE)[0])
    places = [(record.seq, at) for record in records for at in range(len(record.rows))]
    found = []
    for number, entity in walk.state.entities.items():
        one: dict[str, Any] = {
            "entity": number, "kind": entity.kind, "class": entity.note_class, "client": entity.client,
            "revision": entity.revision, "author": entity.author, "saved": entity.saved, "signed": entity.signed,
            "shredded": entity.shredded,
        }  # fmt: skip
        if not entity.shredded:
            index, body = (opened.facts[places[entity.live + at]]["plaintext"] for at in (0, 1))
            shape = read_index(entity.kind, index)
            commit = derive.commitment(
                shape.c, opened.vault_id, number, entity.revision, entity.author, index, body
            )  # fmt: skip
            one |= {"live": list(places[entity.live]), "index": shape, "body": body.decode(), "commit": commit}
        found.append(one)
    return found


def _record(record: Record, opened: Unsealing) -> dict[str, Any]:
    header, signature = record.header, record.raw[layout.HEADER_SIZE : layout.BARE_SIZE]
    told: dict[str, Any] = {
        "sequence": record.seq, "offset": record.offset, "length": len(record.raw),
        "action_words": action_words(header.action), "hash": layout.record_hash(record.raw),
        "header": {field: value for field, value in header._asdict().items() if field not in {"zero", "sequence"}},
        "signature": signature,
    }  # fmt: skip
    if record.said is not None:
        told["public"] = record.said
    parts = []
    for at, (row, part) in enumerate(zip(record.rows, record.parts, strict=True)):
        one: dict[str, Any] = {
            "role": PartRole(row.role).name.lower(), "kind": row.kind, "class": row.note_class,
            "key_type": row.key_type, "revision": row.revision, "entity": row.entity, "length": row.length,
            "key_epoch": row.key_epoch, "digest": row.digest, "present": part is not None,
        }  # fmt: skip
        parts.append(one | opened.facts.get((record.seq, at), {}))
    if parts:
        told["parts"] = parts
    return told


def to_json(described: dict[str, Any]) -> bytes:
    """Return the bytes of the file."""
    return json.dumps(described, indent=1, ensure_ascii=False).encode() + b"\n"
