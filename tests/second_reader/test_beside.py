"""What stands beside a vault, read by the second reader from FORMAT.md alone: journals, pins, the interchange form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.second_reader.support import VECTORS, batch, differences, node

BESIDE = VECTORS / "beside"


def description(name: str) -> dict[str, Any]:
    wanted: dict[str, Any] = json.loads((BESIDE / f"{name}.json").read_text("utf-8"))
    return wanted


def one(job: dict[str, Any]) -> dict[str, Any]:
    node()
    [answer] = batch([job], "beside.mjs")
    assert "error" not in answer, answer.get("error")
    return answer


@pytest.mark.parametrize("name", description("journal")["files"])
def test_a_journal_is_found_without_a_key_and_opened_with_the_drafts(name: str) -> None:
    wanted = description("journal")
    job = {
        "journal": str(BESIDE / name), "vault": wanted["vault_id"], "birth": wanted["birth"],
        "enrolment": wanted["enrolment"], "session": wanted["session"], "drafts": wanted["draft_keys"],
    }  # fmt: skip
    got = one(job)
    assert got["path"] == wanted["path"]
    assert differences(wanted["files"][name], got) == []


def test_a_slot_with_something_else_in_the_clear_does_not_open() -> None:
    wanted = description("journal")
    job = {
        "journal": str(BESIDE / "journal.draft"), "vault": wanted["birth"], "birth": wanted["birth"],
        "enrolment": wanted["enrolment"], "session": wanted["session"], "drafts": wanted["draft_keys"],
    }  # fmt: skip
    node()
    assert "error" in batch([job], "beside.mjs")[0]


@pytest.mark.parametrize("name", description("pins")["files"])
def test_a_pin_file_says_the_same(name: str) -> None:
    wanted = description("pins")
    got = one({"pin": str(BESIDE / name), "place": wanted["place"]})
    assert got["path"] == wanted["path"]
    assert differences(wanted["files"][name], got) == []


def test_every_sealed_part_has_the_same_interchange_form() -> None:
    wanted = description("interchange")
    now = json.loads((VECTORS / f"{wanted['vault']}.json").read_text("utf-8"))["now"]
    got = one({"parts": str(VECTORS / f"{wanted['vault']}.tacenda"), "now": now})
    assert len(wanted["parts"]) >= 6
    assert differences(wanted["parts"], got["parts"]) == []
