"""Evidence: the two files say the same, each check can fail, and a critical failure ends the run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from core.evidence import as_toml, gather_evidence, known_answers, steps
from core.evidence.checks import CHECKS
from core.recovery.ceremony import accept
from core.upkeep.status import DAY_MS
from tests.core.practice import Practice, damage
from tests.core.test_custodians import held

ROOT = Path(__file__).parents[2]


def results(practice: Practice) -> dict[str, str]:
    return {step.id: step.result for step in gather_evidence(str(practice.path), practice.clock).steps}


def with_ways_back(practice: Practice) -> None:
    owner = practice.unlock()
    held(owner)
    for name in ("owner", "clinician", "supervisor", "auditor"):
        session = owner if name == "owner" else practice.unlock(name)
        accept(session, process=False)
        session.lock()


def test_markdown_and_toml_say_the_same() -> None:
    table = {}
    for line in (ROOT / "docs" / "REQUIREMENTS.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"[0-9]\.[0-9]", cells[0]):
            table[cells[0]] = (cells[1], cells[2] == "yes", cells[5])
    assert table == {step.id: (step.title, step.critical, step.verification) for step in steps()}
    assert list(CHECKS) == [step.id for step in steps()]


@pytest.mark.parametrize("name", sorted(known_answers.ALL))
def test_every_primitive_gives_its_published_answer(name: str) -> None:
    assert known_answers.ALL[name]()


def test_a_vault_with_ways_back_meets_everything(practice: Practice) -> None:
    with_ways_back(practice)
    found = gather_evidence(str(practice.path), practice.clock)
    assert {step.id: step.result for step in found.steps} == {step.id: "met" for step in steps()}, found.steps
    assert found.met
    assert tomllib.loads(as_toml(found))["step"][0]["result"] == "met"


def test_without_a_way_back_the_run_ends_there(practice: Practice) -> None:
    found = gather_evidence(str(practice.path), practice.clock)
    by_id = {step.id: step for step in found.steps}
    assert by_id["2.3"].result == "unmet"
    assert "owner" in by_id["2.3"].found
    assert by_id["3.1"].result == by_id["3.2"].result == "not run"
    assert not found.met


def test_old_keys_are_unmet(practice: Practice) -> None:
    practice.clock.now += 91 * DAY_MS
    assert results(practice)["2.2"] == "unmet"


def test_a_damaged_part_and_a_broken_chain_are_unmet(practice: Practice) -> None:
    session = practice.unlock()
    sequence, position = session.catalog.entry(practice.notes["plan"]).live
    session.lock()
    damage(practice, sequence, position + 1)
    assert results(practice)["1.3"] == "unmet"


def test_nothing_is_changed_and_no_key_is_needed(practice: Practice) -> None:
    before = practice.path.read_bytes()
    gather_evidence(str(practice.path), practice.clock)
    assert practice.path.read_bytes() == before
