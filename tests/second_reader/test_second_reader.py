"""The second reader says of every vector and corpus file what is written beside it, and finds every value again."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from typing import Any

import pytest

from tests.second_reader.support import HERE, VECTORS, batch, differences, node

NAMES = sorted(path.stem for path in VECTORS.glob("*.tacenda"))
PROCESS, AUTHORITY = 2, 5
AUDIT_ROLES, NOTE_ROLES = (1, 4), (1, 2, 3)


def description(name: str) -> dict[str, Any]:
    wanted: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return wanted


def job(name: str) -> dict[str, Any]:
    """Verify, open every part with all the passphrases, and read as each member who has a slot."""
    wanted = description(name)
    member = {m["number"]: m for m in wanted["members"]}
    slots = wanted["slots"]
    return {
        "path": str(VECTORS / f"{name}.tacenda"),
        "now": wanted["now"],
        "rows": True,
        "secrets": {
            "slots": [{"record": s["record"], "passphrase": s["passphrase"]} for s in slots],
            "kits": [{"record": k["record"], "code": k["code"], "target": k["target"]} for k in wanted["kits"]],
            "boxes": [
                {"enrolment": m["enrolment"], "generation": g["generation"], "secret": g["box_private"]}
                for m in wanted["members"]
                if m["role"] != AUTHORITY
                for g in m["generations"]
            ],
            "authorities": wanted["authorities"],
        },
        "passphrases": [[member[s["member"]]["name"], s["passphrase"]] for s in slots],
    }


@cache
def answers() -> dict[str, dict[str, Any]]:
    return dict(zip(NAMES, batch([job(name) for name in NAMES]), strict=True))


def answer(name: str) -> dict[str, Any]:
    node()
    found = answers()[name]
    assert "error" not in found, found.get("error")
    return found


def said(report: dict[str, Any], key: str) -> list[list[Any]]:
    return [[line["seq"], line["kind"]] for line in report[key]]


@pytest.mark.parametrize("name", NAMES)
def test_verifies_as_described(name: str) -> None:
    wanted, got = description(name), answer(name)
    report, verify = got["report"], wanted["verify"]
    assert got["exit"] == verify["exit"]
    assert said(report, "findings") == verify["findings"]
    assert sorted(said(report, "notices")) == sorted(verify["notices"])
    assert report["unattested"] == verify["unattested"]
    assert report["vault_id"] == wanted["vault_id"]
    assert report["head"] == wanted["head"]
    assert report["records"] == wanted["records_count"]


@pytest.mark.parametrize("name", NAMES)
def test_finds_every_record_and_the_state(name: str) -> None:
    wanted, got = description(name), answer(name)
    own = ("action_words", "parts")
    sealed = ("associated", "key", "salt", "plaintext", "padded", "private", "public", "first", "map")
    records = [
        {key: value for key, value in record.items() if key not in own}
        | {"parts": [{k: v for k, v in part.items() if k not in sealed} for part in record.get("parts", [])]}
        for record in wanted["records"]
    ]
    assert differences(records, got["records"]) == []
    assert got["state"]["birth"] == wanted["birth"]
    state = ("live", "index", "body", "commit")
    entities = [{k: v for k, v in e.items() if k not in state} for e in wanted["entities"]]
    assert differences(entities, got["state"]["entities"]) == []
    members = [
        {"number": m["number"], "name": m["name"], "role": m["role"], "enrolment": m["enrolment"]}
        | {k: v for k, v in m["generations"][-1].items() if k in ("generation", "registered", "sign", "box")}
        for m in wanted["members"]
    ]
    assert differences(members, got["state"]["members"]) == []


@pytest.mark.parametrize("name", NAMES)
def test_opens_every_part_to_the_same_bytes(name: str) -> None:
    """Each AEAD part: associated data, key, salt, plaintext, padded size; each box: both keys and plaintext."""
    wanted, got = description(name), answer(name)
    unsealed = {(p["record"], p["index"]): p for p in got["unsealed"]}
    seen = 0
    for record in wanted["records"]:
        for index, part in enumerate(record.get("parts", [])):
            if "plaintext" not in part:
                continue
            seen += 1
            where = (record["sequence"], index)
            values = {k: part[k] for k in ("associated", "key", "salt", "plaintext", "padded") if k in part}
            values |= {k: part[k] for k in ("private", "public") if k in part}
            assert differences(values, unsealed.get(where), f"record {where[0]} part {where[1]}") == []
    assert seen == len(unsealed)


@pytest.mark.parametrize("name", NAMES)
def test_derives_every_key(name: str) -> None:
    wanted, got = description(name), answer(name)
    traced: dict[str, list[dict[str, Any]]] = {}
    for value in got["values"]:
        traced.setdefault(value["name"], []).append(value)
    tags = {value["commitment"]: value for value in traced.get("slot", [])}
    masters = {value["master"]: value["master_commitment"] for value in traced.get("master", [])}
    bundle_keys = {value["key"] for value in traced.get("bundle key", [])}
    for slot in wanted["slots"]:
        values = {k: slot[k] for k in ("normalised", "salt", "tag", "kek", "commitment")}
        assert differences(values, tags.get(slot["commitment"])) == []
        assert masters[slot["master"]] == slot["master_commitment"]
        assert slot["bundle_key"] in bundle_keys
    kits = {value["id"]: value for value in traced.get("kit", [])}
    for kit in wanted["kits"]:
        assert differences({k: kit[k] for k in ("kek", "commitment", "table_key")}, kits.get(kit["id"])) == []
        assert kit["master"] in masters
    commitments = {(v["epoch"], v["which"]): v["commitment"] for v in traced.get("epoch key", [])}
    for epoch, own in zip(wanted["epochs"], got["epochs"], strict=True):
        values = {k: epoch[k] for k in ("epoch", "notes", "index", "audit_private", "index_key")}
        assert differences(values, own) == []
        stated = (epoch["notes_commitment"], epoch["index_commitment"], epoch["audit"])
        assert stated == tuple(commitments[(epoch["epoch"], which)] for which in ("notes", "index", "audit"))
    bundles = {bundle["record"]: bundle["map"] for bundle in got["bundles"]}
    for record in wanted["records"]:
        for part in record.get("parts", []):
            if "map" in part:
                assert differences(part["map"], bundles.get(record["sequence"])) == []


@pytest.mark.parametrize("name", NAMES)
def test_reads_the_entities(name: str) -> None:
    wanted, got = description(name), answer(name)
    contents = dict(got["contents"])
    for entity in wanted["entities"]:
        if "index" in entity:
            values = {"place": entity["live"], **{k: entity[k] for k in ("index", "body", "commit")}}
            assert differences(values, contents.pop(entity["entity"], None), entity["entity"]) == []
    assert contents == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_passphrase_reads_what_its_member_may(name: str) -> None:
    """A superseded passphrase and a removed member open nothing; the others read exactly their role's share."""
    wanted, got = description(name), answer(name)
    members = {m["number"]: m for m in wanted["members"]}
    removed = {r["public"]["member"] for r in wanted["records"] if r["header"]["action"] == 0x21}
    last = {slot["member"]: slot["record"] for slot in wanted["slots"]}
    for slot, read in zip(wanted["slots"], got["readers"], strict=True):
        member = members[slot["member"]]
        if wanted["verify"]["exit"] != 0:
            assert (read["exit"], read["lines"]) == (wanted["verify"]["exit"], [])
            continue
        if member["number"] in removed or last[member["number"]] != slot["record"]:
            assert (read["exit"], read["lines"]) == (4, [])
            continue
        assert read["exit"] == 0, read
        may = {
            entity["entity"]: entity
            for entity in wanted["entities"]
            if "index" in entity
            and (entity["author"] == member["number"] if entity["class"] == PROCESS else member["role"] in NOTE_ROLES)
        }
        live = {line["entity"]: line for line in read["lines"] if line.get("live")}
        assert live.keys() == may.keys()
        for number, entity in may.items():
            values = {k: entity[k] for k in ("kind", "class", "revision", "author", "index", "body", "commit")}
            assert differences(values, live[number], number) == []
        details = {line["detail"] for line in read["lines"] if "detail" in line}
        all_details = {
            record["sequence"]
            for record in wanted["records"]
            for part in record.get("parts", [])
            if part["role"] == "detail" and part["present"]
        }
        assert details == (all_details if member["role"] in AUDIT_ROLES else set())


def test_the_command_lines_say_the_same() -> None:
    """verify.mjs and read.mjs as programs, once each."""
    wanted = description("small")
    vault = str(VECTORS / "small.tacenda")
    run = [node(), str(HERE / "verify.mjs"), vault, "--now", str(wanted["now"])]
    verified = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert (verified.returncode, json.loads(verified.stdout)) == (0, answer("small")["report"])
    run = [node(), str(HERE / "read.mjs"), vault, "--passphrase-fd", "0"]
    for passphrase, code in ((wanted["slots"][0]["passphrase"], 0), ("something else", 4)):
        read = subprocess.run(run, input=passphrase, capture_output=True, text=True, timeout=60, check=False)
        assert read.returncode == code, read.stderr
        bodies = [json.loads(line).get("body") for line in read.stdout.splitlines()]
        assert [b for b in bodies if b is not None] == ([e["body"] for e in wanted["entities"]] if code == 0 else [])
