"""The committed vectors are what the program writes, and say what it says of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.keys.kit import code_at
from tests.vectors.entropy import Seeded
from tests.vectors.generate import HERE, NAMES, make
from tests.vectors.records import read_records
from vault_format.codes import Action
from vault_format.crypto import signing
from vault_format.frames import layout
from vault_format.verification.verify import verify

LARGEST = 200_000


def described(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_committed_files_are_made_again_byte_for_byte(name: str) -> None:
    vault, description = make(name)
    assert (HERE / f"{name}.tacenda").read_bytes() == vault
    assert (HERE / f"{name}.json").read_bytes() == description
    assert max(len(vault), len(description)) < LARGEST


@pytest.mark.parametrize("name", NAMES)
def test_verify_says_what_the_description_says(name: str) -> None:
    wanted = described(name)
    verdict = verify(str(HERE / f"{name}.tacenda"), wanted["now"])
    assert [[found.seq, found.kind] for found in verdict.findings] == wanted["verify"]["findings"]
    assert [[notice.seq, notice.kind] for notice in verdict.notices] == wanted["verify"]["notices"]
    assert verdict.exit_code == wanted["verify"]["exit"]
    assert (verdict.records, verdict.head.hex()) == (wanted["records_count"], wanted["head"])


def test_nothing_but_the_vectors_stands_in_the_folder() -> None:
    assert {path.stem for path in HERE.glob("*.tacenda")} == set(NAMES) == {path.stem for path in HERE.glob("*.json")}


def test_every_action_stands_in_a_vector() -> None:
    seen: set[int] = set()
    for name in NAMES:
        data = (HERE / f"{name}.tacenda").read_bytes()
        seen |= {record.header.action for record in read_records(data, described(name)["records_count"])}
    assert set(Action) - seen == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_signature_holds_under_the_described_key(name: str) -> None:
    wanted = described(name)
    keys = {
        (member["number"], one["generation"]): bytes.fromhex(one["sign"])
        for member in wanted["members"]
        for one in member["generations"]
    }
    vault_id = bytes.fromhex(wanted["vault_id"])
    for record in read_records((HERE / f"{name}.tacenda").read_bytes(), wanted["records_count"]):
        header, signature = record.raw[: layout.HEADER_SIZE], record.raw[layout.HEADER_SIZE : layout.BARE_SIZE]
        if record.header.version:
            continue
        if not record.header.generation:
            assert signature == layout.UNSIGNED
            continue
        public_key = keys[record.header.member, record.header.generation]
        message = layout.signed_message(vault_id if record.seq else layout.ZERO32, header)
        assert signing.holds(signature, message, public_key), record.seq


@pytest.mark.parametrize("name", NAMES)
def test_seeds_give_the_registered_keys(name: str) -> None:
    for member in described(name)["members"]:
        for one in member["generations"]:
            if one["sign_seed"] is not None:
                assert signing.keypair(bytes.fromhex(one["sign_seed"]))[0].hex() == one["sign"]
            assert signing.box_public(bytes.fromhex(one["box_private"])).hex() == one["box"]


def test_every_present_sealed_part_is_described() -> None:
    for name in NAMES:
        for record in described(name)["records"]:
            for part in record.get("parts", []):
                opened = part["role"] == "public" or not part["present"] or "plaintext" in part
                assert opened, (name, record["sequence"])


def test_dropped_parts_are_really_absent() -> None:
    absent = [
        part for record in described("clinic")["records"] for part in record.get("parts", []) if not part["present"]
    ]
    assert len(absent) > 10
    assert {part["role"] for part in absent} == {"index", "body", "key"}


def test_seeded_bytes_do_not_depend_on_how_they_are_asked_for() -> None:
    whole, pieces = Seeded("otter"), Seeded("otter")
    assert whole(100) == b"".join(pieces(size) for size in (1, 31, 32, 3, 33))
    assert Seeded("maple")(32) != Seeded("otter")(32)


@pytest.mark.parametrize(
    ("moment", "code"), [(59, 287082), (1_111_111_109, 81804), (1_234_567_890, 5924), (20_000_000_000, 353130)]
)
def test_time_codes_are_those_of_rfc_6238(moment: int, code: int) -> None:
    assert code_at(b"12345678901234567890", moment // 30) == code
