"""Many programs write to one vault at once, each note an append of its own: every one is there, in one whole chain."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.harness.scenario import Scenario, Told, told
from tests.harness.vaults import Owner, record_hashes
from vault_format import machine
from vault_format.ledger import Ledger

PROGRAMS = 8


@contextmanager
def _writers(scenario: Scenario, notes: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Start the programs, and let them begin at the same moment."""
    programs = [scenario.begin("wait", f"notes:{notes}") for _ in range(PROGRAMS)]
    try:
        for program in programs:
            assert program.stdout is not None
            assert program.stdout.readline() == "ready\n"
        for program in programs:
            assert program.stdin is not None
            program.stdin.write("\n")
            program.stdin.flush()
        yield programs
    finally:
        for program in programs:
            program.kill()
            program.communicate()


def _ends(programs: list[subprocess.Popen[str]]) -> list[Told]:
    ends = []
    for program in programs:
        stdout, stderr = program.communicate(timeout=300)
        ends.append(told(program.returncode, stdout, stderr))
    return ends


def _check(scenario: Scenario, ends: list[Told], notes: int) -> None:
    assert [(each.status, len(each.acks), each.refused) for each in ends] == [(0, notes, [])] * PROGRAMS, ends
    acks = sorted(ack for each in ends for ack in each.acks)
    assert [ack.sequence for ack in acks] == list(range(3, 3 + PROGRAMS * notes))
    verdict = scenario.verify()
    assert (verdict.intact, verdict.notices, verdict.records) == (True, (), 3 + PROGRAMS * notes)
    ledger = Ledger(str(scenario.vault), machine.now_ms)
    assert record_hashes(ledger, [ack.sequence for ack in acks]) == [ack.head for ack in acks]
    assert len(ledger.state.entities) == 1 + PROGRAMS * notes
    ledger.close()
    assert sorted(path.name for path in scenario.folder.iterdir()) == ["vault", "vault.lock"]


def test_eight_programs_write_at_once(scenario: Scenario) -> None:
    with _writers(scenario, 40) as programs:
        ends = _ends(programs)
    _check(scenario, ends, 40)


@pytest.mark.slow
def test_eight_programs_write_five_hundred_notes_each(scenario: Scenario) -> None:
    with _writers(scenario, 500) as programs:
        ends = _ends(programs)
    _check(scenario, ends, 500)


def test_a_vault_that_is_written_to_all_the_time_never_looks_broken(scenario: Scenario) -> None:
    reader = Ledger(str(scenario.vault), machine.now_ms)
    pins = [reader.pin()]
    with _writers(scenario, 25) as programs:
        looks = 0
        while any(program.poll() is None for program in programs):
            verdict = scenario.verify()
            assert verdict.intact, verdict.findings
            assert {notice.kind for notice in verdict.notices} <= {"torn"}
            reader.follow()
            pins.append(reader.pin())
            late = Owner(scenario.vault, scenario.started, pin=pins[-1])
            assert late.ledger.findings == []
            late.close()
            looks += 1
        _ends(programs)
    assert looks > 3
    reader.follow()
    assert reader.count == 3 + PROGRAMS * 25
    assert [pin.sequence for pin in pins] == sorted(pin.sequence for pin in pins)
    reader.close()
