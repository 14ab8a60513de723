"""Evidence: the two files say the same, each check can fail, and a critical failure ends the run."""

from __future__ import annotations

import dataclasses
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.alerts.thresholds import Thresholds
from core.audit.columns import Columns
from core.evidence import as_markdown, as_toml, gather_evidence, known_answers, steps
from core.evidence.checks import CHECKS, Subject
from core.evidence.running import MOST_RECORDS, run
from core.recovery.custody.ceremony import accept
from core.upkeep.keys.status import DAY_MS
from tests.core.practice import Practice, damage
from tests.core.recovery.test_custodians import held
from vault_format.codes import Action
from vault_format.crypto import sealing
from vault_format.verification.findings import Finding
from vault_format.verification.verify import verify
from vault_format.view import View

ROOT = Path(__file__).parents[3]


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
            table[cells[0]] = (cells[1], cells[2] == "yes", cells[5], cells[6])
    assert table == {step.id: (step.title, step.critical, step.verification, step.citation) for step in steps()}
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


@contextmanager
def subject_of(practice: Practice) -> Iterator[Subject]:
    columns = Columns()
    view = View(str(practice.path), practice.clock, listener=columns.take)
    subject = Subject(str(practice.path), practice.clock, view, columns)
    subject.count()
    yield subject
    view.close()


def another_answer(subject: Subject, patch: pytest.MonkeyPatch) -> None:
    """Let one bit of the tag come out differently."""
    seal = sealing.seal

    def wrong(key: bytes, plaintext: bytes, associated: bytes, entropy: sealing.Entropy) -> bytes:
        sealed = bytearray(seal(key, plaintext, associated, entropy))
        sealed[-1] ^= 1
        return bytes(sealed)

    patch.setattr(sealing, "seal", wrong)


def a_shared_key(subject: Subject, _: pytest.MonkeyPatch) -> None:
    subject.state.members[2].sign = subject.state.members[1].sign


def a_cheap_guess(subject: Subject, _: pytest.MonkeyPatch) -> None:
    subject.state.members[2].memory = 1_024


def changed_on_the_disk(subject: Subject, _: pytest.MonkeyPatch) -> None:
    """Change the last byte of the newest sealed text, behind the back of who has verified it."""
    view = subject.view
    seq = subject.newest(Action.SAVE)[-1]
    with Path(subject.path).open("r+b") as file:
        file.seek(view.offsets[seq] + view.record(seq).header.total - 1)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))


def no_sealed_keys(subject: Subject, _: pytest.MonkeyPatch) -> None:
    """Let keys be registered by a record in which none is sealed."""
    subject.state.registrations.clear()
    subject.state.registrations[subject.newest(Action.LIST)[-1]] = 1
    subject.state.epochs.clear()


def keys_of_last_year(subject: Subject, _: pytest.MonkeyPatch) -> None:
    now = subject.clock()
    subject.clock = lambda: now + 365 * DAY_MS


def older_keys_not_kept(subject: Subject, _: pytest.MonkeyPatch) -> None:
    first = subject.state.epochs[0]
    subject.state.epochs.append(dataclasses.replace(first, number=2))


def no_way_back(subject: Subject, _: pytest.MonkeyPatch) -> None:
    subject.state.members[2].accepted = 0


def a_finding(subject: Subject, _: pytest.MonkeyPatch) -> None:
    subject.view.walk.report.findings.append(Finding(3, "chain", "it does not follow"))


def a_verifier_that_believes(subject: Subject, patch: pytest.MonkeyPatch) -> None:
    whole = verify(subject.path, subject.clock())
    patch.setattr("core.evidence.checks.verify", lambda *_: whole)


def deaf_rules(subject: Subject, patch: pytest.MonkeyPatch) -> None:
    policy = subject.state.current_policy()
    deaf = dataclasses.replace(Thresholds.of(policy.alerts), failures=policy.alerts.failures + 1)
    patch.setattr(Thresholds, "of", lambda _: deaf)


FAILING = [
    ("1.1", another_answer, "XChaCha20-Poly1305"), ("1.2", a_shared_key, "same signing key"),
    ("1.2", a_cheap_guess, "less than the floor"), ("1.3", changed_on_the_disk, "record"),
    ("2.1", no_sealed_keys, "no sealed key"), ("2.2", keys_of_last_year, "days old"),
    ("2.2", older_keys_not_kept, "older keys"), ("2.3", no_way_back, "no way back for clinician"),
    ("3.1", a_finding, "record 3: chain"), ("3.1", a_verifier_that_believes, "still verifies"),
    ("3.2", deaf_rules, "5 failures"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "spoil", "why"), FAILING)
def test_each_check_can_fail(
    practice: Practice, step: str, spoil: Callable[[Subject, pytest.MonkeyPatch], None], why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with_ways_back(practice)
    with subject_of(practice) as subject:
        assert run(step, subject)[0] == "met"
        spoil(subject, monkeypatch)
        result, said = run(step, subject)
    assert result == "unmet"
    assert why in said.words


def test_every_check_is_shown_to_fail() -> None:
    assert {step for step, _, _ in FAILING} == set(CHECKS)


def test_each_step_says_when_it_was_checked_by_which_law_and_on_which_records(practice: Practice) -> None:
    with_ways_back(practice)
    found = gather_evidence(str(practice.path), practice.clock)
    count = practice.verdict().records
    for step in found.steps:
        assert step.time == practice.clock.now
        assert re.fullmatch(r"164\.3\d\d\([a-d]\).*", step.citation)
        assert len(step.records) <= MOST_RECORDS
        assert all(0 <= seq < count for seq in step.records)
        assert list(step.records) == sorted(step.records)
    assert {step.id for step in found.steps if not step.records} == {"3.2"}
    page = as_markdown(found)
    assert "## 3.1 Audit log: met" in page
    assert "45 CFR 164.312(b), critical. Checked 2026-11-18" in page
    assert f"Records: 0, {count - 1}." in page


def test_nothing_is_changed_and_no_key_is_needed(practice: Practice) -> None:
    before = practice.path.read_bytes()
    gather_evidence(str(practice.path), practice.clock)
    assert practice.path.read_bytes() == before
