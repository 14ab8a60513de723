"""The committed files that stand beside a vault are what the program writes, and what it reads."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from core.drafts import DraftKind, find_kept
from tests.vectors import beside_vaults
from tests.vectors.generate import HERE
from vault_format.crypto.interchange import SealedPart
from vault_format.pins import PinFile, _newest

BESIDE = HERE / "beside"


def described(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BESIDE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_committed_files_are_made_again_byte_for_byte() -> None:
    made = beside_vaults.make()
    assert {path.name for path in BESIDE.iterdir()} == set(made)
    for name, content in made.items():
        assert (BESIDE / name).read_bytes() == content, name
        assert len(content) < 20_000


@pytest.mark.parametrize("name", described("journal")["files"])
def test_the_program_finds_in_a_journal_what_is_described(name: str) -> None:
    wanted = described("journal")["files"][name]
    found = [kept.about.counter for kept in find_kept(BESIDE / name)]
    assert found[:1] == [wanted["newest"]] * bool(found)
    assert found == sorted((slot["counter"] for slot in wanted["slots"] if slot["whole"]), reverse=True)


def test_the_journals_show_what_they_are_for() -> None:
    files = described("journal")["files"]
    shown = {
        name: (file["newest"], file["empty"], sum(slot["whole"] for slot in file["slots"]))
        for name, file in files.items()
    }  # fmt: skip
    assert shown == {
        "one.draft": (1, False, 1), "journal.draft": (3, False, 2), "torn.draft": (2, False, 1),
        "form.draft": (4, False, 2), "emptied.draft": (None, True, 0),
    }  # fmt: skip
    kinds = {slot["kind"] for file in files.values() for slot in file["slots"] if slot["whole"]}
    assert kinds == set(DraftKind)


@pytest.mark.parametrize("name", described("pins")["files"])
def test_the_program_takes_the_described_pin(name: str) -> None:
    wanted = described("pins")["files"][name]["pin"]
    newest = _newest((BESIDE / name).read_bytes())
    assert newest is not None
    pin = newest[1]
    assert (pin.vault_id.hex(), pin.sequence, pin.head.hex()) == (
        wanted["vault_id"], wanted["sequence"], wanted["head"],
    )  # fmt: skip


def test_a_pin_stands_where_it_is_described() -> None:
    wanted = described("pins")
    kept = PinFile("", wanted["place"])
    kept.close()
    assert kept.path == wanted["path"]


def test_both_interchange_forms_say_the_same() -> None:
    for part in described("interchange")["parts"]:
        one = msgspec.json.decode(part["json"], type=SealedPart)
        other = msgspec.msgpack.decode(bytes.fromhex(part["msgpack"]), type=SealedPart)
        assert one == other
        assert (one.iv.hex(), one.tag.hex()) == (part["iv"], part["tag"])
